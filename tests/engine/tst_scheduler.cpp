#include "core/engine/scheduler.h"
#include "support/command_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestScheduler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wakesSnoozedConversationsInTime();
};

void TestScheduler::wakesSnoozedConversationsInTime()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    Scheduler scheduler(*desk.store);
    scheduler.start();
    QVERIFY(await(desk.commands->snooze(id, desk.clock.now() + 200ms)));
    QTest::qWait(50);
    QCOMPARE(desk.conversation(id).status, ConversationStatus::Snoozed);
    desk.clock.advance(200ms); // nothing is announced: only the timer can notice
    QTRY_COMPARE(desk.conversation(id).status, ConversationStatus::Open);
}

PATCHBAY_TESTS(TestScheduler)
#include "tst_scheduler.moc"
