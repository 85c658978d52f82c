#pragma once

#include "core/store/blob_store.h"
#include "core/store/migrations.h"
#include "core/store/store.h"
#include "core/store/workspace_lock.h"

namespace patchbay {

/// A workspace that was found, locked, migrated and checked, before its threads start. Owned by the Store.
struct Workspace {
    QString location = {}; ///< as shown, without a password
    ConnectionSpec writer = {};
    ConnectionSpec reader = {};
    std::unique_ptr<WorkspaceLock> lock = {}; ///< none on PostgreSQL and when read only
    std::unique_ptr<BlobStore> files = {};
    QString readOnlyBecause = {}; ///< the sentence for a refused write
    QString uid = {};
    QString name = {};
    bool sample = false;
    Timestamp openedAt = {};
    qint64 newestChange = 0; ///< on a server: the last row of `change` when it was opened
};

Result<Workspace> openSqliteWorkspace(const StoreOptions &options, const Clock &clock);
Result<Workspace> openPostgresWorkspace(const StoreOptions &options, const Clock &clock);

/// True for "postgresql://...", false for a folder.
bool isServerLocation(const QString &location);

/// The database file of a workspace folder.
QString workspaceDatabase(const QString &folder);

/// Writes what every workspace has (uid, name, operator "the system") where it is missing, in a transaction of its own.
Result<Done> seedWorkspace(SqlConnection &connection, const StoreOptions &options);
/// Reads uid, name and kind into `workspace`.
Result<Done> identifyWorkspace(SqlConnection &connection, Workspace &workspace);

/// Quick look for damage: the whole file while it is small, else its small tables.
Result<Done> quickCheck(SqlConnection &connection);

/// A new SQLite database at `file` with all steps, seeded and closed; killed on the way, `file` does not exist.
Result<Done> makeSqliteDatabase(const QString &file, const std::vector<MigrationStep> &steps,
                                const StoreOptions &options, const Clock &clock);

} // namespace patchbay
