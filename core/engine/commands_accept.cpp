#include "core/base/fault.h"
#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/task_plan.h"
#include "core/store/delivery_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using commands::AcceptedWithLesson;
using commands::Actor;
using Accepted = Commands::Accepted;

constexpr double acceptanceWeight = 0.3; ///< what an acceptance teaches, beside an override's 1

/// What an operator is shown instead of a second task.
std::optional<Commands::OpenTask> openTaskOf(Database &db, ConversationId conversation, const TaskPlan &plan)
{
    const std::vector<tasks::OpenAt> open = tasks::openAt(db, conversation, plan.targets());
    if (open.empty())
        return std::nullopt;
    Commands::OpenTask shown;
    shown.task = open.front().task.id;
    shown.uid = open.front().task.uid;
    shown.title = open.front().task.payload.title;
    shown.state = open.front().delivery.state;
    shown.remoteStatus = open.front().delivery.remoteStatus;
    shown.url = open.front().delivery.externalUrl;
    for (const std::vector<PlannedTask> *list : {&plan.first, &plan.backups}) {
        for (const PlannedTask &one : *list) {
            if (one.target.id == open.front().delivery.target)
                shown.target = one.target.name;
        }
    }
    return shown;
}

/// One delivery for each target of the way, each with a key of its own; the backups go along with them.
std::vector<Delivery> plannedDeliveries(Database &db, const TaskPlan &plan, const Task &task, Timestamp notBefore)
{
    std::vector<Delivery> made;
    for (const PlannedTask &one : plan.first) {
        Delivery delivery;
        delivery.uid = newUid(db.clock());
        delivery.kind = DeliveryKind::Task;
        delivery.conversation = task.conversation;
        delivery.task = task.id;
        delivery.target = one.target.id;
        delivery.key = u"patchbay-"_s + newUid(db.clock());
        delivery.payload = toJson(one.payload);
        delivery.operatorId = task.operatorId;
        delivery.notBefore = notBefore;
        for (const PlannedTask &backup : plan.backups)
            delivery.backups.push_back({backup.target.id, toJson(backup.payload)});
        delivery.id = deliveries::insert(db, delivery);
        made.push_back(std::move(delivery));
    }
    return made;
}

} // namespace

namespace commands {

Result<AcceptedWithLesson> makeTask(Database &db, const Actor &actor, const TaskMaking &making, LessonMaker lesson)
{
    const Suggestion &suggestion = making.suggestion;
    const Result<TaskPlan> plan = planTask(db, suggestion, actor.name);
    if (!plan)
        return plan.error();
    AcceptedWithLesson result;
    result.accepted.open = openTaskOf(db, making.conversation.id, *plan);
    if (result.accepted.open && making.ifOpen == Commands::IfOpen::Ask) {
        if (suggestion.id)
            suggestions::reopen(db, suggestion.id); // nothing was decided: it waits for the answer
        return db.finish(std::move(result));
    }

    result.lesson = lesson(db, actor, suggestion);
    Task task;
    task.uid = newUid(db.clock());
    task.conversation = making.conversation.id;
    task.suggestion = suggestion.id;
    task.lesson = result.lesson ? result.lesson->id : LessonId{};
    task.payload = suggestion.draft;
    task.operatorId = actor.id;
    task.createdAt = db.now();
    task.id = tasks::insert(db, task);
    const std::vector<Delivery> sent = plannedDeliveries(db, *plan, task, db.now() + making.hold);

    QStringList names;
    for (const PlannedTask &one : plan->first)
        names << one.target.name;
    auditConversation(db, actor, making.action, making.conversation,
                      {{u"suggestion_version"_s, making.version},
                       {u"task"_s, task.uid},
                       {u"target"_s, names.join(u", "_s)},
                       {u"category"_s, task.payload.category},
                       {u"confidence"_s, suggestion.classification.confidence}});
    result.accepted.open.reset();
    result.accepted.task = task.id;
    result.accepted.taskUid = task.uid;
    result.accepted.delivery = sent.front().id;
    for (const Delivery &delivery : sent)
        result.accepted.deliveryUids << delivery.uid;
    result.accepted.targets = names;
    result.accepted.canUndoUntil = sent.front().notBefore;
    return db.finish(std::move(result));
}

/// A person's own word has taught more than an acceptance would; the model's own word teaches nothing.
std::optional<Lesson> acceptedLesson(Database &db, const Actor &actor, const Suggestion &suggestion)
{
    const Classification &classification = suggestion.classification;
    if (actor.isSystem || classification.abstained || classification.source == ClassificationSource::Person)
        return std::nullopt;
    return lessonOf(db, actor, suggestion.message, classification.category, classification.category, acceptanceWeight);
}

} // namespace commands

