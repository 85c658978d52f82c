#include "support/outbox_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestOutbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsOnceAndKeepsTheReceipt();
    void marksThePointOfNoReturnBeforeSending();
    void sendsNothingWhenTheClaimWasLost();
    void looksUpBeforeARepeatAndKeepsWhatItFound();
    void looksUpNoSoonerThanTheDeadlineAndTheIndexLag();
    void sendsAgainUnderTheSameKeyWhenNothingWasFound();
    void repeatsWithoutALookUpWhereTheOtherSideFolds();
    void leavesItUnknownWhereNothingCanBeAsked();
    void leavesItUnknownWhenItCannotBeLookedUpForGood();
    void waitsLongerAfterEachFailure();
    void honoursRetryAfterForTheWholeDestination();
    void clampsRetryAfter();
    void isDeadAtOnceWhenRefusedWithTheOtherSidesWords();
    void isDeadAfterTheLastAttempt();
    void keepsTryingWhileOfflineUntilItIsTooOld();
    void opensTheBreakerAndSendsOneProbe();
    void sendsTheRestSoonAfterTheProbe();
    void asksForSignInAndGoesOnAfterIt();
};

void TestOutbox::sendsOnceAndKeepsTheReceipt()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    QVERIFY(rig.work());
    const Delivery d = rig.desk.delivery(id);
    QCOMPARE(d.state, DeliveryState::Sent);
    QCOMPARE(d.externalId, u"1"_s);
    QCOMPARE(d.externalUrl, u"https://tracker.example/1"_s);
    QCOMPARE(d.response, u"201 created 1"_s);
    QCOMPARE(d.attempts, 1);
    QCOMPARE(d.settledAt, rig.desk.clock.now());
    QCOMPARE(rig.targetHealth(), Health::Ok);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
    QCOMPARE(rig.destination.calls, QStringList{u"deliver k"_s});
}

void TestOutbox::marksThePointOfNoReturnBeforeSending()
{
    Rig rig;
    const DeliveryId before = rig.desk.addTask(u"before"_s);
    const DeliveryId after = rig.desk.addTask(u"after"_s);
    rig.destination.script[u"before"_s] = {Step::HangBefore};
    rig.destination.script[u"after"_s] = {Step::HangMarked};
    auto running = rig.outbox->runOnce();
    QVERIFY(QTest::qWaitFor([&] { return rig.destination.hanging == 2; }, 5000));
    QCOMPARE(rig.desk.delivery(before).state, DeliveryState::Sending);
    QVERIFY(!rig.desk.delivery(before).effectStartedAt);
    QCOMPARE(rig.desk.delivery(after).effectStartedAt, rig.desk.clock.now());
}

void TestOutbox::sendsNothingWhenTheClaimWasLost()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.beforeMark = [&] {
        rig.destination.beforeMark = {};
        // Another workstation takes it over while we prepare.
        rig.desk.store->write([id](Database &db) -> Result<Done> {
            deliveries::Outcome released;
            released.state = DeliveryState::Queued;
            released.nextAttemptAt = db.now();
            deliveries::settle(db, id, deliveries::byId(db, id)->fence, released);
            deliveries::claim(db, id, u"another"_s, 60s);
            return db.finish(Done{});
        });
    };
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 0);
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sending);
    QCOMPARE(rig.desk.delivery(id).leaseOwner, u"another"_s);
}

void TestOutbox::looksUpBeforeARepeatAndKeepsWhatItFound()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::LoseAnswer};
    QVERIFY(rig.work());
    Delivery d = rig.desk.delivery(id);
    QCOMPARE(d.state, DeliveryState::Failed);
    QVERIFY(d.everAmbiguous);
    QVERIFY2(d.lastError.contains(u"looked up"_s), qPrintable(d.lastError));
    rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    QVERIFY(rig.work());
    d = rig.desk.delivery(id);
    QCOMPARE(d.state, DeliveryState::Sent);
    QCOMPARE(d.externalId, u"1"_s);
    QCOMPARE(rig.destination.calls, (QStringList{u"deliver k"_s, u"look up k"_s}));
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
}

void TestOutbox::looksUpNoSoonerThanTheDeadlineAndTheIndexLag()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::LoseAnswer};
    const Timestamp started = rig.desk.clock.now();
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).nextAttemptAt, started + 5s);
    // Not even when a person asks for it at once.
    QVERIFY(rig.desk.write([&](Database &db) -> Result<bool> {
        return db.finish(deliveries::retry(db, id, rig.desk.me));
    }));
    rig.desk.clock.advance(4999ms);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, QStringList{u"deliver k"_s});
    QCOMPARE(rig.desk.delivery(id).attempts, 1);
    rig.desk.clock.advance(1ms);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
}

