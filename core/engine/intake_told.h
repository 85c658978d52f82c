#pragma once

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

} // namespace patchbay