namespace {

Result<AcceptedWithLesson> acceptSuggestion(Database &db, const Actor &actor, ConversationId id, int version,
                                            Commands::IfOpen ifOpen, std::chrono::milliseconds hold)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const Result<Suggestion> suggestion =
        commands::decidedSuggestion(db, actor, id, version, Suggestion::State::Accepted);
    if (!suggestion)
        return suggestion.error();
    return commands::makeTask(db, actor, {"accept", *conversation, *suggestion, version, ifOpen, hold},
                              &commands::acceptedLesson);
}

Result<Commands::Linked> linkSuggestion(Database &db, const Actor &actor, ConversationId id, int version, TaskId taskId)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const Result<Suggestion> suggestion =
        commands::decidedSuggestion(db, actor, id, version, Suggestion::State::Accepted);
    if (!suggestion)
        return suggestion.error();
    const std::vector<Task> known = tasks::ofConversation(db, id);
    const auto task = std::find_if(known.begin(), known.end(), [taskId](const Task &one) { return one.id == taskId; });
    if (task == known.end())
        return makeError(Error::Kind::NotFound, u"This task is not of this conversation, or was taken back."_s);
    if (task->remoteClosed)
        return makeError(Error::Kind::Conflict,
                         u"The task “%1” was closed meanwhile: make another one."_s.arg(task->payload.title));
    suggestions::link(db, suggestion->id, task->id);
    db.changes().tasks.insert(task->id);
    commands::auditConversation(db, actor, "link", *conversation,
                                {{u"suggestion_version"_s, version}, {u"task"_s, task->uid}});
    return db.finish(Commands::Linked{suggestion->id, task->uid, task->payload.title});
}

Result<Done> unlinkSuggestion(Database &db, const Actor &actor, SuggestionId id)
{
    const auto suggestion = suggestions::byId(db, id);
    if (db.error())
        return *db.error();
    if (!suggestion || !suggestion->linkedTask)
        return makeError(Error::Kind::NotFound, u"This suggestion is not linked to a task."_s);
    const Result<Conversation> conversation = commands::conversationById(db, suggestion->conversation);
    if (!conversation)
        return conversation.error();
    if (!suggestions::reopen(db, id))
        return db.error().value_or(
            makeError(Error::Kind::Conflict, u"There is a newer suggestion for this conversation already."_s));
    commands::auditConversation(db, actor, "unlink", *conversation, {});
    return db.finish(Done{});
}

} // namespace

QFuture<Result<Accepted>> Commands::accept(ConversationId conversation, int suggestionVersion, IfOpen ifOpen)
{
    return m_scope.run(acceptNow(conversation, suggestionVersion, ifOpen));
}

Async<Result<Accepted>> Commands::acceptNow(ConversationId conversation, int suggestionVersion, IfOpen ifOpen)
{
    auto accepting = m_store.write([actor = commands::actorOf(m_me, m_store), conversation, suggestionVersion, ifOpen,
                                    hold = m_hold](Database &db) {
        return acceptSuggestion(db, actor, conversation, suggestionVersion, ifOpen, hold);
    });
    const Result<AcceptedWithLesson> result = co_await finished(std::move(accepting));
    if (!result)
        co_return result.error();
    if (result->accepted.open)
        co_return result->accepted;
    faultPoint("outbox.after_intent");
    if (result->lesson)
        learn(*result->lesson);
    co_return result->accepted;
}

QFuture<Result<Commands::Linked>> Commands::link(ConversationId conversation, int suggestionVersion, TaskId task)
{
    return m_store.write(
        [actor = commands::actorOf(m_me, m_store), conversation, suggestionVersion, task](Database &db) {
            return linkSuggestion(db, actor, conversation, suggestionVersion, task);
        });
}

QFuture<Result<Done>> Commands::unlink(SuggestionId suggestion)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), suggestion](Database &db) {
        return unlinkSuggestion(db, actor, suggestion);
    });
}

} // namespace patchbay
