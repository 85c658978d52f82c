#include "core/store/erased_items.h"

#include "core/store/misc_tables.h"

#include <QtCore/QCryptographicHash>

namespace patchbay::erased_items {

using namespace Qt::StringLiterals;

namespace {

/// The workspace's uid is part of it, so that a mark says nothing in another workspace.
QString erasedMark(Database &db, const QByteArray &kind, const QByteArray &bytes)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(settings::get(db, u"workspace_uid"_s).toUtf8());
    hash.addData(QByteArray("\n" + kind + "\n"));
    hash.addData(bytes);
    return QString::fromLatin1(hash.result().toHex());
}

/// The same mail has other line ends when it comes out of a file, and often other ones at its end.
QByteArray erasedPlain(const QByteArray &raw)
{
    QByteArray plain = raw;
    plain.replace("\r\n", "\n");
    while (plain.endsWith('\n'))
        plain.chop(1);
    return plain;
}

QString erasedKeyMark(Database &db, const QString &sourceKey)
{
    return erasedMark(db, "source", indexKey(sourceKey).toUtf8());
}

QString erasedRawMark(Database &db, const QByteArray &raw) { return erasedMark(db, "raw", erasedPlain(raw)); }

void erasedInsert(Database &db, ChannelId channel, const QString &mark)
{
    db.exec("INSERT INTO erased_item (channel_id, mark) VALUES (?, ?) ON CONFLICT (channel_id, mark) DO NOTHING",
            {channel.value, mark});
}

} // namespace

void add(Database &db, ChannelId channel, const QString &sourceKey, const QByteArray &raw)
{
    erasedInsert(db, channel, erasedKeyMark(db, sourceKey));
    if (!raw.isEmpty())
        erasedInsert(db, channel, erasedRawMark(db, raw));
}

bool has(Database &db, ChannelId channel, const RawItem &item)
{
    if (!db.row("SELECT 1 FROM erased_item WHERE channel_id = ? LIMIT 1", {channel.value}))
        return false; // nearly always: nothing is hashed
    return db
        .row("SELECT 1 FROM erased_item WHERE channel_id = ? AND mark IN (?, ?) LIMIT 1",
             {channel.value, erasedKeyMark(db, item.sourceKey), erasedRawMark(db, item.raw)})
        .has_value();
}

qint64 count(Database &db)
{
    const auto row = db.row("SELECT value FROM counter WHERE name = 'erased'");
    return row ? row->integer(0) : 0;
}

} // namespace patchbay::erased_items