void TestOutbox::sendsAgainUnderTheSameKeyWhenNothingWasFound()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::LoseRequest};
    QVERIFY(rig.work());
    rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    QCOMPARE(rig.desk.delivery(id).attempts, 2);
    QCOMPARE(rig.destination.calls, (QStringList{u"deliver k"_s, u"look up k"_s, u"deliver k"_s}));
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
}

void TestOutbox::repeatsWithoutALookUpWhereTheOtherSideFolds()
{
    Rig rig(Idempotency::Native);
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::LoseAnswer};
    QVERIFY(rig.work());
    QVERIFY(rig.desk.delivery(id).nextAttemptAt >= rig.desk.clock.now() + 5s);
    rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    QCOMPARE(rig.destination.calls, (QStringList{u"deliver k"_s, u"deliver k"_s}));
    QCOMPARE(rig.destination.arrivalCount(u"k"_s), 1);
}

void TestOutbox::leavesItUnknownWhereNothingCanBeAsked()
{
    Rig rig(Idempotency::None);
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::LoseAnswer};
    QVERIFY(rig.work());
    const Delivery d = rig.desk.delivery(id);
    QCOMPARE(d.state, DeliveryState::Unknown);
    QVERIFY2(d.lastError.contains(u"without an answer"_s), qPrintable(d.lastError));
    rig.desk.clock.advance(80h);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, QStringList{u"deliver k"_s});
}

void TestOutbox::leavesItUnknownWhenItCannotBeLookedUpForGood()
{
    Rig rig;
    const DeliveryId refused = rig.desk.addTask(u"refused"_s);
    const DeliveryId old = rig.desk.addTask(u"old"_s);
    rig.destination.script[u"refused"_s] = rig.destination.script[u"old"_s] = {Step::LoseAnswer};
    rig.destination.lookUpScript[u"refused"_s] = {Step::Refuse};
    rig.destination.lookUpScript[u"old"_s] = {Step::Busy};
    QVERIFY(rig.work());
    rig.desk.clock.advance(80h);
    QVERIFY(rig.work());
    for (const DeliveryId id : {refused, old}) {
        QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Unknown); // never "dead": it may be there
        QVERIFY(!rig.desk.delivery(id).lastError.isEmpty());
    }
    QCOMPARE(rig.destination.calls.filter(u"deliver"_s).size(), 2);
}

void TestOutbox::waitsLongerAfterEachFailure()
{
    Rig rig;
    rig.limits.breakerFailures = 100;
    rig.chance = 0.999999;
    rig.restart();
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = std::deque<Step>(14, Step::Busy);
    std::vector<qint64> waits;
    for (int i = 0; i < 14; ++i) {
        QVERIFY(rig.work());
        const Delivery d = rig.desk.delivery(id);
        QCOMPARE(d.state, DeliveryState::Failed);
        QCOMPARE(d.lastError, u"503 try later"_s);
        QCOMPARE(d.errorKind, u"remote"_s);
        waits.push_back((d.nextAttemptAt - rig.desk.clock.now()).count() / 1'000'000 + 1);
        rig.desk.clock.advanceTo(d.nextAttemptAt);
    }
    QCOMPARE(waits, (std::vector<qint64>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900}));
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    QVERIFY(rig.desk.delivery(id).lastError.isEmpty());
}

void TestOutbox::honoursRetryAfterForTheWholeDestination()
{
    Rig rig;
    rig.limits.parallel = 1;
    rig.restart();
    const DeliveryId first = rig.desk.addTask(u"first"_s);
    const DeliveryId second = rig.desk.addTask(u"second"_s);
    rig.destination.script[u"first"_s] = {Step::Limited};
    rig.destination.retryAfter = 120s;
    const Timestamp limited = rig.desk.clock.now();
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, QStringList{u"deliver first"_s});
    QCOMPARE(rig.desk.delivery(first).nextAttemptAt, limited + 120s);
    QCOMPARE(rig.desk.delivery(second).nextAttemptAt, limited + 120s);
    QCOMPARE(rig.desk.delivery(second).attempts, 0);
    rig.desk.clock.advance(120s);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(second).state, DeliveryState::Sent);
}

void TestOutbox::clampsRetryAfter()
{
    Rig rig;
    rig.chance = 0;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::Limited, Step::Limited};
    rig.destination.retryAfter = 48h;
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).nextAttemptAt, rig.desk.clock.now() + 6h);
    rig.desk.clock.advance(6h);
    rig.destination.retryAfter = 1ms;
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).nextAttemptAt, rig.desk.clock.now() + 1s);
}

