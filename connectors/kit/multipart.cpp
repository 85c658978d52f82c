#include "connectors/kit/multipart.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// As it stands between the quotes of a Content-Disposition.
QByteArray quotedPart(const QString &text)
{
    return text.toUtf8().replace("\r\n", "\n").replace('\r', '\n').replace('\n', "%0D%0A").replace('"', "%22");
}

QByteArray boundaryOf(const QString &key, const std::vector<FormPart> &parts, const std::vector<FormFile> &files)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const FormFile &one : files)
        hash.addData(one.content.file.sha256 + key.toUtf8() + one.content.file.name.toUtf8());
    for (const FormPart &part : parts)
        hash.addData(part.name.toUtf8() + '\0' + part.value.toUtf8() + '\0');
    return "patchbay-" + hash.result().toHex().left(40);
}

} // namespace

Request multipart(const QUrl &address, const QString &key, const std::vector<FormPart> &parts,
                  const std::vector<FormFile> &files)
{
    const QByteArray boundary = boundaryOf(key, parts, files);
    const QByteArray head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"";
    qsizetype size = 4000;
    for (const FormFile &one : files)
        size += one.content.bytes.size() + 1000;
    QByteArray body;
    body.reserve(size);
    for (const FormPart &part : parts) {
        body += head + quotedPart(part.name) + '"';
        if (!part.type.isEmpty())
            body += "\r\nContent-Type: " + part.type;
        body += "\r\n\r\n" + part.value.toUtf8() + "\r\n";
    }
    for (const FormFile &one : files) {
        body += head + quotedPart(one.field) + "\"; filename=\"" + quotedPart(one.content.file.name)
            + "\"\r\nContent-Type: " + mediaTypeOf(one.content.file) + "\r\n\r\n";
        body += one.content.bytes;
        body += "\r\n";
    }
    body += "--" + boundary + "--\r\n";
    return Request("POST", address).body(std::move(body), "multipart/form-data; boundary=" + boundary);
}

QByteArray mediaTypeOf(const OutboundFile &file)
{
    static const QRegularExpression type(u"^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}\\z"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    return type.match(file.mediaType).hasMatch() ? file.mediaType.toLatin1()
                                                 : QByteArrayLiteral("application/octet-stream");
}

} // namespace patchbay
