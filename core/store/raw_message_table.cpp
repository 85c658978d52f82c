#include "core/store/raw_message_table.h"

#include "core/store/erased_items.h"
#include "core/store/id_list.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QHash>

namespace patchbay::raw_messages {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 pendingBytesAtOnce = 64 * 1024 * 1024;
constexpr qsizetype rawErrorLimit = 2000;

QString rawStateName(State state)
{
    switch (state) {
    case State::Pending: return u"pending"_s;
    case State::Visible: return u"visible"_s;
    case State::Duplicate: return u"duplicate"_s;
    case State::Noted: return u"noted"_s;
    case State::Quarantined: break;
    }
    return u"quarantined"_s;
}

State rawStateFrom(const QString &name)
{
    for (const State state : {State::Pending, State::Visible, State::Duplicate, State::Noted}) {
        if (rawStateName(state) == name)
            return state;
    }
    return State::Quarantined;
}

void rawCount(Database &db, State state, qint64 by)
{
    static constexpr const char *names[] = {"pending", "visible", "duplicate", "quarantined", "noted"};
    db.count(names[int(state)], by);
    db.changes().counters = true;
}

RawMessage rawFrom(const Row &row)
{
    RawMessage raw;
    raw.id = row.id<RawMessageId>(0);
    raw.channel = row.id<ChannelId>(1);
    raw.item.sourceKey = row.text(2);
    raw.item.historical = row.boolean(3);
    raw.state = rawStateFrom(row.text(4));
    raw.attempts = int(row.integer(5));
    raw.error = row.text(6);
    raw.message = row.id<MessageId>(7);
    raw.receivedAt = row.time(8);
    raw.item.raw = row.blob(9);
    return raw;
}

Counters rawCounters(const std::vector<Row> &rows)
{
    Counters counters;
    for (const Row &row : rows) {
        const QString name = row.text(0);
        qint64 *counter = name == u"received"_s ? &counters.received
            : name == u"visible"_s              ? &counters.visible
            : name == u"duplicate"_s            ? &counters.duplicate
            : name == u"quarantined"_s          ? &counters.quarantined
            : name == u"pending"_s              ? &counters.pending
            : name == u"noted"_s                ? &counters.noted
                                                : nullptr;
        if (counter)
            *counter = row.integer(1);
    }
    return counters;
}

Counters rawCountersWithSum(Counters counters)
{
    counters.received =
        counters.visible + counters.duplicate + counters.quarantined + counters.noted + counters.pending;
    return counters;
}

/// The items of these rows, as many as fit into memory at once.
std::vector<RawMessage> rawLoaded(Database &db, const std::vector<Row> &rows)
{
    std::vector<RawMessage> all;
    qint64 bytes = 0;
    for (const Row &row : rows) {
        bytes += row.integer(1);
        if (!all.empty() && bytes > pendingBytesAtOnce)
            break;
        if (auto raw = byId(db, row.id<RawMessageId>(0)))
            all.push_back(std::move(*raw));
    }
    return all;
}

} // namespace

std::optional<RawMessageId> insert(Database &db, ChannelId channel, const RawItem &item)
{
    if (erased_items::has(db, channel, item))
        return std::nullopt;
    if (item.import) // counted in the transaction that stores it, also when it is here already
        db.exec("UPDATE import SET items_read = items_read + 1 WHERE id = ?", {item.import.value});
    const qint64 id =
        db.insert("INSERT INTO raw_message (channel_id, source_key, sha256, size, body, state, historical, "
                  "received_at, import_id) VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?) "
                  "ON CONFLICT (channel_id, source_key) DO NOTHING RETURNING id",
                  {channel.value, indexKey(item.sourceKey), hashOf(item), qint64(item.raw.size()), item.raw,
                   item.historical, db.now().us, item.import ? QVariant(item.import.value) : QVariant()});
    if (id == 0)
        return std::nullopt;
    db.count("received", 1);
    rawCount(db, State::Pending, 1);
    return RawMessageId{id};
}

QString hashOf(const RawItem &item)
{
    return QString::fromLatin1(QCryptographicHash::hash(item.raw, QCryptographicHash::Sha256).toHex());
}

