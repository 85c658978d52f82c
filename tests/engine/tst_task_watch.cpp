#include "support/test_main.h"
#include "support/watch_desk.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

RemoteTask remote(const QString &status, bool closed = false) { return {status, closed, {}}; }

std::chrono::minutes minutesUntil(Timestamp at, Timestamp now)
{
    return std::chrono::round<std::chrono::minutes>(at - now);
}

} // namespace

/// Statuses come back by themselves.
class TestTaskWatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsSoonAfterSendingThenMoreAndMoreRarely();
    void tellsAChangeInTheThreadWithoutMovingTheConversation();
    void saysNothingWhenNothingChanged();
    void boundsAndCleansTheVendorsWords();
    void looksAtClosedOnesRarelyAndNotForEver();
    void seesThatAClosedOneWasOpenedAgain();
    void keepsARecordThatIsGoneVisibleAndAsksRarely();
    void asksAFewPerTargetAtATime();
    void readsAShownConversationAtOnceButNotAgainAndAgain();
    void staysOpenWhileOneTargetHasItOpen();
    void takesNoAnswerThatIsOlderThanAnother();
    void watchesWhatWasSentBeforeItWasThere();
};

void TestTaskWatch::readsSoonAfterSendingThenMoreAndMoreRarely()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    QCOMPARE(w.readAfter(0s), 0);
    QCOMPARE(w.readAfter(1min), 0);
    QCOMPARE(w.readAfter(61s), 1);
    QCOMPARE(w.delivery(task).remoteStatus, u"To Do"_s);
    QCOMPARE(w.of(task).readAt, w.desk.clock.now());
    QVERIFY(w.events(id).isEmpty()); // what it begins with is no news
    std::vector<std::chrono::minutes> waits;
    for (int i = 0; i < 40; ++i) {
        const task_watch::Watch now = w.of(task);
        waits.push_back(minutesUntil(now.nextAt, w.desk.clock.now()));
        QCOMPARE(w.readAfter(now.nextAt - w.desk.clock.now()), 1);
    }
    QCOMPARE(waits.front(), 2min);
    QVERIFY(std::is_sorted(waits.begin(), waits.end()));
    QCOMPARE(waits.back(), 60min);
    QCOMPARE(w.asked.size(), 41);
}

void TestTaskWatch::tellsAChangeInTheThreadWithoutMovingTheConversation()
{
    WatchDesk w;
    const ConversationId first = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(first, u"SUP-12"_s);
    QCOMPARE(w.readAfter(2min), 1);
    QVERIFY(w.desk.change([&](Database &db) { conversations::setUnread(db, first, false); }));
    const Conversation before = w.conversation(first);
    w.answers.insert_or_assign(u"SUP-12"_s, remote(u"Done"_s, true));
    QCOMPARE(w.readAfter(3min), 1);
    QCOMPARE(w.events(first), QStringList{u"Tracker SUP-12: To Do \u2192 Done"_s});
    QVERIFY(w.delivery(task).remoteClosed);
    const Conversation after = w.conversation(first);
    QCOMPARE(after.sortAt, before.sortAt);
    QCOMPARE(after.snippet, before.snippet);
    QCOMPARE(after.unread, before.unread);
    QCOMPARE(after.awaitingUs, before.awaitingUs);
    QCOMPARE(after.awaitingSince, before.awaitingSince);
    QCOMPARE(after.status, before.status);
    QCOMPARE(after.messageCount, before.messageCount + 1);
}

void TestTaskWatch::saysNothingWhenNothingChanged()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    QCOMPARE(w.readAfter(2min), 1);
    QList<ChangeSet> changes;
    QObject::connect(w.desk.store.get(), &Store::changed, w.watch.get(),
                     [&](const ChangeSet &change) { changes << change; });
    QCOMPARE(w.readAfter(3min), 1);
    QCOMPARE(w.of(task).readAt, w.desk.clock.now());
    QVERIFY(w.events(id).isEmpty());
    bool toldTask = false;
    for (const ChangeSet &change : changes) {
        QVERIFY(change.deliveries.isEmpty() && change.conversations.isEmpty() && change.timelines.isEmpty());
        toldTask = toldTask || !change.tasks.isEmpty();
    }
    QVERIFY(toldTask); // "read just now" is on the screen
}

void TestTaskWatch::boundsAndCleansTheVendorsWords()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    QCOMPARE(w.readAfter(2min), 1);
    w.answers.insert_or_assign(u"77"_s, remote(u"<b>%1\u202e\n%2</b>"_s + QString(5000, u'x')));
    QCOMPARE(w.readAfter(3min), 1);
    QVERIFY(w.delivery(task).remoteStatus.startsWith(u"<b>%1 %2</b>xx"_s));
    QVERIFY(w.delivery(task).remoteStatus.size() <= 201);
    QVERIFY(w.events(id).front().startsWith(u"Tracker 77: To Do \u2192 <b>%1 %2</b>xx"_s));
    QVERIFY(w.events(id).front().size() < 150);
    QCOMPARE(statusEvent(u"%2 %1"_s, u"%3"_s, u"%1"_s, u"%2"_s), u"%2 %1 %3: %1 \u2192 %2"_s);
    QCOMPARE(statusEvent(u"Notion"_s, newUid(w.desk.clock), u"Doing"_s, u"Done"_s), u"Notion: Doing \u2192 Done"_s);
}

