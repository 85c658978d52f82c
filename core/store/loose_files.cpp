#include "core/store/loose_files.h"

#include "core/store/raw_message_table.h"

namespace patchbay::loose_files {

namespace {

bool looseIsUsed(Database &db, const QString &sha256)
{
    return db.row("SELECT 1 FROM attachment WHERE sha256 = ? LIMIT 1", {sha256}).has_value()
        || db.row("SELECT 1 FROM draft WHERE kind = ? AND draft_text LIKE ? LIMIT 1",
                  {QString(draftedFiles), QLatin1Char('%') + sha256 + QLatin1Char('%')})
               .has_value();
}

} // namespace

qint64 count(Database &db)
{
    const auto row = db.row("SELECT COUNT(*) FROM loose_file");
    return row ? row->integer(0) : 0;
}

Result<Swept> sweep(Database &db, BlobStore &files, int limit)
{
    Swept swept;
    raw_messages::holdAll(db);
    swept.waiting = raw_messages::pendingCount(db) > 0;
    const auto rows =
        swept.waiting ? std::vector<Row>{} : db.rows("SELECT sha256 FROM loose_file ORDER BY sha256 LIMIT ?", {limit});
    for (const Row &row : rows) {
        const QString sha256 = row.text(0);
        if (!looseIsUsed(db, sha256) && db.ok()) {
            const auto removed = files.remove(sha256.toLatin1());
            if (!removed)
                return removed.error();
            swept.bytes += *removed;
            swept.files += *removed > 0 ? 1 : 0;
        }
        db.exec("DELETE FROM loose_file WHERE sha256 = ?", {sha256});
    }
    swept.left = count(db);
    return db.finish(swept);
}

void letGo(Database &db, const std::vector<OutboundFile> &files)
{
    for (const OutboundFile &file : files) {
        const QString sha256 = QString::fromLatin1(file.sha256);
        if (!looseIsUsed(db, sha256))
            db.exec("INSERT INTO loose_file (sha256) VALUES (?) ON CONFLICT (sha256) DO NOTHING", {sha256});
    }
}

void keep(Database &db, const QByteArray &sha256)
{
    db.exec("DELETE FROM loose_file WHERE sha256 = ?", {QString::fromLatin1(sha256)});
}

std::vector<StoredFile> unreferenced(Database &db, const std::vector<StoredFile> &stored, Timestamp before)
{
    std::vector<StoredFile> found;
    for (const StoredFile &file : stored) {
        if (file.storedAt < before && !looseIsUsed(db, QString::fromLatin1(file.sha256)))
            found.push_back(file);
    }
    return found;
}

void add(Database &db, const std::vector<StoredFile> &files)
{
    for (const StoredFile &file : files)
        db.exec("INSERT INTO loose_file (sha256) VALUES (?) ON CONFLICT (sha256) DO NOTHING",
                {QString::fromLatin1(file.sha256)});
}

} // namespace patchbay::loose_files
