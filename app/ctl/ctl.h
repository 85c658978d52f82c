#pragma once

#include "app/application.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QJsonObject>

namespace patchbay {

/// What one command prints: `json` with --json, `text` otherwise.
struct CtlOutput {
    QJsonObject json = {};
    QString text = {};
    int status = 0; ///< 0, or 1 for a check that failed
};

/// One run of the program. Outlives the command's coroutine.
struct CtlRun {
    QCommandLineParser *parser = nullptr;
    QStringList arguments = {}; ///< positional ones behind the command's words
    ApplicationOptions open = {};
    std::unique_ptr<Application> app = {};

    bool wrongUsage = false; ///< the command's error is one of usage

    /// The error of a command that was called wrongly.
    Error wrong(const QString &sentence)
    {
        wrongUsage = true;
        return makeError(Error::Kind::Refused, sentence);
    }
    QString option(const QString &name) const { return parser->value(name); }
    bool has(const QString &name) const { return parser->isSet(name); }
};

/// How a command opens the workspace.
enum class CtlAccess {
    None, ///< not at all, or by itself
    Read, ///< beside an owner
    Write, ///< as the owner
    Create, ///< as the owner of a new one
};

struct CtlCommand {
    QStringList words = {}; ///< {"channels", "add"}
    QString synopsis = {}; ///< "CONNECTOR --name NAME [--set field=value]..."
    QString summary = {};
    QStringList examples = {};
    CtlAccess access = CtlAccess::Read;
    int leastArguments = 0;
    int mostArguments = 0; ///< -1: any number
    QList<QCommandLineOption> options = {};
    /// What is wrong with the call, before anything is opened; empty when nothing is. Null: nothing to look at.
    QString (*problem)(const CtlRun &run) = nullptr;
    Async<Result<CtlOutput>> (*run)(CtlRun *run) = nullptr;
};

QList<CtlCommand> workspaceCommands();
QList<CtlCommand> accountCommands();
QList<CtlCommand> channelCommands();
QList<CtlCommand> connectorCommands();
QList<CtlCommand> serveCommands();
QList<CtlCommand> signInCommands();
QList<CtlCommand> importCommands();
QList<CtlCommand> inboxCommands();
QList<CtlCommand> fileCommands();
QList<CtlCommand> outboxCommands();
QList<CtlCommand> taskCommands();
QList<CtlCommand> writeTaskCommands();
QList<CtlCommand> routeCommands();
QList<CtlCommand> searchCommands();
QList<CtlCommand> classifierCommands();
QList<CtlCommand> personCommands();
QList<CtlCommand> contactCommands();
QList<CtlCommand> operatorCommands();
QList<CtlCommand> careCommands();
QList<CtlCommand> rulesCommands();
QList<CtlCommand> ruleVersionCommands();
QList<CtlCommand> modelCommands();
QList<CtlCommand> modelBatchCommands();
QList<CtlCommand> packCommands();
QList<CtlCommand> trialCommands();

/// The conversation that the first argument names.
Async<Result<Conversation>> namedConversation(CtlRun *run);
/// The argument, or what standard input has where it is "-".
Result<QString> textOrStandardInput(const QString &argument);
/// A pack by its built-in name, or read from a file.
Result<Pack> namedPack(const QString &nameOrFile);

/// Outside text for a terminal: control and bidi characters as escapes, line feeds kept.
QString forTerminal(const QString &text);
/// "2026-03-01", "2026-03-01T12:00:00Z" or "30d" before now; none when it is none of these.
Timestamp timeNamed(const QString &text);
QString isoTime(Timestamp at); ///< "2026-03-01T12:00:00Z", empty for none

} // namespace patchbay
