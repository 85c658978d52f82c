#pragma once

#include "core/store/store.h"

namespace patchbay {

/// A table with its indexes.
struct TableSize {
    QString name = {};
    qint64 bytes = 0;
};

/// Where the bytes of a workspace's database are.
struct DatabaseSize {
    qint64 bytes = 0; ///< the file, or all tables on a server
    qint64 log = 0; ///< write-ahead, beside the file
    qint64 free = 0; ///< in pages without content: at least this much a compaction gives back
    qint64 looseFiles = 0; ///< how many files wait to be removed
    std::vector<TableSize> tables = {}; ///< largest first
    QString note = {}; ///< why tables or free pages are not known, or who looks after them
};

/// The tables too: reads the whole database once (seconds for a large one), in one go on a server.
enum class SizeDetail { Total, Tables };

QFuture<Result<DatabaseSize>> measureDatabase(Store &store, SizeDetail detail);

/// Files that messages brought.
struct FilesSize {
    qint64 count = 0;
    qint64 bytes = 0;
};
QFuture<Result<FilesSize>> measureFiles(Store &store);

/// Copies in the workspace's own backups/; those made elsewhere are not known. Reads a folder: not on the GUI thread.
struct BackupsSize {
    int count = 0;
    qint64 bytes = 0;
    QString newest = {};
    Timestamp newestAt = {};
};
BackupsSize measureBackups(const QString &location);
QFuture<Result<BackupsSize>> measureBackups(Store &store);

/// Files that no message refers to and that are older than a day: left over by a crash between a file and its row.
struct Unreferenced {
    std::vector<StoredFile> files = {};
    qint64 bytes = 0;
};
QFuture<Result<Unreferenced>> findUnreferenced(Store &store);
/// Hands them to the next sweep, which looks at each again.
QFuture<Result<Done>> releaseUnreferenced(Store &store, std::vector<StoredFile> files);

} // namespace patchbay