void insertSettled(Database &db, ChannelId channel, const RawItem &item, const QString &hash, State state,
                   MessageId message, const QString &error)
{
    // The same bytes may be there already, under the message that they became.
    const bool twice = state == State::Duplicate && message
        && db.row("SELECT 1 FROM raw_message WHERE message_id = ? AND channel_id = ? AND sha256 = ? AND body IS NOT "
                  "NULL "
                  "LIMIT 1",
                  {message.value, channel.value, hash})
               .has_value();
    const bool stored =
        db.insert("INSERT INTO raw_message (channel_id, source_key, sha256, size, body, state, error, historical, "
                  "message_id, received_at, import_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                  "ON CONFLICT (channel_id, source_key) DO NOTHING RETURNING id",
                  {channel.value, indexKey(item.sourceKey), hash, qint64(item.raw.size()),
                   twice ? QVariant() : QVariant(item.raw), rawStateName(state), error.left(rawErrorLimit),
                   item.historical, message ? QVariant(message.value) : QVariant(), db.now().us, idOrNull(item.import)})
        != 0;
    if (!stored)
        return db.fail(makeError(Error::Kind::Conflict,
                                 u"The item %1 was stored by another workstation."_s.arg(item.sourceKey.left(100))));
    db.count("received", 1);
    rawCount(db, state, 1);
}

QSet<QString> knownKeys(Database &db, ChannelId channel, const QStringList &sourceKeys)
{
    QHash<QString, QString> asked;
    for (const QString &key : sourceKeys)
        asked.insert(indexKey(key), key);
    QSet<QString> known;
    forTextList(db, "SELECT source_key FROM raw_message WHERE channel_id = ? AND source_key IN ", {}, {channel.value},
                asked.keys(), [&](const Row &row) { known.insert(asked.value(row.text(0))); });
    return known;
}

std::vector<RawMessage> pending(Database &db, int limit, RawMessageId after)
{
    return rawLoaded(db,
                     db.rows("SELECT id, size FROM raw_message WHERE state = 'pending' AND id > ? ORDER BY id LIMIT ?",
                             {after.value, limit}));
}

std::vector<RawMessage> pendingOf(Database &db, const QString &owner, int limit, RawMessageId after)
{
    return rawLoaded(
        db,
        db.rows("SELECT id, size FROM raw_message WHERE state = 'pending' AND id > ? AND channel_id IN "
                "(SELECT l.channel_id FROM channel_lease l WHERE l.owner = ? AND l.until_at > ?) ORDER BY id LIMIT ?",
                {after.value, owner, db.now().us, limit}));
}

std::vector<ChannelId> channelsWithPending(Database &db)
{
    std::vector<ChannelId> all;
    for (const Row &row : db.rows("SELECT DISTINCT channel_id FROM raw_message WHERE state = 'pending' ORDER BY 1"))
        all.push_back(row.id<ChannelId>(0));
    return all;
}

QSet<RawMessageId> holdPending(Database &db, const std::vector<RawMessageId> &ids)
{
    QSet<RawMessageId> held;
    // SQLite has one writer; elsewhere the row is locked.
    forIdList(db, "SELECT id FROM raw_message WHERE state = 'pending' AND id IN ",
              db.dialect() == Dialect::Postgres ? " ORDER BY id FOR UPDATE" : "", {}, ids,
              [&held](const Row &row) { held.insert(row.id<RawMessageId>(0)); });
    return held;
}

void holdAll(Database &db)
{
    if (db.dialect() == Dialect::Postgres)
        db.exec("UPDATE counter SET value = value WHERE name = 'received'");
}

qint64 pendingCount(Database &db)
{
    const auto row = db.row("SELECT COUNT(*) FROM raw_message WHERE state = 'pending'");
    return row ? row->integer(0) : 0;
}

std::optional<RawMessage> byId(Database &db, RawMessageId id)
{
    const auto row = db.row("SELECT id, channel_id, source_key, historical, state, attempts, error, message_id, "
                            "received_at, body FROM raw_message WHERE id = ?",
                            {id.value});
    if (!row)
        return std::nullopt;
    return rawFrom(*row);
}

void beginAttempt(Database &db, RawMessageId id)
{
    db.exec("UPDATE raw_message SET attempts = attempts + 1 WHERE id = ? AND state = 'pending'", {id.value});
}

void giveBackAttempt(Database &db, RawMessageId id)
{
    db.exec("UPDATE raw_message SET attempts = attempts - 1 WHERE id = ? AND state = 'pending' AND attempts > 0",
            {id.value});
}

void noteError(Database &db, RawMessageId id, const QString &error)
{
    db.exec("UPDATE raw_message SET error = ? WHERE id = ? AND state = 'pending'",
            {error.left(rawErrorLimit), id.value});
}

