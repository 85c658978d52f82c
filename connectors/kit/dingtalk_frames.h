#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// The frames of DingTalk's Stream mode (its own SDKs): JSON whose data is JSON once more, as a text. What is about the
/// connection is answered at once; whatever else comes is acknowledged when it is stored, also what nobody knows.

/// Puts into the step what of a frame is stored. Anything may be in it; `data`: what it carries.
using KeepDingtalk = void (*)(SocketStep &step, const QByteArray &frame, const QString &frameId, JsonReader data);
SocketStep hearDingtalk(const QByteArray &frame, KeepDingtalk keep);

} // namespace patchbay
