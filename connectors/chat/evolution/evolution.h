#pragma once

#include "connectors/kit/hook_proofs.h"
#include "connectors/kit/socket_io.h"

namespace patchbay {

/// The instance's live connection: socket.io, with its events in the namespace "/<name>"; a server that is set to
/// GLOBAL_EVENTS sends those of all in the main one (src/api/integrations/event/websocket of Evolution API 2.3).
extern const SocketIo evolutionEvents;
inline constexpr auto makeEvolutionDialogue = &socketIoDialogue<evolutionEvents>;
inline constexpr auto evolutionSocket = &socketIoAddress;

/// A webhook of the instance: the secret stands in the address, in front of the event's name where each has its own.
inline constexpr auto verifyEvolution = &hasSecretInAddress<"hook_secret">;
std::vector<RawItem> readEvolutionHook(const HookRequest &request, const AccountConfig &account);

} // namespace patchbay
