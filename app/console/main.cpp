#include "app/console/console.h"

#include "core/base/log.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QDir>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QApplication>

#include <cstdio>

namespace {

using namespace patchbay;
using namespace Qt::StringLiterals;

QSize sizeFrom(const QString &text)
{
    const QStringList parts = text.split(u'x');
    return parts.size() == 2 ? QSize(parts.at(0).toInt(), parts.at(1).toInt()) : QSize();
}

QString logFile()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + u"/patchbay"_s;
    QDir().mkpath(folder);
    return folder + u"/patchbay.log"_s;
}

ConsoleOptions optionsFrom(const QCommandLineParser &parser)
{
    ConsoleOptions options;
    options.open.sample = parser.isSet(u"sample"_s);
    options.open.location = parser.isSet(u"workspace"_s) ? parser.value(u"workspace"_s)
        : options.open.sample                            ? sampleWorkspaceFolder()
                                                         : defaultWorkspaceFolder();
    options.open.name = options.open.sample ? u"Sample desk"_s : u"My desk"_s;
    options.open.create = true;
    options.open.lookForKeychain = true;
    options.open.secretsFolder = parser.value(u"secrets"_s);
    options.theme = parser.value(u"theme"_s);
    options.size = sizeFrom(parser.value(u"size"_s));
    options.screenshot = parser.value(u"screenshot"_s);
    return options;
}

} // namespace

int main(int argc, char **argv)
{
    tuneAllocator();
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"patchbay"_s);
    QApplication::setApplicationDisplayName(u"Patchbay"_s);
    QApplication::setApplicationVersion(QStringLiteral(PATCHBAY_VERSION));
    QApplication::setDesktopFileName(u"org.patchbay.Patchbay"_s);

    QCommandLineParser parser;
    parser.setApplicationDescription(u"The operator's console: one inbox for every channel."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOption({u"workspace"_s, u"The workspace: a folder or a postgresql:// URL."_s, u"WHERE"_s});
    parser.addOption({u"sample"_s, u"Open the sample workspace, made when it is new."_s});
    parser.addOption({u"secrets"_s, u"Read secrets from this folder instead of the keychain."_s, u"FOLDER"_s});
    parser.addOption({u"theme"_s, u"light or dark, whatever the system has."_s, u"SCHEME"_s});
    parser.addOption({u"size"_s, u"Of the window, such as 1280x800."_s, u"WxH"_s});
    parser.addOption({u"screenshot"_s, u"Write the window to a PNG and end."_s, u"FILE"_s});
    parser.addOption({u"verbose"_s, u"Log more."_s});
    parser.process(application);

    startLog(parser.isSet(u"screenshot"_s) ? QString() : logFile(), parser.isSet(u"verbose"_s));
    Console console(optionsFrom(parser));
    console.start();
    return QApplication::exec();
}
