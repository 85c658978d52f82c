#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// One event of Feishu or Lark, with the names that it lacks beside it. Ids are the platform's; threads are
/// "<chat>" and "<chat>/<topic>". Kinds that are not known are Nothing. Pure; any thread.
Result<InboundMessage> parseFeishuEvent(const RawItem &item, const AccountConfig &account);

/// The long connection: binary frames, heartbeats, events in one or several parts (Lark's own SDKs, oapi-sdk-go, ws/).
std::unique_ptr<SocketDialogue> makeFeishuDialogue(const ChatContext &context, const AccountConfig &account,
                                                   std::function<double()> random);

} // namespace patchbay
