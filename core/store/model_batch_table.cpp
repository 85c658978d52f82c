#include "core/store/model_batch_table.h"

#include "core/store/delivery_table.h"
#include "core/store/question_table.h"

#include "core/model/names.h"

#include <QtCore/QJsonDocument>

namespace patchbay::model_batches {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype batchErrorLimit = 2000;

#define PATCHBAY_BATCH_COLUMNS                                                                                         \
    "b.id, b.uid, b.model_id, b.operator_id, b.state, b.external_id, b.error, b.created_at, b.sent_at, b.next_at, "    \
    "b.fence, b.ended_at"

ModelBatch batchFrom(const Row &row)
{
    ModelBatch batch;
    batch.id = row.id<ModelBatchId>(0);
    batch.uid = row.text(1);
    batch.model = row.id<ModelId>(2);
    batch.operatorId = row.id<OperatorId>(3);
    batch.state = modelBatchStateFrom(row.text(4));
    batch.externalId = row.text(5);
    batch.error = row.text(6);
    batch.createdAt = row.time(7);
    batch.sentAt = row.time(8);
    batch.nextAt = row.time(9);
    batch.fence = row.integer(10);
    batch.endedAt = row.time(11);
    return batch;
}

Shown::Waiting waitingOf(Database &db, ModelBatchId id)
{
    Shown::Waiting waiting;
    const auto rows = db.rows("SELECT state, ever_ambiguous, next_attempt_at, last_error FROM delivery WHERE "
                              "batch_id = ? AND state IN ('queued', 'sending', 'failed', 'unknown') ORDER BY id",
                              {id.value});
    waiting.questions = int(rows.size());
    if (rows.empty())
        return waiting;
    const Row &first = rows.front();
    waiting.state = deliveryStateFrom(first.text(0));
    waiting.isSought = first.boolean(1);
    waiting.nextAt = first.time(2);
    waiting.error = first.text(3);
    return waiting;
}

QString batchWords(const QString &error) { return error.isNull() ? u""_s : error.left(batchErrorLimit); }

} // namespace

ModelBatchId insert(Database &db, const ModelBatch &batch)
{
    db.changes().models = true;
    return {
        db.insert("INSERT INTO model_batch (uid, model_id, operator_id, state, created_at) VALUES (?, ?, ?, 'open', "
                  "?) RETURNING id",
                  {batch.uid, batch.model.value, batch.operatorId.value, db.now().us})};
}

std::optional<ModelBatch> byUid(Database &db, const QString &uid)
{
    const auto row =
        db.row("SELECT " PATCHBAY_BATCH_COLUMNS " FROM model_batch b WHERE b.uid = ?", {uid.isNull() ? u""_s : uid});
    return row ? std::optional(batchFrom(*row)) : std::nullopt;
}

std::vector<Shown> list(Database &db, int limit)
{
    std::vector<Shown> all;
    for (const Row &row : db.rows(
             "SELECT " PATCHBAY_BATCH_COLUMNS ", m.name, o.name, "
             "(SELECT COUNT(*) FROM delivery d JOIN question q ON q.delivery_id = d.id WHERE d.batch_id = b.id), "
             "(SELECT COUNT(*) FROM delivery d JOIN question q ON q.delivery_id = d.id WHERE d.batch_id = b.id AND "
             "q.answer <> ''), "
             "(SELECT COUNT(*) FROM delivery d JOIN question q ON q.delivery_id = d.id WHERE d.batch_id = b.id AND "
             "q.answer = '' AND (q.error <> '' OR d.state IN ('dead', 'cancelled'))), "
             "(SELECT COALESCE(SUM(CASE WHEN k.state = 'open' THEN k.reserved ELSE k.cost END), 0) FROM model_call k "
             "WHERE k.batch_id = b.id) "
             "FROM model_batch b JOIN model m ON m.id = b.model_id JOIN operator o ON o.id = b.operator_id "
             "ORDER BY b.id DESC LIMIT ?",
             {limit})) {
        Shown shown;
        shown.batch = batchFrom(row);
        shown.modelName = row.text(12);
        shown.operatorName = row.text(13);
        shown.questions = int(row.integer(14));
        shown.answered = int(row.integer(15));
        shown.refused = int(row.integer(16));
        shown.cost = {row.integer(17)};
        all.push_back(std::move(shown));
    }
    for (Shown &shown : all) {
        if (shown.batch.state == ModelBatch::State::Open)
            shown.waiting = waitingOf(db, shown.batch.id);
    }
    return all;
}

