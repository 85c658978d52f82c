#include "core/store/import_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <array>

namespace patchbay::imports {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 abandonedAfter = 60ll * 1000000;
constexpr qsizetype importErrorLimit = 2000;

constexpr std::array<State, 5> importStates{State::Running, State::Interrupted, State::Cancelled, State::Done,
                                            State::Failed};

#define IMPORT_COLUMNS                                                                                                 \
    "id, uid, channel_id, paths, format, settings, state, error, items_read, added, duplicate, quarantined, "          \
    "bytes_done, bytes_total, owner, seen_at, started_at, finished_at"

/// The counts of one that has not ended, from its items as they are now.
Counts countedNow(Database &db, ImportId id, qint64 read)
{
    Counts counts;
    qint64 twins = 0;
    for (const Row &row :
         db.rows("SELECT state, COUNT(*) FROM raw_message WHERE import_id = ? GROUP BY state", {id.value})) {
        const QString state = row.text(0);
        qint64 &count = state == u"visible"_s ? counts.added
            : state == u"quarantined"_s       ? counts.quarantined
            : state == u"pending"_s           ? counts.pending
                                              : twins;
        count = row.integer(1);
    }
    const qint64 stored = counts.added + counts.quarantined + counts.pending;
    counts.read = qMax(read, stored + twins);
    counts.duplicate = counts.read - stored;
    return counts;
}

Import importFrom(Database &db, const Row &row)
{
    Import import;
    import.id = row.id<ImportId>(0);
    import.uid = row.text(1);
    import.channel = row.id<ChannelId>(2);
    for (const QJsonValue &path : QJsonDocument::fromJson(row.text(3).toUtf8()).array())
        import.paths << path.toString();
    import.format = row.text(4);
    import.settings = QJsonDocument::fromJson(row.text(5).toUtf8()).object();
    import.state = State::Failed;
    for (const State state : importStates) {
        if (nameOf(state) == row.text(6))
            import.state = state;
    }
    import.error = row.text(7);
    import.counts = {row.integer(8), row.integer(9), row.integer(10), row.integer(11), 0};
    import.bytesDone = row.integer(12);
    import.bytesTotal = row.integer(13);
    import.owner = row.text(14);
    import.seenAt = row.time(15);
    import.startedAt = row.time(16);
    import.finishedAt = row.time(17);
    if (!import.finishedAt)
        import.counts = countedNow(db, import.id, import.counts.read);
    return import;
}

QString compactJson(const QJsonDocument &document)
{
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

} // namespace

QString nameOf(State state)
{
    switch (state) {
    case State::Running: return u"running"_s;
    case State::Interrupted: return u"interrupted"_s;
    case State::Cancelled: return u"cancelled"_s;
    case State::Done: return u"done"_s;
    case State::Failed: break;
    }
    return u"failed"_s;
}

ImportId begin(Database &db, const Import &import)
{
    db.changes().counters = true;
    return ImportId{db.insert(
        "INSERT INTO import (uid, channel_id, paths, format, settings, state, owner, seen_at, started_at) "
        "VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?) RETURNING id",
        {newUid(db.clock()), import.channel.value, compactJson(QJsonDocument(QJsonArray::fromStringList(import.paths))),
         import.format, compactJson(QJsonDocument(import.settings)), import.owner, db.now().us, db.now().us})};
}

void resume(Database &db, ImportId id, const QString &owner)
{
    db.changes().counters = true;
    if (db.exec("UPDATE import SET state = 'running', error = '', items_read = 0, bytes_done = 0, owner = ?, "
                "seen_at = ?, finished_at = 0 WHERE id = ? AND state IN ('interrupted', 'cancelled', 'failed')",
                {owner, db.now().us, id.value})
            != 1
        && db.ok())
        db.fail(makeError(Error::Kind::Conflict, u"This import is running, or was done to its end."_s));
}

void progress(Database &db, ImportId id, qint64 passed, qint64 bytesDone, qint64 bytesTotal)
{
    db.exec("UPDATE import SET items_read = items_read + ?, bytes_done = ?, bytes_total = ?, seen_at = ? WHERE id = ? "
            "AND state = 'running'",
            {passed, bytesDone, bytesTotal, db.now().us, id.value});
}

void finish(Database &db, ImportId id, State state, const QString &error)
{
    const auto import = byId(db, id);
    if (!import)
        return;
    const Counts &counts = import->counts;
    // What is still pending would be wrong for ever: such an import keeps being counted.
    const qint64 at = state == State::Interrupted || counts.pending > 0 ? 0 : db.now().us;
    db.exec("UPDATE import SET state = ?, error = ?, items_read = ?, added = ?, duplicate = ?, quarantined = ?, "
            "finished_at = ? WHERE id = ? AND state = 'running'",
            {nameOf(state), error.left(importErrorLimit), counts.read, counts.added, counts.duplicate,
             counts.quarantined, at, id.value});
    db.changes().counters = true;
}

void interruptAbandoned(Database &db, const QString &owner, bool shared)
{
    const qint64 before = shared ? db.now().us - abandonedAfter : std::numeric_limits<qint64>::max();
    if (db.exec("UPDATE import SET state = 'interrupted' WHERE state = 'running' AND owner <> ? AND seen_at < ?",
                {owner, before})
        > 0)
        db.changes().counters = true;
}

std::optional<Import> byId(Database &db, ImportId id)
{
    const auto row = db.row("SELECT " IMPORT_COLUMNS " FROM import WHERE id = ?", {id.value});
    if (!row)
        return std::nullopt;
    return importFrom(db, *row);
}

Result<Import> byUid(Database &db, const QString &uid)
{
    const auto rows =
        db.rows("SELECT " IMPORT_COLUMNS " FROM import WHERE SUBSTR(uid, 1, ?) = ? LIMIT 2", {qint64(uid.size()), uid});
    if (!db.ok())
        return *db.error();
    if (rows.empty() || uid.isEmpty())
        return makeError(Error::Kind::NotFound, u"There is no import \"%1\"."_s.arg(uid.left(80)));
    if (rows.size() > 1)
        return makeError(Error::Kind::Conflict, u"Several imports begin with \"%1\"; write more of it."_s.arg(uid));
    return db.finish(importFrom(db, rows.front()));
}

std::vector<Import> newest(Database &db, int limit)
{
    std::vector<Import> all;
    for (const Row &row :
         db.rows("SELECT " IMPORT_COLUMNS " FROM import ORDER BY started_at DESC, id DESC LIMIT ?", {limit}))
        all.push_back(importFrom(db, row));
    return all;
}

QSet<QString> known(Database &db, ChannelId channel, const QStringList &keys)
{
    constexpr qsizetype chunk = 200; // one length of list, so that the statement is prepared once
    static const QByteArray sql = "SELECT source_key FROM raw_message WHERE channel_id = ? AND source_key IN ("
        + QByteArray("?, ").repeated(chunk).chopped(2) + ")";
    QSet<QString> found;
    for (qsizetype start = 0; start < keys.size(); start += chunk) {
        QVariantList values{channel.value};
        for (qsizetype i = 0; i < chunk; ++i)
            values << indexKey(keys.at(qMin(start + i, keys.size() - 1)));
        for (const Row &row : db.rows(sql, values))
            found.insert(row.text(0));
    }
    QSet<QString> wanted;
    for (const QString &key : keys) {
        if (found.contains(indexKey(key)))
            wanted.insert(key);
    }
    return wanted;
}

std::vector<Reason> reasons(Database &db, ImportId id, int limit)
{
    std::vector<Reason> all;
    for (const Row &row : db.rows("SELECT error, COUNT(*) AS items FROM raw_message WHERE import_id = ? AND "
                                  "state = 'quarantined' GROUP BY error ORDER BY items DESC, error LIMIT ?",
                                  {id.value, limit}))
        all.push_back({row.text(0), row.integer(1)});
    return all;
}

} // namespace patchbay::imports
