#include "app/ctl/ctl.h"

#include "core/engine/importer.h"
#include "core/store/account_table.h"
#include "core/store/compaction.h"
#include "core/store/import_table.h"
#include "core/store/workspace_lock.h"

#include <QtCore/QDir>
#include <QtCore/QJsonArray>

#include <cstdio>

#ifdef Q_OS_WIN
#include <io.h>
#else
#include <unistd.h>
#endif

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int importsShown = 50;

bool isErrorTerminal()
{
#ifdef Q_OS_WIN
    return ::_isatty(2) != 0;
#else
    return ::isatty(2) != 0;
#endif
}

const std::vector<ImportFormat> &fileFormats()
{
    static const Catalog catalog = makeCatalog(ConnectorServices());
    return catalog.chat(u"file"_s)->formats;
}

QString formatNames()
{
    QStringList names;
    for (const ImportFormat &format : fileFormats())
        names << format.id;
    names << u"tsv"_s;
    return names.join(u", "_s);
}

/// "tsv" is a table whose columns are separated by tabs.
QString wantedFormat(const CtlRun &run)
{
    const QString format = run.option(u"format"_s);
    return format == u"tsv"_s ? u"csv"_s : format;
}

/// The channel with this name; a new one of the "file" connector when there is none.
Async<Result<Channel>> channelForImport(Application *app, QString name)
{
    auto work = [name](Database &db) -> Result<std::optional<Channel>> {
        return db.finish(channels::byName(db, name));
    };
    QFuture<Result<std::optional<Channel>>> reading = app->store().read(work);
    const Result<std::optional<Channel>> known = co_await finished(reading);
    if (!known)
        co_return known.error();
    if (known->has_value())
        co_return **known;
    QFuture<Result<Channel>> adding = app->commands()->addChannel(u"file"_s, name, QJsonObject());
    co_return co_await finished(adding);
}

/// The settings that --set, --own and --map make; a sentence when one of them is not understood.
Result<QJsonObject> importSettings(const CtlRun &run)
{
    QJsonObject settings;
    if (run.option(u"format"_s) == u"tsv"_s)
        settings.insert(u"separator"_s, u"tab"_s);
    for (const QString &pair : run.parser->values(u"set"_s)) {
        const qsizetype equals = pair.indexOf(u'=');
        const QString key = pair.left(equals);
        bool known = false;
        for (const ImportFormat &format : fileFormats())
            known = known || std::any_of(format.form.begin(), format.form.end(), [&](const FormField &field) {
                        return field.key == key;
                    });
        if (equals < 1 || !known)
            return makeError(Error::Kind::Refused, u"No format has a setting \"%1\"."_s.arg(pair));
        settings.insert(key, pair.mid(equals + 1));
    }
    QJsonObject columns;
    for (const QString &pair : run.parser->values(u"map"_s)) {
        const qsizetype equals = pair.lastIndexOf(u'=');
        if (equals < 1 || equals + 1 == pair.size())
            return makeError(Error::Kind::Refused,
                             u"--map wants column=field, such as --map Body=text, not \"%1\"."_s.arg(pair));
        columns.insert(pair.mid(equals + 1), pair.left(equals));
    }
    if (!columns.isEmpty())
        settings.insert(u"columns"_s, columns);
    if (run.has(u"own"_s))
        settings.insert(u"own"_s, run.option(u"own"_s));
    if (run.has(u"as-new"_s))
        settings.insert(u"as_new"_s, true);
    return settings;
}

QString importProblem(const CtlRun &run)
{
    const bool resumes = run.has(u"resume"_s);
    if (resumes != run.arguments.isEmpty())
        return resumes ? u"--resume reads the files that the import had; name no others."_s
                       : u"Name the files to import."_s;
    if (resumes)
        return {};
    if (run.option(u"channel"_s).isEmpty())
        return u"Say with --channel NAME where the messages belong."_s;
    const QString format = wantedFormat(run);
    const std::vector<ImportFormat> &formats = fileFormats();
    if (run.has(u"format"_s)
        && std::none_of(formats.begin(), formats.end(), [&](const ImportFormat &known) { return known.id == format; }))
        return u"There is no format \"%1\". Formats: %2."_s.arg(format, formatNames());
    const Result<QJsonObject> settings = importSettings(run);
    return settings ? QString() : settings.error().message;
}