QStringList externalIds(Database &db, ModelId model)
{
    QStringList ids;
    for (const Row &row :
         db.rows("SELECT external_id FROM model_batch WHERE model_id = ? AND external_id <> ''", {model.value}))
        ids << row.text(0);
    return ids;
}

void begin(Database &db, ModelBatchId id, const QString &externalId, Timestamp nextAt)
{
    db.changes().models = true;
    db.exec("UPDATE model_batch SET state = 'running', external_id = ?, error = '', sent_at = ?, next_at = ? WHERE "
            "id = ? AND state = 'open'",
            {externalId, db.now().us, nextAt.us, id.value});
    deliveries::sentWithBatch(db, id, externalId);
}

void giveUp(Database &db, ModelBatchId id, const Error &error)
{
    db.changes().models = true;
    db.exec("UPDATE model_batch SET state = 'failed', error = ?, ended_at = ? WHERE id = ? AND state = 'open'",
            {batchWords(error.message), db.now().us, id.value});
    deliveries::deadWithBatch(db, id, error.message, kindName(error.kind));
}

std::vector<ModelBatch> due(Database &db, Timestamp now, int limit)
{
    std::vector<ModelBatch> all;
    for (const Row &row : db.rows("SELECT " PATCHBAY_BATCH_COLUMNS " FROM model_batch b WHERE b.state = 'running' AND "
                                  "b.next_at <= ? ORDER BY b.next_at LIMIT ?",
                                  {now.us, limit}))
        all.push_back(batchFrom(row));
    return all;
}

Timestamp nextDueAt(Database &db)
{
    const auto row = db.row("SELECT MIN(next_at) FROM model_batch WHERE state = 'running'");
    return row ? row->time(0) : Timestamp{};
}

bool claim(Database &db, ModelBatch &batch, Timestamp until)
{
    if (db.exec(
            "UPDATE model_batch SET fence = fence + 1, next_at = ? WHERE id = ? AND fence = ? AND state = 'running'",
            {until.us, batch.id.value, batch.fence})
        != 1)
        return false;
    ++batch.fence;
    return true;
}

void postpone(Database &db, const ModelBatch &batch, Timestamp nextAt, const QString &error)
{
    if (db.exec("UPDATE model_batch SET next_at = ?, error = ? WHERE id = ? AND fence = ? AND state = 'running'",
                {nextAt.us, batchWords(error), batch.id.value, batch.fence})
        == 1)
        db.changes().models = true;
}

int hasten(Database &db)
{
    return int(db.exec("UPDATE model_batch SET next_at = ? WHERE state = 'running' AND next_at > ?",
                       {db.now().us, db.now().us}));
}

QStringList left(Database &db, ModelBatchId id)
{
    QStringList keys;
    for (const Row &row : db.rows("SELECT q.uid FROM model_call k JOIN question q ON q.id = k.question_id WHERE "
                                  "k.batch_id = ? AND k.state = 'open' ORDER BY k.id",
                                  {id.value}))
        keys << row.text(0);
    return keys;
}

std::vector<Asked> open(Database &db, ModelBatchId id)
{
    std::vector<Asked> all;
    for (const Row &row :
         db.rows("SELECT q.uid, d.payload FROM delivery d JOIN question q ON q.delivery_id = d.id WHERE d.batch_id = ? "
                 "AND q.answer = '' AND q.error = '' AND d.state <> 'dead' ORDER BY d.id",
                 {id.value})) {
        if (auto question = questions::byUid(db, row.text(0)))
            all.push_back({std::move(*question), QJsonDocument::fromJson(row.text(1).toUtf8()).object()});
    }
    return all;
}

void end(Database &db, ModelBatchId id, ModelBatch::State state, const QString &error)
{
    db.changes().models = true;
    db.exec("UPDATE model_batch SET state = ?, error = ?, next_at = 0, ended_at = ? WHERE id = ? AND state = 'running'",
            {nameOf(state), batchWords(error), db.now().us, id.value});
}

} // namespace patchbay::model_batches
