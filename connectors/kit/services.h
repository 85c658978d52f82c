#pragma once

#include "core/base/clock.h"
#include "core/net/stream.h"
#include "core/net/transport.h"
#include "core/net/web_socket.h"
#include "core/ports/catalog.h"

#include <functional>
#include <memory>

namespace patchbay {

class SharedTokens;

/// What connectors are made with. Owned by the composition root, outlives all connectors.
struct ConnectorServices {
    Transport *transport = nullptr;
    std::function<std::unique_ptr<Stream>()> makeStream = {};
    const Clock *clock = nullptr;
    std::function<double()> random = {}; ///< uniform in [0, 1), for jitter
    std::function<QByteArray(int count)> randomBytes = {}; ///< from the system's generator
    /// Keeps a renewed secret of the account under its form field.
    std::function<Async<Result<Done>>(AccountConfig account, QString field, QString value)> storeSecret = {};
    /// The bytes of a task's file by its hash, read off this thread. NotFound: they are not in the workspace any more.
    std::function<Async<Result<QByteArray>>(QByteArray sha256)> readFile = {};
    /// What connections of one account have in common; makeCatalog() makes it where there is none.
    std::shared_ptr<SharedTokens> tokens = {};
    std::function<std::unique_ptr<WebSocket>()> makeWebSocket = {};
};

/// All connectors found below connectors/chat, connectors/crm and connectors/ai; generated from the folders. Each
/// folder <id> defines `ChatConnectorInfo chat_<id>(const ConnectorServices &)`, `CrmConnectorInfo crm_<id>(...)` or
/// `ModelConnectorInfo ai_<id>(...)`. `only`: the one of this id alone.
Catalog makeCatalog(const ConnectorServices &services, const QString &only = {});

} // namespace patchbay
