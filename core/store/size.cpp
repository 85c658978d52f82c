#include "core/store/size.h"

#include "core/store/loose_files.h"
#include "core/store/workspace.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::hours sizeFileAge{24};

qint64 sizePragma(Database &db, const char *pragma)
{
    const auto row = db.row(pragma);
    return row ? row->integer(0) : 0;
}

bool sizeHasTableFigures(Database &db)
{
    return db.row("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_DBSTAT_VTAB'").has_value();
}

/// The search index is several tables of SQLite's own.
QString sizeTableName(const QString &table)
{
    return table.startsWith(u"search_"_s) ? u"search"_s : table == u"sqlite_schema"_s ? u"schema"_s : table;
}

void sizeAdd(std::vector<TableSize> &tables, const QString &name, qint64 bytes)
{
    const auto known =
        std::find_if(tables.begin(), tables.end(), [&](const TableSize &table) { return table.name == name; });
    if (known == tables.end())
        tables.push_back({name, bytes});
    else
        known->bytes += bytes;
}

void sizeOfSqlite(Database &db, SizeDetail detail, const QString &location, DatabaseSize &size)
{
    const QString file = workspaceDatabase(location);
    const qint64 page = sizePragma(db, "PRAGMA page_size");
    size.bytes = page * sizePragma(db, "PRAGMA page_count");
    size.free = page * sizePragma(db, "PRAGMA freelist_count");
    size.log = QFileInfo(file + u"-wal"_s).size();
    if (detail == SizeDetail::Total)
        return;
    if (!sizeHasTableFigures(db)) {
        size.note = u"This SQLite was built without figures for single tables (dbstat)."_s;
        return;
    }
    for (const Row &row : db.rows("SELECT COALESCE(s.tbl_name, d.name), SUM(d.pgsize) FROM dbstat d LEFT JOIN "
                                  "sqlite_schema s ON s.name = d.name WHERE d.aggregate = 1 GROUP BY 1"))
        sizeAdd(size.tables, sizeTableName(row.text(0)), row.integer(1));
}

void sizeOfPostgres(Database &db, DatabaseSize &size)
{
    for (const Row &row : db.rows("SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_catalog.pg_class c JOIN "
                                  "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
                                  "current_schema() AND c.relkind = 'r'")) {
        sizeAdd(size.tables, sizeTableName(row.text(0)), row.integer(1));
        size.bytes += row.integer(1);
    }
    size.note = u"The server reuses the space of deleted rows (VACUUM); it is not Patchbay's to give back."_s;
}

/// Each file of the store, a bit at a time.
template <class Each> Result<Done> sizeEachFile(const BlobStore &files, Each each)
{
    for (int i = 0; i < 256; ++i) {
        const auto listed = files.list(QByteArray::number(i, 16).rightJustified(2, '0'));
        if (!listed)
            return listed.error();
        each(*listed);
    }
    return Done{};
}

Result<Unreferenced> sizeUnreferenced(Database &db, const BlobStore &files)
{
    Unreferenced found;
    const auto done = sizeEachFile(files, [&](const std::vector<StoredFile> &listed) {
        for (const StoredFile &file : loose_files::unreferenced(db, listed, db.now() - sizeFileAge)) {
            found.bytes += file.size;
            found.files.push_back(file);
        }
    });
    if (!done)
        return done.error();
    return db.finish(std::move(found));
}

qint64 sizeOfTree(const QString &path)
{
    if (QFileInfo(path).isFile())
        return QFileInfo(path).size();
    qint64 bytes = 0;
    QDirIterator each(path, QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        each.next();
        bytes += each.fileInfo().size();
    }
    return bytes;
}

} // namespace

QFuture<Result<DatabaseSize>> measureDatabase(Store &store, SizeDetail detail)
{
    return store.read([location = store.location(), detail](Database &db) {
        DatabaseSize size;
        size.looseFiles = loose_files::count(db);
        if (db.dialect() == Dialect::Sqlite)
            sizeOfSqlite(db, detail, location, size);
        else
            sizeOfPostgres(db, size);
        std::sort(size.tables.begin(), size.tables.end(),
                  [](const TableSize &a, const TableSize &b) { return a.bytes > b.bytes; });
        return db.finish(std::move(size));
    });
}

QFuture<Result<FilesSize>> measureFiles(Store &store)
{
    return store.read([files = &store.files()](Database &) -> Result<FilesSize> {
        FilesSize size;
        const auto done = sizeEachFile(*files, [&](const std::vector<StoredFile> &listed) {
            for (const StoredFile &file : listed) {
                ++size.count;
                size.bytes += file.size;
            }
        });
        if (!done)
            return done.error();
        return size;
    });
}

BackupsSize measureBackups(const QString &location)
{
    BackupsSize size;
    if (isServerLocation(location))
        return size;
    const auto entries = QDir(location + u"/backups"_s)
                             .entryInfoList(QDir::Dirs | QDir::Files | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QFileInfo &entry : entries) {
        if (entry.fileName().endsWith(u".part"_s))
            continue; // of one that is being made, or was not finished
        ++size.count;
        size.bytes += sizeOfTree(entry.filePath());
        const Timestamp at = Timestamp::from(entry.lastModified());
        if (at > size.newestAt) {
            size.newestAt = at;
            size.newest = entry.filePath();
        }
    }
    return size;
}

QFuture<Result<BackupsSize>> measureBackups(Store &store)
{
    return store.read(
        [location = store.location()](Database &) -> Result<BackupsSize> { return measureBackups(location); });
}

QFuture<Result<Unreferenced>> findUnreferenced(Store &store)
{
    return store.read([files = &store.files()](Database &db) { return sizeUnreferenced(db, *files); });
}

QFuture<Result<Done>> releaseUnreferenced(Store &store, std::vector<StoredFile> files)
{
    return store.write([files = std::move(files)](Database &db) {
        loose_files::add(db, files);
        return db.finish(Done{});
    });
}

} // namespace patchbay
