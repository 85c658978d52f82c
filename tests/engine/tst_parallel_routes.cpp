#include "support/route_rig.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QRandomGenerator>

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// A task at several targets at once, and both strategies with processes that end anywhere.
class TestParallelRoutes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsAStatePerTargetAndRepeatsOnlyWhatFailed();
    void looksUpOnlyWhereTheEndIsOpen();
    void isTakenBackAsAWhole();
    void isThereAsLongAsOneTargetHasIt();
    void closesWhenItIsClosedEverywhere();
    void goesWhereItsCategoryLeads();
    void losesAndDoublesNothingWhenKilledAnywhere_data();
    void losesAndDoublesNothingWhenKilledAnywhere();
    void movesATaskOnceWhenTwoWorkstationsShareTheQueue();
};

static bool isParallel(RouteRig &rig)
{
    return rig.use(rig.route(Route::Strategy::Parallel, {rig.primary, rig.backup}));
}

void TestParallelRoutes::keepsAStatePerTargetAndRepeatsOnlyWhatFailed()
{
    RouteRig rig;
    QVERIFY2(isParallel(rig), qPrintable(rig.failure));
    rig.side(rig.backup).everyKey = {Step::Busy, Step::Busy};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.work());
    auto all = rig.deliveriesOf(id);
    QCOMPARE(all.size(), size_t(2));
    QCOMPARE(all[0].state, DeliveryState::Sent);
    QCOMPARE(all[1].state, DeliveryState::Failed);
    QCOMPARE(all[0].task, all[1].task);
    QVERIFY(all[0].key != all[1].key);
    QVERIFY(rig.workToTheEnd());
    all = rig.deliveriesOf(id);
    QCOMPARE(all[1].state, DeliveryState::Sent);
    QCOMPARE(rig.side(rig.primary).calls.size(), 1);
    QCOMPARE(rig.side(rig.backup).calls.size(), 3);
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(1));
}

void TestParallelRoutes::looksUpOnlyWhereTheEndIsOpen()
{
    RouteRig rig;
    QVERIFY(isParallel(rig));
    rig.side(rig.primary).everyKey = {Step::LoseAnswer};
    rig.side(rig.backup).everyKey = {Step::Refuse};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    const auto all = rig.deliveriesOf(id);
    QCOMPARE(all[0].state, DeliveryState::Sent);
    QCOMPARE(all[1].state, DeliveryState::Dead); // it stays visible; the other one is not touched
    QCOMPARE(rig.side(rig.primary).everything().size(), size_t(1));
    QCOMPARE(rig.side(rig.primary).calls.size(), 2);
    QVERIFY(await(rig.desk.commands->retryDelivery(all[1].id)));
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(id)[1].state, DeliveryState::Sent);
    QCOMPARE(rig.side(rig.primary).calls.size(), 2);
}

void TestParallelRoutes::isTakenBackAsAWhole()
{
    RouteRig rig;
    rig.desk.commands->setHoldTime(5s);
    QVERIFY(isParallel(rig));
    const ConversationId id = rig.acceptOne();
    const TaskId task = rig.deliveriesOf(id).front().task;
    QVERIFY(await(rig.desk.commands->cancelTask(task)));
    for (const Delivery &one : rig.deliveriesOf(id))
        QCOMPARE(one.state, DeliveryState::Cancelled);
    QVERIFY(rig.desk.pending(id));

    // Or not at all, once one of its targets has it.
    const auto again = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(again);
    rig.side(rig.backup).everyKey = {Step::Busy};
    rig.desk.clock.advance(5s);
    QVERIFY(rig.work());
    QVERIFY(!await(rig.desk.commands->cancelTask(again->task)));
    QCOMPARE(rig.desk.delivery(rig.deliveriesOf(id).back().id).state, DeliveryState::Failed);
}

