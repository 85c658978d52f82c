#pragma once

#include "core/ports/chat_connector.h"
#include "core/store/blob_store.h"
#include "core/store/raw_message_table.h"

namespace patchbay {

/// A raw item after its connector's parser, with its attachments stored.
struct ParsedItem {
    InboundMessage message = {}; ///< without the attachments' bytes
    std::vector<Attachment> attachments = {};
    std::optional<Error> unreadable = {}; ///< the parser's sentence: the item is to be quarantined
    std::optional<Error> storage = {}; ///< the files could not be stored: to be tried again
};

/// Parses and puts the attachments into the BlobStore, before any row names them. Runs on the Intake's pool; a parser
/// that throws is a parser that failed.
ParsedItem parseItem(ParseInbound parse, const RawItem &item, const AccountConfig &account, BlobStore &files);

/// The message of a readable item; whose it is, and where it belongs, is for the Intake to say.
Message messageOf(const ParsedItem &item, Timestamp receivedAt);

} // namespace patchbay
