#pragma once

#include "connectors/kit/feishu_events.h"

namespace patchbay {

/// The long connection, whose events are those of feishu_events.h.
std::unique_ptr<SocketDialogue> makeFeishuDialogue(const ChatContext &context, const AccountConfig &account,
                                                   std::function<double()> random);

} // namespace patchbay
