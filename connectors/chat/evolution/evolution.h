#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// What a message of WhatsApp is stored as, by what the source key says: "message:<id>" as the server keeps or sends
/// it, "status:<id>:<STATUS>" and "deleted:<id>" (what became of it), "edited:<id>:<hash>". Ids are WhatsApp's
/// (key.id); a thread is the person's number, "<id>@g.us" of a group, or "<id>@lid" of a person whose number is hidden.
/// Pure; any thread.
Result<InboundMessage> parseEvolutionItem(const RawItem &item, const AccountConfig &account);

/// One event, as a socket or a webhook brings it (docs: "messages.upsert"), as what is to be stored; nothing of other
/// kinds. `data`: as it came; the envelope around it has a key in it, and is not kept.
std::optional<RawItem> evolutionItem(const QString &event, const QByteArray &data);

/// How a chat is called at the API: a number without a domain would be changed there (Brazil, Mexico).
QString evolutionJid(const QString &thread);

/// A webhook of the instance: the secret stands in the address, in front of the event's name where each has its own.
Result<Done> verifyEvolution(const HookRequest &request, const AccountConfig &account, Timestamp now);
std::vector<RawItem> readEvolutionHook(const HookRequest &request, const AccountConfig &account);

/// socket.io (protocol 5) with the instance's events.
std::unique_ptr<SocketDialogue> makeEvolutionDialogue(const ChatContext &context, const AccountConfig &account,
                                                      std::function<double()> random);
Result<QUrl> evolutionSocket(const ChatContext &context);
QList<QPair<QByteArray, QByteArray>> evolutionSocketKey(const QUrl &address, const AccountConfig &account);

} // namespace patchbay
