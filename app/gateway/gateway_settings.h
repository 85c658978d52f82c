#pragma once

#include "app/gateway/gateway.h"
#include "core/engine/gateway_desk.h"
#include "core/store/store.h"

namespace patchbay {

Result<GatewaySettings> readGatewaySettings(Database &db, bool isShared);
Result<Done> writeGatewaySettings(Database &db, const GatewaySettings &settings);
GatewayOptions optionsOf(const GatewaySettings &settings);
/// What a platform is told while the gateway runs as the settings say.
QString hookAddress(const GatewaySettings &settings, const QString &channelUid);

} // namespace patchbay
