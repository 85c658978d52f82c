#pragma once

#include "core/store/store.h"

namespace patchbay {

/// What was found in a workspace's database.
struct CheckReport {
    int schemaVersion = 0;
    /// "ok", the first faults, or "not checked" on a server, which guards its pages and references itself.
    QString integrity = {};
    int brokenReferences = 0; ///< rows that refer to rows that do not exist

    bool isChecked() const { return integrity != QLatin1String("not checked"); }
    bool ok() const { return (integrity == QLatin1String("ok") || !isChecked()) && brokenReferences == 0; }
};

/// The schema step that the database has.
int schemaVersionOf(Database &db);

/// Reads the whole database; seconds for a large one. On a Store thread, inside a read.
Result<CheckReport> checkDatabase(Database &db);

/// What was found among the files that rows refer to.
struct FileReport {
    qint64 files = 0;
    QStringList missing = {}; ///< SHA-256
    QStringList damaged = {}; ///< SHA-256

    bool ok() const { return missing.isEmpty() && damaged.isEmpty(); }
};

/// Reads each file that a row refers to and compares its hash. The Store must outlive the future.
QFuture<Result<FileReport>> checkFiles(Store &store);

} // namespace patchbay
