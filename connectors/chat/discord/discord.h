#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// One event of the Gateway, as the dialogue keeps it: {"self": our id, "one": which of several, "frame": as it came}.
/// Ids are Discord's, threads its channels. Pure; any thread.
Result<InboundMessage> parseDiscordEvent(const RawItem &item, const AccountConfig &account);

/// The Gateway's protocol, version 10.
std::unique_ptr<SocketDialogue> makeDiscordDialogue(const ChatContext &context, const AccountConfig &account,
                                                    std::function<double()> random);

} // namespace patchbay
