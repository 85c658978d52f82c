#include "core/store/sqlite_dialect.h"

#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>

namespace patchbay::sqlite_dialect {

namespace {

// sqlite3.h's result codes; the extended ones carry these in their low byte.
enum SqliteCode {
    SqliteBusy = 5,
    SqliteReadOnly = 8,
    SqliteIoError = 10,
    SqliteCorrupt = 11,
    SqliteFull = 13,
    SqliteCannotOpen = 14,
    SqliteConstraint = 19,
    SqliteNotADatabase = 26,
    SqliteConstraintPrimaryKey = 1555,
    SqliteConstraintUnique = 2067,
};

QString sqliteFullSentence(const ConnectionSpec &spec)
{
    const QString folder = QFileInfo(spec.file).absolutePath();
    return QStringLiteral("The change was not stored: the disk that holds %1 is full (%2 bytes free). Free some space; "
                          "Patchbay goes on by itself.")
        .arg(folder, QString::number(qMax(qint64(0), QStorageInfo(folder).bytesAvailable())));
}

} // namespace

void prepare(QSqlDatabase &connection, const ConnectionSpec &spec)
{
    connection.setDatabaseName(spec.file);
    connection.setConnectOptions(spec.access == ConnectionSpec::Access::Read
                                     ? QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000;QSQLITE_OPEN_READONLY")
                                     : QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
}

std::vector<QByteArray> settings(const ConnectionSpec &spec)
{
    // FULL: what was acknowledged survives a power cut. secure_delete=FAST: deleted text is overwritten where that is
    // free.
    std::vector<QByteArray> all{"PRAGMA foreign_keys=ON", "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON",
                                "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-8000"};
    if (spec.access == ConnectionSpec::Access::Read) {
        all.emplace_back("PRAGMA query_only=ON");
        return all;
    }
    for (const char *pragma :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA fullfsync=ON", "PRAGMA checkpoint_fullfsync=ON",
          "PRAGMA secure_delete=FAST", "PRAGMA journal_size_limit=33554432"})
        all.emplace_back(pragma);
    return all;
}

Error errorFrom(const QSqlError &error, const ConnectionSpec &spec)
{
    const int code = error.nativeErrorCode().toInt();
    const QString said = QStringLiteral("SQLite %1: %2")
                             .arg(error.nativeErrorCode().isEmpty() ? QStringLiteral("-") : error.nativeErrorCode(),
                                  error.databaseText().isEmpty() ? error.driverText() : error.databaseText());
    if (code == SqliteConstraintUnique || code == SqliteConstraintPrimaryKey)
        return makeError(Error::Kind::Conflict,
                         QStringLiteral("This exists already, so it was not stored again (%1).").arg(said));
    switch (code & 0xff) {
    case SqliteFull: return makeError(Error::Kind::Storage, sqliteFullSentence(spec));
    case SqliteReadOnly:
        return makeError(
            Error::Kind::Refused,
            QStringLiteral("%1 is open for reading only, so nothing was changed (%2).").arg(spec.file, said));
    case SqliteCorrupt:
    case SqliteNotADatabase:
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("The database %1 is damaged (%2). It was left as it is; restore a backup, or copy the "
                           "whole folder before anything is tried on it.")
                .arg(spec.file, said));
    case SqliteCannotOpen:
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("The database %1 cannot be opened (%2). Check that the folder exists and belongs to you.")
                .arg(spec.file, said));
    case SqliteIoError:
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("The change was not stored: the disk that holds %1 reported an error (%2; %3 bytes "
                           "free). Check the disk.")
                .arg(spec.file, said,
                     QString::number(QStorageInfo(QFileInfo(spec.file).absolutePath()).bytesAvailable())));
    case SqliteBusy:
        return makeError(Error::Kind::Storage,
                         QStringLiteral("The change was not stored: another program holds the database %1 (%2).")
                             .arg(spec.file, said));
    default:
        return makeError(Error::Kind::Storage,
                         QStringLiteral("The database %1 refused a statement, so the change was not stored (%2).")
                             .arg(spec.file, said));
    }
}

QByteArray translated(QByteArray migration)
{
    migration.replace("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT"); // an id is never used twice, even after a removal
    migration.replace("{int}", "INTEGER");
    migration.replace("{real}", "REAL");
    migration.replace("{blob}", "BLOB");
    migration.replace("{strict}", " STRICT");
    return migration;
}

} // namespace patchbay::sqlite_dialect
