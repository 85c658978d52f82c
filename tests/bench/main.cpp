#include "bench/bench.h"
#include "bench/classify_bench.h"
#include "bench/far_server.h"
#include "bench/lessons_bench.h"
#include "bench/rules_bench.h"
#include "bench/target_bench.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

using namespace patchbay::bench;
using namespace Qt::StringLiterals;

/// patchbay_bench PART...: mbox, intake, search, classify, lessons, rules, replay, targets. packaging/bench.sh runs
/// them in turn.
int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"messages"_s, u"How many messages the corpus has"_s, u"n"_s, u"100000"_s},
                       {u"folder"_s, u"Where workspaces are made"_s, u"folder"_s, u"."_s},
                       {u"workspace"_s, u"Into which the corpus was imported"_s, u"folder"_s},
                       {u"mbox"_s, u"The corpus as a file"_s, u"file"_s},
                       {u"connector"_s, u"The only target to measure"_s, u"id"_s}});
    parser.addPositionalArgument(u"part"_s, u"mbox, intake, search, classify, lessons, rules, replay or targets"_s);
    parser.process(app);
    BenchOptions options;
    options.messages = parser.value(u"messages"_s).toInt();
    options.folder = parser.value(u"folder"_s);
    options.workspace = parser.value(u"workspace"_s);
    options.connector = parser.value(u"connector"_s);
    if (parser.positionalArguments() == QStringList{u"far-server"_s}) // what the part "targets" starts for itself
        return runFarServer(options.connector);
    options.mbox = parser.value(u"mbox"_s);
    Table table;
    for (const QString &part : parser.positionalArguments()) {
        if (part == u"mbox"_s)
            writeMbox(options);
        else if (part == u"intake"_s)
            benchIntake(options, table);
        else if (part == u"search"_s)
            benchSearch(options, table);
        else if (part == u"classify"_s)
            benchClassify();
        else if (part == u"lessons"_s)
            benchLessons(table);
        else if (part == u"rules"_s)
            benchRules(table);
        else if (part == u"replay"_s)
            benchReplay(options, table);
        else if (part == u"targets"_s)
            benchTargets(options);
        else
            qFatal("There is no part %s", qPrintable(part));
    }
    table.print();
    return 0;
}
