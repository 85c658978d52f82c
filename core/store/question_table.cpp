#include "core/store/question_table.h"

#include "core/model/names.h"
#include "core/store/identity_table.h"
#include "core/store/model_call_table.h"

#include <QtCore/QJsonDocument>

#include <limits>

namespace patchbay::questions {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_QUESTION_COLUMNS                                                                                      \
    "q.id, q.uid, q.conversation_id, q.message_id, q.model_id, q.delivery_id, q.purpose, q.language, q.cache_key, "    \
    "q.answer, q.originals, q.automatic, q.operator_id, q.created_at, q.answered_at, q.error"

QJsonObject questionJson(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }

QString questionText(const QJsonObject &json)
{
    return json.isEmpty() ? u""_s : QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

Question questionFrom(const Row &row)
{
    Question q;
    q.id = row.id<QuestionId>(0);
    q.uid = row.text(1);
    q.conversation = row.id<ConversationId>(2);
    q.message = row.id<MessageId>(3);
    q.model = row.id<ModelId>(4);
    q.delivery = row.id<DeliveryId>(5);
    q.purpose = purposeFrom(row.text(6)).value_or(Purpose::Classify);
    q.language = row.text(7);
    q.cacheKey = row.text(8);
    q.answer = questionJson(row.text(9));
    q.originals = questionJson(row.text(10));
    q.automatic = row.boolean(11);
    q.operatorId = row.id<OperatorId>(12);
    q.createdAt = row.time(13);
    q.answeredAt = row.time(14);
    q.error = row.text(15);
    return q;
}

std::optional<Question> questionFrom(const std::optional<Row> &row)
{
    return row ? std::optional(questionFrom(*row)) : std::nullopt;
}

constexpr const char *questionShownSql =
    "SELECT " PATCHBAY_QUESTION_COLUMNS
    ", m.name, o.name, d.state, d.last_error, d.next_attempt_at, COALESCE(b.state, ''), COALESCE(p.name, '') "
    "FROM question q "
    "JOIN model m ON m.id = q.model_id JOIN operator o ON o.id = q.operator_id "
    "JOIN conversation c ON c.id = q.conversation_id "
    "LEFT JOIN contact p ON p.id = " PATCHBAY_PERSON_OF(
        "c.contact_id") " "
                        "LEFT JOIN delivery d ON d.id = q.delivery_id LEFT JOIN model_batch b ON b.id = d.batch_id ";

Shown questionShownFrom(const Row &row)
{
    Shown shown;
    shown.question = questionFrom(row);
    shown.modelName = row.text(16);
    shown.operatorName = row.text(17);
    if (!row.isNull(18))
        shown.state = deliveryStateFrom(row.text(18));
    shown.error = shown.question.error.isEmpty() ? row.text(19) : shown.question.error;
    shown.nextAttemptAt = row.time(20);
    if (!row.text(21).isEmpty())
        shown.batch = modelBatchStateFrom(row.text(21));
    shown.contactName = row.text(22);
    return shown;
}

} // namespace

QuestionId insert(Database &db, Question question)
{
    if (question.uid.isEmpty())
        question.uid = newUid(db.clock());
    if (!question.createdAt)
        question.createdAt = db.now();
    const QString language = question.language.isNull() ? u""_s : question.language;
    db.changes().conversations.insert(question.conversation);
    return {db.insert(
        "INSERT INTO question (uid, conversation_id, message_id, model_id, delivery_id, purpose, language, cache_key, "
        "answer, originals, automatic, operator_id, created_at, answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?) RETURNING id",
        {question.uid, question.conversation.value, question.message.value, question.model.value,
         question.delivery ? QVariant(question.delivery.value) : QVariant(QMetaType::fromType<qlonglong>()),
         nameOf(question.purpose), language, question.cacheKey, questionText(question.answer),
         question.originals.isEmpty() ? u"{}"_s : questionText(question.originals), int(question.automatic),
         question.operatorId.value, question.createdAt.us, question.answeredAt.us})};
}

std::optional<Question> byDelivery(Database &db, DeliveryId delivery)
{
    return questionFrom(
        db.row("SELECT " PATCHBAY_QUESTION_COLUMNS " FROM question q WHERE q.delivery_id = ?", {delivery.value}));
}

std::optional<Question> byUid(Database &db, const QString &uid)
{
    return questionFrom(
        db.row("SELECT " PATCHBAY_QUESTION_COLUMNS " FROM question q WHERE q.uid = ?", {uid.isNull() ? u""_s : uid}));
}

std::vector<Shown> ofConversation(Database &db, ConversationId conversation, int limit)
{
    std::vector<Shown> all;
    for (const Row &row :
         db.rows(QByteArray(questionShownSql) + "WHERE q.conversation_id = ? ORDER BY q.id DESC LIMIT ?",
                 {conversation.value, limit}))
        all.push_back(questionShownFrom(row));
    return all;
}

std::optional<Shown> shown(Database &db, QuestionId id)
{
    const auto rows = db.rows(QByteArray(questionShownSql) + "WHERE q.id = ?", {id.value});
    return rows.empty() ? std::nullopt : std::optional(questionShownFrom(rows.front()));
}

std::vector<Shown> ofBatch(Database &db, ModelBatchId batch, int limit)
{
    std::vector<Shown> all;
    for (const Row &row :
         db.rows(QByteArray(questionShownSql) + "WHERE d.batch_id = ? ORDER BY d.id LIMIT ?", {batch.value, limit}))
        all.push_back(questionShownFrom(row));
    return all;
}

std::optional<Question> answeredBefore(Database &db, const QString &cacheKey)
{
    return questionFrom(db.row("SELECT " PATCHBAY_QUESTION_COLUMNS
                               " FROM question q WHERE q.cache_key = ? AND q.answer <> '' ORDER BY q.id DESC LIMIT 1",
                               {cacheKey}));
}

std::optional<Question> waiting(Database &db, ConversationId conversation, const QString &cacheKey)
{
    return questionFrom(db.row("SELECT " PATCHBAY_QUESTION_COLUMNS
                               " FROM question q JOIN delivery d ON d.id = q.delivery_id "
                               "LEFT JOIN model_batch b ON b.id = d.batch_id WHERE q.cache_key = ? AND "
                               "q.conversation_id = ? AND q.answer = '' AND q.error = '' AND (d.state IN ('queued', "
                               "'sending', 'failed') OR (d.state = 'sent' AND b.state = 'running')) "
                               "ORDER BY q.id DESC LIMIT 1",
                               {cacheKey, conversation.value}));
}

std::vector<ConversationId> unansweredOf(Database &db, ModelId model, const Span &span, int limit)
{
    std::vector<ConversationId> ids;
    for (const Row &row : db.rows(
             "SELECT c.id FROM conversation c JOIN category g ON g.id = c.category_id WHERE g.is_unsorted = 1 AND "
             "c.sort_at >= ? AND c.sort_at < ? AND NOT EXISTS (SELECT 1 FROM question q WHERE q.conversation_id = c.id "
             "AND q.purpose = 'classify' AND q.model_id = ? AND q.answer <> '' AND q.message_id = (SELECT n.id FROM "
             "message n WHERE n.conversation_id = c.id AND n.direction = 'inbound' ORDER BY n.sort_at DESC, n.id DESC "
             "LIMIT 1)) ORDER BY c.sort_at DESC, c.id DESC LIMIT ?",
             {span.since.us, span.before ? span.before.us : std::numeric_limits<qint64>::max(), model.value, limit}))
        ids.push_back(row.id<ConversationId>(0));
    return ids;
}

void setAnswer(Database &db, QuestionId id, const QJsonObject &answer)
{
    const auto row = db.row("UPDATE question SET answer = ?, answered_at = ? WHERE id = ? RETURNING conversation_id",
                            {questionText(answer), db.now().us, id.value});
    if (row)
        db.changes().conversations.insert(row->id<ConversationId>(0));
}

void setError(Database &db, QuestionId id, const QString &error)
{
    const QString words = error.isEmpty() ? u"It was not answered."_s : error.left(2000);
    const auto row = db.row("UPDATE question SET error = ? WHERE id = ? RETURNING conversation_id", {words, id.value});
    if (row)
        db.changes().conversations.insert(row->id<ConversationId>(0));
}

void forgetAll(Database &db, ConversationId conversation)
{
    model_calls::forget(db, conversation);
    db.exec("DELETE FROM question WHERE conversation_id = ?", {conversation.value});
    const auto open = db.row("SELECT COUNT(*) FROM delivery WHERE conversation_id = ? AND kind = 'question' AND state "
                             "IN ('queued', 'sending', 'failed', 'unknown')",
                             {conversation.value});
    if (open && open->integer(0) > 0)
        db.fail(makeError(Error::Kind::Conflict,
                          u"A model is being asked about this conversation, so nothing was deleted. Cancel that in the "
                          "Outbox first, or wait for its end."_s));
    for (const Row &row : db.rows("DELETE FROM delivery WHERE conversation_id = ? AND kind = 'question' RETURNING id",
                                  {conversation.value}))
        db.changes().deliveries.insert(row.id<DeliveryId>(0));
}

} // namespace patchbay::questions
