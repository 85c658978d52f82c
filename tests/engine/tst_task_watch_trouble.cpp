#include "support/store_place.h"
#include "support/test_main.h"
#include "support/watch_desk.h"

using namespace patchbay;
using namespace patchbay::tests;

/// Statuses that cannot be read, and processes that end or share their work.
class TestTaskWatchTrouble : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leavesATargetAloneForAsLongAsItAsks();
    void asksATargetThatIsAwayOneQuestionAtATime();
    void keepsTheWordsOfOneTaskThatCannotBeRead();
    void asksNothingOfATargetThatIsSwitchedOff();
    void asksNothingWhenTheWorkspaceSaysSo();
    void neverChangesADeliverysState();
    void asksNothingTwiceAfterARestart();
    void asksAgainWhenItWasEndedBetweenReadingAndStoring();
    void teamAsksOnce();
};

void TestTaskWatchTrouble::leavesATargetAloneForAsLongAsItAsks()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    w.sendOne(id, u"77"_s);
    w.send(id, {{w.second, u"B1"_s}});
    Error slow = makeError(Error::Kind::RateLimited, u"429: come back in 20 minutes"_s);
    slow.retryAfter = 20min;
    w.answers.insert_or_assign(u"77"_s, slow);
    QCOMPARE(w.readAfter(2min), 2);
    QCOMPARE(w.trouble(w.tracker).error, u"429: come back in 20 minutes"_s);
    QCOMPARE(w.trouble(w.second).failures, 0);
    w.asked.clear();
    QVERIFY(w.readAfter(15min) == 1); // of the other one
    QCOMPARE(w.asked, QStringList{u"B1"_s});
    w.answers.erase(u"77"_s);
    QVERIFY(w.readAfter(10min) >= 1);
    QVERIFY(w.asked.contains(u"77"_s));
    QCOMPARE(w.trouble(w.tracker).failures, 0);
}

void TestTaskWatchTrouble::asksATargetThatIsAwayOneQuestionAtATime()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    for (int i = 0; i < 20; ++i) {
        w.sendOne(id, QString::number(i));
        w.answers.insert_or_assign(QString::number(i), makeError(Error::Kind::Offline, u"no route to host"_s));
    }
    int readings = 0;
    for (int minute = 0; minute < 120; ++minute)
        readings += w.readAfter(1min);
    // 1, 2, 4, 8, 16, 32 minutes, then hourly; the first turn asks as many as are allowed at once.
    QVERIFY2(readings >= 6 && readings <= 10, qPrintable(QString::number(readings)));
    QCOMPARE(w.trouble(w.tracker).error, u"no route to host"_s);
    w.answers.clear();
    QCOMPARE(w.readAfter(2h), 20);
    QCOMPARE(w.trouble(w.tracker).failures, 0);
}

void TestTaskWatchTrouble::keepsTheWordsOfOneTaskThatCannotBeRead()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId odd = w.sendOne(id, u"odd"_s);
    const DeliveryId fine = w.sendOne(id, u"fine"_s);
    QCOMPARE(w.readAfter(2min), 2);
    const Timestamp readAt = w.of(odd).readAt;
    w.answers.insert_or_assign(u"odd"_s, makeError(Error::Kind::Protocol, u"reply has no string at /status"_s));
    QCOMPARE(w.readAfter(3min), 2);
    QCOMPARE(w.of(odd).error, u"reply has no string at /status"_s);
    QCOMPARE(w.of(odd).readAt, readAt); // what is shown is still that old
    QCOMPARE(w.delivery(odd).remoteStatus, u"To Do"_s);
    QVERIFY(w.of(odd).nextAt > w.of(fine).nextAt);
    QCOMPARE(w.trouble(w.tracker).failures, 0);
}

void TestTaskWatchTrouble::asksNothingOfATargetThatIsSwitchedOff()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    w.sendOne(id, u"77"_s);
    w.missing.insert(w.tracker.value);
    QCOMPARE(w.readAfter(1h), 0);
    QVERIFY(w.asked.isEmpty());
    w.missing.clear();
    QVERIFY(w.desk.change(
        [&](Database &db) { targets::setBreaker(db, w.tracker, 5, db.now() + std::chrono::minutes(10)); }));
    QCOMPARE(w.readAfter(5min), 0);
    QCOMPARE(w.readAfter(6min), 1);
}

