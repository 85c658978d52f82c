#include "core/store/compaction.h"

#include "core/store/workspace.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 fillerStep = 8 * 1024 * 1024;
constexpr qint64 compactionSlack = 16 * 1024 * 1024;

qint64 compactionPragma(Database &db, const char *pragma)
{
    const auto row = db.row(pragma);
    return row ? row->integer(0) : 0;
}

/// Where SQLite puts the new copy while it makes it.
QString compactionTemporary()
{
#ifdef Q_OS_WIN
    return QDir::tempPath();
#else
    for (const QString &place : {qEnvironmentVariable("SQLITE_TMPDIR"), qEnvironmentVariable("TMPDIR"), u"/var/tmp"_s,
                                 u"/usr/tmp"_s, u"/tmp"_s}) {
        if (!place.isEmpty() && QFileInfo(place).isDir() && QFileInfo(place).isWritable())
            return place;
    }
    return u"."_s;
#endif
}

std::vector<CompactionNeed> compactionNeeds(qint64 live, const QString &folder)
{
    const QStorageInfo here(folder);
    const QString temporary = compactionTemporary();
    const QStorageInfo there(temporary);
    if (here.rootPath() == there.rootPath())
        return {{2 * live + compactionSlack, folder, here.bytesAvailable()}};
    return {{live + compactionSlack, folder, here.bytesAvailable()},
            {live + compactionSlack, temporary, there.bytesAvailable()}};
}

Result<Done> compactionLog(Database &db)
{
    if (db.dialect() == Dialect::Sqlite)
        db.rows("PRAGMA wal_checkpoint(TRUNCATE)");
    return db.finish(Done{});
}

Result<Compacted> compactionRun(Database &db, const QString &folder)
{
    if (db.dialect() == Dialect::Postgres)
        return makeError(
            Error::Kind::Refused,
            u"The workspace is on a server, which looks after its own space: VACUUM is its task, by itself "
            "or by whoever runs it."_s);
    const QFileInfo file(workspaceDatabase(folder));
    const qint64 page = compactionPragma(db, "PRAGMA page_size");
    const qint64 live =
        page * (compactionPragma(db, "PRAGMA page_count") - compactionPragma(db, "PRAGMA freelist_count"));
    for (const CompactionNeed &need : compactionNeeds(live, folder)) {
        if (db.ok() && !need.isThere())
            return makeError(Error::Kind::Refused,
                             u"Compacting needs %1 MB of free space on the disk of %2, and there are %3 MB. Free some, "
                             "then compact again; nothing was changed."_s.arg((need.bytes + 999'999) / 1'000'000)
                                 .arg(need.place)
                                 .arg(need.available / 1'000'000));
    }
    if (const auto emptied = compactionLog(db); !emptied)
        return emptied.error();
    Compacted compacted;
    compacted.before = QFileInfo(file.filePath()).size();
    db.exec("PRAGMA temp_store=FILE"); // in memory it would take as much of it as the file has
    db.exec("VACUUM");
    db.exec("PRAGMA temp_store=MEMORY");
    if (const auto emptied = compactionLog(db); !emptied)
        return emptied.error();
    compacted.after = QFileInfo(file.filePath()).size();
    return compacted;
}

} // namespace

bool overwriteFreePages(Database &db)
{
    if (db.dialect() == Dialect::Postgres)
        return false;
    const qint64 page = compactionPragma(db, "PRAGMA page_size");
    const qint64 free = compactionPragma(db, "PRAGMA freelist_count");
    if (free > 0) {
        // What was filled stays until all is: a page that became free again would be the next to be taken.
        db.exec("INSERT INTO filler (data) VALUES (zeroblob(?))", {std::min(free * page, fillerStep)});
        return db.ok();
    }
    db.exec("DELETE FROM filler");
    return false;
}

QFuture<Result<Done>> emptyLog(Store &store) { return store.maintain(compactionLog); }

QFuture<Result<Done>> lengthenLog(Store &store)
{
    return store.maintain([](Database &db) -> Result<Done> {
        if (db.dialect() == Dialect::Sqlite)
            db.rows("PRAGMA wal_autocheckpoint=64000"); // pages of 4096 bytes
        return db.finish(Done{});
    });
}

QFuture<Result<Compacted>> compact(Store &store)
{
    return store.maintain([folder = store.location()](Database &db) { return compactionRun(db, folder); });
}

} // namespace patchbay
