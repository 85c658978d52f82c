#include "support/outbox_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestOutboxQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requeuesWhatAnEndedProcessSurelyDidNotSend();
    void checksWhatAnEndedProcessMayHaveSent();
    void leavesUnknownWhatAnEndedProcessMayHaveSentWhereNothingCanBeAsked();
    void checksLaterWhenTheDestinationIsNotThereAtTheStart();
    void cutsOffACallThatNeverEnds();
    void doesNotTouchWhatWaitsForItsDestinationToLoad();
    void saysWhyThereIsNoDestination();
    void sendsRepliesOfAConversationInOrder();
    void letsOtherChatsGoOnWhileOneHasToWait();
    void triesNoChatWhileTheWholeAccountHasToWait();
    void runsNoMoreAtOnceThanAllowed();
    void wakesOnACommit();
    void wakesWhenTheNextOneIsDue();
    void letsRunningAttemptsEndWhenStopped();
};

void TestOutboxQueue::requeuesWhatAnEndedProcessSurelyDidNotSend()
{
    Rig rig(Idempotency::None);
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::HangBefore};
    QVERIFY(rig.workUntilItHangs());
    rig.restart();
    QVERIFY(rig.work()); // at once, without a wait
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
}

void TestOutboxQueue::checksWhatAnEndedProcessMayHaveSent()
{
    for (const Step step : {Step::HangMarked, Step::HangSent, Step::HangArriveLate}) {
        Rig rig;
        const DeliveryId id = rig.desk.addTask(u"k"_s);
        rig.destination.script[u"k"_s] = {step};
        const Timestamp started = rig.desk.clock.now();
        QVERIFY(rig.workUntilItHangs());
        rig.restart();
        rig.desk.clock.advance(1s);
        QVERIFY(rig.work());
        QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Failed);
        QVERIFY(rig.desk.delivery(id).everAmbiguous);
        QCOMPARE(rig.desk.delivery(id).nextAttemptAt, started + 5s);
        rig.desk.clock.advance(4s);
        QVERIFY(rig.work());
        QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
        QCOMPARE(rig.destination.calls.at(1), u"look up k"_s);
        QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
    }
}

void TestOutboxQueue::leavesUnknownWhatAnEndedProcessMayHaveSentWhereNothingCanBeAsked()
{
    Rig rig(Idempotency::None);
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::HangMarked};
    QVERIFY(rig.workUntilItHangs());
    rig.restart();
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Unknown);
    QCOMPARE(rig.destination.calls.size(), 1);
}

void TestOutboxQueue::checksLaterWhenTheDestinationIsNotThereAtTheStart()
{
    Rig rig(Idempotency::None);
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::HangSent};
    QVERIFY(rig.workUntilItHangs());
    rig.noDestination = makeError(Error::Kind::Offline, u"The targets are still being loaded."_s);
    rig.restart();
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Failed);
    QVERIFY(rig.desk.delivery(id).everAmbiguous);
    rig.noDestination.reset();
    rig.desk.clock.advance(1h);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Unknown); // known now: it can neither search nor fold
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
}

void TestOutboxQueue::cutsOffACallThatNeverEnds()
{
    Rig rig;
    rig.destination.declared.deadline = 60ms;
    const DeliveryId before = rig.desk.addTask(u"before"_s);
    const DeliveryId sent = rig.desk.addTask(u"sent"_s);
    rig.destination.script[u"before"_s] = {Step::HangBefore};
    rig.destination.script[u"sent"_s] = {Step::HangSent};
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(before).errorKind, u"timeout"_s);
    QVERIFY(!rig.desk.delivery(before).everAmbiguous);
    QCOMPARE(rig.desk.delivery(sent).errorKind, u"timeout"_s);
    QVERIFY(rig.desk.delivery(sent).everAmbiguous);
    rig.destination.declared.deadline = 2s;
    rig.desk.clock.advance(10s);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(before).state, DeliveryState::Sent);
    QCOMPARE(rig.desk.delivery(sent).state, DeliveryState::Sent);
    QCOMPARE(rig.destination.arrivalCount(u"sent"_s), 1);
}

