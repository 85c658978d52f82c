#pragma once

#include "core/store/store.h"

namespace patchbay {

/// Copies database and files as they are at one moment into the new folder `path`, while the workspace is in use; also
/// beside another owner. Empty: a new folder in the workspace's own backups/. Gives the folder. Conflict when it
/// exists. Killed on the way, there is no folder of that name. The copy is a workspace folder, whatever the dialect.
QFuture<Result<QString>> backup(Store &store, const QString &path);

/// A workspace that was made from a backup, and what people have to look at before it goes on.
struct Restored {
    QString location = {};
    int deliveries = 0; ///< may have gone out since: unknown, until a person settles them or retries a task
    int suggestions = 0; ///< may have been accepted since: set aside, until a person asks for one again
};

/// Makes a workspace from a backup (a folder, or one of the files in a workspace's backups/) at the new place `to`, a
/// folder or the address of a new schema on a server; never over an existing one. Nothing goes out of it by itself that
/// was in the Outbox then, whatever its state; an audit row says so. Blocks: call it from a worker or a program without
/// windows.
Result<Restored> restoreBackup(const QString &from, const QString &to, const Clock *clock = nullptr);

} // namespace patchbay
