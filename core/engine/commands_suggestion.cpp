#include "core/base/fault.h"
#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/evaluation.h"
#include "core/engine/snapshot_keeper.h"
#include "core/engine/task_draft.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using commands::Actor;
using Suggest = EvaluationRequest::Suggest;

constexpr double acceptanceWeight = 0.3; ///< what an acceptance teaches, beside an override's 1

/// The pending suggestion, decided, when it is the one that was painted. Of two workstations that decide at the same
/// moment the second is refused.
Result<Suggestion> decidedSuggestion(Database &db, const Actor &actor, ConversationId conversation, int version,
                                     Suggestion::State state)
{
    const auto decided = suggestions::decidePending(db, conversation, version, state, actor.id);
    if (decided)
        return *decided;
    const auto pending = suggestions::pending(db, conversation);
    if (db.error())
        return *db.error();
    if (!pending)
        return makeError(Error::Kind::Conflict, u"There is no suggestion to decide on: it was decided already."_s);
    return makeError(Error::Kind::Conflict,
                     u"The suggestion has changed since it was shown (it is version %1 now, you saw %2). Look at the "
                     u"new one."_s.arg(pending->version)
                         .arg(version));
}

/// The one target that the suggestion's route leads to.
Result<Target> suggestedTarget(Database &db, const Suggestion &suggestion)
{
    const auto route = suggestion.route ? routes::byId(db, suggestion.route) : std::nullopt;
    if (db.error())
        return *db.error();
    if (!route || route->targets.empty())
        return makeError(Error::Kind::Refused,
                         u"This suggestion has no route to a target. Choose a route, then accept it."_s);
    const auto target = targets::byId(db, route->targets.front());
    if (!target)
        return makeError(Error::Kind::Refused, u"The target of route “%1” is no longer there."_s.arg(route->name));
    return *target;
}

/// A task that is open for the same thing, and not older news than the suggestion.
Result<Done> refuseSecondTask(Database &db, const Suggestion &suggestion, const Target &target)
{
    const auto open = tasks::openOne(db, suggestion.conversation);
    if (!open || open->createdAt < suggestion.createdAt || open->payload.category != suggestion.draft.category)
        return db.finish(Done{});
    for (const Delivery &delivery : deliveries::ofConversation(db, suggestion.conversation)) {
        if (delivery.task == open->id && delivery.target == target.id)
            return makeError(
                Error::Kind::Conflict,
                u"There is an open task for this already: “%1” at %2."_s.arg(open->payload.title, target.name));
    }
    return db.finish(Done{});
}

std::optional<Lesson> lessonOf(Database &db, const Actor &actor, MessageId message, CategoryId category,
                               CategoryId previous, double weight)
{
    const auto learnedFrom = messages::byId(db, message);
    const Taxonomy taxonomy = categories::inUse(db);
    const bool teaches = std::any_of(taxonomy.begin(), taxonomy.end(),
                                     [category](const Category &c) { return c.id == category && !c.isUnsorted; });
    if (!learnedFrom || !teaches)
        return std::nullopt;
    Lesson lesson;
    lesson.uid = newUid(db.clock());
    lesson.message = message;
    lesson.category = category;
    lesson.previous = previous;
    lesson.weight = weight;
    lesson.operatorId = actor.id;
    lesson.createdAt = db.now();
    lesson.text = QString(withoutReplyPrefixes(learnedFrom->subject) + u'\n' + learnedFrom->text).trimmed();
    lesson.id = lessons::insert(db, lesson);
    return lesson;
}

struct AcceptedWithLesson {
    Commands::Accepted accepted = {};
    std::optional<Lesson> lesson = {};
};