void TestOutboxQueue::doesNotTouchWhatWaitsForItsDestinationToLoad()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.noDestination = makeError(Error::Kind::Offline, u"The targets are still being loaded."_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Queued);
    QCOMPARE(rig.desk.delivery(id).attempts, 0);
}

void TestOutboxQueue::saysWhyThereIsNoDestination()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.noDestination = makeError(Error::Kind::Unauthorized, u"No password stored for “Tracker”."_s);
    QVERIFY(rig.work());
    const Delivery d = rig.desk.delivery(id);
    QCOMPARE(d.state, DeliveryState::Failed);
    QCOMPARE(d.lastError, u"No password stored for “Tracker”."_s);
    QCOMPARE(d.attempts, 0);
    QVERIFY(d.nextAttemptAt > rig.desk.clock.now());
}

void TestOutboxQueue::sendsRepliesOfAConversationInOrder()
{
    Rig rig;
    const ConversationId conversation = rig.desk.addConversation();
    const ConversationId other = rig.desk.addConversation();
    rig.desk.addReply(conversation, u"1"_s);
    rig.desk.addReply(conversation, u"2"_s);
    const DeliveryId third = rig.desk.addReply(conversation, u"3"_s);
    rig.desk.addReply(other, u"elsewhere"_s);
    rig.destination.script[u"1"_s] = {Step::Busy};
    rig.destination.script[u"2"_s] = {Step::Refuse};
    QVERIFY(rig.work());
    QVERIFY(rig.destination.calls.contains(u"deliver elsewhere"_s)); // a poisoned reply blocks only its conversation
    QVERIFY(!rig.destination.calls.contains(u"deliver 2"_s));
    rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    QVERIFY(rig.work());
    rig.destination.calls.removeAll(u"deliver elsewhere"_s);
    QCOMPARE(rig.destination.calls, (QStringList{u"deliver 1"_s, u"deliver 1"_s, u"deliver 2"_s, u"deliver 3"_s}));
    QCOMPARE(rig.desk.delivery(third).state, DeliveryState::Sent);
}

void TestOutboxQueue::letsOtherChatsGoOnWhileOneHasToWait()
{
    Rig rig(Idempotency::None);
    rig.limits.parallel = 1; // one after the other, so that the second one comes after the refusals
    rig.chance = 0;
    rig.restart();
    const ConversationId slow = rig.desk.addConversation();
    const DeliveryId waits = rig.desk.addReply(slow, u"waits"_s);
    const DeliveryId behind = rig.desk.addReply(slow, u"behind"_s);
    const DeliveryId other = rig.desk.addReply(rig.desk.addConversation(), u"other"_s);
    for (int i = 0; i < 12; ++i) // far more than opens a breaker
        rig.destination.script[u"waits"_s].push_back(Step::Limited);
    rig.destination.declared.waitsByThread = true;
    rig.destination.retryAfter = 60s;
    const Timestamp limited = rig.desk.clock.now();
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, (QStringList{u"deliver waits"_s, u"deliver other"_s}));
    QCOMPARE(rig.desk.delivery(waits).nextAttemptAt, limited + 60s);
    QCOMPARE(rig.desk.delivery(other).state, DeliveryState::Sent);
    for (int i = 0; i < 11; ++i) {
        rig.desk.clock.advance(60s);
        QVERIFY(rig.work());
    }
    rig.destination.calls.clear();
    const DeliveryId later = rig.desk.addReply(rig.desk.addConversation(), u"later"_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(later).state, DeliveryState::Sent); // the way there is not closed
    QCOMPARE(rig.destination.calls, QStringList{u"deliver later"_s});
    rig.desk.clock.advance(60s);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, (QStringList{u"deliver later"_s, u"deliver waits"_s, u"deliver behind"_s}));
    QCOMPARE(rig.desk.delivery(behind).state, DeliveryState::Sent);
}

