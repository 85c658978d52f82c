#pragma once

#include "connectors/kit/file_in_hand.h"
#include "core/ports/chat_connector.h"

namespace patchbay {

/// A reply as a mail: RFC 5322 bytes, with its files. `own` writes it where the reply does not say who.
Async<Result<QByteArray>> writtenMail(OutboundMessage message, Address own, ReadFile read);

/// Each recipient once, as it travels.
QStringList wireRecipients(const OutboundMessage &message);
/// What these files take of the time of one transfer; in base64 they are a third larger.
std::chrono::milliseconds mailTimeFor(const std::vector<OutboundFile> &files);
/// What a channel of mails takes: most servers take 25 MB for a whole one.
FileAbilities mailFileAbilities();

} // namespace patchbay
