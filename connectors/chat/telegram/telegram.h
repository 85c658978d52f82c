#pragma once

#include "core/ports/chat_connector.h"

namespace patchbay {

/// One update of the Bot API. Ids are "<chat>:<message>", threads "<chat>" or "<chat>:<topic>". Pure; any thread.
Result<InboundMessage> parseTelegramUpdate(const RawItem &item, const AccountConfig &account);

} // namespace patchbay
