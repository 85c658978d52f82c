#pragma once

#include "core/model/conversation.h"
#include "core/ports/catalog.h"
#include "core/store/delivery_table.h"

namespace patchbay {

/// Until when the platform takes a free answer to a customer who wrote last at this time; none: always.
Timestamp answerUntil(const ChatAbilities &abilities, Timestamp customerWroteAt);
/// Why this answer cannot go out, in a sentence with what to do; nothing: it can. `customerWroteAt` is of the newest
/// message from outside; none: there is not one. `title` is the platform's.
std::optional<Error> whyNotAnswered(const QString &title, const ChatAbilities &abilities, const MarkedText &text,
                                    Timestamp customerWroteAt, Timestamp now);

/// What is to be said: a text, files, or both; or a template, whose text stands in `text`.
struct ReplyContent {
    MarkedText text = {};
    std::optional<TemplateUse> templated = {};
    std::vector<OutboundFile> files = {};
    MessageId quoted = {}; ///< the message that the operator chose to answer; none: the newest of the customer's
};

/// An answer in a chat: its thread is the chat over there, its key is not an id of the message's. Refused with the
/// reason.
Result<OutboundMessage> composeChatReply(Database &db, const ChatConnectorInfo &info, const Conversation &conversation,
                                         const Channel &channel, const ReplyContent &content);

/// The words of a text without what a platform may have written into them as signs, so that what comes back is known
/// by them.
QString wordsAlone(const QString &text);
/// The proof that a reply arrived whose attempt tells otherwise: it came back meanwhile.
std::optional<Receipt> echoOf(Database &db, const Delivery &delivery);
/// Which of our replies came back as `own`, before its attempt told the platform's id: it has that id now, and is sent
/// when its end was not known. `words` say where it was found. None: it was written elsewhere.
MessageId takeEcho(Database &db, ChannelId channel, const InboundMessage &own, const QString &words);
/// A reply of a chat has this end: its message is known by the platform's id from now on. A change of a message's words
/// has it: the message reads so. Part of the transaction that settles it.
void sentToChat(Database &db, const Delivery &delivery, const deliveries::Outcome &outcome);

} // namespace patchbay