void TestOutboxQueue::triesNoChatWhileTheWholeAccountHasToWait()
{
    Rig rig(Idempotency::None);
    rig.limits.parallel = 1;
    rig.chance = 0;
    rig.restart();
    const DeliveryId first = rig.desk.addReply(rig.desk.addConversation(), u"first"_s);
    const DeliveryId other = rig.desk.addReply(rig.desk.addConversation(), u"other"_s);
    rig.destination.script[u"first"_s].push_back(Step::Limited);
    rig.destination.declared.waitsByThread = true;
    rig.destination.accountWide = true;
    rig.destination.retryAfter = 60s;
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, QStringList{u"deliver first"_s});
    rig.desk.clock.advance(59s);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, QStringList{u"deliver first"_s});
    QCOMPARE(rig.desk.delivery(other).state, DeliveryState::Queued);
    rig.desk.clock.advance(1s);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(first).state, DeliveryState::Sent);
    QCOMPARE(rig.desk.delivery(other).state, DeliveryState::Sent);
}

void TestOutboxQueue::runsNoMoreAtOnceThanAllowed()
{
    Rig rig;
    rig.limits.parallel = 3;
    rig.restart();
    QStringList keys;
    for (int i = 0; i < 20; ++i)
        keys << u"k%1"_s.arg(i);
    rig.desk.addTasks(keys);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls.size(), 20);
    QVERIFY(rig.destination.mostInFlight <= 3);

    Rig slow; // calls that do not end: now they all stand beside each other
    slow.limits.parallel = 3;
    slow.restart();
    slow.destination.everyKey.assign(20, Step::HangBefore);
    slow.desk.addTasks(keys);
    auto running = slow.outbox->runOnce();
    QTRY_COMPARE(slow.destination.hanging, 3);
    (void)slow.desk.write([](Database &db) -> Result<int> { return db.finish(0); }); // what had begun has ended
    QCoreApplication::processEvents();
    QCOMPARE(slow.destination.mostInFlight, 3);
    QCOMPARE(slow.destination.calls.size(), 3);
}

void TestOutboxQueue::wakesOnACommit()
{
    Rig rig;
    rig.outbox->start();
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    QTRY_COMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
}

void TestOutboxQueue::wakesWhenTheNextOneIsDue()
{
    Rig rig;
    rig.outbox->start();
    Delivery d = rig.desk.newDelivery(DeliveryKind::Task, rig.desk.addConversation(), u"k"_s);
    d.notBefore = rig.desk.clock.now() + 300ms;
    const DeliveryId id = rig.desk.add(d);
    QTest::qWait(100);
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Queued);
    rig.desk.clock.advance(300ms); // nothing is announced: only the timer can notice
    QTRY_COMPARE_WITH_TIMEOUT(rig.desk.delivery(id).state, DeliveryState::Sent, 2000);
}

void TestOutboxQueue::letsRunningAttemptsEndWhenStopped()
{
    Rig rig;
    rig.limits.parallel = 1;
    rig.restart();
    rig.desk.addTasks({u"1"_s, u"2"_s});
    rig.destination.beforeMark = [&] { rig.outbox->stop(); };
    rig.outbox->start();
    QTRY_COMPARE(rig.destination.calls.size(), 1);
    QTRY_COMPARE(rig.outbox->running(), 0);
    QTest::qWait(50);
    QCOMPARE(rig.destination.arrivalCount(u"1"_s), 1);
    QCOMPARE(rig.destination.arrivalCount(u"2"_s), 0);
    QCOMPARE(rig.desk.delivery(DeliveryId{1}).state, DeliveryState::Sent);
}

PATCHBAY_TESTS(TestOutboxQueue)
#include "tst_outbox_queue.moc"