void TestTaskWatchTrouble::asksNothingWhenTheWorkspaceSaysSo()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    w.sendOne(id, u"77"_s);
    QVERIFY(w.desk.change([](Database &db) { setWatchSettings(db, {0}); }));
    w.desk.clock.advance(1h);
    w.watch->start();
    QTest::qWait(100);
    QVERIFY(w.asked.isEmpty());
    QVERIFY(w.desk.change([](Database &db) { setWatchSettings(db, {5}); }));
    QTRY_COMPARE(w.asked, QStringList{u"77"_s});
    QTRY_COMPARE(w.watch->running(), 0);
    w.watch->stop();
}

void TestTaskWatchTrouble::neverChangesADeliverysState()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    const Delivery before = w.delivery(task);
    QCOMPARE(w.readAfter(2min), 1);
    for (const Error::Kind kind : {Error::Kind::Unauthorized, Error::Kind::Refused, Error::Kind::Remote,
                                   Error::Kind::Timeout, Error::Kind::Protocol, Error::Kind::NotFound}) {
        w.answers.insert_or_assign(u"77"_s, makeError(kind, u"no"_s));
        QVERIFY(w.readAfter(26h) > 0);
        const Delivery now = w.delivery(task);
        QCOMPARE(now.state, DeliveryState::Sent);
        QCOMPARE(now.lastError, before.lastError);
        QCOMPARE(now.attempts, before.attempts);
        QCOMPARE(now.externalId, before.externalId);
    }
    QCOMPARE(w.desk.get([&](Database &db) { return targets::byId(db, w.tracker)->health; }), Health::Unknown);
}

void TestTaskWatchTrouble::asksNothingTwiceAfterARestart()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    w.sendOne(id, u"77"_s);
    w.sendOne(id, u"78"_s);
    QCOMPARE(w.readAfter(2min), 2);
    w.restart();
    QCOMPARE(w.readAfter(10s), 0);
    QCOMPARE(w.asked.size(), 2);
}

void TestTaskWatchTrouble::asksAgainWhenItWasEndedBetweenReadingAndStoring()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    QCOMPARE(w.readAfter(2min), 1);
    w.answers.insert_or_assign(u"77"_s, RemoteTask{u"Done"_s, true, {}});
    w.desk.clock.advance(3min);
    // Claimed and answered by a process that is no more: nothing of it was stored.
    QVERIFY(w.desk.change([&](Database &db) {
        auto questions = task_watch::due(db, w.tracker, db.now(), 10);
        QCOMPARE(questions.size(), size_t(1));
        QVERIFY(task_watch::claim(db, questions.front(), db.now() + w.limits.claim));
    }));
    w.restart();
    QCOMPARE(w.readAfter(1min), 0); // that process may still be at it
    QVERIFY(w.events(id).isEmpty());
    QCOMPARE(w.readAfter(3min), 1);
    QVERIFY(w.delivery(task).remoteClosed);
    QCOMPARE(w.events(id).size(), 1);
}

void TestTaskWatchTrouble::teamAsksOnce()
{
    PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL");
    const StorePlace place(u"postgres"_s);
    WatchDesk w(place.location());
    QVERIFY2(w.desk.failure.isEmpty(), qPrintable(w.desk.failure));
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    for (int i = 0; i < 6; ++i)
        w.sendOne(id, QString::number(i));
    auto other = place.open(&w.desk.clock);
    QVERIFY(other);
    const auto second = w.watchOn(**other);
    w.desk.clock.advance(2min);
    auto one = w.watch->runOnce();
    auto two = second->runOnce();
    const auto here = await(one);
    const auto there = await(two);
    QVERIFY(here && there);
    QCOMPARE(*here + *there, 6);
    QCOMPARE(w.asked.size(), 6);
    QCOMPARE(QSet<QString>(w.asked.begin(), w.asked.end()).size(), 6);
}

PATCHBAY_TESTS(TestTaskWatchTrouble)
#include "tst_task_watch_trouble.moc"
