#include "app/ctl/ctl.h"

#include "app/sample/sample.h"
#include "core/store/backup.h"
#include "core/store/check.h"
#include "core/store/raw_message_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

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
};

Result<WholeCheck> checkAll(Database &db)
{
    const Result<CheckReport> report = checkDatabase(db);
    if (!report)
        return report.error();
    return db.finish(WholeCheck{*report, raw_messages::kept(db), raw_messages::counted(db)});
}

Async<Result<CtlOutput>> runCheck(CtlRun *run)
{
    QFuture<Result<WholeCheck>> checking = run->app->store().read(checkAll);
    const Result<WholeCheck> check = co_await finished(checking);
    if (!check)
        co_return check.error();
    const raw_messages::Counters &kept = check->kept;
    const bool adds = kept.addsUp() && kept == check->counted;
    const bool whole = check->report.ok();
    CtlOutput output;
    output.json = {{u"received"_s, kept.received},
                   {u"visible"_s, kept.visible},
                   {u"duplicate"_s, kept.duplicate},
                   {u"quarantined"_s, kept.quarantined},
                   {u"pending"_s, kept.pending},
                   {u"adds_up"_s, adds},
                   {u"integrity"_s, check->report.integrity},
                   {u"schema"_s, check->report.schemaVersion}};
    output.text = u"received %1 = visible %2 + duplicate %3 + quarantined %4 + pending %5: %6\nintegrity: %7\nschema: %8\n"_s
                      .arg(kept.received).arg(kept.visible).arg(kept.duplicate).arg(kept.quarantined).arg(kept.pending)
                      .arg(adds ? u"adds up"_s : u"DOES NOT ADD UP with the rows"_s)
                      .arg(check->report.integrity)
                      .arg(check->report.schemaVersion);
    output.status = adds && whole ? 0 : 1;
    co_return output;
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
    const Result<QString> made = restoreBackup(run->arguments.at(0), run->open.location);
    if (!made)
        co_return made.error();
    co_return CtlOutput{{{u"workspace"_s, *made}}, u"Restored into %1\n"_s.arg(*made), 0};
}

} // namespace

QList<CtlCommand> workspaceCommands()
{
    const QCommandLineOption sample(u"sample"_s, u"Fill it with the sample support desk."_s);
    const QCommandLineOption name(u"name"_s, u"What to call it."_s, u"NAME"_s);
    return {
        {{u"init"_s}, u"[--sample] [--name NAME]"_s, u"Make a new workspace."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay init --name \"Help desk\""_s}, CtlAccess::Create, 0, 0,
         {sample, name}, nullptr, runInit},
        {{u"check"_s}, {}, u"Counters, integrity and schema; exit status 1 when something does not add up."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay --json check"_s}, CtlAccess::Read, 0, 0, {}, nullptr, runCheck},
        {{u"backup"_s}, u"[FOLDER]"_s, u"Copy database and files while the console runs."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay backup /mnt/backup/desk"_s}, CtlAccess::Read, 0, 1, {}, nullptr, runBackup},
        {{u"restore"_s}, u"BACKUP"_s, u"Make the workspace from a backup; never over an existing one."_s,
         {u"patchbayctl --workspace ~/Restored.patchbay restore /mnt/backup/desk"_s}, CtlAccess::None, 1, 1, {}, nullptr,
         runRestore},
    };
}

} // namespace patchbay
