#pragma once

#include "core/async/async.h"
#include "core/model/message.h"
#include "core/model/routing.h"
#include "core/model/task.h"
#include "core/store/blob_store.h"
#include "core/store/database.h"

namespace patchbay {

/// So many files are looked at; what a target takes of them is for its connector to say.
inline constexpr int mostTaskFiles = 100;

/// True for a small picture that only stands in the text of a mail: the logo of a signature, an icon. It never goes
/// along: an inline part with a content id, of an image type, of at most 20 KiB.
bool isDecoration(const Attachment &file);

/// The files that go along with a suggestion's task: newest message first, each content once, decoration left out.
std::vector<OutboundFile> taskFiles(Database &db, const Suggestion &suggestion, Route::Files which);

/// The bytes of such a file, read in a thread pool: event loop's thread. The place outlives the call.
Async<Result<QByteArray>> readTaskFile(const BlobStore &files, QByteArray sha256);

} // namespace patchbay
