#pragma once

#include "connectors/chat/file/formats.h"
#include "connectors/chat/file/json_scanner.h"

namespace patchbay {

/// How a help desk's JSON is built: things with messages in them, somewhere in lists and envelopes.
struct HelpdeskShape {
    QString format = {};
    QByteArrayList envelopes = {}; ///< members to look into: "payload", "tickets", ...
    QByteArrayList maps = {}; ///< members that are objects with one message, or conversation, at each id
    QByteArray messages = {}; ///< the member of a conversation that holds its messages
    QByteArrayList facts = {}; ///< other members of a conversation that its messages need
    QByteArrayList marks = {}; ///< an object outside a conversation that has all of these is a message
    QString conversationId = {}; ///< JSON pointer in a message
};

/// Hands out the messages of any document built like that, in one pass. A message found outside its conversation goes
/// without its facts. An error when there is none.
Result<Done> readHelpdesk(const HelpdeskShape &shape, const ImportSource &source, const ImportEach &each);

} // namespace patchbay
