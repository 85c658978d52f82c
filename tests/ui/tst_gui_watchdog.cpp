#include "support/test_main.h"
#include "ui/models/gui_watchdog.h"

#include <QtTest/QtTest>

namespace patchbay::tests {

using namespace std::chrono_literals;

/// How long the window's thread was blocked: what is kept of it, and that a block is noticed.
class GuiWatchdogTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLongestOfTheLastHour()
    {
        BlockHistory history;
        QCOMPARE(history.longest(0ms), 0ms);
        QCOMPARE(history.p99(0ms), 0ms);
        history.add(1min, 400ms);
        history.add(10min, 43ms);
        QCOMPARE(history.longest(30min), 400ms);
        QCOMPARE(history.longest(61min), 43ms);
        QCOMPARE(history.longest(200min), 0ms);
        history.add(61min, 5ms); // takes the place of the first minute
        QCOMPARE(history.longest(61min), 43ms);
    }

    void tellsWhatNinetyNineOfAHundredStayedUnder()
    {
        BlockHistory history;
        for (int i = 0; i < 990; ++i)
            history.add(std::chrono::milliseconds(i), 3ms);
        for (int i = 0; i < 10; ++i)
            history.add(1s, 180ms);
        QCOMPARE(history.p99(2s), 4ms);
        history.add(1s, 180ms);
        QCOMPARE(history.p99(2s), 180ms); // never above the longest
    }

    void noticesABlockWhileItLasts()
    {
        GuiWatchdog watchdog;
        QTRY_VERIFY(watchdog.beats() > 0);
        QCOMPARE(watchdog.warnings(), 0);
        int waited = 0;
        while (watchdog.warnings() == 0 && waited < 20'000) { // blocked as long as it takes
            QTest::qSleep(10);
            waited += 10;
        }
        QCOMPARE(watchdog.warnings(), 1);
        QTRY_VERIFY(watchdog.longest() > 250ms);
        QVERIFY(watchdog.sentence().contains(QString::number(watchdog.longest().count())));
        QVERIFY(watchdog.p99() <= watchdog.longest());
    }
};

} // namespace patchbay::tests

using patchbay::tests::GuiWatchdogTest;
PATCHBAY_TESTS(GuiWatchdogTest)
#include "tst_gui_watchdog.moc"
