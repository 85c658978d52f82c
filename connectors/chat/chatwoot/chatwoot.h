#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// A message as the REST API and the cable write it (app/models/message.rb), or a conversation's new state. What of a
/// message is told, the source key says: "message:<id>", "status:<id>:<status>", "deleted:<id>", "state:<chat>:...".
/// Message ids count per installation; a thread is the conversation's number. Pure; any thread.
Result<InboundMessage> parseChatwootItem(const RawItem &item, const AccountConfig &account);

/// What a message of ours has come to over there; empty where there is nothing to tell yet.
QString chatwootStatusKey(JsonReader &message);

/// A webhook of the account: signed, or, by servers that do not sign, with the secret at the end of the address.
Result<Done> verifyChatwoot(const HookRequest &request, const AccountConfig &account, Timestamp now);
/// What the asking does not bring: that an older message is gone. Everything else makes us ask.
std::vector<RawItem> readChatwootHook(const HookRequest &request, const AccountConfig &account);

/// The dialogue of /cable (ActionCable, RoomChannel): it says when something is new.
std::unique_ptr<SocketDialogue> makeChatwootDialogue(const ChatContext &context, const AccountConfig &account,
                                                     std::function<double()> random);
Result<QUrl> chatwootCable(const ChatContext &context);
/// ActionCable refuses who names no origin, and takes its own.
QList<QPair<QByteArray, QByteArray>> chatwootOrigin(const QUrl &cable, const AccountConfig &account);

} // namespace patchbay
