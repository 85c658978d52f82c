#pragma once

#include "connectors/kit/opcode_gateway.h"

namespace patchbay {

/// What people do with a bot's commands, buttons, menus and forms, as Discord tells it (its documentation:
/// Interactions): as events of its Gateway, or sent to ours and signed. Over there somebody looks at a waiting sign
/// until it is answered, within three seconds.

/// The event's name on the socket.
inline constexpr QLatin1StringView interactionEvent("INTERACTION_CREATE");

/// An interaction as an item, {"t", "d"}, the same however it comes. Without its token, which is a secret for a quarter
/// of an hour: that waits for answerInteraction(). Words that are being typed are none.
std::vector<GatewayItem> interactionItems(JsonReader &interaction);
/// What it tells, in words; whose it is stands where the platform has its people.
void readInteraction(InboundMessage &message, JsonReader &in);

/// Those that come to the gateway, signed with the key of the setting "public_key". Who gave a command or filled in a
/// form is shown the setting "received", and nobody else.
HookSpec interactionHook();
/// The same for one that came over the socket.
Result<Request> answerInteraction(const ChatContext &context);

} // namespace patchbay