Result<AcceptedWithLesson> acceptSuggestion(Database &db, const Actor &actor, ConversationId id, int version,
                                            std::chrono::milliseconds hold)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const Result<Suggestion> suggestion = decidedSuggestion(db, actor, id, version, Suggestion::State::Accepted);
    if (!suggestion)
        return suggestion.error();
    const Result<Target> target = suggestedTarget(db, *suggestion);
    if (!target)
        return target.error();
    const Result<Done> single = refuseSecondTask(db, *suggestion, *target);
    if (!single)
        return single.error();

    AcceptedWithLesson result;
    const Classification &classification = suggestion->classification;
    // A person's own word has taught more than an acceptance would.
    if (!classification.abstained && classification.source != ClassificationSource::Person)
        result.lesson = lessonOf(db, actor, suggestion->message, classification.category, classification.category,
                                 acceptanceWeight);

    Task task;
    task.uid = newUid(db.clock());
    task.conversation = id;
    task.suggestion = suggestion->id;
    task.lesson = result.lesson ? result.lesson->id : LessonId{};
    task.payload = suggestion->draft;
    task.operatorId = actor.id;
    task.createdAt = db.now();
    task.id = tasks::insert(db, task);

    Delivery delivery;
    delivery.uid = newUid(db.clock());
    delivery.kind = DeliveryKind::Task;
    delivery.conversation = id;
    delivery.task = task.id;
    delivery.target = target->id;
    delivery.key = u"patchbay-"_s + newUid(db.clock());
    delivery.payload = toJson(task.payload);
    delivery.operatorId = actor.id;
    delivery.notBefore = db.now() + hold;
    delivery.id = deliveries::insert(db, delivery);

    commands::auditConversation(db, actor, "accept", *conversation,
                                {{u"suggestion_version"_s, version},
                                 {u"task"_s, task.uid},
                                 {u"target"_s, target->name},
                                 {u"category"_s, task.payload.category},
                                 {u"confidence"_s, classification.confidence}});
    result.accepted.taskUid = task.uid;
    result.accepted.delivery = delivery.id;
    result.accepted.deliveryUid = delivery.uid;
    result.accepted.canUndoUntil = delivery.notBefore;
    return db.finish(std::move(result));
}

Result<std::optional<Lesson>> overrideCategoryOf(Database &db, const Snapshot &snapshot, const Actor &actor,
                                                 ConversationId id, CategoryId category)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const Taxonomy taxonomy = categories::all(db);
    const auto chosen =
        std::find_if(taxonomy.begin(), taxonomy.end(), [category](const Category &c) { return c.id == category; });
    if (chosen == taxonomy.end())
        return makeError(Error::Kind::NotFound, u"This category is not in the workspace any more."_s);
    if (chosen->isRetired())
        return makeError(Error::Kind::Refused,
                         u"“%1” is retired. Choose another category, or bring it back."_s.arg(chosen->name));

    const auto before = suggestions::pending(db, id);
    Classification given;
    given.category = category;
    given.confidence = 1;
    given.priority = chosen->defaultPriority;
    given.language = conversation->language;
    given.source = ClassificationSource::Person;
    const Result<EvaluationResult> evaluated =
        evaluateAgain(db, snapshot, id, actor.workspaceUid, Suggest::AsNeeded, given);
    if (!evaluated)
        return evaluated.error();
    if (before && evaluated->suggestion)
        suggestions::decide(db, before->id, Suggestion::State::Overridden, actor.id);
    const auto message = messages::newestInbound(db, id);
    std::optional<Lesson> lesson;
    if (message)
        lesson = lessonOf(db, actor, message->id, category, conversation->category, 1.0);
    commands::auditConversation(db, actor, "override_category", *conversation,
                                {{u"from"_s, commands::categoryName(db, conversation->category)},
                                 {u"to"_s, chosen->name},
                                 {u"lesson"_s, lesson ? lesson->uid : QString(u""_s)}});
    return db.finish(std::move(lesson));
}

Result<Done> routeSuggestion(Database &db, const Snapshot &snapshot, const Actor &actor, ConversationId id,
                             RouteId routeId)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const auto route = routes::byId(db, routeId);
    if (!route)
        return makeError(Error::Kind::NotFound, u"This route is not in the workspace any more."_s);
    // The category stays as it is: only the way changes.
    std::optional<Classification> given;
    if (const auto pending = suggestions::pending(db, id))
        given = pending->classification;
    else if (const auto message = messages::newestInbound(db, id))
        given = classifications::newestOf(db, message->id);
    const Result<EvaluationResult> evaluated =
        evaluateAgain(db, snapshot, id, actor.workspaceUid, Suggest::Always, given, routeId);
    if (!evaluated)
        return evaluated.error();
    commands::auditConversation(db, actor, "set_route", *conversation, {{u"route"_s, route->name}});
    return db.finish(Done{});
}

} // namespace

