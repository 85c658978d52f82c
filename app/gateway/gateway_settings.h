#pragma once

#include "app/gateway/gateway.h"
#include "core/store/store.h"

namespace patchbay {

/// What the workspace says about its gateway: the console obeys it, `patchbayctl serve` begins with it.
struct GatewaySettings {
    /// The console listens as soon as there is a channel that needs it. In a team's workspace not unless said so: only
    /// one of many consoles is where the tunnel ends.
    bool allowed = true;
    int port = GatewayOptions().port;
    QString publicUrl = {};

    bool operator==(const GatewaySettings &) const = default;
};

Result<GatewaySettings> readGatewaySettings(Database &db, bool isShared);
Result<Done> writeGatewaySettings(Database &db, const GatewaySettings &settings);
GatewayOptions optionsOf(const GatewaySettings &settings);
/// What a platform is told while the gateway runs as the settings say.
QString hookAddress(const GatewaySettings &settings, const QString &channelUid);

} // namespace patchbay
