#include "core/store/check.h"

#include "core/store/misc_tables.h"

namespace patchbay {

namespace {

QString checkIntegrity(Database &db)
{
    QStringList faults;
    for (const Row &row : db.rows("PRAGMA integrity_check(20)"))
        faults.append(row.text(0));
    return faults.join(QLatin1String("; "));
}

} // namespace

int schemaVersionOf(Database &db)
{
    const auto version = db.row("SELECT COALESCE(MAX(version), 0) FROM schema_migration");
    return version ? int(version->integer(0)) : 0;
}

Result<CheckReport> checkDatabase(Database &db)
{
    CheckReport report;
    report.integrity = QStringLiteral("not checked");
    report.schemaVersion = schemaVersionOf(db);
    if (db.dialect() == Dialect::Sqlite) {
        report.integrity = checkIntegrity(db);
        report.brokenReferences = int(db.rows("PRAGMA foreign_key_check").size());
    }
    return db.finish(report);
}

QFuture<Result<FileReport>> checkFiles(Store &store)
{
    BlobStore *const files = &store.files();
    return store.read([files](Database &db) {
        FileReport report;
        QSet<QString> names = drafts::files(db);
        for (const Row &row : db.rows("SELECT DISTINCT sha256 FROM attachment WHERE sha256 <> ''"))
            names.insert(row.text(0));
        QStringList all(names.begin(), names.end());
        all.sort();
        for (const QString &name : std::as_const(all)) {
            const auto bytes = files->get(name.toLatin1());
            ++report.files;
            if (!bytes)
                (bytes.error().kind == Error::Kind::NotFound ? report.missing : report.damaged).append(name);
        }
        return db.finish(report);
    });
}

} // namespace patchbay
