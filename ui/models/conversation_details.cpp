#include "ui/models/conversation_details.h"

#include "core/engine/reply_recipients.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/guidance_table.h"
#include "core/store/message_table.h"
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
    return leads && !leads->targets.empty() ? target(leads->targets.front()) : nullptr;
}

const Delivery *ConversationDetails::deliveryOf(TaskId task) const
{
    const auto found = std::find_if(deliveries.rbegin(), deliveries.rend(),
                                    [task](const Delivery &delivery) { return delivery.task == task; });
    return found == deliveries.rend() ? nullptr : &*found;
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
    all.handles = conversations::handles(db, found->contact);
    all.past = conversations::ofContact(db, found->contact, 20);
    std::erase_if(all.past, [id](const Conversation &one) { return one.id == id; });
    all.participants = conversations::participants(db, id);
    all.suggestion = suggestions::pending(db, id);
    if (!all.suggestion)
        all.suggestion = suggestions::newest(db, id);
    all.taxonomy = categories::all(db);
    all.routes = routes::all(db);
    all.targets = targets::all(db);
    all.tasks = tasks::ofConversation(db, id);
    all.deliveries = deliveries::ofConversation(db, id);
    all.operators = operators::all(db);
    all.drafts = drafts::of(db, id, me);
    all.labels = labels::of(db, id);
    all.allLabels = labels::all(db);
    all.cannedReplies = canned_replies::all(db);
    all.businessRules = business_rules::all(db);
    all.channel = channels::byId(db, found->channel);
    all.newestInbound = messages::newestInbound(db, id);
    if (all.channel)
        all.recipients = replyRecipients(db, *found, *all.channel);
    return db.finish(std::move(all));
}

} // namespace patchbay
