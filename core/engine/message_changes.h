#pragma once

#include "core/engine/commands_detail.h"
#include "core/ports/chat_change.h"

namespace patchbay {

struct ChatTeller;

/// What we wrote in a chat is to read otherwise over there: a ChatChange of its words, which the Outbox carries. In the
/// running transaction.

/// Why these words cannot stand in the place of a message's, with what to do; nothing: they can.
std::optional<Error> whyNotChanged(Database &db, const Catalog &catalog, const Message &message,
                                   const MarkedText &words);
/// Queues it. Refused with the reason.
Result<Done> changeWords(Database &db, const commands::Actor &actor, const ChatTeller &teller, MessageId message,
                         const MarkedText &words);
/// The platform has it: the message reads so from now on, and the words that it had are kept. Of anything else than a
/// change of words nothing is done.
void wordsChanged(Database &db, const Delivery &delivery);
/// Whether these words, which the platform tells of a message of ours, are those that we sent it, or that the message
/// has already.
bool isOwnChange(Database &db, const Message &message, const QString &told);

} // namespace patchbay
