#include "core/base/fault.h"
#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using commands::AcceptedWithLesson;
using commands::Actor;

constexpr double chosenWeight = 1.0; ///< what a category that a person chose teaches

/// What a task begins with, when it is what the person saw. The suggestion that waits is decided then.
Result<TaskStart> decidedStart(Database &db, const Snapshot &snapshot, const Actor &actor, ConversationId id,
                               int version)
{
    Result<TaskStart> start = makeError(Error::Kind::Conflict, QString());
    if (version > 0) {
        const Result<Suggestion> suggestion =
            commands::decidedSuggestion(db, actor, id, version, Suggestion::State::Accepted);
        if (!suggestion)
            return suggestion.error();
        start = TaskStart{version, *suggestion, formOf(*suggestion)};
    } else {
        (void)conversations::byIds(db, {id}); // held: another workstation's decision waits, and sees this one
        start = taskStart(db, snapshot, id, actor.workspaceUid);
        if (start && start->version > 0)
            return makeError(Error::Kind::Conflict,
                             u"A suggestion was made for this conversation meanwhile. Look at it first."_s);
    }
    return start;
}

/// The person's category is the conversation's, too.
void takeCategory(Database &db, const Conversation &conversation, CategoryId category)
{
    if (conversation.category != category)
        conversations::setCategory(db, conversation.id, category, 1, conversation.priority, conversation.language);
}

Result<AcceptedWithLesson> createIt(Database &db, const Snapshot &snapshot, const Actor &actor, ConversationId id,
                                    int version, const TaskForm &form, Commands::IfOpen ifOpen,
                                    std::chrono::milliseconds hold)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const Result<TaskStart> start = decidedStart(db, snapshot, actor, id, version);
    if (!start)
        return start.error();
    const Result<Suggestion> written = withForm(db, start->suggestion, form);
    if (!written)
        return written.error();
    const CategoryId suggested = start->suggestion.classification.category;
    const auto lesson = [&](Database &store, const Actor &who, const Suggestion &suggestion) {
        if (form.category == suggested)
            return commands::acceptedLesson(store, who, suggestion);
        return who.isSystem
            ? std::nullopt
            : commands::lessonOf(store, who, suggestion.message, form.category, suggested, chosenWeight);
    };
    Result<AcceptedWithLesson> made =
        commands::makeTask(db, actor, {"create_task", *conversation, *written, version, ifOpen, hold}, lesson);
    if (made && !made->accepted.open && form.category != suggested)
        takeCategory(db, *conversation, form.category);
    return made;
}

/// The record is a task of this conversation already, linked or sent.
bool hasRecord(Database &db, ConversationId conversation, TargetId target, const QString &externalId)
{
    const std::vector<Delivery> all = deliveries::ofConversation(db, conversation);
    return std::any_of(all.begin(), all.end(), [&](const Delivery &one) {
        return one.target == target && one.externalId == externalId && one.state == DeliveryState::Sent;
    });
}

Task linkedTask(Database &db, const Actor &actor, const TaskStart &start, const RemoteRecord &record)
{
    Task task;
    task.uid = newUid(db.clock());
    task.conversation = start.suggestion.conversation;
    task.suggestion = start.suggestion.id;
    task.payload = start.suggestion.draft;
    if (!record.title.trimmed().isEmpty())
        task.payload.title = record.title.simplified().left(taskTitleLimit);
    task.operatorId = actor.id;
    task.createdAt = db.now();
    task.id = tasks::insert(db, task);
    return task;
}

Result<Commands::LinkedRecord> linkIt(Database &db, const Snapshot &snapshot, const Actor &actor, ConversationId id,
                                      int version, TargetId targetId, const RemoteRecord &record)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const auto target = targets::byId(db, targetId);
    if (!target)
        return db.error().value_or(
            makeError(Error::Kind::NotFound, u"This target is not in the workspace any more."_s));
    if (record.externalId.isEmpty())
        return makeError(Error::Kind::Refused, u"The record has no id."_s);
    const Result<TaskStart> start = decidedStart(db, snapshot, actor, id, version);
    if (!start)
        return start.error();
    if (hasRecord(db, id, targetId, record.externalId))
        return makeError(
            Error::Kind::Conflict,
            u"“%1” in %2 is a task of this conversation already."_s.arg(record.externalId.left(80), target->name));
    const Task task = linkedTask(db, actor, *start, record);
    Delivery delivery;
    delivery.conversation = id;
    delivery.task = task.id;
    delivery.target = targetId;
    delivery.key = u"linked-"_s + newUid(db.clock());
    delivery.payload = toJson(task.payload);
    delivery.operatorId = actor.id;
    delivery.externalId = record.externalId;
    delivery.externalUrl = record.url;
    delivery.remoteStatus = record.status;
    delivery.remoteClosed = record.closed;
    const DeliveryId linked = deliveries::insertLinked(db, delivery);
    tasks::setStatusAt(db, linked, record.status, record.closed);
    commands::auditConversation(db, actor, "link_record", *conversation,
                                {{u"suggestion_version"_s, version},
                                 {u"task"_s, task.uid},
                                 {u"target"_s, target->name},
                                 {u"record"_s, record.externalId}});
    return db.finish(Commands::LinkedRecord{task.id, task.uid, task.payload.title, target->name});
}