/// One line that is written over again.
void showProgress(const ImportProgress &progress)
{
    const qint64 percent = progress.bytesTotal > 0 ? progress.bytesDone * 100 / progress.bytesTotal : 0;
    const QByteArray line = u"\r%1 %: read %2, added %3, here already %4, not readable %5  "_s.arg(percent, 3)
                                .arg(progress.counts.read)
                                .arg(progress.counts.added)
                                .arg(progress.counts.duplicate)
                                .arg(progress.counts.quarantined)
                                .toUtf8();
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
}

QJsonObject countsJson(const imports::Counts &counts)
{
    return {{u"read"_s, counts.read},
            {u"added"_s, counts.added},
            {u"duplicate"_s, counts.duplicate},
            {u"quarantined"_s, counts.quarantined}};
}

CtlOutput reportOutput(const ImportReport &report)
{
    CtlOutput output;
    output.json = countsJson({report.read, report.added, report.duplicate, report.quarantined, 0});
    output.json.insert(u"uid"_s, report.uid);
    output.json.insert(u"state"_s, imports::nameOf(report.state));
    output.text = u"read %1: %2 added, %3 here already, %4 could not be read\n"_s.arg(report.read)
                      .arg(report.added)
                      .arg(report.duplicate)
                      .arg(report.quarantined);
    QJsonArray reasons;
    for (const imports::Reason &reason : report.reasons) {
        reasons.append(QJsonObject{{u"reason"_s, reason.text}, {u"count"_s, reason.count}});
        output.text += u"  %1 × %2\n"_s.arg(reason.count).arg(forTerminal(reason.text));
    }
    output.json.insert(u"reasons"_s, reasons);
    return output;
}

Async<Result<ImportRequest>> requestedImport(CtlRun *run)
{
    ImportRequest request;
    request.pageItems = 1500; // nobody else writes here; two parsed pages are in memory at once
    if (run->has(u"resume"_s)) {
        const QString uid = run->option(u"resume"_s);
        auto work = [uid](Database &db) -> Result<imports::Import> { return imports::byUid(db, uid); };
        QFuture<Result<imports::Import>> reading = run->app->store().read(work);
        const Result<imports::Import> import = co_await finished(reading);
        if (!import)
            co_return import.error();
        request.resume = import->id;
        co_return request;
    }
    const Result<Channel> channel = co_await channelForImport(run->app.get(), run->option(u"channel"_s));
    if (!channel)
        co_return channel.error();
    const Result<QJsonObject> settings = importSettings(*run);
    if (!settings)
        co_return settings.error();
    request.channel = channel->id;
    for (const QString &path : run->arguments)
        request.paths << QDir::current().absoluteFilePath(path);
    request.format = wantedFormat(*run);
    request.settings = *settings;
    co_return request;
}

Async<Result<CtlOutput>> runImport(CtlRun *run)
{
    const Result<ImportRequest> request = co_await requestedImport(run);
    if (!request)
        co_return request.error();
    QFuture<Result<Done>> lengthening = lengthenLog(run->app->store());
    const Result<Done> lengthened = co_await finished(lengthening);
    if (!lengthened)
        co_return lengthened.error();
    auto *job = new ImportJob(*run->app->intake(), *run->app->history(), run->app->store(), run->app->catalog(),
                              *request); // the Intake's
    const bool shows = isErrorTerminal() && !run->has(u"json"_s);
    if (shows)
        QObject::connect(job, &ImportJob::progressed, job,
                         [](const ImportProgress &progress) { showProgress(progress); });
    QFuture<Result<ImportReport>> importing = job->start();
    const Result<ImportReport> report = co_await finished(importing);
    if (shows)
        std::fputc('\n', stderr);
    if (!report)
        co_return report.error();
    co_return reportOutput(*report);
}

struct ListedImport {
    imports::Import import = {};
    QString channel = {};
};