void TestParallelRoutes::isThereAsLongAsOneTargetHasIt()
{
    RouteRig rig;
    QVERIFY(isParallel(rig));
    rig.side(rig.backup).everyKey = {Step::Refuse};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QVERIFY(await(rig.desk.commands->cancelDelivery(rig.deliveriesOf(id).back().id)));
    QVERIFY(rig.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
    QVERIFY(!rig.desk.pending(id));
}

void TestParallelRoutes::closesWhenItIsClosedEverywhere()
{
    RouteRig rig;
    QVERIFY(isParallel(rig));
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    const auto all = rig.deliveriesOf(id);
    const auto task = [&] { return rig.desk.get([&](Database &db) { return tasks::byId(db, all[0].task); }); };
    QVERIFY(rig.desk.change([&](Database &db) { tasks::setStatusAt(db, all[0].id, u"Closed"_s, true); }));
    QVERIFY(!task()->remoteClosed);
    QVERIFY(rig.deliveriesOf(id)[0].remoteClosed);
    QVERIFY(rig.desk.change([&](Database &db) { tasks::setStatusAt(db, all[1].id, u"done"_s, true); }));
    QVERIFY(task()->remoteClosed);
}

void TestParallelRoutes::goesWhereItsCategoryLeads()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const CategoryId category = rig.desk.pending(id)->classification.category;
    Route route = rig.route(Route::Strategy::ByCategory, {});
    route.byCategory = {{category, rig.backup}};
    route.defaultTarget = rig.primary;
    QVERIFY2(rig.use(route), qPrintable(rig.failure));
    QVERIFY(await(rig.desk.commands->accept(id, rig.desk.pending(id)->version)));
    QCOMPARE(rig.deliveriesOf(id).front().target, rig.backup);
    const ConversationId other = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QVERIFY(await(rig.desk.commands->overrideCategory(other, rig.desk.otherCategory(category).id)));
    QVERIFY(await(rig.desk.commands->accept(other, rig.desk.pending(other)->version)));
    QCOMPARE(rig.deliveriesOf(other).front().target, rig.primary);
}

