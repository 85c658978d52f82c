#include "core/store/model_call_table.h"

#include "core/store/identity_table.h"

namespace patchbay::model_calls {

using namespace Qt::StringLiterals;

namespace {

QVariant callNullable(qint64 id) { return id ? QVariant(id) : QVariant(QMetaType::fromType<qlonglong>()); }
QString callText(const QString &text) { return text.isNull() ? u""_s : text; }

constexpr const char *callEntrySql =
    "SELECT k.id, k.uid, k.question_id, k.conversation_id, k.model_id, k.host, k.purpose, k.operator_id, k.state, "
    "k.sent_text, k.sha256, k.bytes, k.redactions, k.input_tokens, k.output_tokens, k.reserved, k.cost, "
    "k.external_id, k.started_at, k.ended_at, m.name, o.name, COALESCE(c.uid, ''), COALESCE(p.name, ''), "
    "k.batch_id "
    "FROM model_call k JOIN model m ON m.id = k.model_id JOIN operator o ON o.id = k.operator_id "
    "LEFT JOIN conversation c ON c.id = k.conversation_id LEFT JOIN contact p ON p.id = " PATCHBAY_PERSON_OF(
        "c.contact_id") " ";

Entry callEntryFrom(const Row &row)
{
    Entry entry;
    ModelCall &call = entry.call;
    call.id = row.id<ModelCallId>(0);
    call.uid = row.text(1);
    call.question = row.id<QuestionId>(2);
    call.conversation = row.id<ConversationId>(3);
    call.model = row.id<ModelId>(4);
    call.host = row.text(5);
    call.purpose = purposeFrom(row.text(6)).value_or(Purpose::Classify);
    call.operatorId = row.id<OperatorId>(7);
    call.state = modelCallStateFrom(row.text(8));
    call.text = row.text(9);
    call.sha256 = row.text(10);
    call.bytes = row.integer(11);
    call.redactions = int(row.integer(12));
    call.inputTokens = row.integer(13);
    call.outputTokens = row.integer(14);
    call.reserved = {row.integer(15)};
    call.cost = {row.integer(16)};
    call.externalId = row.text(17);
    call.startedAt = row.time(18);
    call.endedAt = row.time(19);
    entry.modelName = row.text(20);
    entry.operatorName = row.text(21);
    entry.conversationUid = row.text(22);
    entry.contactName = row.text(23);
    call.batch = row.id<ModelBatchId>(24);
    return entry;
}

std::vector<Entry> callEntries(const std::vector<Row> &rows)
{
    std::vector<Entry> all;
    all.reserve(rows.size());
    for (const Row &row : rows)
        all.push_back(callEntryFrom(row));
    return all;
}

} // namespace

Timestamp monthOf(Timestamp at)
{
    const QDate day = at.toDateTime().date();
    return Timestamp::from(QDateTime(QDate(day.year(), day.month(), 1), QTime(0, 0), Qt::UTC));
}

ModelCallId insert(Database &db, const ModelCall &call)
{
    db.changes().models = true;
    return {db.insert(
        "INSERT INTO model_call (uid, question_id, conversation_id, model_id, host, purpose, operator_id, state, "
        "sent_text, sha256, bytes, redactions, reserved, started_at, batch_id) VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, "
        "?, ?, ?, ?, ?, ?) RETURNING id",
        {call.uid.isEmpty() ? newUid(db.clock()) : call.uid, callNullable(call.question.value),
         callNullable(call.conversation.value), call.model.value, callText(call.host), nameOf(call.purpose),
         call.operatorId.value, callText(call.text), callText(call.sha256), call.bytes, call.redactions,
         call.reserved.micros, db.now().us, callNullable(call.batch.value)})};
}

bool end(Database &db, ModelCallId id, const ModelCall &ended)
{
    db.changes().models = true;
    return db.exec("UPDATE model_call SET state = ?, input_tokens = ?, output_tokens = ?, cost = ?, external_id = ?, "
                   "ended_at = ? WHERE id = ? AND state = 'open'",
                   {nameOf(ended.state), ended.inputTokens, ended.outputTokens, ended.cost.micros,
                    callText(ended.externalId.left(200)), db.now().us, id.value})
        == 1;
}

void abandon(Database &db, QuestionId question)
{
    if (db.exec("UPDATE model_call SET state = 'unclear', cost = reserved, ended_at = ? WHERE question_id = ? AND "
                "state = 'open'",
                {db.now().us, question.value}))
        db.changes().models = true;
}

std::vector<ModelCall> openOf(Database &db, ModelBatchId batch)
{
    std::vector<ModelCall> calls;
    for (const Entry &entry : callEntries(db.rows(
             QByteArray(callEntrySql) + "WHERE k.batch_id = ? AND k.state = 'open' ORDER BY k.id", {batch.value})))
        calls.push_back(entry.call);
    return calls;
}

void endAll(Database &db, ModelBatchId batch, ModelCall::State state)
{
    const bool charged = state == ModelCall::State::Unclear;
    if (db.exec("UPDATE model_call SET state = ?, cost = CASE WHEN ? = 1 THEN reserved ELSE 0 END, ended_at = ? WHERE "
                "batch_id = ? AND state = 'open'",
                {nameOf(state), int(charged), db.now().us, batch.value}))
        db.changes().models = true;
}

Money committed(Database &db, Timestamp since)
{
    const auto row = db.row("SELECT COALESCE(SUM(CASE WHEN state = 'open' THEN reserved ELSE cost END), 0) FROM "
                            "model_call WHERE started_at >= ?",
                            {since.us});
    return row ? Money{row->integer(0)} : Money{};
}

std::vector<Usage> usage(Database &db, Timestamp since, Timestamp before)
{
    std::vector<Usage> all;
    for (const Row &row :
         db.rows("SELECT k.model_id, m.name, k.purpose, COUNT(*), SUM(k.input_tokens), SUM(k.output_tokens), "
                 "SUM(CASE WHEN k.state = 'open' THEN k.reserved ELSE k.cost END) FROM model_call k JOIN model m ON "
                 "m.id = k.model_id WHERE k.started_at >= ? AND k.started_at < ? AND k.state <> 'not_sent' GROUP BY "
                 "k.model_id, m.name, k.purpose ORDER BY m.name, k.purpose",
                 {since.us, before.us}))
        all.push_back({row.id<ModelId>(0), row.text(1), purposeFrom(row.text(2)).value_or(Purpose::Classify),
                       row.integer(3), row.integer(4), row.integer(5), Money{row.integer(6)}});
    return all;
}

std::vector<Entry> ledger(Database &db, ModelCallId before, int limit)
{
    if (!before)
        return callEntries(db.rows(QByteArray(callEntrySql) + "ORDER BY k.id DESC LIMIT ?", {limit}));
    return callEntries(
        db.rows(QByteArray(callEntrySql) + "WHERE k.id < ? ORDER BY k.id DESC LIMIT ?", {before.value, limit}));
}

std::vector<Entry> ofConversation(Database &db, ConversationId conversation, int limit)
{
    return callEntries(db.rows(QByteArray(callEntrySql) + "WHERE k.conversation_id = ? ORDER BY k.id DESC LIMIT ?",
                               {conversation.value, limit}));
}

void forget(Database &db, ConversationId conversation)
{
    if (db.exec("UPDATE model_call SET question_id = NULL, conversation_id = NULL, sent_text = '', sha256 = '', "
                "external_id = '' WHERE conversation_id = ?",
                {conversation.value}))
        db.changes().models = true;
}

} // namespace patchbay::model_calls