QFuture<Result<Commands::Accepted>> Commands::accept(ConversationId conversation, int suggestionVersion)
{
    return m_scope.run(acceptNow(conversation, suggestionVersion));
}

Async<Result<Commands::Accepted>> Commands::acceptNow(ConversationId conversation, int suggestionVersion)
{
    auto accepting =
        m_store.write([actor = commands::actorOf(m_me, m_store), conversation, suggestionVersion, hold = m_hold](
                          Database &db) { return acceptSuggestion(db, actor, conversation, suggestionVersion, hold); });
    const Result<AcceptedWithLesson> result = co_await finished(std::move(accepting));
    if (!result)
        co_return result.error();
    faultPoint("outbox.after_intent");
    if (result->lesson)
        learn(*result->lesson);
    co_return result->accepted;
}

QFuture<Result<Done>> Commands::dismiss(ConversationId conversation, int suggestionVersion)
{
    return commands::changeConversation(m_store, commands::actorOf(m_me, m_store), conversation, "dismiss",
                                        [suggestionVersion, actor = commands::actorOf(m_me, m_store)](
                                            Database &db, const Conversation &c) -> Result<QJsonObject> {
                                            const Result<Suggestion> suggestion = decidedSuggestion(
                                                db, actor, c.id, suggestionVersion, Suggestion::State::Dismissed);
                                            if (!suggestion)
                                                return suggestion.error();
                                            return QJsonObject{{u"suggestion_version"_s, suggestionVersion}};
                                        });
}

QFuture<Result<Done>> Commands::overrideCategory(ConversationId conversation, CategoryId category)
{
    return m_scope.run(overrideNow(conversation, category));
}

Async<Result<Done>> Commands::overrideNow(ConversationId conversation, CategoryId category)
{
    auto overriding = m_store.write(
        [actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(), conversation,
         category](Database &db) { return overrideCategoryOf(db, *snapshot, actor, conversation, category); });
    const Result<std::optional<Lesson>> lesson = co_await finished(std::move(overriding));
    if (!lesson)
        co_return lesson.error();
    if (lesson->has_value())
        learn(**lesson);
    co_return Done{};
}

QFuture<Result<Done>> Commands::suggestAgain(ConversationId conversation)
{
    return commands::changeConversation(
        m_store, commands::actorOf(m_me, m_store), conversation, "suggest_again",
        [snapshot = m_snapshots.current(), uid = m_store.workspaceUid()](Database &db,
                                                                         const Conversation &c) -> Result<QJsonObject> {
            if (suggestions::pending(db, c.id))
                return makeError(Error::Kind::Conflict, u"There is a suggestion for this conversation already."_s);
            const Result<EvaluationResult> evaluated = evaluateAgain(db, *snapshot, c.id, uid, Suggest::Always);
            if (!evaluated)
                return evaluated.error();
            return QJsonObject{};
        });
}

QFuture<Result<Done>> Commands::setRoute(ConversationId conversation, RouteId route)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(), conversation,
                          route](Database &db) { return routeSuggestion(db, *snapshot, actor, conversation, route); });
}

void Commands::learn(const Lesson &lesson)
{
    const auto current = m_snapshots.current();
    if (current->lessons.contains(lesson.id))
        return; // a training that ended at this moment has read it already
    auto next = std::make_shared<Snapshot>(*current);
    next->classifier = next->classifier->learned(lesson);
    next->lessons.insert(lesson.id);
    m_snapshots.replace(std::move(next));
}

Async<Result<Done>> Commands::relearn() { return retrain(&m_store, &m_snapshots); }

} // namespace patchbay
