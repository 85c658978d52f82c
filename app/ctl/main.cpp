#include "app/ctl/ctl.h"

#include "core/base/log.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QJsonDocument>
#include <QtCore/QStandardPaths>
#include <QtCore/QTimer>

#include <cstdio>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int exitFailed = 1;
constexpr int exitUsage = 2;

QList<CtlCommand> allCommands()
{
    return workspaceCommands() + channelCommands() + accountCommands() + serveCommands() + connectorCommands()
        + signInCommands() + importCommands() + inboxCommands() + fileCommands() + classifierCommands()
        + searchCommands() + modelCommands() + outboxCommands() + writeTaskCommands() + taskCommands() + routeCommands()
        + personCommands() + contactCommands() + operatorCommands() + careCommands() + rulesCommands()
        + ruleVersionCommands() + trialCommands() + packCommands() + modelBatchCommands();
}

void print(FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stream);
}

QString overview(const QList<CtlCommand> &commands)
{
    QString text =
        u"Usage: patchbayctl [--workspace FOLDER|postgresql://...] [--secrets FOLDER] [--json] COMMAND ...\n\n"_s;
    for (const CtlCommand &command : commands)
        text += u"  %1 %2\n      %3\n"_s.arg(command.words.join(u' '), command.synopsis, command.summary);
    text += u"\nExamples:\n"_s;
    for (const CtlCommand &command : commands) {
        for (const QString &example : command.examples)
            text += u"  %1\n"_s.arg(example);
    }
    text += u"\nExit status: 0 done, 1 failed, 2 wrong usage. \"COMMAND --help\" shows one command.\n"_s;
    return text;
}

QString help(const CtlCommand &command)
{
    QString text = u"Usage: patchbayctl [options] %1 %2\n\n%3\n"_s.arg(command.words.join(u' '), command.synopsis,
                                                                       command.summary);
    for (const QCommandLineOption &option : command.options) {
        text += u"  --%1 %2\n      %3\n"_s.arg(option.names().constFirst(), option.valueName(), option.description());
    }
    for (const QString &example : command.examples)
        text += u"\nExample:\n  %1\n"_s.arg(example);
    return text;
}

/// With --json an object, which is the last line of standard error.
void printError(const QString &kind, const QString &sentence, bool json)
{
    const QString message = redacted(sentence);
    if (json) {
        const QJsonObject inner{{u"kind"_s, kind}, {u"message"_s, message}};
        print(stderr,
              QString::fromUtf8(QJsonDocument(QJsonObject{{u"error"_s, inner}}).toJson(QJsonDocument::Compact))
                  + u'\n');
    } else {
        print(stderr, u"patchbayctl: %1\n"_s.arg(forTerminal(message)));
    }
}

int usageError(const QString &sentence, bool json)
{
    printError(u"usage"_s, sentence, json);
    if (!json)
        print(stderr, u"See patchbayctl --help.\n"_s);
    return exitUsage;
}

int fail(const CtlRun &run, const Error &error, bool json)
{
    if (run.wrongUsage)
        return usageError(error.message, json);
    printError(kindName(error.kind), error.message, json);
    return exitFailed;
}

/// Where the log goes when standard error is for the one error object.
QString quietLog()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + u"/patchbay"_s;
    QDir().mkpath(folder);
    return folder + u"/patchbayctl.log"_s;
}

/// The command whose words lead the positional arguments; the longest match wins.
const CtlCommand *commandFor(const QList<CtlCommand> &commands, const QStringList &positional)
{
    const CtlCommand *best = nullptr;
    for (const CtlCommand &command : commands) {
        if (positional.mid(0, command.words.size()) == command.words
            && (!best || best->words.size() < command.words.size()))
            best = &command;
    }
    return best;
}

Async<Result<CtlOutput>> execute(CtlRun *run, const CtlCommand *command)
{
    if (command->access != CtlAccess::None) {
        run->open.readOnly = command->access == CtlAccess::Read;
        run->open.create = command->access == CtlAccess::Create;
        if (run->has(u"pack"_s)) {
            const Result<Pack> pack = namedPack(run->option(u"pack"_s));
            if (!pack)
                co_return pack.error();
            run->open.pack = std::make_shared<const Pack>(*pack);
        }
        Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
        if (!app)
            co_return app.error();
        run->app = std::move(*app);
        if (run->app->commands())
            run->app->commands()->setHoldTime(std::chrono::milliseconds(0)); // nobody is there to press Z
    }
    co_return co_await command->run(run);
}