void settle(Database &db, RawMessageId id, State state, MessageId message, const QString &error)
{
    if (state == State::Pending)
        return;
    const qint64 changed = db.exec(
        "UPDATE raw_message SET state = ?, message_id = ?, error = ? WHERE id = ? AND "
        "state = 'pending'",
        {rawStateName(state), message ? QVariant(message.value) : QVariant(), error.left(rawErrorLimit), id.value});
    if (changed != 1)
        return;
    if (state == State::Duplicate && message) {
        // The same bytes are there already, under the message that they became.
        db.exec("UPDATE raw_message SET body = NULL WHERE id = ? AND EXISTS (SELECT 1 FROM raw_message o WHERE "
                "o.message_id = ? AND o.id <> raw_message.id AND o.channel_id = raw_message.channel_id AND "
                "o.sha256 = raw_message.sha256 AND o.body IS NOT NULL)",
                {id.value, message.value});
    }
    rawCount(db, State::Pending, -1);
    rawCount(db, state, 1);
}

void settleVisible(Database &db, const std::vector<std::pair<RawMessageId, MessageId>> &items)
{
    constexpr size_t chunk = 100;
    for (size_t start = 0; start < items.size(); start += chunk) {
        QByteArray rows;
        QVariantList values;
        for (size_t i = start; i < std::min(start + chunk, items.size()); ++i) {
            rows += rows.isEmpty() ? "(CAST(? AS BIGINT), CAST(? AS BIGINT))" : ", (?, ?)";
            values << items[i].first.value << items[i].second.value;
        }
        const qint64 settled = db.exec("UPDATE raw_message SET state = 'visible', message_id = v.column2, error = '' "
                                       "FROM (VALUES "
                                           + rows
                                           + ") v WHERE raw_message.id = v.column1 "
                                             "AND raw_message.state = 'pending'",
                                       values);
        rawCount(db, State::Pending, -settled);
        rawCount(db, State::Visible, settled);
    }
}

void setAwaited(Database &db, ChannelId channel, const QString &sourceKey, const QString &about)
{
    db.exec("UPDATE raw_message SET about = ? WHERE channel_id = ? AND source_key = ? AND state = 'noted'",
            {indexKey(about), channel.value, indexKey(sourceKey)});
}

QSet<QString> waitedFor(Database &db, ChannelId channel, const QStringList &indexKeys)
{
    QSet<QString> found;
    forTextList(db, "SELECT DISTINCT about FROM raw_message WHERE channel_id = ? AND about IN ", {}, {channel.value},
                indexKeys, [&found](const Row &row) { found.insert(row.text(0)); });
    return found;
}

int requeueAbout(Database &db, ChannelId channel, const QString &about)
{
    const qint64 changed =
        db.exec("UPDATE raw_message SET state = 'pending', attempts = 0, about = NULL WHERE id IN (SELECT id FROM "
                "raw_message WHERE channel_id = ? AND about = ? AND state = 'noted' ORDER BY id LIMIT ?)",
                {channel.value, indexKey(about), waitingLimit});
    if (changed <= 0)
        return 0;
    rawCount(db, State::Noted, -changed);
    rawCount(db, State::Pending, changed);
    db.changes().requeued = true;
    return int(changed);
}

std::vector<RawMessage> quarantined(Database &db, int limit)
{
    std::vector<RawMessage> all;
    for (const Row &row :
         db.rows("SELECT id, channel_id, source_key, historical, state, attempts, error, message_id, "
                 "received_at, NULL FROM raw_message WHERE state = 'quarantined' ORDER BY id DESC LIMIT ?",
                 {limit}))
        all.push_back(rawFrom(row));
    return all;
}

void requeue(Database &db, RawMessageId id)
{
    const qint64 changed =
        db.exec("UPDATE raw_message SET state = 'pending', attempts = 0, error = '' WHERE id = ? AND "
                "state = 'quarantined'",
                {id.value});
    if (changed != 1)
        return;
    rawCount(db, State::Quarantined, -1);
    rawCount(db, State::Pending, 1);
}

Counters kept(Database &db)
{
    db.writeCounts();
    return rawCounters(db.rows("SELECT name, value FROM counter"));
}

Counters counted(Database &db)
{
    return rawCountersWithSum(rawCounters(db.rows("SELECT state, COUNT(*) FROM raw_message GROUP BY state")));
}

Counters countedIn(Database &db, ChannelId channel)
{
    return rawCountersWithSum(rawCounters(
        db.rows("SELECT state, COUNT(*) FROM raw_message WHERE channel_id = ? GROUP BY state", {channel.value})));
}

} // namespace patchbay::raw_messages
