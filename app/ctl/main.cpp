#include "app/ctl/ctl.h"

#include "core/base/log.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QTimer>

#include <cstdio>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int exitFailed = 1;
constexpr int exitUsage = 2;

QList<CtlCommand> allCommands()
{
    return workspaceCommands() + accountCommands() + inboxCommands() + outboxCommands();
}

void print(FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stream);
}

QString overview(const QList<CtlCommand> &commands)
{
    QString text = u"Usage: patchbayctl [--workspace FOLDER|postgresql://...] [--secrets FOLDER] [--json] COMMAND ...\n\n"_s;
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
    QString text = u"Usage: patchbayctl [options] %1 %2\n\n%3\n"_s.arg(command.words.join(u' '), command.synopsis, command.summary);
    for (const QCommandLineOption &option : command.options) {
        text += u"  --%1 %2\n      %3\n"_s.arg(option.names().constFirst(), option.valueName(), option.description());
    }
    for (const QString &example : command.examples)
        text += u"\nExample:\n  %1\n"_s.arg(example);
    return text;
}

int fail(const Error &error, bool json)
{
    const QString message = redacted(error.message);
    if (json) {
        const QJsonObject inner{{u"kind"_s, kindName(error.kind)}, {u"message"_s, message}};
        print(stderr, QString::fromUtf8(QJsonDocument(QJsonObject{{u"error"_s, inner}}).toJson(QJsonDocument::Compact)) + u'\n');
    } else {
        print(stderr, u"patchbayctl: %1\n"_s.arg(forTerminal(message)));
    }
    return exitFailed;
}

int usageError(const QString &sentence)
{
    print(stderr, u"patchbayctl: %1\nSee patchbayctl --help.\n"_s.arg(forTerminal(sentence)));
    return exitUsage;
}

/// The command whose words lead the positional arguments; the longest match wins.
const CtlCommand *commandFor(const QList<CtlCommand> &commands, const QStringList &positional)
{
    const CtlCommand *best = nullptr;
    for (const CtlCommand &command : commands) {
        if (positional.mid(0, command.words.size()) == command.words && (!best || best->words.size() < command.words.size()))
            best = &command;
    }
    return best;
}

Async<int> execute(CtlRun *run, const CtlCommand *command, bool json)
{
    if (command->access != CtlAccess::None) {
        run->open.readOnly = command->access == CtlAccess::Read;
        run->open.create = command->access == CtlAccess::Create;
        Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
        if (!app)
            co_return fail(app.error(), json);
        run->app = std::move(*app);
        if (run->app->commands())
            run->app->commands()->setHoldTime(std::chrono::milliseconds(0)); // nobody is there to press Z
    }
    const Result<CtlOutput> output = co_await command->run(run);
    if (!output)
        co_return fail(output.error(), json);
    print(stdout, json ? QString::fromUtf8(QJsonDocument(output->json).toJson(QJsonDocument::Compact)) + u'\n' : output->text);
    co_return output->status;
}

void addGlobalOptions(QCommandLineParser &parser)
{
    parser.addOption({u"workspace"_s, u"The workspace: a folder or a postgresql:// URL."_s, u"WHERE"_s});
    parser.addOption({u"secrets"_s, u"Folder with files <channel or target name>.<field>, mode 0600."_s, u"FOLDER"_s});
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
        return usageError(parser.errorText());
    if (!command)
        return usageError(positional.isEmpty() ? u"No command."_s : u"There is no command \"%1\"."_s.arg(positional.join(u' ')));
    CtlRun run;
    run.parser = &parser;
    run.arguments = positional.mid(command->words.size());
    if (run.arguments.size() < command->leastArguments
        || (command->mostArguments >= 0 && run.arguments.size() > command->mostArguments))
        return usageError(u"Usage: patchbayctl %1 %2"_s.arg(command->words.join(u' '), command->synopsis));
    for (const QString &name : parser.optionNames()) {
        const bool isOwn = std::any_of(command->options.begin(), command->options.end(),
                                       [&](const QCommandLineOption &option) { return option.names().contains(name); });
        if (added.contains(name) && !isOwn)
            return usageError(u"\"%1\" has no option --%2."_s.arg(command->words.join(u' '), name));
    }
    run.open.location = parser.isSet(u"workspace"_s) ? parser.value(u"workspace"_s) : defaultWorkspaceFolder();
    run.open.name = parser.value(u"name"_s);
    run.open.sample = command->access == CtlAccess::Create && parser.isSet(u"sample"_s);
    run.open.secretsFolder = parser.isSet(u"secrets"_s) ? parser.value(u"secrets"_s)
                                                        : qEnvironmentVariable("CREDENTIALS_DIRECTORY");
    startLog({}, parser.isSet(u"verbose"_s));

    const bool json = parser.isSet(u"json"_s);
    int status = exitFailed;
    AsyncScope scope;
    QFutureWatcher<int> watcher;
    QObject::connect(&watcher, &QFutureWatcher<int>::finished, qApp, [&] {
        status = watcher.result();
        QCoreApplication::quit();
    });
    QTimer::singleShot(0, qApp, [&] { watcher.setFuture(scope.run(execute(&run, command, json))); });
    QCoreApplication::exec();
    return status;
}

} // namespace

QString forTerminal(const QString &text)
{
    QStringList lines = text.split(u'\n');
    for (QString &line : lines)
        line = escapedForLog(line, 10000);
    return lines.join(u'\n');
}

QString isoTime(Timestamp at)
{
    return at ? at.toDateTime().toString(Qt::ISODate) : QString();
}

} // namespace patchbay

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("patchbayctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PATCHBAY_VERSION));
    return patchbay::runProgram(application.arguments());
}