void TestOutbox::isDeadAtOnceWhenRefusedWithTheOtherSidesWords()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::Refuse};
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Dead);
    QCOMPARE(rig.desk.delivery(id).lastError, u"422 subject is too long"_s);
    QCOMPARE(rig.desk.delivery(id).attempts, 1);
    QVERIFY(!rig.desk.nextDueAt());
}

void TestOutbox::isDeadAfterTheLastAttempt()
{
    Rig rig;
    rig.limits.maxAttempts = 3;
    rig.restart();
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = std::deque<Step>(10, Step::Busy);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(rig.work());
        rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    }
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Dead);
    QCOMPARE(rig.desk.delivery(id).lastError, u"Given up after 3 attempts. 503 try later"_s);
    QCOMPARE(rig.destination.calls.size(), 3);
}

void TestOutbox::keepsTryingWhileOfflineUntilItIsTooOld()
{
    Rig rig;
    rig.limits.maxAttempts = 3;
    rig.restart();
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = std::deque<Step>(100'000, Step::Offline);
    for (int i = 0; i < 20; ++i) {
        QVERIFY(rig.work());
        QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Failed);
        QCOMPARE(rig.desk.delivery(id).attempts, 0);
        QVERIFY(rig.desk.nextDueAt() > rig.desk.clock.now());
        rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    }
    QCOMPARE(rig.targetHealth(), Health::Offline);
    rig.desk.clock.advance(72h);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Dead);
}

void TestOutbox::opensTheBreakerAndSendsOneProbe()
{
    Rig rig;
    QStringList keys;
    for (int i = 0; i < 12; ++i) {
        keys << u"k%1"_s.arg(i);
        rig.destination.script[keys.back()] = std::deque<Step>(100, Step::Busy);
    }
    rig.limits.parallel = 1;
    rig.limits.firstDelay = 0ms; // so that only the breaker holds them back
    rig.restart();
    const auto ids = rig.desk.addTasks(keys);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls.size(), 5);
    QCOMPARE(rig.targetHealth(), Health::Failed);
    int attempts = 0;
    for (const DeliveryId id : ids)
        attempts += rig.desk.delivery(id).attempts;
    QCOMPARE(attempts, 5); // waiting costs none
    QCOMPARE(rig.desk.nextDueAt(), rig.desk.clock.now() + 33s); // 30 s and half of the jitter
    rig.desk.clock.advance(32s);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls.size(), 5);
    rig.limits.parallel = 8;
    rig.restart(); // the breaker is in the database
    rig.desk.clock.advance(1s);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls.size(), 6);
}

void TestOutbox::sendsTheRestSoonAfterTheProbe()
{
    Rig rig;
    rig.chance = 1;
    QStringList keys;
    for (int i = 0; i < 6; ++i) {
        keys << u"k%1"_s.arg(i);
        rig.destination.script[keys.back()] = {Step::Offline};
    }
    const auto ids = rig.desk.addTasks(keys);
    QVERIFY(rig.work());
    const auto breakerEnds = [&] {
        return rig.desk
            .read([&](Database &db) -> Result<Timestamp> {
                return db.finish(targets::byId(db, rig.desk.target)->breakerOpenUntil);
            })
            .value();
    };
    QVERIFY(breakerEnds());
    rig.desk.clock.advanceTo(breakerEnds());
    QVERIFY(rig.work());
    for (const DeliveryId id : ids)
        QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    QVERIFY(!breakerEnds());
    QCOMPARE(rig.targetHealth(), Health::Ok);
}

void TestOutbox::asksForSignInAndGoesOnAfterIt()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::SignIn};
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Failed);
    QVERIFY(rig.desk.delivery(id).nextAttemptAt >= rig.desk.clock.now() + 15min);
    QCOMPARE(rig.targetHealth(), Health::Failed);
    QCOMPARE(rig.targetDetail(), u"Tracker asks for sign-in: 401 token expired"_s);
    rig.desk.clock.advance(1min);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls.size(), 1);
    QVERIFY(rig.desk.write([&](Database &db) -> Result<Done> { // what Targets does when it has new secrets
        targets::setHealth(db, rig.desk.target, Health::Unknown, {});
        return db.finish(Done{});
    }));
    QTRY_VERIFY(rig.work() && rig.desk.delivery(id).state == DeliveryState::Sent);
    QCOMPARE(rig.targetHealth(), Health::Ok);
}

PATCHBAY_TESTS(TestOutbox)
#include "tst_outbox.moc"
