#include "core/store/backup.h"

#include "core/base/fault.h"
#include "core/store/account_table.h"
#include "core/store/durable_file.h"
#include "core/store/folder_blob_store.h"
#include "core/store/misc_tables.h"
#include "core/store/workspace.h"
#include "core/store/workspace_copy.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>

#include <algorithm>

namespace patchbay {

namespace {

const QString backupSince =
    QStringLiteral("The workspace was restored from a backup; this may have been sent since the backup was made.");

ConnectionSpec backupSpec(const QString &file, ConnectionSpec::Access access, const Clock &clock)
{
    ConnectionSpec spec;
    spec.file = file;
    spec.access = access;
    spec.clock = &clock;
    return spec;
}

/// What a killed backup or restore left under this name, and nothing else, is cleared away.
Result<Done> backupClear(const QString &part)
{
    if (!QFileInfo::exists(part))
        return Done{};
    const auto entries = QDir(part).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    const bool ours = std::all_of(entries.begin(), entries.end(), [](const QString &name) {
        return name == QLatin1String("files") || name.startsWith(QLatin1String("workspace.sqlite"))
            || name.startsWith(QLatin1String(".new-"));
    });
    if (!ours || !QDir(part).removeRecursively())
        return makeError(Error::Kind::Conflict, QStringLiteral("%1 is in the way; move it elsewhere.").arg(part));
    return Done{};
}

/// The folder under its passing name, which becomes `path` when it is whole.
Result<QString> backupBegin(const QString &path)
{
    if (QFileInfo::exists(path))
        return makeError(Error::Kind::Conflict,
                         QStringLiteral("%1 exists already; it was left as it is. Choose a new name.").arg(path));
    const QString part = path + QStringLiteral(".part");
    if (const auto cleared = backupClear(part); !cleared)
        return cleared.error();
    if (const auto made = makePrivateFolder(part); !made)
        return made.error();
    return part;
}

Result<QString> backupEnd(const QString &part, const QString &path)
{
    if (const auto synced = syncTree(part); !synced)
        return synced.error();
    if (const auto renamed = renameDurably(part, path); !renamed)
        return renamed.error();
    return path;
}

/// SQLite's own copy of a database as it is at this moment.
Result<Done> backupDatabase(const QString &from, const QString &to, const Clock &clock)
{
    if (const auto made = writeDurably(to, {}); !made) // of mode 0600, which SQLite keeps
        return made;
    auto connection = SqlConnection::open(backupSpec(from, ConnectionSpec::Access::Read, clock));
    if (!connection)
        return connection.error();
    // VACUUM INTO writes to the other file only, but counts as a change.
    if (const auto allowed = (*connection)->execute("PRAGMA query_only=OFF"); !allowed)
        return allowed;
    (*connection)->exec("VACUUM INTO ?", {to});
    return (*connection)->finish(Done{});
}

/// Files by content that `from` has. One that is damaged is copied as it is: a backup is no worse than what it copies.
Result<Done> backupFiles(const QString &from, const QString &to)
{
    const auto folders = QDir(from).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QString &folder : folders) {
        const QString source = from + QLatin1Char('/') + folder;
        const QString target = to + QLatin1Char('/') + folder;
        const auto names = QDir(source).entryList(QDir::Files | QDir::NoSymLinks);
        for (const QString &name : names) {
            if (!isBlobName(name.toLatin1()))
                continue;
            if (const auto made = makePrivateFolder(target); !made)
                return made;
            const auto copied = copyFile(source + QLatin1Char('/') + name, target + QLatin1Char('/') + name);
            if (!copied)
                return copied;
        }
    }
    return Done{};
}

/// `db` is the work's own connection: SQLite is copied by one of its own instead, because it is inside a transaction.
Result<QString> backupWorkspace(Database &db, const QString &location, const QString &path)
{
    const auto part = backupBegin(path);
    if (!part)
        return part;
    const QString database = workspaceDatabase(*part);
    const bool sqlite = db.dialect() == Dialect::Sqlite;
    const auto copied =
        sqlite ? backupDatabase(workspaceDatabase(location), database, db.clock()) : copyToSqlite(db, database);
    faultPoint("backup.middle");
    // After the database: what its rows refer to was there before them.
    auto filed = copied;
    if (filed)
        filed = sqlite ? backupFiles(location + QStringLiteral("/files"), *part + QStringLiteral("/files"))
                       : copyBlobsToFolder(db, *part + QStringLiteral("/files"));
    if (!filed) {
        (void)backupClear(*part); // the first error says more
        return filed.error();
    }
    return backupEnd(*part, path);
}

struct BackupSource {
    QString database = {};
    QString files = {};
};

Result<BackupSource> backupSource(const QString &from)
{
    const QFileInfo info(from);
    const QString path = QDir::cleanPath(info.absoluteFilePath());
    if (info.isDir() && QFileInfo::exists(workspaceDatabase(path)))
        return BackupSource{workspaceDatabase(path), path + QStringLiteral("/files")};
    if (info.isFile())
        return BackupSource{path, QDir::cleanPath(info.absolutePath() + QStringLiteral("/../files"))};
    return makeError(Error::Kind::NotFound, QStringLiteral("There is no backup at %1.").arg(from));
}

/// What may have been sent or accepted since the backup waits for a person, also what was given up then: somebody may
/// have tried it again. A person's repeat is looked up first, which is what ever_ambiguous is for.
Result<Restored> backupDistrust(SqlConnection &connection)
{
    connection.startWork();
    Restored restored;
    const OperatorId system = operators::system(connection).id;
    const qint64 now = connection.now().us;
    // A question that was not answered by then is not worth a person's time.
    connection.exec("UPDATE delivery SET state = 'cancelled', settled_at = ?, settled_by = ?, lease_owner = '', "
                    "lease_until = 0 WHERE kind = 'question' AND state IN ('queued', 'sending', 'failed', 'dead')",
                    {now, system.value});
    restored.deliveries = int(connection.exec(
        "UPDATE delivery SET state = 'unknown', ever_ambiguous = 1, attempt_started_at = ?, effect_started_at = ?, "
        "next_attempt_at = 0, settled_at = ?, lease_owner = '', lease_until = 0, error_kind = 'restored', "
        "last_error = CASE WHEN last_error = '' THEN ? ELSE ? || ' Before that: ' || last_error END "
        "WHERE state IN ('queued', 'sending', 'failed', 'dead')",
        {now, now, now, backupSince, backupSince}));
    restored.suggestions = int(connection.exec(
        "UPDATE suggestion SET state = 'dismissed', decided_at = ?, decided_by = ? WHERE state = 'pending'",
        {now, system.value}));
    audit::add(
        connection, system, "restore", "workspace", settings::get(connection, QStringLiteral("workspace_uid")),
        {{QStringLiteral("deliveries"), restored.deliveries}, {QStringLiteral("suggestions"), restored.suggestions}});
    return connection.finish(restored);
}

Result<Done> backupCheckCopy(SqlConnection &connection, const QString &from, int known)
{
    const auto version = schemaVersion(connection);
    if (!version)
        return version.error();
    if (*version == 0)
        return makeError(Error::Kind::Refused, QStringLiteral("%1 is not a backup of a Patchbay workspace.").arg(from));
    if (*version > known)
        return newerSchema(from, *version, known);
    connection.startWork();
    for (const Row &row : connection.rows("PRAGMA integrity_check(1)")) {
        if (row.text(0) != QLatin1String("ok"))
            return makeError(
                Error::Kind::Storage,
                QStringLiteral("The backup %1 is damaged (%2); nothing was restored.").arg(from, row.text(0)));
    }
    return connection.finish(Done{});
}

Result<Restored> restoreInto(const QString &part, const BackupSource &source, int known, const Clock &clock)
{
    const QString database = workspaceDatabase(part);
    if (const auto copied = backupDatabase(source.database, database, clock); !copied)
        return copied.error();
    auto connection = SqlConnection::open(backupSpec(database, ConnectionSpec::Access::Write, clock));
    if (!connection)
        return connection.error();
    if (const auto checked = backupCheckCopy(**connection, source.database, known); !checked)
        return checked.error();
    const auto restored = backupDistrust(**connection);
    if (!restored)
        return restored;
    if (const auto copied = backupFiles(source.files, part + QStringLiteral("/files")); !copied)
        return copied.error();
    return restored;
}

Result<Restored> restoreToFolder(const BackupSource &source, const QString &to, int known, const Clock &clock)
{
    const auto part = backupBegin(to);
    if (!part)
        return part.error();
    const auto filled = restoreInto(*part, source, known, clock);
    if (!filled) {
        (void)backupClear(*part); // the first error says more
        return filled.error();
    }
    const auto ended = backupEnd(*part, to);
    if (!ended)
        return ended.error();
    return Restored{*ended, filled->deliveries, filled->suggestions};
}

Result<Done> restoreFilesTo(BlobStore &files, const QString &folder)
{
    QDirIterator each(folder, QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
    const FolderBlobStore source(folder, true);
    while (each.hasNext()) {
        each.next();
        const auto bytes = source.get(each.fileName().toLatin1());
        if (!bytes)
            continue; // damaged: the check names it as missing
        if (const auto put = files.put(*bytes); !put)
            return put.error();
    }
    return Done{};
}

/// By way of a folder, where an older backup is upgraded first.
Result<Restored> restoreToServer(const BackupSource &source, const QString &to, int known, const Clock &clock)
{
    StoreOptions options;
    options.location = to;
    options.clock = &clock;
    if (const auto there = openPostgresWorkspace(options, clock); there || there.error().kind != Error::Kind::NotFound)
        return there ? makeError(
                   Error::Kind::Conflict,
                   QStringLiteral("%1 exists already; it was left as it is. Choose a new schema.").arg(there->location))
                     : there.error();
    const QTemporaryDir folder;
    const auto local = restoreToFolder(source, folder.filePath(QStringLiteral("Restored.patchbay")), known, clock);
    if (!local)
        return local;
    StoreOptions localOptions;
    localOptions.location = local->location;
    const auto opened = openSqliteWorkspace(localOptions, clock);
    if (!opened)
        return opened.error();
    auto sqlite = SqlConnection::open(opened->reader);
    if (!sqlite)
        return sqlite.error();
    options.create = true;
    const auto made = openPostgresWorkspace(options, clock);
    if (!made)
        return made.error();
    auto server = SqlConnection::open(made->writer);
    if (!server)
        return server.error();
    auto done = restoreFilesTo(*made->files, local->location + QStringLiteral("/files"));
    if (done)
        done = copyToServer(**sqlite, **server);
    if (done)
        return Restored{made->location, local->deliveries, local->suggestions};
    // A half of a workspace must not stay: it was made a moment ago, by us.
    (void)(*server)->execute("DROP SCHEMA \"" + made->writer.schema.toLatin1() + "\" CASCADE");
    return done.error();
}

} // namespace

QFuture<Result<QString>> backup(Store &store, const QString &path)
{
    const QString location = store.location();
    return store.read([location, path](Database &db) -> Result<QString> {
        QString target = path;
        if (target.isEmpty() && db.dialect() == Dialect::Postgres)
            return makeError(Error::Kind::Refused,
                             QStringLiteral("Say into which new folder the backup of %1 goes.").arg(location));
        if (target.isEmpty())
            target = QStringLiteral("%1/backups/%2.patchbay")
                         .arg(location, db.now().toDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
        return backupWorkspace(db, location, QDir::cleanPath(QFileInfo(target).absoluteFilePath()));
    });
}

Result<Restored> restoreBackup(const QString &from, const QString &to, const Clock *given)
{
    const SystemClock system;
    const Clock &clock = given ? *given : static_cast<const Clock &>(system);
    const auto steps = migrationSteps();
    if (!steps)
        return steps.error();
    const auto source = backupSource(from);
    if (!source)
        return source.error();
    if (isServerLocation(to))
        return restoreToServer(*source, to, int(steps->size()), clock);
    return restoreToFolder(*source, QDir::cleanPath(QFileInfo(to).absoluteFilePath()), int(steps->size()), clock);
}

} // namespace patchbay
