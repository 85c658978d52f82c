#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// One frame of a smart bot's connection. Threads are "single:<user>" and "group:<chat>"; what is no message is
/// Nothing. Pure; any thread.
Result<InboundMessage> parseWecomFrame(const RawItem &item, const AccountConfig &account);

/// The protocol of WeCom's smart bots (developer documentation, "智能机器人长连接", and WeCom's own Node SDK).
std::unique_ptr<SocketDialogue> makeWecomDialogue(const ChatContext &context, const AccountConfig &account,
                                                  std::function<double()> random);

} // namespace patchbay
