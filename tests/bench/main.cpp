#include "bench/bench.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

using namespace patchbay::bench;
using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions(
        {{u"messages"_s, u"How many"_s, u"n"_s, u"100000"_s}, {u"folder"_s, u"Where"_s, u"folder"_s, u"."_s}});
    parser.process(app);
    BenchOptions options;
    options.messages = parser.value(u"messages"_s).toInt();
    options.folder = parser.value(u"folder"_s);
    Table table;
    benchIntake(options, table);
    table.print();
    return 0;
}
