#pragma once

#include "core/net/web_socket.h"

#include <memory>

namespace patchbay {

/// The WebSocket of real life: TLS 1.2 or later, the certificate is always verified and there is no way to go on
/// without that.
std::unique_ptr<WebSocket> makeNetworkWebSocket(WebSocketLimits limits = {});

} // namespace patchbay
