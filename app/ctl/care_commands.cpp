#include "app/ctl/ctl.h"

#include "app/ctl/care_text.h"
#include "core/engine/erasure_steps.h"
#include "core/store/compaction.h"
#include "core/store/retention_table.h"
#include "core/store/size.h"

#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// "24m", "24" or "2y" as months; 0 for anything else.
int monthsIn(const QString &text)
{
    static const QRegularExpression form(u"^([0-9]{1,4})([my]?)$"_s);
    const auto match = form.match(text.trimmed().toLower());
    if (!match.hasMatch())
        return 0;
    return match.captured(1).toInt() * (match.captured(2) == u"y"_s ? 12 : 1);
}

QString retentionProblem(const CtlRun &run)
{
    return run.has(u"older-than"_s) && monthsIn(run.option(u"older-than"_s)) < 1
        ? u"--older-than takes months, as 24m or 2y."_s
        : QString();
}

Result<int> retentionKept(Database &db) { return db.finish(retention::months(db)); }

/// What was said, or the workspace's setting, which is off until somebody sets it.
Async<Result<Timestamp>> retentionBefore(CtlRun *run)
{
    int months = monthsIn(run->option(u"older-than"_s));
    if (months == 0) {
        QFuture<Result<int>> reading = run->app->store().read(retentionKept);
        const Result<int> kept = co_await finished(reading);
        if (!kept)
            co_return kept.error();
        months = *kept;
    }
    if (months == 0)
        co_return makeError(Error::Kind::Refused,
                            u"Old conversations are kept in this workspace. Say --older-than 24m, or set it with "
                            "\"retention set 24m\"."_s);
    co_return monthsBefore(run->app->store().clock().now(), months);
}

Async<Result<CtlOutput>> runRetentionPreview(CtlRun *run)
{
    const Result<Timestamp> before = co_await retentionBefore(run);
    if (!before)
        co_return before.error();
    auto work = [before = *before](Database &db) { return previewRetention(db, before); };
    QFuture<Result<RetentionPreview>> reading = run->app->store().read(work);
    const Result<RetentionPreview> preview = co_await finished(reading);
    if (!preview)
        co_return preview.error();
    CtlOutput output;
    output.json = {{u"before"_s, isoTime(preview->before)},
                   {u"counts"_s, erasures::toJson(preview->counts)},
                   {u"kept_for_deliveries"_s, preview->kept},
                   {u"oldest"_s, isoTime(preview->oldest)}};
    output.text = u"Closed conversations whose newest message is older than %1:\n"_s.arg(isoTime(preview->before))
        + countsText(preview->counts);
    if (preview->kept > 0)
        output.text += u"%1 more stay, because deliveries of theirs have not ended.\n"_s.arg(preview->kept);
    if (preview->counts.lessons > 0)
        output.text += u"The model forgets the lessons among them.\n"_s;
    output.text += u"Nothing was deleted.\n"_s;
    co_return output;
}

Async<Result<CtlOutput>> runRetention(CtlRun *run)
{
    QFuture<Result<Erased>> resuming = run->app->erasures()->resume();
    const Result<Erased> resumed = co_await finished(resuming);
    if (!resumed)
        co_return resumed.error();
    const Result<Timestamp> before = co_await retentionBefore(run);
    if (!before)
        co_return before.error();
    QFuture<Result<Erased>> erasing = run->app->erasures()->eraseOlderThan(*before);
    const Result<Erased> erased = co_await finished(erasing);
    if (!erased)
        co_return erased.error();
    CtlOutput output{erasedJson(*erased), erasedText(*erased), 0};
    output.json.insert(u"before"_s, isoTime(*before));
    co_return output;
}

Async<Result<CtlOutput>> runRetentionSet(CtlRun *run)
{
    const QString said = run->arguments.at(0);
    const int months = said == u"off"_s ? 0 : monthsIn(said);
    if (months == 0 && said != u"off"_s)
        co_return run->wrong(u"Say how many months, as 24m, or off."_s);
    auto work = [months](Database &db) -> Result<Done> {
        retention::setMonths(db, months);
        return db.finish(Done{});
    };
    QFuture<Result<Done>> setting = run->app->store().write(work);
    const Result<Done> set = co_await finished(setting);
    if (!set)
        co_return set.error();
    co_return CtlOutput{{{u"months"_s, months}},
                        months == 0
                            ? u"Old conversations are kept.\n"_s
                            : u"%1 months. Nothing is deleted by itself: see \"retention run\".\n"_s.arg(months),
                        0};
}

