#pragma once

#include "connectors/kit/chat_patterns.h"

namespace patchbay {

/// Messages of WhatsApp Web, as Baileys hands them on and the servers that are built on it (WAMessage: "key",
/// "pushName", "message", "messageTimestamp"; WhatsApp's own names for the kinds of content). A thread is the person's
/// number, "<id>@g.us" of a group, or "<id>@lid" of a person whose number is hidden. Pure; any thread.

/// "5511999998888:12@s.whatsapp.net" is a device of a person.
QString threadOfJid(const QString &jid);
/// How a chat is called over there: a number without a domain would be changed there (Brazil, Mexico).
QString jidOfThread(const QString &thread);
bool isGroupJid(const QString &jid);
/// filledPost with the message's thread as WhatsApp calls it.
template <Literal address, Literal body> Result<Request> toWebChat(const ChatContext &context)
{
    ChatContext there = context;
    there.message.threadKey = jidOfThread(context.message.threadKey);
    return filledPost<address, body>(there);
}

/// "message:<chat>:<id>": what an item is stored under. Ids are made by who sends, so two chats may have the same one.
QString webMessageKey(JsonReader &in, const QString &id);

/// A message, a reaction, or what tells nothing that is shown: statuses of everybody's, channels that one follows, and
/// what the application tells itself. Its id is WhatsApp's ("/key/id"), its dedupe key
/// "<thread>:<id>".
InboundMessage readWebMessage(JsonReader &in);
/// {"key", "editedMessage", "timestampMs"}
InboundMessage readWebEdit(JsonReader &in);
/// How the message `id` of ours fares: "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED" or "ERROR"; others tell nothing.
InboundMessage readWebFate(const QString &id, const QString &status);

} // namespace patchbay
