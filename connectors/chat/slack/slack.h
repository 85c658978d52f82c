#pragma once

#include "core/ports/chat_connector.h"

namespace patchbay {

/// One payload of the Events API. Ids are "<channel>:<ts>"; in channels each message that answers none begins a thread
/// "<channel>:<ts>" of its own, a direct conversation is "<channel>". Pure; any thread.
/// Names of the author, of those who are called, and of the channel may stand beside it.
Result<InboundMessage> parseSlackEvent(const RawItem &item, const AccountConfig &account);

/// Whose names an event lacks: "user:U1", "channel:C1".
QStringList namesLackingInSlack(const RawItem &item);

} // namespace patchbay
