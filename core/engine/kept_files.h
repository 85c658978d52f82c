#pragma once

#include "core/async/async.h"
#include "core/model/outbound_file.h"
#include "core/store/store.h"

#include <functional>

namespace patchbay {

/// Takes a file from the disk into the workspace, as it is at this moment: whatever becomes of it on the disk, the copy
/// is what goes out. Read and stored off this thread (the event loop's). Until a draft or a message names it nothing
/// keeps it. Refused, in a sentence with what to do: it is not there, no file, cannot be read, is empty, has more than
/// largestAttachedFile.
Async<Result<OutboundFile>> keepFile(Store *store, QString path);
/// The same of what `make` gives, in the thread pool, under this name: a picture from the clipboard.
Async<Result<OutboundFile>> keepMade(Store *store, QString name, std::function<QByteArray()> make);

} // namespace patchbay