void TestTaskWatch::looksAtClosedOnesRarelyAndNotForEver()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    w.answers.insert_or_assign(u"77"_s, remote(u"Done"_s, true));
    QCOMPARE(w.readAfter(2min), 1);
    QCOMPARE(w.events(id).size(), 1); // it was closed before we ever saw it open
    QCOMPARE(minutesUntil(w.of(task).nextAt, w.desk.clock.now()), 360min);
    int readings = 0;
    for (int hour = 0; hour < 24 * 10; ++hour)
        readings += w.readAfter(1h);
    QVERIFY2(readings >= 25 && readings <= 29, qPrintable(QString::number(readings)));
    QVERIFY(!w.of(task).nextAt);
    QCOMPARE(w.readAfter(24h * 100), 0);
}

void TestTaskWatch::seesThatAClosedOneWasOpenedAgain()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    w.answers.insert_or_assign(u"77"_s, remote(u"Done"_s, true));
    QCOMPARE(w.readAfter(2min), 1);
    w.answers.insert_or_assign(u"77"_s, remote(u"Reopened"_s));
    QCOMPARE(w.readAfter(7h), 1);
    QVERIFY(!w.delivery(task).remoteClosed);
    QCOMPARE(w.events(id).back(), u"Tracker 77: Done \u2192 Reopened"_s);
    QCOMPARE(minutesUntil(w.of(task).nextAt, w.desk.clock.now()), 2min);
}

void TestTaskWatch::keepsARecordThatIsGoneVisibleAndAsksRarely()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    QCOMPARE(w.readAfter(2min), 1);
    w.answers.insert_or_assign(u"77"_s, makeError(Error::Kind::NotFound, u"404"_s));
    QCOMPARE(w.readAfter(3min), 1);
    QVERIFY(w.of(task).gone);
    QVERIFY(w.of(task).error.isEmpty());
    QCOMPARE(w.trouble(w.tracker).failures, 0);
    QCOMPARE(w.events(id), QStringList{u"Tracker 77: To Do \u2192 not found there"_s});
    QCOMPARE(minutesUntil(w.of(task).nextAt, w.desk.clock.now()), 24h);
    w.answers.erase(u"77"_s);
    QCOMPARE(w.readAfter(25h), 1);
    QVERIFY(!w.of(task).gone);
    QVERIFY(!w.delivery(task).remoteClosed);
}

void TestTaskWatch::asksAFewPerTargetAtATime()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    for (int i = 0; i < 9; ++i)
        w.sendOne(id, QString::number(i));
    QCOMPARE(w.readAfter(0s), 0); // they are watched from now on
    int most = 0;
    w.crms[w.tracker.value]->onStatus = [&](const QString &) -> Result<RemoteTask> {
        most = std::max(most, w.watch->running());
        return remote(u"To Do"_s);
    };
    QCOMPARE(w.readAfter(2min), 9);
    QVERIFY(most >= 1 && most <= w.limits.perTarget);
}

void TestTaskWatch::readsAShownConversationAtOnceButNotAgainAndAgain()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    w.sendOne(id, u"77"_s);
    w.watch->start();
    QTRY_VERIFY(w.desk.get([](Database &db) { return task_watch::waits(db); }));
    w.watch->show(id);
    QTRY_COMPARE(w.asked.size(), 1);
    QTRY_COMPARE(w.watch->running(), 0);
    w.watch->show(id);
    w.watch->show(id);
    QTest::qWait(100);
    QCOMPARE(w.asked.size(), 1);
    w.desk.clock.advance(31s);
    w.watch->show(id);
    QTRY_COMPARE(w.asked.size(), 2);
    QTRY_COMPARE(w.watch->running(), 0);
    w.watch->stop();
}

void TestTaskWatch::staysOpenWhileOneTargetHasItOpen()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto both = w.send(id, {{w.tracker, u"77"_s}, {w.second, u"B1"_s}});
    w.answers.insert_or_assign(u"77"_s, remote(u"Done"_s, true));
    QCOMPARE(w.readAfter(2min), 2);
    QVERIFY(w.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
    w.answers.insert_or_assign(u"B1"_s, remote(u"Closed"_s, true));
    QVERIFY(w.readAfter(3min) >= 1);
    QVERIFY(!w.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
}

void TestTaskWatch::takesNoAnswerThatIsOlderThanAnother()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId task = w.sendOne(id, u"77"_s);
    QCOMPARE(w.readAfter(2min), 1);
    QVERIFY(w.desk.change([&](Database &db) {
        const auto slow = task_watch::begin(db, task);
        const auto quick = task_watch::begin(db, task);
        noteReading(db, task, *quick, remote(u"Done"_s, true), w.limits, 0.5);
        noteReading(db, task, *slow, remote(u"To Do"_s), w.limits, 0.5);
    }));
    QCOMPARE(w.delivery(task).remoteStatus, u"Done"_s);
    QCOMPARE(w.events(id).size(), 1);
}

void TestTaskWatch::watchesWhatWasSentBeforeItWasThere()
{
    WatchDesk w;
    const ConversationId id = w.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    for (int i = 0; i < 30; ++i)
        w.sendOne(id, QString::number(i));
    w.watch.reset();
    w.desk.clock.advance(24h * 30);
    w.restart();
    const int atOnce = w.readAfter(0s);
    QVERIFY2(atOnce < 10, qPrintable(QString::number(atOnce))); // spread over an hour
    QCOMPARE(atOnce + w.readAfter(1h), 30);
}

PATCHBAY_TESTS(TestTaskWatch)
#include "tst_task_watch.moc"