namespace {

constexpr Step everyEnd[] = {Step::Answer,     Step::LoseAnswer, Step::LoseRequest, Step::ArriveLate,
                             Step::Offline,    Step::Busy,       Step::Refuse,      Step::SignIn,
                             Step::HangBefore, Step::HangMarked, Step::HangSent,    Step::HangArriveLate};

/// Processes one after the other, each ended without notice at a random turn, until nothing waits.
bool runWithKills(RouteRig &rig, QRandomGenerator &random, int *kills)
{
    for (int round = 0; round < 3000; ++round) {
        const int turns = random.bounded(3) > 0 ? 1 + random.bounded(60) : 0;
        rig.restart();
        (void)rig.desk.change([](Database &) {}); // the dead process's queue is empty
        auto running = rig.outbox->runOnce();
        QElapsedTimer time;
        time.start();
        bool killed = false;
        for (int turn = 0; !running.isFinished() && time.elapsed() < 20'000; ++turn) {
            killed = (turns > 0 && turn == turns) || (rig.hanging() > 0 && rig.hanging() == rig.outbox->running());
            if (killed)
                break;
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        if (killed) {
            ++*kills;
            rig.desk.clock.advance(std::chrono::milliseconds(random.bounded(1500)));
            continue;
        }
        const Timestamp next = rig.desk.get([](Database &db) { return deliveries::nextDueAt(db); });
        if (!next)
            return true;
        rig.desk.clock.advanceTo(next);
    }
    return false;
}

} // namespace

void TestParallelRoutes::losesAndDoublesNothingWhenKilledAnywhere_data()
{
    QTest::addColumn<Route::Strategy>("strategy");
    QTest::addColumn<Idempotency>("idempotency");
    for (const auto &[name, idempotency] :
         {std::pair{"native", Idempotency::Native}, {"lookup", Idempotency::Lookup}}) {
        QTest::addRow("primary and backup, %s", name) << Route::Strategy::PrimaryBackup << idempotency;
        QTest::addRow("parallel, %s", name) << Route::Strategy::Parallel << idempotency;
    }
}

void TestParallelRoutes::losesAndDoublesNothingWhenKilledAnywhere()
{
    QFETCH(Route::Strategy, strategy);
    QFETCH(Idempotency, idempotency);
    const bool parallel = strategy == Route::Strategy::Parallel;
    for (const quint32 seed : {5u, 6u}) {
        RouteRig rig(idempotency);
        QRandomGenerator random(seed);
        rig.chance = [&random] { return random.generateDouble(); };
        rig.limits.maxAttempts = 1000;
        rig.limits.maxAge = std::chrono::hours(1'000'000);
        const TargetId third = rig.addTarget(u"Third desk"_s, idempotency);
        QVERIFY(rig.use(rig.route(strategy, {rig.primary, rig.backup, third})));
        const auto everyWay = [&] {
            for (const auto &[id, side] : rig.sides) {
                for (int i = 0; i < (TargetId{id} == third ? 0 : 120); ++i) {
                    const Step step = everyEnd[random.bounded(12)];
                    // At once everywhere: a refusal needs a person, which is not what is counted here.
                    side->everyKey.push_back(parallel && (step == Step::Refuse || step == Step::SignIn) ? Step::Busy
                                                                                                        : step);
                }
            }
        };
        std::vector<ConversationId> all;
        int kills = 0;
        const auto movedSoFar = [&] {
            int count = 0;
            for (const ConversationId id : all) {
                for (const Delivery &one : rig.deliveriesOf(id))
                    count += one.replacedBy ? 1 : 0;
            }
            return count;
        };
        // A busy machine does more between two kills: then it goes on with more tasks.
        for (int more = 0; more < 10 && (kills <= 20 || (!parallel && movedSoFar() <= 5)); ++more) {
            everyWay();
            for (int i = 0; i < 40; ++i)
                all.push_back(rig.acceptOne(u"Refund %1"_s.arg(all.size())));
            QVERIFY(runWithKills(rig, random, &kills));
        }
        rig.desk.clock.advance(1min);
        int moved = 0;
        for (const ConversationId id : all) {
            size_t arrived = 0;
            int sent = 0;
            int unknown = 0;
            const auto deliveries = rig.deliveriesOf(id);
            for (const Delivery &one : deliveries) {
                const int here = rig.side(one.target).arrivalCount(one.key);
                QVERIFY2(here <= 1, qPrintable(one.key));
                arrived += size_t(here);
                sent += one.state == DeliveryState::Sent ? 1 : 0;
                unknown += one.state == DeliveryState::Unknown ? 1 : 0;
                moved += one.replacedBy ? 1 : 0;
                // What moved on, or was given up, is surely not there.
                if (one.state == DeliveryState::Cancelled || one.state == DeliveryState::Dead)
                    QCOMPARE(here, 0);
                if (one.state == DeliveryState::Sent)
                    QCOMPARE(here, 1);
            }
            if (parallel) {
                QCOMPARE(deliveries.size(), size_t(3));
                QCOMPARE(sent, 3);
            } else if (unknown == 0) {
                QCOMPARE(sent, 1);
                QCOMPARE(arrived, size_t(1));
            } else { // refused after an open end that only a fold would settle: a person decides, nobody else gets it
                QCOMPARE(idempotency, Idempotency::Native);
                QCOMPARE(unknown, 1);
                QCOMPARE(sent, 0);
                QVERIFY(arrived <= 1);
            }
        }
        QVERIFY(kills > 20);
        QVERIFY(parallel || moved > 5);
        qInfo("seed %u: %d kills, %d moved to a backup", seed, kills, moved);
    }
}

void TestParallelRoutes::movesATaskOnceWhenTwoWorkstationsShareTheQueue()
{
    const StorePlace place(u"postgres"_s);
    PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
    RouteRig rig(Idempotency::Lookup, place.location());
    QVERIFY2(rig.desk.failure.isEmpty(), qPrintable(rig.desk.failure));
    const auto other = Store::open(place.options(&rig.desk.clock));
    QVERIFY2(other, qPrintable(other ? QString() : other.error().message));
    QRandomGenerator random(7);
    rig.chance = [&random] { return random.generateDouble(); };
    rig.limits.maxAttempts = 1000;
    rig.limits.parallel = 4;
    const TargetId third = rig.addTarget(u"Third desk"_s);
    QVERIFY(rig.use(rig.route(Route::Strategy::PrimaryBackup, {rig.primary, rig.backup, third})));
    for (const TargetId target : {rig.primary, rig.backup}) {
        for (int i = 0; i < 80; ++i)
            rig.side(target).everyKey.push_back(everyEnd[random.bounded(12)]);
    }
    std::vector<ConversationId> all;
    for (int i = 0; i < 30; ++i)
        all.push_back(rig.acceptOne(u"Refund %1"_s.arg(i)));
    const auto waits = [&rig] {
        return rig.desk.get([](Database &db) { return deliveries::count(db, deliveries::Filter::Open); }) > 0;
    };
    int rounds = 0;
    for (; rounds < 400 && waits(); ++rounds) {
        rig.restart();
        (void)rig.desk.change([](Database &) {}); // what the ended ones had begun to write is written
        (void)await((*other)->write([](Database &db) -> Result<Done> { return db.finish(Done{}); }));
        const auto second = rig.outboxOn(**other);
        auto one = rig.outbox->runOnce();
        auto two = second->runOnce();
        const int turns = random.bounded(3) > 0 ? 5 + random.bounded(120) : 100'000;
        QElapsedTimer time;
        time.start();
        for (int turn = 0; turn < turns && !(one.isFinished() && two.isFinished()) && time.elapsed() < 20'000; ++turn) {
            if (rig.hanging() > 0 && rig.hanging() == rig.outbox->running() + second->running())
                break;
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        rig.desk.clock.advance(std::chrono::milliseconds(random.bounded(40'000)));
    }
    QVERIFY(!waits());
    rig.desk.clock.advance(1min);
    int moved = 0;
    for (const ConversationId id : all) {
        int arrived = 0;
        for (const Delivery &one : rig.deliveriesOf(id)) {
            arrived += rig.side(one.target).arrivalCount(one.key);
            moved += one.replacedBy ? 1 : 0;
        }
        QCOMPARE(arrived, 1);
        QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
    }
    QVERIFY(moved > 5);
    qInfo("%d rounds, %d moved to a backup", rounds, moved);
}

PATCHBAY_TESTS(TestParallelRoutes)
#include "tst_parallel_routes.moc"
