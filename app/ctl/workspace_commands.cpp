#include "app/ctl/ctl.h"

#include "app/sample/sample.h"
#include "core/store/backup.h"
#include "core/store/check.h"
#include "core/store/erased_items.h"
#include "core/store/raw_message_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestFileList = 20;

Async<Result<CtlOutput>> runInit(CtlRun *run)
{
    Application &app = *run->app;
    CtlOutput output;
    if (run->has(u"sample"_s)) {
        const Result<int> filled = co_await fillSampleWorkspace(&app);
        if (!filled)
            co_return filled.error();
        output.json.insert(u"messages"_s, *filled);
    }
    output.json.insert(u"workspace"_s, app.store().location());
    output.json.insert(u"uid"_s, app.store().workspaceUid());
    output.json.insert(u"sample"_s, app.store().isSample());
    output.text = u"Workspace \"%1\" is ready: %2\n"_s.arg(app.store().workspaceName(), app.store().location());
    co_return output;
}

struct WholeCheck {
    CheckReport report = {};
    raw_messages::Counters kept = {};
    raw_messages::Counters counted = {};
    qint64 erased = 0; ///< on purpose; no part of the others
};

Result<WholeCheck> checkAll(Database &db)
{
    const Result<CheckReport> report = checkDatabase(db);
    if (!report)
        return report.error();
    return db.finish(WholeCheck{*report, raw_messages::kept(db), raw_messages::counted(db), erased_items::count(db)});
}

QString filesText(const FileReport &files)
{
    QString text = u"files: %1 checked, %2 missing, %3 damaged\n"_s.arg(files.files)
                       .arg(files.missing.size())
                       .arg(files.damaged.size());
    for (const QString &name : files.missing.mid(0, longestFileList))
        text += u"  missing: %1\n"_s.arg(name);
    for (const QString &name : files.damaged.mid(0, longestFileList))
        text += u"  damaged: %1\n"_s.arg(name);
    return text;
}

CtlOutput checkOutput(const WholeCheck &check, const FileReport &files)
{
    const raw_messages::Counters &kept = check.kept;
    const CheckReport &report = check.report;
    const bool adds = kept.addsUp() && kept == check.counted;
    CtlOutput output;
    output.json = {{u"received"_s, kept.received},
                   {u"visible"_s, kept.visible},
                   {u"duplicate"_s, kept.duplicate},
                   {u"quarantined"_s, kept.quarantined},
                   {u"noted"_s, kept.noted},
                   {u"pending"_s, kept.pending},
                   {u"erased"_s, check.erased},
                   {u"adds_up"_s, adds},
                   {u"integrity"_s, report.integrity},
                   {u"broken_references"_s, report.brokenReferences},
                   {u"files"_s, files.files},
                   {u"missing_files"_s, QJsonArray::fromStringList(files.missing)},
                   {u"damaged_files"_s, QJsonArray::fromStringList(files.damaged)},
                   {u"schema"_s, report.schemaVersion}};
    output.text =
        u"received %1 = visible %2 + duplicate %3 + quarantined %4 + noted %5 + pending %6: %7\n"_s.arg(kept.received)
            .arg(kept.visible)
            .arg(kept.duplicate)
            .arg(kept.quarantined)
            .arg(kept.noted)
            .arg(kept.pending)
            .arg(adds ? u"adds up"_s : u"DOES NOT ADD UP with the rows"_s);
    if (check.erased > 0)
        output.text += u"deleted on purpose, and not counted any more: %1\n"_s.arg(check.erased);
    output.text += report.isChecked()
        ? u"integrity: %1\nbroken references: %2\n"_s.arg(report.integrity, QString::number(report.brokenReferences))
        : u"integrity: not checked, left to the server\n"_s;
    output.text += filesText(files) + u"schema: %1\n"_s.arg(report.schemaVersion);
    output.status = adds && report.ok() && files.ok() ? 0 : 1;
    return output;
}

Async<Result<CtlOutput>> runCheck(CtlRun *run)
{
    QFuture<Result<WholeCheck>> checking = run->app->store().read(checkAll);
    const Result<WholeCheck> check = co_await finished(checking);
    if (!check)
        co_return check.error();
    QFuture<Result<FileReport>> reading = checkFiles(run->app->store());
    const Result<FileReport> files = co_await finished(reading);
    if (!files)
        co_return files.error();
    co_return checkOutput(*check, *files);
}

Async<Result<CtlOutput>> runBackup(CtlRun *run)
{
    QFuture<Result<QString>> working = backup(run->app->store(), run->arguments.value(0));
    const Result<QString> made = co_await finished(working);
    if (!made)
        co_return made.error();
    co_return CtlOutput{{{u"backup"_s, *made}}, u"Backed up to %1\n"_s.arg(*made), 0};
}

Async<Result<CtlOutput>> runRestore(CtlRun *run)
{
    const Result<Restored> made = restoreBackup(run->arguments.at(0), run->open.location);
    if (!made)
        co_return made.error();
    CtlOutput output;
    output.json = {{u"workspace"_s, made->location},
                   {u"deliveries_to_settle"_s, made->deliveries},
                   {u"suggestions_set_aside"_s, made->suggestions}};
    output.text = u"Restored into %1\n"
                  "Before anybody goes on, look at what happened since the backup was made:\n"
                  "- %2 deliveries may have gone out since. None goes out by itself: settle each in the Outbox, or "
                  "retry a task, which looks it up first.\n"
                  "- %3 suggestions may have been accepted since. They were set aside: ask for one again where no task "
                  "was made.\n"
                  "- Mail that came since is fetched again and suggested anew, and answers sent since are not here: "
                  "look at the targets and the Sent folder before accepting or answering it.\n"_s.arg(
                      made->location, QString::number(made->deliveries), QString::number(made->suggestions));
    co_return output;
}

} // namespace

QList<CtlCommand> workspaceCommands()
{
    const QCommandLineOption sample(u"sample"_s, u"Fill it with the sample support desk."_s);
    const QCommandLineOption name(u"name"_s, u"What to call it."_s, u"NAME"_s);
    const QCommandLineOption pack(u"pack"_s, u"Begin with this domain pack instead of the default categories."_s,
                                  u"NAME|FILE"_s);
    return {
        {{u"init"_s},
         u"[--sample] [--name NAME] [--pack NAME|FILE]"_s,
         u"Make a new workspace."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay init --name \"Help desk\""_s,
          u"patchbayctl --workspace ~/Shop.patchbay init --pack retail"_s},
         CtlAccess::Create,
         0,
         0,
         {sample, name, pack},
         nullptr,
         runInit},
        {{u"check"_s},
         {},
         u"Counters, integrity, broken references, missing or damaged files, schema; exit status 1 when something is "
         "wrong. On PostgreSQL integrity reads \"not checked\": the server guards its pages and references itself."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay --json check"_s},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runCheck},
        {{u"backup"_s},
         u"[FOLDER]"_s,
         u"Copy database and files while the console runs."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay backup /mnt/backup/desk"_s},
         CtlAccess::Read,
         0,
         1,
         {},
         nullptr,
         runBackup},
        {{u"restore"_s},
         u"BACKUP"_s,
         u"Make the workspace from a backup; never over an existing one."_s,
         {u"patchbayctl --workspace ~/Restored.patchbay restore /mnt/backup/desk"_s},
         CtlAccess::None,
         1,
         1,
         {},
         nullptr,
         runRestore},
    };
}

} // namespace patchbay
