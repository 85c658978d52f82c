#pragma once

#include "connectors/kit/chat_spec.h"

namespace patchbay {

/// Files that a server of Rails's keeps (ActiveStorage). Its addresses redirect to wherever it keeps them, or it hands
/// the files out itself (/blobs/proxy/); only the latter is asked, at the address that the channel has. Pure.

/// The file at a signed address as one that is loaded when somebody wants it; none where it is kept elsewhere: only
/// what the server itself keeps is loaded with the channel's token.
std::optional<InboundAttachment> storedFile(const QString &address, qint64 size);
/// The same as a part of a message; a file that is kept elsewhere as a line with its title and address.
void addStoredFile(InboundMessage &message, const QString &title, const QString &address, qint64 size);
/// For `media`.
Result<Request> loadStoredFile(const ChatContext &context);

} // namespace patchbay
