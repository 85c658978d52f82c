#pragma once

#include "core/async/async.h"
#include "core/engine/accounts.h"

namespace patchbay {

/// The bytes come through the live connection of the file's channel, into the BlobStore, and then to the message. Both
/// must outlive the work.
Async<Result<Done>> loadRemoteFile(Store *store, Channels *channels, AttachmentId file);

/// The same for the conversation's files that are not loaded yet, one after the other; those with `name` alone, unless
/// it is empty.
Async<Result<LoadedFiles>> loadRemoteFiles(Store *store, Channels *channels, ConversationId conversation, QString name);

} // namespace patchbay
