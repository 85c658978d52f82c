#pragma once

#include "core/engine/intake_group.h"
#include "core/model/message.h"
#include "core/store/raw_message_table.h"

namespace patchbay {

/// What came of an item that is no message.
struct Told {
    raw_messages::State state = raw_messages::State::Noted;
    QString error = {}; ///< of a quarantined one
    MessageId message = {}; ///< that it is about
    QString waitsFor = {}; ///< the external id of the message that it is about, which is not there yet
    std::optional<Message> edited = {}; ///< as it reads now
    Message former = {}; ///< as it read before
};

/// Applies an edit, a deletion, a reaction or a receipt to the message `about`, whatever order they come in: the newest
/// text stays, a person's newest reaction counts, a fate only gets better, and what is told twice is a duplicate. In
/// the running transaction.
Told tellMessage(Database &db, const InboundMessage &in, const std::vector<Attachment> &attachments,
                 const raw_messages::RawMessage &raw, MessageId about);

/// Puts an event or a note of the other side into its conversation, which it never opens: nobody waits for an answer to
/// it, and nothing is unread for it. An event that says so sets the conversation done or open, unless it is historical.
/// What is told of a conversation that is not here is only kept. In the running transaction.
Told tellConversation(Database &db, IntakeGroup &group, const ParsedItem &item, const raw_messages::RawMessage &raw,
                      ChannelId channel, const QByteArray &bodyBytes);

} // namespace patchbay
