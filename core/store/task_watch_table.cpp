#include "core/store/task_watch_table.h"

#include "core/store/id_list.h"

namespace patchbay::task_watch {

namespace {

#define PATCHBAY_WATCH_COLUMNS                                                                                         \
    "w.delivery_id, w.target_id, w.next_at, w.read_at, w.changed_at, w.gone, w.failures, w.error, w.fence"

// What can be asked for: a task that arrived and has a name over there.
#define PATCHBAY_WATCHABLE                                                                                             \
    "d.kind = 'task' AND d.state = 'sent' AND d.external_id <> '' AND d.target_id IS NOT NULL "                        \
    "AND NOT EXISTS (SELECT 1 FROM task_watch w WHERE w.delivery_id = d.id)"

constexpr qsizetype watchErrorLimit = 400;

Watch watchFrom(const Row &row)
{
    Watch watch;
    watch.delivery = row.id<DeliveryId>(0);
    watch.target = row.id<TargetId>(1);
    watch.nextAt = row.time(2);
    watch.readAt = row.time(3);
    watch.changedAt = row.time(4);
    watch.gone = row.boolean(5);
    watch.failures = int(row.integer(6));
    watch.error = row.text(7);
    watch.fence = row.integer(8);
    return watch;
}

std::vector<Watch> watchesFrom(const std::vector<Row> &rows)
{
    std::vector<Watch> all;
    all.reserve(rows.size());
    for (const Row &row : rows)
        all.push_back(watchFrom(row));
    return all;
}

QString watchText(const QString &text) { return text.isNull() ? QStringLiteral("") : text.left(watchErrorLimit); }

} // namespace

std::vector<DeliveryId> unwatched(Database &db, const std::vector<DeliveryId> &among, int limit)
{
    std::vector<DeliveryId> found;
    forIdList(db, "SELECT d.id FROM delivery d WHERE d.id IN ", " AND " PATCHBAY_WATCHABLE, {}, among,
              [&found](const Row &row) { found.push_back(row.id<DeliveryId>(0)); });
    if (found.size() > size_t(limit))
        found.resize(size_t(limit));
    return found;
}

std::vector<DeliveryId> unwatched(Database &db, int limit)
{
    std::vector<DeliveryId> found;
    for (const Row &row :
         db.rows("SELECT d.id FROM delivery d WHERE " PATCHBAY_WATCHABLE " ORDER BY d.id LIMIT ?", {limit}))
        found.push_back(row.id<DeliveryId>(0));
    return found;
}

void enroll(Database &db, const std::vector<DeliveryId> &ids, std::chrono::milliseconds first,
            std::chrono::milliseconds spread)
{
    const Timestamp now = db.now();
    const qint64 firstUs = std::chrono::microseconds(first).count();
    const qint64 spreadUs = std::max(qint64(1), qint64(std::chrono::microseconds(spread).count()));
    for (const DeliveryId id : ids) {
        // Spread by a multiplicative hash of the id: the same for every workstation.
        const qint64 place = qint64(quint64(id.value) * 2654435761U % 100'000) * (spreadUs / 100'000);
        // What was closed before it was watched is left as it is; a time of 0 would mean the same for an open one.
        db.exec("INSERT INTO task_watch (delivery_id, target_id, next_at, changed_at) "
                "SELECT d.id, d.target_id, CASE WHEN d.remote_closed = 1 THEN 0 WHEN d.settled_at + ? > ? THEN "
                "d.settled_at + ? ELSE ? END, d.settled_at FROM delivery d WHERE d.id = ? "
                "ON CONFLICT (delivery_id) DO NOTHING",
                {firstUs, now.us - spreadUs, firstUs, now.us + place, id.value});
    }
}

std::optional<Watch> of(Database &db, DeliveryId delivery)
{
    const auto row =
        db.row("SELECT " PATCHBAY_WATCH_COLUMNS " FROM task_watch w WHERE w.delivery_id = ?", {delivery.value});
    return row ? std::optional(watchFrom(*row)) : std::nullopt;
}

std::vector<Watch> of(Database &db, const std::vector<DeliveryId> &ids)
{
    std::vector<Watch> all;
    forIdList(db, "SELECT " PATCHBAY_WATCH_COLUMNS " FROM task_watch w WHERE w.delivery_id IN ", {}, {}, ids,
              [&all](const Row &row) { all.push_back(watchFrom(row)); });
    return all;
}

std::vector<Watch> ofConversation(Database &db, ConversationId conversation)
{
    return watchesFrom(db.rows("SELECT " PATCHBAY_WATCH_COLUMNS " FROM delivery d JOIN task_watch w ON "
                               "w.delivery_id = d.id WHERE d.conversation_id = ? ORDER BY d.id",
                               {conversation.value}));
}

void store(Database &db, const Watch &watch)
{
    db.exec("UPDATE task_watch SET next_at = ?, read_at = ?, changed_at = ?, gone = ?, failures = ?, error = ? "
            "WHERE delivery_id = ?",
            {watch.nextAt.us, watch.readAt.us, watch.changedAt.us, int(watch.gone), watch.failures,
             watchText(watch.error), watch.delivery.value});
    if (watch.readAt)
        db.exec("UPDATE task SET status_read_at = ? WHERE id = (SELECT task_id FROM delivery WHERE id = ?)",
                {watch.readAt.us, watch.delivery.value});
}

std::vector<Question> due(Database &db, TargetId target, Timestamp now, int limit)
{
    std::vector<Question> questions;
    for (const Row &row :
         db.rows("SELECT w.delivery_id, w.target_id, d.external_id, w.next_at FROM task_watch w "
                 "JOIN delivery d ON d.id = w.delivery_id JOIN target t ON t.id = w.target_id "
                 "WHERE w.target_id = ? AND w.next_at > 0 AND w.next_at <= ? AND d.state = 'sent' AND "
                 "d.external_id <> '' AND t.breaker_open_until <= ? ORDER BY w.next_at, w.delivery_id LIMIT ?",
                 {target.value, now.us, now.us, limit}))
        questions.push_back({row.id<DeliveryId>(0), row.id<TargetId>(1), row.text(2), row.time(3)});
    return questions;
}

bool waits(Database &db) { return !db.rows("SELECT 1 FROM task_watch WHERE next_at > 0 LIMIT 1").empty(); }

bool claim(Database &db, Question &question, Timestamp until)
{
    const auto row = db.row("UPDATE task_watch SET next_at = ?, fence = fence + 1 WHERE delivery_id = ? AND "
                            "next_at = ? RETURNING fence",
                            {until.us, question.delivery.value, question.nextAt.us});
    if (row)
        question.fence = row->integer(0);
    return row.has_value();
}

std::optional<qint64> begin(Database &db, DeliveryId delivery)
{
    const auto row =
        db.row("UPDATE task_watch SET fence = fence + 1 WHERE delivery_id = ? RETURNING fence", {delivery.value});
    return row ? std::optional(row->integer(0)) : std::nullopt;
}

int hasten(Database &db, ConversationId conversation, Timestamp unreadSince)
{
    const Timestamp now = db.now();
    return int(db.exec("UPDATE task_watch SET next_at = ? WHERE next_at > ? AND read_at < ? AND delivery_id IN "
                       "(SELECT d.id FROM delivery d WHERE d.conversation_id = ? AND d.kind = 'task' AND "
                       "d.state = 'sent' AND d.remote_closed = 0)",
                       {now.us, now.us, unreadSince.us, conversation.value}));
}

int hastenAll(Database &db)
{
    const Timestamp now = db.now();
    return int(db.exec("UPDATE task_watch SET next_at = ? WHERE next_at > ? AND delivery_id IN (SELECT d.id FROM "
                       "delivery d WHERE d.kind = 'task' AND d.state = 'sent' AND d.remote_closed = 0)",
                       {now.us, now.us}));
}

int hastenLocal(Database &db, const std::vector<LocalTaskId> &ids)
{
    const Timestamp now = db.now();
    int hastened = 0;
    for (const LocalTaskId id : ids)
        hastened += int(db.exec("UPDATE task_watch SET next_at = ? WHERE (next_at = 0 OR next_at > ?) AND delivery_id "
                                "IN (SELECT d.id FROM delivery d JOIN local_task l ON l.target_id = d.target_id AND "
                                "l.key = d.key WHERE l.id = ? AND d.state = 'sent')",
                                {now.us, now.us, id.value}));
    return hastened;
}

Trouble troubleAt(Database &db, TargetId target)
{
    const auto row = db.row("SELECT failures, not_before, error, error_kind, failed_at FROM target_watch WHERE "
                            "target_id = ?",
                            {target.value});
    return row ? Trouble{int(row->integer(0)), row->time(1), row->text(2), row->text(3), row->time(4)} : Trouble{};
}

void setTrouble(Database &db, TargetId target, const Trouble &trouble)
{
    const bool was = troubleAt(db, target).failures > 0;
    if (trouble.failures == 0) {
        if (was)
            db.exec("DELETE FROM target_watch WHERE target_id = ?", {target.value});
    } else {
        db.exec("INSERT INTO target_watch (target_id, failures, not_before, error, error_kind, failed_at) VALUES "
                "(?, ?, ?, ?, ?, ?) ON CONFLICT (target_id) DO UPDATE SET failures = excluded.failures, not_before = "
                "excluded.not_before, error = excluded.error, error_kind = excluded.error_kind, failed_at = "
                "excluded.failed_at",
                {target.value, trouble.failures, trouble.notBefore.us, watchText(trouble.error),
                 watchText(trouble.errorKind), trouble.failedAt.us});
    }
    if (was || trouble.failures > 0)
        db.changes().targets = true;
}

} // namespace patchbay::task_watch