/// Runs the command to its end, closes the workspace, and only then says how it went: what closing logs comes before.
int runToEnd(CtlRun &run, const CtlCommand &command, bool json)
{
    Result<CtlOutput> output = makeError(Error::Kind::Cancelled, u"The command was ended."_s);
    {
        AsyncScope scope;
        QFutureWatcher<Result<CtlOutput>> watcher;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, qApp, [&] {
            output = watcher.result();
            QCoreApplication::quit();
        });
        QTimer::singleShot(0, qApp, [&] { watcher.setFuture(scope.run(execute(&run, &command))); });
        QCoreApplication::exec();
    }
    run.app.reset();
    if (!output)
        return fail(run, output.error(), json);
    print(stdout,
          json ? QString::fromUtf8(QJsonDocument(output->json).toJson(QJsonDocument::Compact)) + u'\n' : output->text);
    return output->status;
}

void addGlobalOptions(QCommandLineParser &parser)
{
    parser.addOption({u"workspace"_s, u"The workspace: a folder or a postgresql:// URL."_s, u"WHERE"_s});
    parser.addOption(
        {u"secrets"_s, u"Folder with files <channel, target or model name>.<field>, mode 0600."_s, u"FOLDER"_s});
    parser.addOption({u"json"_s, u"One JSON object instead of text."_s});
    parser.addOption({u"verbose"_s, u"Log more, to standard error."_s});
    parser.addOption({{u"h"_s, u"help"_s}, u"Show this."_s});
    parser.addOption({{u"v"_s, u"version"_s}, u"Show the version."_s});
}

int runProgram(const QStringList &arguments)
{
    const QList<CtlCommand> commands = allCommands();
    QCommandLineParser parser;
    addGlobalOptions(parser);
    QStringList added;
    for (const CtlCommand &command : commands) {
        for (const QCommandLineOption &option : command.options) {
            if (!added.contains(option.names().constFirst()) && parser.addOption(option))
                added << option.names().constFirst();
        }
    }
    const bool parsed = parser.parse(arguments);
    const bool json = parser.isSet(u"json"_s);
    const QStringList positional = parser.positionalArguments();
    const CtlCommand *command = commandFor(commands, positional);
    if (parser.isSet(u"version"_s)) {
        print(stdout, u"patchbayctl %1\n"_s.arg(QCoreApplication::applicationVersion()));
        return 0;
    }
    if (parser.isSet(u"help"_s)) {
        print(stdout, command ? help(*command) : overview(commands));
        return 0;
    }
    if (!parsed)
        return usageError(parser.errorText(), json);
    if (!command)
        return usageError(positional.isEmpty() ? u"No command."_s
                                               : u"There is no command \"%1\"."_s.arg(positional.join(u' ')),
                          json);
    CtlRun run;
    run.parser = &parser;
    run.arguments = positional.mid(command->words.size());
    if (run.arguments.size() < command->leastArguments
        || (command->mostArguments >= 0 && run.arguments.size() > command->mostArguments))
        return usageError(u"Usage: patchbayctl %1 %2"_s.arg(command->words.join(u' '), command->synopsis), json);
    for (const QString &name : parser.optionNames()) {
        const bool isOwn = std::any_of(command->options.begin(), command->options.end(),
                                       [&](const QCommandLineOption &option) { return option.names().contains(name); });
        if (added.contains(name) && !isOwn)
            return usageError(u"\"%1\" has no option --%2."_s.arg(command->words.join(u' '), name), json);
    }
    if (command->problem) {
        if (const QString problem = command->problem(run); !problem.isEmpty())
            return usageError(problem, json);
    }
    run.open.location = parser.isSet(u"workspace"_s) ? parser.value(u"workspace"_s) : defaultWorkspaceFolder();
    run.open.name = parser.value(u"name"_s);
    run.open.sample = command->access == CtlAccess::Create && parser.isSet(u"sample"_s);
    run.open.secretsFolder =
        parser.isSet(u"secrets"_s) ? parser.value(u"secrets"_s) : qEnvironmentVariable("CREDENTIALS_DIRECTORY");
    if (const Result<Done> address = checkWorkspaceAddress(run.open.location); !address)
        return usageError(address.error().message, json);
    startLog(json ? quietLog() : QString(), parser.isSet(u"verbose"_s));
    return runToEnd(run, *command, json);
}

} // namespace

QString forTerminal(const QString &text)
{
    QStringList lines = text.split(u'\n');
    for (QString &line : lines)
        line = escapedForLog(line, 10000);
    return lines.join(u'\n');
}

QString isoTime(Timestamp at) { return at ? at.toDateTime().toString(Qt::ISODate) : QString(); }

} // namespace patchbay

int main(int argc, char **argv)
{
    patchbay::tuneAllocator();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("patchbayctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PATCHBAY_VERSION));
    return patchbay::runProgram(application.arguments());
}
