#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace patchbay {

/// A folder only its owner can enter (0700), with those above it, synced to the disk. Fine when it exists.
Result<Done> makePrivateFolder(const QString &path);

/// Writes a file of mode 0600 so that after a power cut there is the whole of it or none: to a neighbour's name,
/// synced, renamed, folder synced. Replaces what is there.
Result<Done> writeDurably(const QString &path, const QByteArray &bytes);

/// Writes a new file of mode 0600 without syncing it, for many at once: syncTree comes after them.
Result<Done> writeFile(const QString &path, const QByteArray &bytes);

/// Copies a file in pieces, with mode 0600, without syncing it. The target must not exist.
Result<Done> copyFile(const QString &from, const QString &to);

/// Syncs all that is below a folder.
Result<Done> syncTree(const QString &folder);

/// Syncs a file's contents, or a folder's list of names.
Result<Done> syncPath(const QString &path);

/// Renames within one folder and syncs the folder; never over something that exists.
Result<Done> renameDurably(const QString &from, const QString &to);

/// "... (12 bytes free)" when the disk may be the reason.
Error fileError(const QString &doing, const QString &path, const QString &reason);

} // namespace patchbay
