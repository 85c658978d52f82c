#include "connectors/chat/file/imported_item.h"

#include "core/mail/body_builder.h"
#include "core/mail/html_body.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype importedIdLimit = 200;
constexpr qsizetype importedAddressLimit = 300;

bool isPlainId(const QString &id)
{
    return id.size() <= importedIdLimit && std::all_of(id.begin(), id.end(), [](QChar c) {
               return c.unicode() > 32 && c.unicode() < 127 && c != u':';
           });
}

QString importedHash(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

Error brokenItem(const QString &why)
{
    return makeError(Error::Kind::Protocol, u"The imported item cannot be read: %1"_s.arg(why));
}

} // namespace

QByteArray toRaw(const ImportedItem &item)
{
    const bool cut = item.message.size() > maxImportedMessage;
    const QByteArray message = cut ? item.message.first(maxImportedMessage) : item.message;
    QJsonArray files;
    for (const ImportedFile &file : item.files)
        files.append(QJsonObject{{u"name"_s, file.name},
                                 {u"type"_s, file.mediaType},
                                 {u"missing"_s, file.missing},
                                 {u"size"_s, file.bytes.size()}});
    const QJsonObject head{{u"facts"_s, item.facts}, {u"files"_s, files}, {u"size"_s, message.size()}, {u"cut"_s, cut}};
    QByteArray raw = QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n' + message;
    for (const ImportedFile &file : item.files)
        raw += file.bytes;
    return raw;
}

Result<ImportedItem> importedItemFrom(const QByteArray &raw)
{
    const qsizetype end = raw.indexOf('\n');
    if (end < 0)
        return brokenItem(u"it has no head."_s);
    JsonReader in = JsonReader::parse(raw.first(end), u"item"_s);
    const qint64 size = in.integer(u"/size"_s);
    const bool cut = in.boolean(u"/cut"_s);
    ImportedItem item;
    item.facts = in.value(u"/facts"_s).toObject();
    qint64 at = end + 1;
    const auto next = [&](qint64 length) {
        if (length < 0 || length > raw.size() - at)
            in.fault(u"/size"_s, u"has the wrong size"_s);
        const QByteArray bytes = in.ok() ? raw.sliced(at, length) : QByteArray();
        at += bytes.size();
        return bytes;
    };
    item.message = next(size);
    for (JsonReader &file : in.array(u"/files"_s)) {
        ImportedFile read{file.text(u"/name"_s), file.text(u"/type"_s), {}, file.text(u"/missing"_s)};
        read.bytes = next(file.integer(u"/size"_s));
        item.files.push_back(std::move(read));
    }
    if (!in.ok())
        return in.error();
    if (cut)
        return makeError(Error::Kind::Refused,
                         u"This message is larger than %1 MB; its first %1 MB are kept as they came."_s.arg(
                             maxImportedMessage / (1024 * 1024)));
    return item;
}

QString importedKey(const QString &format, const QStringList &ids)
{
    if (std::all_of(ids.begin(), ids.end(), isPlainId))
        return format + u':' + ids.join(u':');
    QByteArray all;
    for (const QString &id : ids) // the length in front: no two lists of ids make the same bytes
        all += QByteArray::number(id.size()) + ' ' + id.toUtf8();
    return format + u":sha256-"_s + importedHash(all);
}

QString EqualsCounter::key(const QString &format, const QList<QByteArray> &parts)
{
    QByteArray all;
    for (const QByteArray &part : parts)
        all += QByteArray::number(part.size()) + ' ' + part;
    const QByteArray digest = QCryptographicHash::hash(all, QCryptographicHash::Sha256);
    quint64 start = 0;
    memcpy(&start, digest.constData(), sizeof start);
    // Eight bytes of the hash are enough to count with; the key has all of it.
    return u"%1:%2:%3"_s.arg(format, QString::fromLatin1(digest.toHex())).arg(++m_seen[start]);
}

InboundMessage importedMessage(const ImportedItem &item)
{
    InboundMessage message;
    for (const ImportedFile &file : item.files) {
        if (file.missing.isEmpty())
            message.attachments.push_back({cleanFileName(file.name), file.mediaType, file.bytes, {}, false});
        else
            addNotice(message, file.missing);
    }
    return message;
}

void addNotice(InboundMessage &message, const QString &sentence)
{
    if (message.body.notice.size() < 2000)
        message.body.notice = mail::joinedNotice(message.body.notice, sentence);
}

void setText(InboundMessage &message, const QString &text)
{
    mail::BodyBuilder builder;
    builder.verbatim(text, {}, {});
    Body body = builder.finish();
    body.notice = mail::joinedNotice(message.body.notice, body.notice);
    message.body = std::move(body);
    message.text = plainText(message.body).trimmed();
}

Address importedPerson(const QString &name, const QString &address)
{
    QString clean = cleanLine(address, 4 * importedAddressLimit);
    clean.removeIf([](QChar c) { return c == u'"' || c == u'<' || c == u'>' || c == u'\\'; });
    if (clean.size() > importedAddressLimit) // never cut, which could make two people one
        clean = u"sha256-"_s + importedHash(clean.toUtf8());
    return {cleanLine(name, 200), clean};
}

QString recipientText(const Address &address)
{
    QString name = address.name;
    name.removeIf([](QChar c) { return c == u'"' || c == u'\\'; });
    return name.isEmpty() ? u"<%1>"_s.arg(address.address) : u"\"%1\" <%2>"_s.arg(name, address.address);
}

} // namespace patchbay
