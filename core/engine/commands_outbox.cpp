#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/message_changes.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/raw_message_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using commands::Actor;

Result<Delivery> deliveryById(Database &db, DeliveryId id)
{
    const auto delivery = deliveries::byId(db, id);
    if (db.error())
        return *db.error();
    if (!delivery)
        return makeError(Error::Kind::NotFound, u"This Outbox entry is not in the workspace."_s);
    return *delivery;
}

/// Why a decision is refused: the state, in words, and what can be done instead.
Error refusedBecauseOf(const Delivery &delivery)
{
    const bool waits = delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Failed;
    if (waits && delivery.everAmbiguous)
        return makeError(Error::Kind::Conflict,
                         u"It may have arrived; it is looked up before anything else happens to it."_s);
    switch (delivery.state) {
    case DeliveryState::Sending:
        return makeError(Error::Kind::Conflict, u"It is being sent at this moment; wait for the outcome."_s);
    case DeliveryState::Sent:
        return makeError(Error::Kind::Conflict,
                         delivery.isLinked() ? u"It was there before and is only linked: unlink it."_s
                                             : u"It was sent already."_s);
    case DeliveryState::Cancelled:
        return makeError(Error::Kind::Conflict,
                         delivery.replacedBy ? u"Its target did not take it, and it went to the backup."_s
                                             : u"It was cancelled."_s);
    case DeliveryState::Unknown:
        return makeError(Error::Kind::Conflict,
                         u"It is not known whether it arrived. Look there, then settle it as sent or not sent."_s);
    case DeliveryState::Failed:
        return makeError(Error::Kind::Conflict, u"It failed and will be tried again by itself; nothing is unknown."_s);
    case DeliveryState::Queued:
        return makeError(Error::Kind::Conflict, u"It is queued; nothing is unknown about it."_s);
    case DeliveryState::Dead: return makeError(Error::Kind::Conflict, u"It was given up; retry or cancel it."_s);
    }
    return makeError(Error::Kind::Conflict, u"Its state does not allow that."_s);
}

void auditDelivery(Database &db, const Actor &actor, const char *action, const Delivery &delivery)
{
    audit::add(db, actor.id, action, "delivery", delivery.uid, {{u"key"_s, delivery.key}});
}

/// A category that came with the task goes with it: the conversation has the one of its newest message again.
void giveCategoryBack(Database &db, const Task &task)
{
    const auto conversation = conversations::byId(db, task.conversation);
    const auto message = messages::newestInbound(db, task.conversation);
    const auto before = message ? classifications::newestOf(db, message->id) : std::nullopt;
    if (!conversation || !before || before->category == conversation->category
        || commands::categoryName(db, conversation->category) != task.payload.category)
        return;
    conversations::setCategory(db, conversation->id, before->category, before->confidence, conversation->priority,
                               conversation->language);
}

/// The acceptance never was: its lesson goes, and its suggestion is there again unless a newer one is. True when the
/// model has to forget something.
bool takeAcceptanceBack(Database &db, TaskId id)
{
    const auto task = tasks::byId(db, id);
    tasks::setCancelled(db, id, true);
    if (!task)
        return false;
    if (task->suggestion)
        suggestions::reopen(db, task->suggestion);
    giveCategoryBack(db, *task);
    if (task->lesson)
        lessons::undo(db, task->lesson);
    return bool(task->lesson);
}

/// What was written is not lost: it stands before whatever has been begun since.
void restoreDraft(Database &db, const Delivery &reply)
{
    const auto message = messages::byId(db, reply.message);
    if (!message)
        return;
    if (const QJsonObject use = reply.payload.value("template"_L1).toObject(); !use.isEmpty())
        return drafts::save(db, reply.conversation, reply.operatorId, u"template"_s,
                            QString::fromUtf8(QJsonDocument(use).toJson(QJsonDocument::Compact)));
    const auto marks = marksFromJson(reply.payload.value("marks"_L1).toArray(), message->text.size());
    std::vector<BodyRun> runs = runsOf({message->text, marks ? *marks : std::vector<MarkSpan>()});
    std::vector<OutboundFile> files = filesFrom(reply.payload.value("attachments"_L1).toArray());
    for (const drafts::Draft &draft : drafts::of(db, reply.conversation, reply.operatorId)) {
        if (draft.kind == draftedFiles)
            std::ranges::move(filesFromDraft(draft.text), std::back_inserter(files));
        if (draft.kind != "reply"_L1 || draft.text.trimmed().isEmpty())
            continue;
        if (!runs.empty())
            runs.push_back({u"\n\n"_s});
        const std::vector<BodyRun> begun = runsOf(markedFromDraft(draft.text));
        runs.insert(runs.end(), begun.begin(), begun.end());
    }
    drafts::save(db, reply.conversation, reply.operatorId, u"reply"_s, asDraft(markedText(runs)));
    if (!files.empty())
        drafts::save(db, reply.conversation, reply.operatorId, draftedFiles, asDraft(files));
}

std::vector<Delivery> deliveriesOf(Database &db, ConversationId conversation, TaskId task)
{
    std::vector<Delivery> all = deliveries::ofConversation(db, conversation);
    std::erase_if(all, [task](const Delivery &one) { return one.task != task; });
    return all;
}

/// What follows when a delivery will not be sent. True when the model has to forget something.
bool unmake(Database &db, const Delivery &delivery)
{
    if (delivery.message)
        restoreDraft(db, delivery);
    if (!delivery.task)
        return false;
    // A task that goes to several targets is there as long as it goes to one of them.
    const std::vector<Delivery> all = deliveriesOf(db, delivery.conversation, delivery.task);
    const bool gone =
        std::all_of(all.begin(), all.end(), [](const Delivery &one) { return one.state == DeliveryState::Cancelled; });
    return gone && takeAcceptanceBack(db, delivery.task);
}

