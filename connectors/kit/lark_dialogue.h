#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// What of an event is stored, and by which key it is known again. Anything may be in it.
using LarkItem = RawItem (*)(const QByteArray &event);

/// The long connection of Feishu and Lark (Lark's own SDKs, oapi-sdk-go, ws/): binary frames (lark_frame.h), heartbeats
/// for the service that the connection's address names, and events in one or several parts, each acknowledged by its
/// last frame when it is stored.
std::unique_ptr<SocketDialogue> makeLarkDialogue(const ChatContext &context, LarkItem item);

} // namespace patchbay
