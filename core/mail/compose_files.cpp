#include "core/mail/compose_files.h"

#include "core/mail/gmime_start.h"
#include "core/mail/html_body.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>

#include <gmime/gmime.h>

#include <memory>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype base64Line = 76; ///< RFC 2045, 6.8

struct UnrefPart {
    void operator()(void *object) const { g_object_unref(object); }
};

/// type and subtype; of what is none, and of kinds that must not be in base64 (message, multipart), those of plain
/// bytes.
std::pair<QByteArray, QByteArray> partType(const QString &mediaType)
{
    static const QRegularExpression form(u"^([a-z0-9]+)/([a-z0-9][a-z0-9!#$&^_.+-]{0,90})\\z"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = form.match(mediaType);
    const QString type = match.captured(1).toLower();
    if (!match.hasMatch() || type == u"message"_s || type == u"multipart"_s)
        return {"application", "octet-stream"};
    return {type.toLatin1(), match.captured(2).toLatin1()};
}

/// The header lines of the file's part; gmime writes names of all scripts (RFC 2231).
QByteArray partHeader(const MailFile &file)
{
    startGMime();
    const auto [type, subtype] = partType(file.mediaType);
    const std::unique_ptr<GMimePart, UnrefPart> part(g_mime_part_new_with_type(type.constData(), subtype.constData()));
    g_mime_object_set_disposition(GMIME_OBJECT(part.get()), "attachment");
    g_mime_part_set_filename(part.get(), cleanFileName(file.name).toUtf8().constData());
    g_mime_part_set_content_encoding(part.get(), GMIME_CONTENT_ENCODING_BASE64);
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    char *text = g_mime_header_list_to_string(g_mime_object_get_header_list(GMIME_OBJECT(part.get())), options);
    g_mime_format_options_free(options);
    const QByteArray header(text);
    g_free(text);
    return header;
}

QByteArray inBase64Lines(const QByteArray &bytes)
{
    const QByteArray whole = bytes.toBase64();
    QByteArray lines;
    lines.reserve(whole.size() + whole.size() / base64Line * 2 + 2);
    for (qsizetype at = 0; at < whole.size(); at += base64Line)
        lines.append(QByteArrayView(whole).sliced(at, std::min(base64Line, whole.size() - at))).append("\r\n");
    return lines;
}

} // namespace

QByteArray withFiles(const QByteArray &text, const std::vector<MailFile> &files, const QByteArray &seed)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(seed + text);
    for (const MailFile &file : files)
        hash.addData(file.bytes);
    const QByteArray boundary = "=_patchbay_" + hash.result().toHex().left(40);
    QByteArray body =
        "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n" + text;
    for (const MailFile &file : files)
        body += "\r\n--" + boundary + "\r\n" + partHeader(file) + "\r\n" + inBase64Lines(file.bytes);
    return body + "\r\n--" + boundary + "--\r\n";
}

} // namespace patchbay::mail
