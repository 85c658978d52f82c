#include "core/store/raw_message_table.h"

#include <QtCore/QCryptographicHash>

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
    case State::Quarantined: break;
    }
    return u"quarantined"_s;
}

State rawStateFrom(const QString &name)
{
    for (const State state : {State::Pending, State::Visible, State::Duplicate}) {
        if (rawStateName(state) == name)
            return state;
    }
    return State::Quarantined;
}

/// Two writers change several counters each: on PostgreSQL both take this row first, so neither waits in a circle.
void rawCountersLocked(Database &db)
{
    if (db.dialect() == Dialect::Postgres)
        db.exec("UPDATE counter SET value = value WHERE name = 'received'");
    db.changes().counters = true;
}

void rawCount(Database &db, const QString &name, qint64 by)
{
    db.exec("UPDATE counter SET value = value + ? WHERE name = ?", {by, name});
}

RawMessage rawFrom(const Row &row)
{
    RawMessage raw;
    raw.id = row.id<RawMessageId>(0);
    raw.uid = row.text(1);
    raw.channel = row.id<ChannelId>(2);
    raw.item.sourceKey = row.text(3);
    raw.item.historical = row.boolean(4);
    raw.state = rawStateFrom(row.text(5));
    raw.attempts = int(row.integer(6));
    raw.error = row.text(7);
    raw.message = row.id<MessageId>(8);
    raw.receivedAt = row.time(9);
    raw.item.raw = row.blob(10);
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
                                                : nullptr;
        if (counter)
            *counter = row.integer(1);
    }
    return counters;
}

Counters rawCountersWithSum(Counters counters)
{
    counters.received = counters.visible + counters.duplicate + counters.quarantined + counters.pending;
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
    const QString hash = QString::fromLatin1(QCryptographicHash::hash(item.raw, QCryptographicHash::Sha256).toHex());
    const qint64 id =
        db.insert("INSERT INTO raw_message (uid, channel_id, source_key, sha256, size, body, state, historical, "
                  "received_at) VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?) "
                  "ON CONFLICT (channel_id, source_key) DO NOTHING RETURNING id",
                  {newUid(db.clock()), channel.value, indexKey(item.sourceKey), hash, qint64(item.raw.size()), item.raw,
                   item.historical, db.now().us});
    if (id == 0)
        return std::nullopt;
    rawCountersLocked(db);
    db.exec("UPDATE counter SET value = value + 1 WHERE name IN ('received', 'pending')");
    return RawMessageId{id};
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

bool holdPending(Database &db, RawMessageId id)
{
    return db.exec("UPDATE raw_message SET attempts = attempts WHERE id = ? AND state = 'pending'", {id.value}) == 1;
}

qint64 pendingCount(Database &db)
{
    const auto row = db.row("SELECT COUNT(*) FROM raw_message WHERE state = 'pending'");
    return row ? row->integer(0) : 0;
}

std::optional<RawMessage> byId(Database &db, RawMessageId id)
{
    const auto row = db.row("SELECT id, uid, channel_id, source_key, historical, state, attempts, error, message_id, "
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
    rawCountersLocked(db);
    rawCount(db, u"pending"_s, -1);
    rawCount(db, rawStateName(state), 1);
}

std::vector<RawMessage> quarantined(Database &db, int limit)
{
    std::vector<RawMessage> all;
    for (const Row &row :
         db.rows("SELECT id, uid, channel_id, source_key, historical, state, attempts, error, message_id, "
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
    rawCountersLocked(db);
    rawCount(db, u"quarantined"_s, -1);
    rawCount(db, u"pending"_s, 1);
}

Counters kept(Database &db) { return rawCounters(db.rows("SELECT name, value FROM counter")); }

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
