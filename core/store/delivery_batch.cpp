#include "core/store/delivery_rows.h"

namespace patchbay::deliveries {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype batchWordsLimit = 2000;

} // namespace

void joinBatch(Database &db, DeliveryId id, ModelBatchId batch)
{
    db.exec("UPDATE delivery SET batch_id = ? WHERE id = ?", {batch.value, id.value});
}

std::vector<Delivery> waitingOfBatch(Database &db, ModelBatchId batch)
{
    return deliveriesFrom(db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS " FROM delivery WHERE batch_id = ? AND state IN "
                                  "('queued', 'sending', 'failed') ORDER BY id",
                                  {batch.value}));
}

bool isBatchSettledByPerson(Database &db, ModelBatchId batch)
{
    return db
        .row("SELECT id FROM delivery WHERE batch_id = ? AND state = 'sent' AND settled_by IS NOT NULL LIMIT 1",
             {batch.value})
        .has_value();
}

void sentWithBatch(Database &db, ModelBatchId batch, const QString &externalId)
{
    // Those that left with it, which is written down; not what was queued again since.
    const auto rows =
        db.rows("UPDATE delivery SET state = 'sent', external_id = ?, last_error = '', error_kind = '', attempts = 1, "
                "settled_at = ?, settled_by = NULL WHERE batch_id = ? AND state IN ('queued', 'failed') AND EXISTS "
                "(SELECT 1 FROM model_call k JOIN question q ON q.id = k.question_id WHERE q.delivery_id = delivery.id "
                "AND k.batch_id = ? AND k.state = 'open') RETURNING " PATCHBAY_DELIVERY_COLUMNS,
                {deliveryText(externalId), db.now().us, batch.value, batch.value});
    for (const Delivery &d : deliveriesFrom(rows))
        announce(db, d);
}

void deadWithBatch(Database &db, ModelBatchId batch, const QString &words, const QString &errorKind)
{
    const auto rows =
        db.rows("UPDATE delivery SET state = 'dead', last_error = ?, error_kind = ?, next_attempt_at = 0, "
                "settled_at = ?, settled_by = NULL WHERE batch_id = ? AND state IN ('queued', 'failed') "
                "RETURNING " PATCHBAY_DELIVERY_COLUMNS,
                {deliveryText(words.left(batchWordsLimit)), deliveryText(errorKind), db.now().us, batch.value});
    for (const Delivery &d : deliveriesFrom(rows))
        announce(db, d);
}

} // namespace patchbay::deliveries
