#include "support/test_main.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <unistd.h>
#include <vector>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace patchbay::tests {

namespace {

struct Entry {
    const char *name;
    const QMetaObject *functions;
    std::function<QObject *()> make;
};

std::vector<Entry> &entries()
{
    static std::vector<Entry> all;
    return all;
}

} // namespace

Registration::Registration(const char *name, const QMetaObject *functions, std::function<QObject *()> make)
{
    entries().push_back({name, functions, std::move(make)});
}

QString sharedFolder()
{
    const QString folder = QString::fromUtf8(PATCHBAY_SHARED);
    return QDir(folder + QStringLiteral("/contracts")).exists() ? folder : QString();
}

namespace {

/// Names the function that crashed and lets the signal end the program. (Qt's own handler calls a debugger, which on a
/// machine without rights to trace repeats for minutes.)
void nameTheCrash(int signal)
{
    const char *function = QTest::currentTestFunction();
    const char *parts[] = {"CRASH  : in ", function ? function : "no test function", "\n"};
    for (const char *part : parts) {
        if (::write(STDOUT_FILENO, part, std::strlen(part)) < 0)
            break;
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// The test functions of a class as QtTest picks them.
QByteArrayList functionsOf(const QMetaObject *meta)
{
    QByteArrayList found;
    for (int i = meta->methodOffset(); i < meta->methodCount(); ++i) {
        const QMetaMethod method = meta->method(i);
        const QByteArray name = method.name();
        const bool special = name == "initTestCase" || name == "cleanupTestCase" || name == "init" || name == "cleanup"
            || name.endsWith("_data");
        if (method.methodType() == QMetaMethod::Slot && method.access() == QMetaMethod::Private
            && method.parameterCount() == 0 && !special)
            found << name;
    }
    return found;
}

/// Writes "class function" lines before anything runs, so that what never got a result can be counted.
bool writePlan(const QString &file)
{
    QFile plan(file);
    if (!plan.open(QIODevice::WriteOnly))
        return false;
    for (const Entry &entry : entries()) {
        for (const QByteArray &function : functionsOf(entry.functions))
            plan.write(QByteArray(entry.name) + ' ' + function + '\n');
    }
    return plan.flush();
}

/// Runs one class in this process; the number of failures. With PATCHBAY_JUNIT it leaves a JUnit file and a text file.
int runClass(const Entry &entry, const QString &program, const QStringList &rest)
{
    const QString folder = qEnvironmentVariable("PATCHBAY_JUNIT");
    QStringList options{program, QStringLiteral("-nocrashhandler"), QStringLiteral("-o"), QStringLiteral("-,txt")};
    if (!folder.isEmpty() && rest.isEmpty()) {
        const QString file = QStringLiteral("%1/%2.%3").arg(folder, program, QString::fromUtf8(entry.name));
        options << QStringLiteral("-o") << file + QStringLiteral(".xml,junitxml");
        options << QStringLiteral("-o") << file + QStringLiteral(".txt,txt");
    }
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL})
        std::signal(signal, nameTheCrash);
    const std::unique_ptr<QObject> test(entry.make());
    return QTest::qExec(test.get(), options + rest);
}

/// Runs one class in a process of its own, so that a crash takes no other class with it. (Also, in one process Qt 6.4
/// runs no function of any class after one that was skipped in initTestCase.)
bool runElsewhere(const Entry &entry, const QString &file, const QStringList &rest)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.setInputChannelMode(QProcess::ForwardedInputChannel);
#ifdef Q_OS_LINUX
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
#endif
    QStringList arguments{QString::fromUtf8(entry.name)};
    if (!rest.isEmpty())
        arguments << QStringLiteral("--") << rest;
    process.start(file, arguments);
    if (!process.waitForStarted()) {
        std::fprintf(stderr, "%s could not be started\n", entry.name);
        return false;
    }
    process.waitForFinished(-1);
    return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

/// The registered classes that the command line names before "--", or all of them.
std::vector<Entry> chosen(const QStringList &only)
{
    std::vector<Entry> found;
    for (const Entry &entry : entries()) {
        if (only.isEmpty() || only.contains(QString::fromUtf8(entry.name)))
            found.push_back(entry);
    }
    return found;
}

} // namespace

/// Runs the classes one after the other; true when nothing failed.
bool runSeveral(const std::vector<Entry> &classes, int argc, char **argv, const QStringList &rest)
{
    const QCoreApplication application(argc, argv);
    bool good = true;
    for (const Entry &entry : classes)
        good = runElsewhere(entry, QCoreApplication::applicationFilePath(), rest) && good;
    return good;
}

} // namespace patchbay::tests

#ifdef QT_WIDGETS_LIB
#include <QtWidgets/QApplication>
using TestApplication = QApplication;
#elif defined(QT_GUI_LIB)
#include <QtGui/QGuiApplication>
using TestApplication = QGuiApplication;
#else
using TestApplication = QCoreApplication;
#endif

/// Runs every registered class, or those named on the command line before "--" (what follows goes to QtTest). Without
/// names it first writes the plan of the program to the folder of PATCHBAY_JUNIT.
int main(int argc, char **argv)
{
    using namespace patchbay::tests;
    QStandardPaths::setTestModeEnabled(true);
    QStringList only;
    for (int i = 1; i < argc; ++i)
        only << QString::fromLocal8Bit(argv[i]);
    const int dashes = only.indexOf(QStringLiteral("--"));
    const QStringList rest = dashes < 0 ? QStringList() : only.mid(dashes + 1);
    only = only.mid(0, dashes);

    const QString program = QFileInfo(QString::fromLocal8Bit(argv[0])).fileName();
    const QString folder = qEnvironmentVariable("PATCHBAY_JUNIT");
    if (!folder.isEmpty() && only.isEmpty() && !writePlan(QStringLiteral("%1/%2.plan").arg(folder, program))) {
        std::fprintf(stderr, "cannot write to the folder in PATCHBAY_JUNIT\n");
        return 1;
    }
    const std::vector<Entry> classes = chosen(only);
    if (classes.empty()) {
        std::fprintf(stderr, "no such test class\n");
        return 1;
    }
    if (classes.size() > 1)
        return runSeveral(classes, argc, argv, rest) ? 0 : 1;
    TestApplication application(argc, argv);
    return runClass(classes.front(), program, rest) == 0 ? 0 : 1;
}
