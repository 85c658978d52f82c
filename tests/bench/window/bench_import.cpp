// How the window answers while a mailbox is imported and somebody searches: prints numbers for people, checks nothing.
// bench_import FILE; build it in the preset release.
#include "connectors/kit/services.h"
#include "support/search_console.h"
#include "turns.h"
#include "ui/models/gui_watchdog.h"
#include "ui/models/import_runner.h"

#include <QtWidgets/QApplication>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// Types these words letter by letter, takes them out again, and begins anew.
class Typist {
public:
    void step(SearchField &field)
    {
        const QString word = m_words.at(m_word);
        if (++m_letters > word.size()) {
            m_letters = 0;
            m_word = (m_word + 1) % m_words.size();
        }
        field.setText(word.left(m_letters));
        ++steps;
    }
    int steps = 0;

private:
    QStringList m_words{u"refund order"_s, u"card"_s, u"\"exchange rate\""_s, u"外卖"_s, u"account from:ana"_s};
    qsizetype m_word = 0;
    qsizetype m_letters = 0;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    if (app.arguments().size() < 2) {
        std::fprintf(stderr, "bench_import FILE\n");
        return 2;
    }
    ConsoleDesk desk;
    const Catalog catalog = makeCatalog(ConnectorServices());
    desk.addConnector(*catalog.chat(u"file"_s));
    MainWindow window(desk.context());
    window.resize(1280, 800);
    window.show();
    window.actions().trigger(u"search.start"_s);
    GuiWatchdog watchdog;
    ImportRunner runner(desk.context());
    bool over = false;
    QObject::connect(&runner, &ImportRunner::ended, &app, [&](const ImportReport &report) {
        std::printf("  imported %d of %d\n", report.added, report.read);
        over = true;
    });
    QObject::connect(&runner, &ImportRunner::failed, &app, [&](const QString &sentence) {
        std::fprintf(stderr, "%s\n", qPrintable(sentence));
        over = true;
    });
    ImportRequest request;
    request.paths = {app.arguments().at(1)};
    QElapsedTimer timer;
    timer.start();
    runner.start(u"History"_s, request);
    Typist typist;
    QTimer typing;
    QObject::connect(&typing, &QTimer::timeout, &app, [&] { typist.step(*window.searchPane()->field()); });
    typing.start(120);
    Turns turns;
    turns.run([&] { return over; }, 30 * 60'000);
    turns.print("turns of the event loop while importing and searching");
    std::printf("  %.1f s, %d letters typed; watchdog: p99 %lld ms, longest %lld ms in %lld beats\n",
                milliseconds(timer) / 1000, typist.steps, qlonglong(watchdog.p99().count()),
                qlonglong(watchdog.longest().count()), qlonglong(watchdog.beats()));
    return 0;
}
