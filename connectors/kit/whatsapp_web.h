#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// Messages of WhatsApp Web, as Baileys hands them on and the servers that are built on it (WAMessage: "key",
/// "pushName", "message", "messageTimestamp"; WhatsApp's own names for the kinds of content). A thread is the person's
/// number, "<id>@g.us" of a group, or "<id>@lid" of a person whose number is hidden. Pure; any thread.

/// "5511999998888:12@s.whatsapp.net" is a device of a person.
QString threadOfJid(const QString &jid);
/// How a chat is called over there: a number without a domain would be changed there (Brazil, Mexico).
QString jidOfThread(const QString &thread);
bool isGroupJid(const QString &jid);

/// "message:<chat>:<id>": what an item is stored under. Ids are made by who sends, so two chats may have the same one.
QString webMessageKey(JsonReader &in, const QString &id);
/// "edited:<id>:<hash>": a message may be edited several times.
QString webEditKey(const QString &id, const QByteArray &data);

/// A message, a reaction, or what tells nothing that is shown: statuses of everybody's, channels that one follows, and
/// what the application tells itself. Its id is WhatsApp's ("/key/id"), its dedupe key
/// "<thread>:<id>".
InboundMessage readWebMessage(JsonReader &in);
/// {"key", "editedMessage", "timestampMs"}
InboundMessage readWebEdit(JsonReader &in);
/// How the message `id` of ours fares: "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED" or "ERROR"; others tell nothing.
InboundMessage readWebFate(const QString &id, const QString &status);
/// Who writes or speaks, or has stopped, as Baileys' "presence.update" tells it: {"id": the chat, "presences": {person:
/// {"lastKnownPresence": "composing"}}}. WhatsApp tells it only of chats to which it was shown that we write.
std::vector<ChatTyping> readWebTyping(const QByteArray &data);

} // namespace patchbay
