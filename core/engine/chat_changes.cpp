#include "core/engine/chat_changes.h"

#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"

namespace patchbay {

void ChatTeller::tell(Database &db, const commands::Actor &actor, const Conversation &conversation,
                      ChatChange change) const
{
    const auto channel = channels::byId(db, conversation.channel);
    const ChatConnectorInfo *info = channel ? catalog->chat(channel->connector) : nullptr;
    if (!info || !info->takesChanges.contains(change.what))
        return;
    change.threadKey = conversations::threadKey(db, conversation.id);
    if (change.threadKey.isEmpty())
        return;
    deliveries::replaceChanges(db, conversation.id, change.subject(), actor.id);
    Delivery delivery;
    delivery.kind = DeliveryKind::Change;
    delivery.conversation = conversation.id;
    delivery.channel = conversation.channel;
    delivery.key = newUid(db.clock());
    delivery.payload = toJson(change);
    delivery.operatorId = actor.id;
    delivery.notBefore = db.now() + hold;
    deliveries::insert(db, delivery);
}

void ChatTeller::status(Database &db, const commands::Actor &actor, const Conversation &conversation,
                        ConversationStatus status, Timestamp until) const
{
    ChatChange change;
    change.status = status;
    change.until = until;
    tell(db, actor, conversation, change);
}

} // namespace patchbay
