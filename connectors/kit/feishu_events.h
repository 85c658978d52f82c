#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// The events of Feishu and Lark, version 2.0, that are about messages (Lark Open Platform, "Receive message", "Message
/// recalled", "Message reaction"), the same however they come.

/// The event as it came, without the token of the app. Anything may be in it.
RawItem feishuItem(const QByteArray &event);
/// Of the author, and of the group: events have only ids.
NameSpec feishuNames();
/// One event, with the names that it lacks beside it. Ids are the platform's; threads are "<chat>" and
/// "<chat>/<topic>". Kinds that are not known are Nothing. Pure; any thread.
Result<InboundMessage> parseFeishuEvent(const RawItem &item, const AccountConfig &account);
/// The file of a message as the parser has named it; the answer is the file.
Result<Request> loadFeishuFile(const ChatContext &context);

} // namespace patchbay
