#pragma once

#include "core/engine/intake.h"

#include <QtCore/QFuture>

namespace patchbay {

/// What an import did. read = added + duplicate + quarantined.
struct ImportReport {
    int read = 0; ///< items found in the files
    int added = 0; ///< new messages
    int duplicate = 0; ///< stored by an earlier import (same item), or a message that the channel has already
    int quarantined = 0; ///< kept with their raw bytes, but not readable
};

/// Imports mail files into a channel: read on a thread of its own, page by page, through the Intake like everything
/// else. `format` is "mbox", "eml" or empty (decided by the first bytes). Items are told apart by their content, so a
/// second import of the same file adds nothing. What was pending before is worked off first and not counted. An error
/// names the file; what was read until then stays. Call on the event loop's thread; ends early, without a result, with
/// the Intake.
QFuture<Result<ImportReport>> importFiles(Intake &intake, Store &store, ChannelId channel, QStringList paths,
                                          QString format = {});

} // namespace patchbay
