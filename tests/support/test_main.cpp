#include "support/test_main.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>

#include <cstdio>
#include <memory>
#include <vector>

namespace patchbay::tests {

namespace {

struct Entry {
    const char *name;
    std::function<QObject *()> make;
};

std::vector<Entry> &entries()
{
    static std::vector<Entry> all;
    return all;
}

} // namespace

Registration::Registration(const char *name, std::function<QObject *()> make)
{
    entries().push_back({name, std::move(make)});
}

QString sharedFolder()
{
    const QString folder = QString::fromUtf8(PATCHBAY_SHARED);
    return QDir(folder + QStringLiteral("/contracts")).exists() ? folder : QString();
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

/// Runs every registered class, or those named on the command line before "--"; each writes its JUnit file to the
/// folder in PATCHBAY_JUNIT, so that test functions can be counted.
int main(int argc, char **argv)
{
    QStandardPaths::setTestModeEnabled(true);
    TestApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    const int dashes = arguments.indexOf(QStringLiteral("--"));
    const QStringList only = arguments.mid(1, dashes < 0 ? -1 : dashes - 1);
    const QStringList rest = dashes < 0 ? QStringList() : arguments.mid(dashes + 1);
    const QString folder = qEnvironmentVariable("PATCHBAY_JUNIT");
    const QString program = QFileInfo(arguments.first()).fileName();

    int failed = 0;
    for (const auto &entry : patchbay::tests::entries()) {
        const QString name = QString::fromUtf8(entry.name);
        if (!only.isEmpty() && !only.contains(name))
            continue;
        const std::unique_ptr<QObject> test(entry.make());
        QStringList options{program, QStringLiteral("-o"), QStringLiteral("-,txt")};
        if (!folder.isEmpty())
            options << QStringLiteral("-o") << QStringLiteral("%1/%2.%3.xml,junitxml").arg(folder, program, name);
        failed += QTest::qExec(test.get(), options + rest);
        std::fflush(stdout);
    }
    return failed == 0 ? 0 : 1;
}
