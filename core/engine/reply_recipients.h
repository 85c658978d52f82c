#pragma once

#include "core/model/account.h"
#include "core/model/conversation.h"
#include "core/model/message.h"
#include "core/store/database.h"

namespace patchbay {

/// Who gets a reply, the same for the composer's "To" as for the mail: the contact first, where their newest message
/// asks for it under another address of the same domain (Reply-To), then those whom the operator included; never the
/// channel's own address. Any transaction.
std::vector<Address> replyRecipients(Database &db, const Conversation &conversation, const Channel &channel);

/// The message asks for answers to another domain than it came from: a reply goes there only when the operator includes
/// that address.
bool repliesElsewhere(const Message &message);

} // namespace patchbay
