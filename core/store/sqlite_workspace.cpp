#include "core/store/durable_file.h"
#include "core/store/folder_blob_store.h"
#include "core/store/workspace.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QtEndian>

#include <algorithm>

namespace patchbay {

namespace {

constexpr QFile::Permissions sqliteFileMode = QFile::ReadOwner | QFile::WriteOwner;
constexpr QFile::Permissions sqliteFolderMode = sqliteFileMode | QFile::ExeOwner;
constexpr qint64 sqliteApplicationId = 0x50426179; // "PBay", as `file` shows it

Error sqliteNotOurs(const QString &file, const QString &what)
{
    return makeError(
        Error::Kind::Storage,
        QStringLiteral("%1 is not a Patchbay database: %2. It was left as it is; restore a backup, or choose "
                       "another folder.")
            .arg(file, what));
}

/// Reads the version that stands in the first 100 bytes, without SQLite, which would touch files beside it. Only while
/// nobody in this process has the file open: closing it would free SQLite's own locks.
Result<int> sqliteVersionInHeader(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fileError(QStringLiteral("read"), path, file.errorString());
    const QByteArray header = file.read(100);
    if (header.isEmpty())
        return sqliteNotOurs(path, QStringLiteral("it is empty"));
    if (header.size() < 100 || !header.startsWith(QByteArray("SQLite format 3\0", 16)))
        return sqliteNotOurs(path, QStringLiteral("it is damaged or another kind of file"));
    if (qFromBigEndian<quint32>(header.constData() + 68) != sqliteApplicationId)
        return sqliteNotOurs(path, QStringLiteral("it belongs to another program"));
    return int(qFromBigEndian<quint32>(header.constData() + 60));
}

ConnectionSpec sqliteSpec(const QString &file, ConnectionSpec::Access access, const Clock &clock)
{
    ConnectionSpec spec;
    spec.access = access;
    spec.file = file;
    spec.clock = &clock;
    return spec;
}

/// The version including what only stands in the write-ahead log; opens for reading, so that nothing is written back.
Result<int> sqliteVersionInLog(const QString &file, const Clock &clock)
{
    auto connection = SqlConnection::open(sqliteSpec(file, ConnectionSpec::Access::Read, clock));
    if (!connection)
        return connection.error();
    return schemaVersion(**connection);
}

Result<int> sqliteVersion(const QString &file, bool ours, const Clock &clock)
{
    int version = 0;
    if (ours) {
        const auto inHeader = sqliteVersionInHeader(file);
        if (!inHeader)
            return inHeader;
        version = *inHeader;
    }
    const QFileInfo log(file + QStringLiteral("-wal"));
    if (ours && (!log.exists() || log.size() == 0))
        return version;
    const auto inLog = sqliteVersionInLog(file, clock);
    if (!inLog)
        return inLog;
    return qMax(version, *inLog);
}

/// A copy of the database in backups/, before the steps after `version` change it.
Result<Done> sqliteBackUp(SqlConnection &connection, const QString &folder, int version)
{
    const QString backups = folder + QStringLiteral("/backups");
    if (const auto made = makePrivateFolder(backups); !made)
        return made;
    const QString stamp = connection.now().toDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString path =
        QStringLiteral("%1/before-schema-%2-%3.sqlite").arg(backups, QString::number(version + 1), stamp);
    const QString draft = path + QStringLiteral(".part");
    QFile::remove(draft);
    if (const auto made = writeDurably(draft, {}); !made) // of mode 0600, which SQLite keeps
        return made;
    connection.startWork();
    connection.exec("VACUUM INTO ?", {draft});
    if (!connection.ok()) {
        QFile::remove(draft);
        return makeError(Error::Kind::Storage,
                         QStringLiteral("The workspace was not upgraded, because its backup failed. %1")
                             .arg(connection.error()->message));
    }
    if (const auto synced = syncPath(draft); !synced)
        return synced;
    return renameDurably(draft, path);
}

/// Only what a killed creation leaves behind, so that a workspace whose database was lost is never made anew in
/// silence.
bool sqliteFolderIsFree(const QString &folder)
{
    const auto entries = QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    return std::all_of(entries.begin(), entries.end(), [](const QString &name) {
        return name == QLatin1String("lock") || name.startsWith(QLatin1String("workspace.sqlite.new"));
    });
}

Result<Done> sqliteFolder(const StoreOptions &options)
{
    const QString &folder = options.location;
    const QFileInfo info(folder);
    if (info.isDir()) {
        if (QFileInfo::exists(workspaceDatabase(folder)) || (options.create && sqliteFolderIsFree(folder)))
            return Done{};
        const QString what = options.create
            ? QStringLiteral(
                "The folder %1 holds other files and no workspace; nothing was made there. Choose a new name, or "
                "restore a backup.")
            : QStringLiteral("There is no workspace in %1: workspace.sqlite is missing.");
        return makeError(options.create ? Error::Kind::Conflict : Error::Kind::NotFound, what.arg(folder));
    }
    if (info.exists())
        return makeError(Error::Kind::Refused, QStringLiteral("%1 is a file; a workspace is a folder.").arg(folder));
    if (!options.create)
        return makeError(Error::Kind::NotFound, QStringLiteral("There is no workspace at %1.").arg(folder));
    return makePrivateFolder(folder);
}

/// Beside the owner, or with nobody there; never changes the database.
Result<Workspace> sqliteOpenReadOnly(const StoreOptions &options, const std::vector<MigrationStep> &steps,
                                     const Clock &clock)
{
    Workspace workspace;
    const QString file = workspaceDatabase(options.location);
    {
        // Held for the moment of looking only; on a disk that cannot be written there is none to be had.
        const auto lock = WorkspaceLock::acquire(options.location, clock);
        const QString holder = lock ? QString() : WorkspaceLock::holder(options.location);
        workspace.readOnlyBecause = holder.isEmpty()
            ? QStringLiteral("The workspace %1 was opened for reading only, so nothing was changed.")
                  .arg(options.location)
            : QStringLiteral(
                  "The workspace %1 is in use by %2, so nothing was changed; do this there, or close it first.")
                  .arg(options.location, holder);
        const auto version = sqliteVersion(file, lock.ok(), clock);
        if (!version)
            return version.error();
        if (*version > int(steps.size()))
            return newerSchema(file, *version, int(steps.size()));
        if (*version < int(steps.size()))
            return makeError(
                Error::Kind::Refused,
                QStringLiteral("%1 has an older schema (%2 of %3). Open it once in the console, which makes a "
                               "backup and upgrades it.")
                    .arg(file, QString::number(*version), QString::number(steps.size())));
    }
    workspace.reader = sqliteSpec(file, ConnectionSpec::Access::Read, clock);
    auto connection = SqlConnection::open(workspace.reader);
    if (!connection)
        return connection.error();
    if (const auto identified = identifyWorkspace(**connection, workspace); !identified)
        return identified.error();
    return workspace;
}

Result<Done> sqliteUpgrade(const QString &folder, const std::vector<MigrationStep> &steps, const StoreOptions &options,
                           Workspace &workspace)
{
    auto connection = SqlConnection::open(workspace.writer);
    if (!connection)
        return connection.error();
    if (const auto checked = quickCheck(**connection); !checked)
        return checked;
    const auto migrated =
        migrate(**connection, steps, [&](int version) { return sqliteBackUp(**connection, folder, version); });
    if (!migrated)
        return migrated.error();
    if (const auto seeded = seedWorkspace(**connection, options); !seeded)
        return seeded;
    return identifyWorkspace(**connection, workspace);
}

} // namespace

Result<Done> makeSqliteDatabase(const QString &file, const std::vector<MigrationStep> &steps,
                                const StoreOptions &options, const Clock &clock)
{
    const QString draft = file + QStringLiteral(".new");
    for (const char *ending : {"", "-wal", "-shm", "-journal"})
        QFile::remove(draft + QLatin1String(ending));
    if (const auto made = writeDurably(draft, {}); !made) // of mode 0600, which SQLite keeps for its log too
        return made;
    {
        auto connection = SqlConnection::open(sqliteSpec(draft, ConnectionSpec::Access::Write, clock));
        if (!connection)
            return connection.error();
        const auto marked = (*connection)->execute("PRAGMA application_id=" + QByteArray::number(sqliteApplicationId));
        if (!marked)
            return marked;
        const auto migrated = migrate(**connection, steps, [](int) { return Result<Done>(Done{}); });
        if (!migrated)
            return migrated.error();
        if (const auto seeded = seedWorkspace(**connection, options); !seeded)
            return seeded;
    }
    if (QFileInfo(draft + QStringLiteral("-wal")).size() > 0)
        return fileError(QStringLiteral("finish"), draft, QStringLiteral("its log could not be written back"));
    if (const auto synced = syncPath(draft); !synced)
        return synced;
    return renameDurably(draft, file);
}

Result<Workspace> openSqliteWorkspace(const StoreOptions &given, const Clock &clock)
{
    StoreOptions options = given;
    options.location = QDir::cleanPath(QFileInfo(given.location).absoluteFilePath());
    options.create = given.create && !given.readOnly;
    if (options.name.isEmpty())
        options.name = QFileInfo(options.location).completeBaseName();
    const auto steps = migrationSteps(options.migrations);
    if (!steps)
        return steps.error();
    if (const auto found = sqliteFolder(options); !found)
        return found.error();
    const QString file = workspaceDatabase(options.location);
    Workspace workspace;
    if (options.readOnly) {
        auto opened = sqliteOpenReadOnly(options, *steps, clock);
        if (!opened)
            return opened;
        workspace = std::move(opened).value();
    } else {
        auto lock = WorkspaceLock::acquire(options.location, clock);
        if (!lock)
            return lock.error();
        workspace.lock = std::move(lock).value();
        if (!QFileInfo::exists(file)) {
            if (const auto made = makeSqliteDatabase(file, *steps, options, clock); !made)
                return made.error();
        }
        const auto version = sqliteVersion(file, true, clock);
        if (!version)
            return version.error();
        if (*version > int(steps->size()))
            return newerSchema(file, *version, int(steps->size()));
        QFile::setPermissions(options.location, sqliteFolderMode);
        QFile::setPermissions(file, sqliteFileMode);
        workspace.writer = sqliteSpec(file, ConnectionSpec::Access::Write, clock);
        workspace.reader = sqliteSpec(file, ConnectionSpec::Access::Read, clock);
        if (const auto upgraded = sqliteUpgrade(options.location, *steps, options, workspace); !upgraded)
            return upgraded.error();
    }
    workspace.location = options.location;
    workspace.files = std::make_unique<FolderBlobStore>(options.location + QStringLiteral("/files"), options.readOnly);
    return workspace;
}

} // namespace patchbay
