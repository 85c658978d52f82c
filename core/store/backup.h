#pragma once

#include "core/store/store.h"

namespace patchbay {

/// Copies database and files as they are at one moment into the new folder `path`, while the workspace is in use; also
/// beside another owner. Empty: a new folder in the workspace's own backups/. Gives the folder. Conflict when it
/// exists. Killed on the way, there is no folder of that name. The copy is a workspace folder, whatever the dialect.
QFuture<Result<QString>> backup(Store &store, const QString &path);

/// Makes a workspace from a backup (a folder, or one of the files in a workspace's backups/) at the new place `to`, a
/// folder or the address of a new schema on a server; never over an existing one. What was waiting in the Outbox may
/// have been sent since the backup, so each such delivery is marked to be looked up, or settled by a person, before any
/// repeat. Gives the place. Blocks: call it from a worker or a program without windows.
Result<QString> restoreBackup(const QString &from, const QString &to, const Clock *clock = nullptr);

} // namespace patchbay
