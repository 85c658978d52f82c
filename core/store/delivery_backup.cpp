#include "core/store/delivery_rows.h"

namespace patchbay::deliveries {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype backupWordsLimit = 2000;

} // namespace

std::optional<DeliveryId> moveToBackup(Database &db, const Delivery &delivery, const QString &words)
{
    const Timestamp now = db.now();
    const auto ended = deliveryFrom(
        db.row("UPDATE delivery SET state = 'cancelled', last_error = ?, settled_at = ?, settled_by = NULL, "
               "next_attempt_at = 0 WHERE id = ? AND fence = ? AND backups <> '' AND "
               "state IN ('queued', 'failed', 'dead') RETURNING " PATCHBAY_DELIVERY_COLUMNS,
               {deliveryText(words.left(backupWordsLimit)), now.us, delivery.id.value, delivery.fence}));
    if (!ended || ended->backups.empty())
        return std::nullopt;
    Delivery next;
    next.kind = ended->kind;
    next.conversation = ended->conversation;
    next.task = ended->task;
    next.target = ended->backups.front().target;
    next.payload = ended->backups.front().payload;
    next.backups.assign(ended->backups.begin() + 1, ended->backups.end());
    next.key = u"patchbay-"_s + newUid(db.clock());
    next.operatorId = ended->operatorId;
    next.notBefore = now;
    next.id = insert(db, next);
    db.exec("UPDATE delivery SET replaced_by = ?, backups = '' WHERE id = ?", {next.id.value, ended->id.value});
    announce(db, *ended);
    return next.id;
}

std::vector<Delivery> waitingWithBackup(Database &db, Timestamp now, int limit)
{
    return deliveriesFrom(db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS
                                  " FROM delivery d WHERE d.state IN ('queued', 'failed') AND d.backups <> '' AND "
                                  "d.ever_ambiguous = 0 AND d.not_before <= ? AND (SELECT t.breaker_open_until FROM "
                                  "target t WHERE t.id = d.target_id) > ? ORDER BY d.id LIMIT ?",
                                  {now.us, now.us, limit}));
}

} // namespace patchbay::deliveries
