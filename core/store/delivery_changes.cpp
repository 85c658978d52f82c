#include "core/store/delivery_rows.h"

namespace patchbay::deliveries {

using namespace Qt::StringLiterals;

namespace {

/// What sets this of the conversation over there and has not come to a good end.
std::vector<Delivery> openChangesOf(Database &db, ConversationId conversation, const QString &subject)
{
    std::vector<Delivery> found = changesOf(db, conversation, subject);
    std::erase_if(found, [](const Delivery &one) {
        return one.state == DeliveryState::Sent || one.state == DeliveryState::Unknown;
    });
    return found;
}

} // namespace

std::vector<Delivery> changesOf(Database &db, ConversationId conversation, const QString &subject)
{
    std::vector<Delivery> found = deliveriesFrom(
        db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS " FROM delivery WHERE conversation_id = ? AND kind = 'change' AND "
                "state <> 'cancelled' ORDER BY id",
                {conversation.value}));
    std::erase_if(found, [&](const Delivery &one) { return one.payload.value("change"_L1).toString() != subject; });
    return found;
}

bool isChanging(Database &db, ConversationId conversation, const QString &subject)
{
    const std::vector<Delivery> found = openChangesOf(db, conversation, subject);
    return std::any_of(found.begin(), found.end(),
                       [](const Delivery &one) { return one.state != DeliveryState::Dead; });
}

void replaceChanges(Database &db, ConversationId conversation, const QString &subject, OperatorId by)
{
    for (const Delivery &one : openChangesOf(db, conversation, subject))
        cancel(db, one.id, by); // not what is under way, or may have arrived: that goes first
}

} // namespace patchbay::deliveries