Async<Result<CtlOutput>> runSize(CtlRun *run)
{
    Store &store = run->app->store();
    QFuture<Result<DatabaseSize>> measuring = measureDatabase(store, SizeDetail::Tables);
    const Result<DatabaseSize> database = co_await finished(measuring);
    if (!database)
        co_return database.error();
    QFuture<Result<FilesSize>> counting = measureFiles(store);
    const Result<FilesSize> files = co_await finished(counting);
    if (!files)
        co_return files.error();
    QFuture<Result<BackupsSize>> looking = measureBackups(store);
    const Result<BackupsSize> backups = co_await finished(looking);
    if (!backups)
        co_return backups.error();
    QFuture<Result<Unreferenced>> searching = findUnreferenced(store);
    const Result<Unreferenced> unreferenced = co_await finished(searching);
    if (!unreferenced)
        co_return unreferenced.error();
    QJsonArray tables;
    QString tableText;
    for (const TableSize &table : database->tables) {
        tables.append(QJsonObject{{u"name"_s, table.name}, {u"bytes"_s, table.bytes}});
        tableText += u"  %1 %2\n"_s.arg(table.name, -24).arg(sizeText(table.bytes));
    }
    CtlOutput output;
    output.json = {{u"database"_s, database->bytes},
                   {u"free"_s, database->free},
                   {u"log"_s, database->log},
                   {u"tables"_s, tables},
                   {u"files"_s, QJsonObject{{u"count"_s, files->count}, {u"bytes"_s, files->bytes}}},
                   {u"unreferenced_files"_s,
                    QJsonObject{{u"count"_s, qint64(unreferenced->files.size())}, {u"bytes"_s, unreferenced->bytes}}},
                   {u"backups"_s,
                    QJsonObject{{u"count"_s, backups->count},
                                {u"bytes"_s, backups->bytes},
                                {u"newest"_s, backups->newest},
                                {u"newest_at"_s, isoTime(backups->newestAt)}}},
                   {u"note"_s, database->note}};
    output.text = u"database: %1, of which free: %2\nwrite-ahead log: %3\n"_s.arg(
                      sizeText(database->bytes), sizeText(database->free), sizeText(database->log))
        + tableText
        + u"files: %1, %2\n  referred to by nothing and older than a day: %3, %4\nbackups here: %5, %6\n"_s
              .arg(files->count)
              .arg(sizeText(files->bytes))
              .arg(unreferenced->files.size())
              .arg(sizeText(unreferenced->bytes))
              .arg(backups->count)
              .arg(sizeText(backups->bytes));
    if (!database->note.isEmpty())
        output.text += database->note + u'\n';
    co_return output;
}

Async<Result<CtlOutput>> runCompact(CtlRun *run)
{
    QFuture<Result<Erased>> resuming = run->app->erasures()->resume();
    const Result<Erased> resumed = co_await finished(resuming);
    if (!resumed)
        co_return resumed.error();
    QFuture<Result<Erased>> removing = run->app->erasures()->removeUnreferenced();
    const Result<Erased> removed = co_await finished(removing);
    if (!removed)
        co_return removed.error();
    QFuture<Result<Compacted>> compacting = compact(run->app->store());
    const Result<Compacted> done = co_await finished(compacting);
    if (!done)
        co_return done.error();
    CtlOutput output;
    output.json = {{u"before"_s, done->before},
                   {u"after"_s, done->after},
                   {u"files"_s, removed->files},
                   {u"file_bytes"_s, removed->bytes}};
    output.text = u"Database: %1, now %2. Files that nothing refers to: %3 removed, %4.\n"_s
                      .arg(sizeText(done->before), sizeText(done->after))
                      .arg(removed->files)
                      .arg(sizeText(removed->bytes));
    co_return output;
}

} // namespace

QList<CtlCommand> careCommands()
{
    const QCommandLineOption older(u"older-than"_s, u"In months, as 24m or 2y; without it the workspace's setting."_s,
                                   u"AGE"_s);
    return {
        {{u"retention"_s, u"preview"_s},
         u"[--older-than 24m]"_s,
         u"Count the closed conversations that a deletion of old ones would take."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {older},
         retentionProblem,
         runRetentionPreview},
        {{u"retention"_s, u"run"_s},
         u"[--older-than 24m]"_s,
         u"Delete closed conversations whose newest message is older. Nothing does so by itself."_s,
         {u"patchbayctl retention run --older-than 24m"_s},
         CtlAccess::Write,
         0,
         0,
         {older},
         retentionProblem,
         runRetention},
        {{u"retention"_s, u"set"_s},
         u"AGE|off"_s,
         u"What \"old\" means in this workspace; off until it is set."_s,
         {},
         CtlAccess::Write,
         1,
         1,
         {},
         nullptr,
         runRetentionSet},
        {{u"size"_s},
         {},
         u"Where the bytes are: tables, free pages, log, files, backups."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runSize},
        {{u"compact"_s},
         {},
         u"Remove files that nothing refers to, and make the database file as small as what is in it."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay compact"_s},
         CtlAccess::Write,
         0,
         0,
         {},
         nullptr,
         runCompact},
    };
}

} // namespace patchbay