/// True when the model has to forget something.
Result<bool> cancelAllOf(Database &db, const Actor &actor, TaskId id)
{
    const auto task = tasks::byId(db, id);
    if (db.error())
        return *db.error();
    if (!task)
        return makeError(Error::Kind::NotFound, u"This task is not in the workspace."_s);
    bool forgets = false;
    for (const Delivery &delivery : deliveriesOf(db, task->conversation, id)) {
        if (delivery.state == DeliveryState::Cancelled)
            continue;
        if (!deliveries::cancel(db, delivery.id, actor.id))
            return db.error().value_or(refusedBecauseOf(delivery));
        forgets = unmake(db, delivery) || forgets;
        auditDelivery(db, actor, "cancel_delivery", delivery);
    }
    return db.finish(forgets);
}

/// True when the model has to forget something.
Result<bool> cancelIt(Database &db, const Actor &actor, DeliveryId id)
{
    const Result<Delivery> delivery = deliveryById(db, id);
    if (!delivery)
        return delivery.error();
    if (!deliveries::cancel(db, id, actor.id))
        return db.error().value_or(refusedBecauseOf(*delivery));
    const bool forgets = unmake(db, *delivery);
    auditDelivery(db, actor, "cancel_delivery", *delivery);
    return db.finish(forgets);
}

/// The last first, so that the draft has the texts and the files in their order again.
Result<bool> takeBackAll(Database &db, const Actor &actor, const std::vector<DeliveryId> &reply)
{
    for (auto one = reply.rbegin(); one != reply.rend(); ++one) {
        if (const Result<bool> taken = cancelIt(db, actor, *one); !taken)
            return taken.error();
    }
    return db.finish(false);
}

/// True when the model has to forget something.
Result<bool> settleIt(Database &db, const Actor &actor, DeliveryId id, Settlement as)
{
    const Result<Delivery> delivery = deliveryById(db, id);
    if (!delivery)
        return delivery.error();
    if (!deliveries::settleByPerson(db, id, as, actor.id))
        return db.error().value_or(refusedBecauseOf(*delivery));
    const bool forgets = as == Settlement::GiveUp && unmake(db, *delivery);
    if (as == Settlement::Sent)
        wordsChanged(db, *delivery);
    auditDelivery(db, actor,
                  as == Settlement::Sent            ? "settle_as_sent"
                      : as == Settlement::SendAgain ? "settle_and_send_again"
                                                    : "settle_and_give_up",
                  *delivery);
    return db.finish(forgets);
}

} // namespace

QFuture<Result<Done>> Commands::cancelDelivery(DeliveryId delivery)
{
    return m_scope.run(forgetAfter(m_store.write(
        [actor = commands::actorOf(m_me, m_store), delivery](Database &db) { return cancelIt(db, actor, delivery); })));
}

QFuture<Result<Done>> Commands::takeReplyBack(std::vector<DeliveryId> deliveries)
{
    return m_scope.run(
        forgetAfter(m_store.write([actor = commands::actorOf(m_me, m_store), deliveries = std::move(deliveries)](
                                      Database &db) { return takeBackAll(db, actor, deliveries); })));
}

QFuture<Result<Done>> Commands::cancelTask(TaskId task)
{
    return m_scope.run(forgetAfter(m_store.write(
        [actor = commands::actorOf(m_me, m_store), task](Database &db) { return cancelAllOf(db, actor, task); })));
}

QFuture<Result<Done>> Commands::settleDelivery(DeliveryId delivery, Settlement as)
{
    return m_scope.run(forgetAfter(m_store.write([actor = commands::actorOf(m_me, m_store), delivery,
                                                  as](Database &db) { return settleIt(db, actor, delivery, as); })));
}

Async<Result<Done>> Commands::forgetAfter(QFuture<Result<bool>> deciding)
{
    const Result<bool> forgets = co_await finished(std::move(deciding));
    if (!forgets)
        co_return forgets.error();
    if (*forgets)
        m_scope.run(relearn());
    co_return Done{};
}

QFuture<Result<Done>> Commands::retryDelivery(DeliveryId delivery)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), delivery](Database &db) -> Result<Done> {
        const Result<Delivery> known = deliveryById(db, delivery);
        if (!known)
            return known.error();
        if (!deliveries::retry(db, delivery, actor.id))
            return db.error().value_or(refusedBecauseOf(*known));
        auditDelivery(db, actor, "retry_delivery", *known);
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::requeueRaw(RawMessageId raw)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), raw](Database &db) -> Result<Done> {
        const auto item = raw_messages::byId(db, raw);
        if (db.error())
            return *db.error();
        if (!item)
            return makeError(Error::Kind::NotFound, u"This item is not in the workspace."_s);
        if (item->state != raw_messages::State::Quarantined)
            return makeError(Error::Kind::Conflict, u"Only an item that could not be read can be read again."_s);
        raw_messages::requeue(db, raw);
        audit::add(db, actor.id, "requeue", "raw_message", item->item.sourceKey);
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> Commands::setLocalTaskDone(LocalTaskId task, bool done)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), task, done](Database &db) -> Result<Done> {
        const auto local = local_tasks::byId(db, task);
        if (db.error())
            return *db.error();
        if (!local)
            return makeError(Error::Kind::NotFound, u"This task is not in the workspace."_s);
        local_tasks::setDone(db, task, done);
        if (const auto delivery = deliveries::byKey(db, local->key); delivery && delivery->task)
            tasks::setStatusAt(db, delivery->id, done ? u"done"_s : u"open"_s, done);
        audit::add(db, actor.id, done ? "local_task_done" : "local_task_reopened", "local_task", local->uid);
        return db.finish(Done{});
    });
}

} // namespace patchbay
