#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/evaluation.h"
#include "core/engine/task_draft.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace commands {

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

} // namespace commands

namespace {

using commands::Actor;
using Suggest = EvaluationRequest::Suggest;

constexpr int saidLookedAt = 50; // of one message

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
        lesson = commands::lessonOf(db, actor, message->id, category, conversation->category, 1.0);
    commands::auditConversation(db, actor, "override_category", *conversation,
                                {{u"from"_s, commands::categoryName(db, conversation->category)},
                                 {u"to"_s, chosen->name},
                                 {u"lesson"_s, lesson ? lesson->uid : QString(u""_s)}});
    return db.finish(std::move(lesson));
}

/// What was said before the last lesson of a message was learned: a person's earlier word, else the newest of no
/// person. None where nothing of it is there.
std::optional<Classification> saidBefore(const std::vector<Classification> &said, const std::optional<Lesson> &lesson)
{
    const bool isPersons = lesson && lesson->weight == 1.0;
    const auto found = std::find_if(said.begin(), said.end(), [&](const Classification &one) {
        return isPersons ? one.source == ClassificationSource::Person && one.category == lesson->category
                         : one.source != ClassificationSource::Person;
    });
    return found == said.end() ? std::nullopt : std::optional(*found);
}

/// True when a lesson was undone.
Result<bool> takeBackCategoryOf(Database &db, const Snapshot &snapshot, const Actor &actor, ConversationId id,
                                CategoryId chosen)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const MessageId message = messages::newestInbound(db, id).value_or(Message{}).id;
    const std::vector<Classification> said = classifications::lastOf(db, message, saidLookedAt);
    const auto lesson = lessons::newestOf(db, message);
    const bool isLast = !said.empty() && said.front().source == ClassificationSource::Person
        && said.front().category == chosen && conversation->category == chosen;
    const bool isOthers = lesson && lesson->category == chosen && lesson->operatorId != actor.id;
    const bool taught = isLast && !isOthers && lesson && lesson->category == chosen && lesson->weight == 1.0;
    if (taught)
        lessons::undo(db, lesson->id);
    const auto before = saidBefore(said, lessons::newestOf(db, message));
    if (db.error())
        return *db.error();
    if (!isLast || isOthers || !before)
        return makeError(Error::Kind::Conflict,
                         u"Something else was said of this conversation since, or a newer message has come in, so "
                         "nothing was undone. Choose its category with C."_s);
    const Result<EvaluationResult> evaluated =
        evaluateAgain(db, snapshot, id, actor.workspaceUid, Suggest::AsNeeded, *before);
    if (!evaluated)
        return evaluated.error();
    commands::auditConversation(db, actor, "take_back_category", *conversation,
                                {{u"from"_s, commands::categoryName(db, chosen)},
                                 {u"to"_s, commands::categoryName(db, before->category)},
                                 {u"lesson"_s, taught ? lesson->uid : QString(u""_s)}});
    return db.finish(taught);
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

QFuture<Result<Done>> Commands::dismiss(ConversationId conversation, int suggestionVersion)
{
    return commands::changeConversation(m_store, commands::actorOf(m_me, m_store), conversation, "dismiss",
                                        [suggestionVersion, actor = commands::actorOf(m_me, m_store)](
                                            Database &db, const Conversation &c) -> Result<QJsonObject> {
                                            const Result<Suggestion> suggestion = commands::decidedSuggestion(
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

QFuture<Result<Done>> Commands::takeBackCategory(ConversationId conversation, CategoryId chosen)
{
    return m_scope.run(takeBackNow(conversation, chosen));
}

Async<Result<Done>> Commands::takeBackNow(ConversationId conversation, CategoryId chosen)
{
    auto taking = m_store.write(
        [actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(), conversation,
         chosen](Database &db) { return takeBackCategoryOf(db, *snapshot, actor, conversation, chosen); });
    const Result<bool> taught = co_await finished(std::move(taking));
    if (!taught)
        co_return taught.error();
    if (*taught)
        m_scope.run(relearn());
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

} // namespace patchbay
