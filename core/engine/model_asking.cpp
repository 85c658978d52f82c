#include "core/engine/model_asking.h"

#include "core/base/log.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_policy.h"
#include "core/engine/model_prompt.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::minutes askPatience{10}; // then nobody waits for the answer any more
constexpr std::chrono::hours askBatchPatience{24}; // for a batch to leave
constexpr int askMessages = 30;

QString askCacheKey(const ModelAccount &model, const MadePrompt &made)
{
    const QString told =
        model.settings.value("model"_L1).toString() + u'\n' + model.settings.value("agent"_L1).toString();
    const QByteArray all = (model.uid + u'\n' + told + u'\n' + made.cacheText).toUtf8();
    return QString::fromLatin1(QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex());
}

const Category *askCategory(const Taxonomy &taxonomy, const QString &name)
{
    const auto found = std::find_if(taxonomy.begin(), taxonomy.end(),
                                    [&](const Category &c) { return c.name == name && !c.isUnsorted; });
    return found == taxonomy.end() ? nullptr : &*found;
}

} // namespace

Result<PreparedQuestion> prepareQuestion(Database &db, const Taxonomy &taxonomy, const ModelAccount &model,
                                         const AskRequest &request)
{
    const auto conversation = conversations::byId(db, request.conversation);
    const auto newest = messages::newestInbound(db, request.conversation);
    if (db.error())
        return *db.error();
    if (!conversation || !newest)
        return makeError(Error::Kind::NotFound,
                         u"The conversation has no message from outside, so there is nothing to ask a model about."_s);
    PromptSource source;
    source.purpose = request.purpose;
    source.messages = messages::before(db, request.conversation, std::nullopt, askMessages);
    const bool there = std::any_of(source.messages.begin(), source.messages.end(),
                                   [&](const Message &m) { return m.id == newest->id; });
    if (!there) // behind many notes and answers
        source.messages.insert(source.messages.begin(), *newest);
    source.taxonomy = taxonomy;
    source.language = request.language.isEmpty() ? u"en"_s : request.language;
    source.marker = newUid(db.clock()).right(12);
    Result<MadePrompt> made = makePrompt(source);
    if (!made)
        return made.error();

    PreparedQuestion prepared{{}, std::move(*made)};
    Question &question = prepared.question;
    question.uid = newUid(db.clock());
    question.conversation = request.conversation;
    question.message = newest->id;
    question.model = model.id;
    question.purpose = request.purpose;
    question.language = source.language;
    question.cacheKey = askCacheKey(model, prepared.made);
    question.originals = prepared.made.originals;
    question.automatic = request.automatic;
    question.operatorId = request.by;
    question.createdAt = db.now();
    return db.finish(std::move(prepared));
}

Question answerAsBefore(Database &db, Question question, const Question &before)
{
    question.answer = before.answer;
    question.answeredAt = db.now();
    question.id = questions::insert(db, question);
    return question;
}

Question queueQuestion(Database &db, const PreparedQuestion &prepared, const ModelBatch *batch)
{
    Question question = prepared.question;
    ModelPrompt prompt = prepared.made.prompt;
    prompt.question = question.uid;
    prompt.batch = batch ? batch->uid : QString();
    prompt.askUntil = db.now() + (batch ? askBatchPatience : askPatience);
    Delivery delivery;
    delivery.uid = newUid(db.clock());
    delivery.kind = DeliveryKind::Question;
    delivery.conversation = question.conversation;
    delivery.message = question.message;
    delivery.model = question.model;
    delivery.key = u"patchbay-"_s + newUid(db.clock());
    delivery.payload = toJson(prompt);
    delivery.operatorId = question.operatorId;
    question.delivery = deliveries::insert(db, delivery);
    if (batch)
        deliveries::joinBatch(db, question.delivery, batch->id);
    question.id = questions::insert(db, question);
    return question;
}

Result<Question> askModel(Database &db, const Taxonomy &taxonomy, const AskRequest &request)
{
    const ModelPolicy policy = modelPolicy(db);
    const Result<ModelAccount> model = modelToAsk(db, policy, request.model);
    if (!model)
        return model.error();
    const Result<PreparedQuestion> prepared = prepareQuestion(db, taxonomy, *model, request);
    if (!prepared)
        return prepared.error();
    const Question &question = prepared->question;
    if (const auto asked = questions::waiting(db, request.conversation, question.cacheKey))
        return db.finish(*asked);
    if (const auto before = request.anew ? std::nullopt : questions::answeredBefore(db, question.cacheKey))
        return db.finish(answerAsBefore(db, question, *before));
    const qint64 bytes = bytesOf(modelQuestion(prepared->made.prompt, {}, 0));
    if (const Result<Done> covered = coveredByBudget(db, policy, highestPrice(*model, bytes)); !covered)
        return covered.error();
    return db.finish(queueQuestion(db, *prepared));
}

void askWhenAbstained(Database &db, const Taxonomy &taxonomy, const QSet<ConversationId> &conversations)
{
    if (conversations.isEmpty())
        return;
    const ModelPolicy policy = modelPolicy(db);
    if (!policy.allowed || !policy.automatic)
        return;
    AskRequest request;
    request.automatic = true;
    request.by = operators::system(db).id;
    for (const ConversationId conversation : conversations) {
        request.conversation = conversation;
        const Result<Question> asked = askModel(db, taxonomy, request);
        if (!asked && db.ok()) // over the budget, no model: the message stays unsorted, as without one
            logInfo(
                "models",
                u"No second opinion on a message that the local model abstains from: %1"_s.arg(asked.error().message));
    }
}

Result<Done> applyAnswer(Database &db, const Snapshot &snapshot, const Question &question, const QString &workspaceUid,
                         bool fromBatch)
{
    if (question.purpose != Purpose::Classify || (!question.automatic && !fromBatch))
        return db.finish(Done{});
    const auto newest = classifications::newestInbound(db, question.conversation);
    const bool abstained = newest && newest->message == question.message && newest->abstained()
        && newest->source == ClassificationSource::LocalModel;
    const auto pending = suggestions::pending(db, question.conversation);
    const bool waits = pending && pending->classification.abstained && pending->message == question.message
        && pending->classification.source == ClassificationSource::LocalModel;
    const bool isHistory = fromBatch && abstained && !suggestions::head(db, question.conversation);
    const Category *category = askCategory(snapshot.taxonomy, question.answer.value("category"_L1).toString());
    if ((!waits && !isHistory) || !category)
        return db.finish(Done{});
    Classification given;
    given.category = category->id;
    given.confidence = 0; // its own word for that means nothing: no rule may go by it
    given.priority = category->defaultPriority;
    const auto local = waits ? std::optional(pending->classification) : newest->classification();
    given.language = local ? local->language : QString();
    given.source = ClassificationSource::RemoteModel;
    const auto suggest = waits ? EvaluationRequest::Suggest::AsNeeded : EvaluationRequest::Suggest::Never;
    const Result<EvaluationResult> evaluated =
        evaluateAgain(db, snapshot, question.conversation, workspaceUid, suggest, given);
    if (!evaluated)
        return evaluated.error();
    return db.finish(Done{});
}

} // namespace patchbay