Async<Result<CtlOutput>> runImports(CtlRun *run)
{
    auto work = [](Database &db) -> Result<std::vector<ListedImport>> {
        std::vector<ListedImport> all;
        for (imports::Import &import : imports::newest(db, importsShown)) {
            const auto channel = channels::byId(db, import.channel);
            all.push_back({std::move(import), channel ? channel->name : QString()});
        }
        return db.finish(std::move(all));
    };
    QFuture<Result<std::vector<ListedImport>>> reading = run->app->store().read(work);
    const Result<std::vector<ListedImport>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    // Nobody has the folder open: what says that it runs was cut off.
    const bool abandoned =
        !run->app->store().isShared() && WorkspaceLock::holder(run->app->store().location()).isEmpty();
    CtlOutput output;
    QJsonArray list;
    for (const ListedImport &one : *all) {
        const imports::Import &import = one.import;
        const bool cutOff = import.state == imports::State::Running && abandoned;
        const QString state = imports::nameOf(cutOff ? imports::State::Interrupted : import.state);
        QJsonObject json = countsJson(import.counts);
        json.insert(u"uid"_s, import.uid);
        json.insert(u"state"_s, state);
        json.insert(u"channel"_s, one.channel);
        json.insert(u"paths"_s, QJsonArray::fromStringList(import.paths));
        json.insert(u"format"_s, import.format);
        json.insert(u"pending"_s, import.counts.pending);
        json.insert(u"error"_s, import.error);
        json.insert(u"started_at"_s, isoTime(import.startedAt));
        json.insert(u"finished_at"_s, isoTime(import.finishedAt));
        list.append(json);
        output.text += u"%1  %2  %3  %4\n    read %5: %6 added, %7 here already, %8 could not be read\n"_s
                           .arg(import.uid, isoTime(import.startedAt), state,
                                forTerminal(one.channel + u"  "_s + import.paths.join(u", "_s)))
                           .arg(import.counts.read)
                           .arg(import.counts.added)
                           .arg(import.counts.duplicate)
                           .arg(import.counts.quarantined);
        if (!import.error.isEmpty())
            output.text += u"    %1\n"_s.arg(forTerminal(import.error));
    }
    output.json.insert(u"imports"_s, list);
    co_return output;
}

} // namespace

QList<CtlCommand> importCommands()
{
    const QCommandLineOption channel(u"channel"_s, u"Where they belong; made when it is new."_s, u"NAME"_s);
    const QCommandLineOption format(u"format"_s, u"One of %1; by the file when not given."_s.arg(formatNames()),
                                    u"FORMAT"_s);
    const QCommandLineOption map(
        u"map"_s, u"A table's column and what it is: text, time, name, address, direction, thread, subject, id."_s,
        u"COLUMN=FIELD"_s);
    const QCommandLineOption own(u"own"_s, u"Your name in the chat: its messages are outgoing."_s, u"NAME"_s);
    const QCommandLineOption set(
        u"set"_s, u"A setting of the format: time_zone, date_order, chat, separator, encoding, time_format, header."_s,
        u"FIELD=VALUE"_s);
    const QCommandLineOption asNew(u"as-new"_s, u"Not as history: open, unread, with suggestions."_s);
    const QCommandLineOption resume(u"resume"_s, u"Goes on with an import that was cut off."_s, u"IMPORT"_s);
    return {
        {{u"import"_s},
         u"FILE... --channel NAME [--format FORMAT] [--map COLUMN=FIELD]... [--own NAME] [--set FIELD=VALUE]... [--as-new] | --resume IMPORT"_s,
         u"Read files and folders into the inbox, as history; a second time adds nothing."_s,
         {u"patchbayctl import archive.mbox --channel Archive"_s,
          u"patchbayctl import chat.txt --channel WhatsApp --own \"Sam\""_s,
          u"patchbayctl import old.csv --channel Old --map Body=text --map Date=time"_s},
         CtlAccess::Write,
         0,
         -1,
         {channel, format, map, own, set, asNew, resume},
         importProblem,
         runImport},
        {{u"imports"_s},
         {},
         u"What was imported, newest first, and what became of it."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runImports},
    };
}

} // namespace patchbay
