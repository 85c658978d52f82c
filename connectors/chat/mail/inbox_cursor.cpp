#include "connectors/chat/mail/inbox_cursor.h"

#include "core/base/json_reader.h"

#include <QtCore/QJsonDocument>

#include <limits>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1String inboxOversizeMark(";oversize=");
constexpr QLatin1String inboxUnreadableMark(";unreadable");

quint32 inboxUid(JsonReader &in, const QString &path)
{
    const qint64 number = in.integer(path);
    if (number < 0 || number > std::numeric_limits<quint32>::max()) {
        in.fault(path, u"a number beyond 32 bits"_s);
        return 0;
    }
    return quint32(number);
}

} // namespace

QByteArray InboxCursor::toBytes() const
{
    const QJsonObject json{{u"folder"_s, folder},
                           {u"uidvalidity"_s, qint64(uidValidity)},
                           {u"lastUid"_s, qint64(lastUid)},
                           {u"windowEnd"_s, qint64(windowEnd)},
                           {u"generation"_s, qint64(generation)}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

Result<InboxCursor> InboxCursor::fromBytes(const QByteArray &bytes)
{
    JsonReader in = JsonReader::parse(bytes, u"mail cursor"_s);
    InboxCursor cursor;
    cursor.folder = in.text(u"/folder"_s);
    cursor.uidValidity = inboxUid(in, u"/uidvalidity"_s);
    cursor.lastUid = inboxUid(in, u"/lastUid"_s);
    if (in.has(u"/windowEnd"_s))
        cursor.windowEnd = inboxUid(in, u"/windowEnd"_s);
    if (in.has(u"/generation"_s))
        cursor.generation = inboxUid(in, u"/generation"_s);
    return in.finish(cursor);
}

QString InboxCursor::sourceKey(quint32 uid) const
{
    const QString numbers = generation == 0 ? QString() : u".%1"_s.arg(generation);
    return u"%1;%2%3;%4"_s.arg(folder, QString::number(uidValidity), numbers, QString::number(uid));
}

QString noteOversize(const QString &sourceKey, qint64 size)
{
    return sourceKey + inboxOversizeMark + QString::number(size);
}

QString noteUnreadable(const QString &sourceKey) { return sourceKey + inboxUnreadableMark; }

InboxItemNote readItemNote(const QString &sourceKey)
{
    // A key without a note ends in digits after ';', so no folder's name can imitate one.
    if (sourceKey.endsWith(inboxUnreadableMark))
        return {0, true};
    const qsizetype mark = sourceKey.lastIndexOf(inboxOversizeMark);
    if (mark < 0)
        return {};
    bool isNumber = false;
    const qint64 size = QStringView(sourceKey).mid(mark + inboxOversizeMark.size()).toLongLong(&isNumber);
    return {isNumber ? size : 0, false};
}

} // namespace patchbay
