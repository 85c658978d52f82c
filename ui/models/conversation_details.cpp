#include "ui/models/conversation_details.h"

#include "core/engine/reply_recipients.h"
#include "core/mail/bounded_body.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/guidance_table.h"
#include "core/store/message_table.h"
#include "core/store/model_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace patchbay {

namespace {

template <class Rows, class IdType> auto detailsFind(const Rows &rows, IdType id) -> decltype(rows.data())
{
    const auto found = std::find_if(rows.begin(), rows.end(), [id](const auto &row) { return row.id == id; });
    return found == rows.end() ? nullptr : &*found;
}

void detailsPlan(Database &db, ConversationDetails &all, OperatorId me)
{
    Result<TaskPlan> plan = planTask(db, *all.suggestion, all.operatorName(me));
    if (!plan) {
        all.planProblem = plan.error().message;
        return;
    }
    all.plan = std::move(*plan);
    all.openTasks = tasks::openAt(db, all.conversation.id, all.plan->targets());
}

void detailsEvidence(Database &db, ConversationDetails &all)
{
    const Suggestion &suggestion = *all.suggestion;
    const std::vector<Evidence> &because = suggestion.classification.because;
    const MessageId from = suggestion.classification.readFrom ? suggestion.classification.readFrom : suggestion.message;
    std::optional<Message> message = because.empty() ? std::nullopt : messages::byId(db, from);
    if (!message || message->conversation != all.conversation.id)
        return;
    message->body = boundedBody(std::move(message->body)); // as it is shown
    all.evidence = evidencePlaces(*message, because);
    all.evidenceAt = message->sortAt;
}

} // namespace

QString ConversationDetails::categoryName(CategoryId id) const
{
    const Category *found = detailsFind(taxonomy, id);
    return found ? found->name : QString();
}

QString ConversationDetails::operatorName(OperatorId id) const
{
    const Operator *found = detailsFind(operators, id);
    return found ? found->name : QString();
}

const Route *ConversationDetails::route(RouteId id) const { return detailsFind(routes, id); }

const Target *ConversationDetails::target(TargetId id) const { return detailsFind(targets, id); }

const Target *ConversationDetails::targetOf(const Suggestion &of) const
{
    const Route *leads = route(of.route);
    const RouteWay way = leads ? wayOf(*leads, of.classification.category) : RouteWay{};
    return way.first.empty() ? nullptr : target(way.first.front());
}

std::vector<const Delivery *> ConversationDetails::deliveriesOf(TaskId task) const
{
    std::vector<const Delivery *> found;
    for (const Delivery &delivery : deliveries) {
        if (delivery.task == task)
            found.push_back(&delivery);
    }
    return found;
}

std::vector<const Delivery *> ConversationDetails::troubledChanges() const
{
    std::vector<const Delivery *> found;
    for (const Delivery &delivery : deliveries) {
        const bool isBad = delivery.state == DeliveryState::Failed || delivery.state == DeliveryState::Unknown
            || delivery.state == DeliveryState::Dead;
        if (delivery.kind == DeliveryKind::Change && isBad)
            found.push_back(&delivery);
    }
    return found;
}

const Task *ConversationDetails::task(TaskId id) const { return detailsFind(tasks, id); }

task_watch::Watch ConversationDetails::watch(DeliveryId id) const
{
    const auto found =
        std::find_if(watches.begin(), watches.end(), [id](const auto &watch) { return watch.delivery == id; });
    return found == watches.end() ? task_watch::Watch{} : *found;
}

QString ConversationDetails::draft(const QString &kind) const
{
    const auto found = std::find_if(drafts.begin(), drafts.end(), [&](const auto &row) { return row.kind == kind; });
    return found == drafts.end() ? QString() : found->text;
}

Result<ConversationDetails> loadDetails(Database &db, ConversationId id, OperatorId me)
{
    const std::optional<Conversation> found = conversations::byId(db, id);
    if (!found) {
        if (db.error())
            return *db.error();
        return makeError(Error::Kind::NotFound,
                         QCoreApplication::translate("ConversationDetails", "This conversation is no longer there."));
    }
    ConversationDetails all;
    all.conversation = *found;
    all.contact = conversations::contact(db, found->contact);
    all.person = shownPerson(db, found->contact);
    for (const Channel &one : channels::all(db))
        all.channelNames.insert(one.id, one.name);
    all.past = conversations::ofPerson(db, found->contact, 20);
    std::erase_if(all.past, [id](const Conversation &one) { return one.id == id; });
    all.participants = conversations::participants(db, id);
    all.suggestion = suggestions::pending(db, id);
    if (!all.suggestion)
        all.suggestion = suggestions::newest(db, id);
    if (all.suggestion)
        detailsEvidence(db, all);
    all.operators = operators::all(db);
    if (all.isPending())
        detailsPlan(db, all, me);
    all.taxonomy = categories::all(db);
    all.routes = routes::all(db);
    all.targets = targets::all(db);
    all.tasks = tasks::ofConversation(db, id);
    all.deliveries = deliveries::ofConversation(db, id);
    all.watches = task_watch::ofConversation(db, id);
    all.drafts = drafts::of(db, id, me);
    all.labels = labels::of(db, id);
    all.allLabels = labels::all(db);
    all.cannedReplies = canned_replies::all(db);
    all.businessRules = business_rules::all(db);
    all.channel = channels::byId(db, found->channel);
    all.threadKey = conversations::threadKey(db, id);
    all.newestInbound = messages::newestInbound(db, id);
    all.questions = questions::ofConversation(db, id, 20);
    all.modelPolicy = modelPolicy(db);
    all.models = model_accounts::all(db);
    if (all.newestInbound && !all.questions.empty())
        all.localClassification =
            classifications::newestBy(db, all.newestInbound->id, ClassificationSource::LocalModel);
    if (all.channel)
        all.recipients = replyRecipients(db, *found, *all.channel);
    return db.finish(std::move(all));
}

} // namespace patchbay
