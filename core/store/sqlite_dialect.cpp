#include "core/store/sqlite_dialect.h"

#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>

#include <sqlite3.h>

namespace patchbay::sqlite_dialect {

namespace {

QString sqliteFullSentence(const ConnectionSpec &spec)
{
    const QString folder = QFileInfo(spec.file).absolutePath();
    return QStringLiteral("The change was not stored: the disk that holds %1 is full (%2 bytes free). Free some space; "
                          "Patchbay goes on by itself.")
        .arg(folder, QString::number(qMax(qint64(0), QStorageInfo(folder).bytesAvailable())));
}

} // namespace

std::vector<QByteArray> settings(const ConnectionSpec &spec)
{
    // FULL: what was acknowledged survives a power cut. secure_delete=FAST: deleted text is overwritten where that is
    // free. The writer keeps 64 MB of pages and lets the journal grow to 64 MB: with less, a large import reads and
    // writes the same pages of the indexes again and again.
    std::vector<QByteArray> all{"PRAGMA foreign_keys=ON", "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON",
                                "PRAGMA temp_store=MEMORY"};
    if (spec.access == ConnectionSpec::Access::Read) {
        all.emplace_back("PRAGMA query_only=ON");
        all.emplace_back("PRAGMA cache_size=-8000");
        return all;
    }
    for (const char *pragma :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA fullfsync=ON", "PRAGMA checkpoint_fullfsync=ON",
          "PRAGMA secure_delete=FAST", "PRAGMA journal_size_limit=67108864", "PRAGMA wal_autocheckpoint=16000",
          "PRAGMA cache_size=-64000"})
        all.emplace_back(pragma);
    return all;
}

Error errorFrom(int code, const QString &words, const ConnectionSpec &spec)
{
    const QString said = QStringLiteral("SQLite %1: %2").arg(QString::number(code), words);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return makeError(Error::Kind::Conflict,
                         QStringLiteral("This exists already, so it was not stored again (%1).").arg(said));
    switch (code & 0xff) {
    case SQLITE_FULL: return makeError(Error::Kind::Storage, sqliteFullSentence(spec));
    case SQLITE_READONLY:
        return makeError(
            Error::Kind::Refused,
            QStringLiteral("%1 is open for reading only, so nothing was changed (%2).").arg(spec.file, said));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("The database %1 is damaged (%2). It was left as it is; restore a backup, or copy the "
                           "whole folder before anything is tried on it.")
                .arg(spec.file, said));
    case SQLITE_CANTOPEN:
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("The database %1 cannot be opened (%2). Check that the folder exists and belongs to you.")
                .arg(spec.file, said));
    case SQLITE_IOERR:
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("The change was not stored: the disk that holds %1 reported an error (%2; %3 bytes "
                           "free). Check the disk.")
                .arg(spec.file, said,
                     QString::number(QStorageInfo(QFileInfo(spec.file).absolutePath()).bytesAvailable())));
    case SQLITE_BUSY:
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