Result<Done> unlinkIt(Database &db, const Actor &actor, TaskId id)
{
    const auto task = tasks::byId(db, id);
    if (!task)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This task is not in the workspace."_s));
    const Result<Conversation> conversation = commands::conversationById(db, task->conversation);
    if (!conversation)
        return conversation.error();
    bool unlinked = false;
    for (const Delivery &delivery : deliveries::ofConversation(db, task->conversation)) {
        if (delivery.task == id)
            unlinked = deliveries::unlink(db, delivery.id, actor.id) || unlinked;
    }
    if (!unlinked)
        return db.error().value_or(
            makeError(Error::Kind::Conflict, u"This task is not linked to a record, or was unlinked already."_s));
    tasks::setCancelled(db, id, true);
    if (task->suggestion)
        suggestions::reopen(db, task->suggestion); // unless a newer one is pending
    commands::auditConversation(db, actor, "unlink_record", *conversation, {{u"task"_s, task->uid}});
    return db.finish(Done{});
}

} // namespace

QFuture<Result<TaskStart>> Commands::startTask(ConversationId conversation)
{
    return m_store.read([snapshot = m_snapshots.current(), uid = m_store.workspaceUid(), conversation](Database &db) {
        return taskStart(db, *snapshot, conversation, uid);
    });
}

QFuture<Result<TaskPlan>> Commands::planTask(ConversationId conversation, TaskForm form)
{
    return m_store.read([snapshot = m_snapshots.current(), uid = m_store.workspaceUid(), conversation, me = m_me.name,
                         form = std::move(form)](Database &db) -> Result<TaskPlan> {
        const Result<TaskStart> start = taskStart(db, *snapshot, conversation, uid);
        if (!start)
            return start.error();
        const Result<Suggestion> written = withForm(db, start->suggestion, form);
        if (!written)
            return written.error();
        return patchbay::planTask(db, *written, me);
    });
}

QFuture<Result<Commands::Accepted>> Commands::createTask(ConversationId conversation, int suggestionVersion,
                                                         TaskForm form, IfOpen ifOpen)
{
    return m_scope.run(createNow(conversation, suggestionVersion, std::move(form), ifOpen));
}

Async<Result<Commands::Accepted>> Commands::createNow(ConversationId conversation, int suggestionVersion, TaskForm form,
                                                      IfOpen ifOpen)
{
    auto creating =
        m_store.write([actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(), conversation,
                       suggestionVersion, form = std::move(form), ifOpen, hold = m_hold](Database &db) {
            return createIt(db, *snapshot, actor, conversation, suggestionVersion, form, ifOpen, hold);
        });
    const Result<AcceptedWithLesson> result = co_await finished(std::move(creating));
    if (!result)
        co_return result.error();
    if (result->accepted.open)
        co_return result->accepted;
    faultPoint("outbox.after_intent");
    if (result->lesson)
        learn(*result->lesson);
    co_return result->accepted;
}

QFuture<Result<Commands::LinkedRecord>> Commands::linkRecord(ConversationId conversation, int suggestionVersion,
                                                             TargetId target, RemoteRecord record)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(), conversation,
                          suggestionVersion, target, record = std::move(record)](Database &db) {
        return linkIt(db, *snapshot, actor, conversation, suggestionVersion, target, record);
    });
}

QFuture<Result<Done>> Commands::unlinkRecord(TaskId task)
{
    return m_store.write(
        [actor = commands::actorOf(m_me, m_store), task](Database &db) { return unlinkIt(db, actor, task); });
}

} // namespace patchbay
