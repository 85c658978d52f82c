#include "core/engine/outbox.h"
#include "core/model/names.h"
#include "support/outbox_desk.h"
#include "support/scripted_destination.h"
#include "support/test_main.h"

#include <QtCore/QRandomGenerator>

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// What can befall one attempt. All sequences of three are tried.
constexpr Step everyStep[] = {Step::Answer,     Step::LoseAnswer, Step::LoseRequest, Step::ArriveLate,    Step::Busy,
                              Step::HangBefore, Step::HangMarked, Step::HangSent,    Step::HangArriveLate};
constexpr Step everyLookUp[] = {Step::Answer, Step::Busy, Step::HangBefore};

bool leavesTheEndOpen(Step step)
{
    return step == Step::LoseAnswer || step == Step::LoseRequest || step == Step::ArriveLate || step == Step::HangMarked
        || step == Step::HangSent || step == Step::HangArriveLate;
}

/// Processes that work on one workspace one after the other, each ended without notice, until nothing is left to do.
struct World {
    OutboxDesk desk;
    ScriptedDestination destination = ScriptedDestination(&desk.clock);
    OutboxLimits limits = {};
    QRandomGenerator random;
    QStringList keys = {};
    std::vector<DeliveryId> ids = {};
    int processes = 0;

    World(Idempotency idempotency, quint32 seed, const QString &dialect = u"sqlite"_s)
        : desk(dialect)
        , random(seed)
    {
        destination.declared = {idempotency, 2s, 3s};
        destination.searchLag = 3s;
        limits.parallel = 64;
        limits.breakerFailures = 1'000'000;
        limits.maxAttempts = 1'000;
        limits.maxAge = 1'000'000h;
    }

    /// A process that is really killed takes its store's queue with it. Here that queue lives on in the thread of the
    /// store, so the next process begins when it is empty.
    static void letTheDeadRest(Store &store)
    {
        const auto rested = await(store.write([](Database &db) -> Result<Done> { return db.finish(Done{}); }));
        if (!rested)
            qFatal("%s", qPrintable(rested.error().message));
    }

    /// One process; with a limit it ends after that many turns of its event loop, wherever it is. True: it found
    /// nothing more to do.
    bool runProcess(int turns)
    {
        ++processes;
        destination.hanging = 0;
        letTheDeadRest(*desk.store);
        auto resolve = [this](const Delivery &) -> Result<Destination *> {
            return static_cast<Destination *>(&destination);
        };
        Outbox outbox(*desk.store, resolve, u"process"_s, limits, [this] { return random.generateDouble(); });
        auto running = outbox.runOnce();
        QElapsedTimer time;
        time.start();
        for (int turn = 0; !running.isFinished() && time.elapsed() < 20'000; ++turn) {
            if (turns > 0 && turn == turns)
                return false;
            if (destination.hanging > 0 && destination.hanging == outbox.running())
                return false;
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        return running.isFinished() && running.resultCount() == 1 && running.result().ok();
    }

    /// Two workstations on one queue, each with its own connection; both end after so many turns, wherever they are.
    void runTwo(Store &other, int turns)
    {
        destination.hanging = 0;
        letTheDeadRest(*desk.store);
        letTheDeadRest(other);
        auto resolve = [this](const Delivery &) -> Result<Destination *> {
            return static_cast<Destination *>(&destination);
        };
        auto chance = [this] { return random.generateDouble(); };
        Outbox one(*desk.store, resolve, u"one"_s, limits, chance);
        Outbox two(other, resolve, u"two"_s, limits, chance);
        auto first = one.runOnce();
        auto second = two.runOnce();
        QElapsedTimer time;
        time.start();
        for (int turn = 0; turn < turns && !(first.isFinished() && second.isFinished()) && time.elapsed() < 20'000;
             ++turn) {
            if (destination.hanging > 0 && destination.hanging == one.running() + two.running())
                return;
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
    }
    int underWay()
    {
        return desk
            .read([](Database &db) -> Result<int> {
                return db.finish(int(db.row("SELECT COUNT(*) FROM delivery WHERE state = 'sending'")->integer(0)));
            })
            .value();
    }

    /// Until nothing waits; `killing` ends most processes at a random moment.
    bool runToTheEnd(bool killing)
    {
        for (int round = 0; round < 5'000; ++round) {
            const bool ended = runProcess(killing && random.bounded(4) > 0 ? 1 + random.bounded(60) : 0);
            if (!ended) {
                desk.clock.advance(std::chrono::milliseconds(random.bounded(1'500)));
                continue;
            }
            const Timestamp next = desk.nextDueAt();
            if (!next)
                return true;
            desk.clock.advanceTo(next);
        }
        return false;
    }

    /// Empty when the ledger and the database agree with the promise.
    QString judge(bool everyEndMayBeOpen = false)
    {
        desk.clock.advance(1min); // what was under way has arrived
        for (size_t i = 0; i < ids.size(); ++i) {
            const QString key = keys.at(qsizetype(i));
            const Delivery d = desk.delivery(ids[i]);
            const int arrived = destination.arrivalCount(key);
            const QString told = u"%1: %2, arrived %3 times"_s.arg(key, nameOf(d.state)).arg(arrived);
            if (arrived > 1)
                return u"doubled: "_s + told;
            if (d.state == DeliveryState::Sent && (arrived != 1 || d.externalId.isEmpty()))
                return u"a lie: "_s + told;
            if (d.state == DeliveryState::Unknown
                && (destination.declared.idempotency != Idempotency::None || !(everyEndMayBeOpen || isOpen(key))))
                return u"needlessly unknown: "_s + told;
            if (d.state != DeliveryState::Sent && d.state != DeliveryState::Unknown)
                return u"lost: "_s + told;
        }
        return {};
    }

    QHash<QString, bool> openEnds = {};
    bool isOpen(const QString &key) const { return openEnds.value(key); }

    void add(const QString &key, std::deque<Step> steps, std::deque<Step> lookUps)
    {
        keys << key;
        for (const Step step : steps)
            openEnds[key] = openEnds.value(key) || leavesTheEndOpen(step);
        destination.script[key] = std::move(steps);
        destination.lookUpScript[key] = std::move(lookUps);
    }
    void queueAll() { ids = desk.addTasks(keys); }
};

} // namespace

/// Counts, for each class of destination, what arrived on the other side against what the database says, over all short
/// histories of lost requests, lost and late answers, failures and ended processes, on a real database.
class TestOutboxModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void losesAndDoublesNothingInAnyShortHistory_data();
    void losesAndDoublesNothingInAnyShortHistory();
    void losesAndDoublesNothingWhenKilledAnywhere_data();
    void losesAndDoublesNothingWhenKilledAnywhere();
    void doublesNothingWhenTwoWorkstationsShareTheQueue_data();
    void doublesNothingWhenTwoWorkstationsShareTheQueue();
    void noticesADoubleWhenTheIndexLagIsUnderstated();
    void noticesADoubleWhenADestinationOnlyClaimsToFold();
};

void TestOutboxModel::losesAndDoublesNothingInAnyShortHistory_data()
{
    QTest::addColumn<Idempotency>("idempotency");
    QTest::newRow("native") << Idempotency::Native;
    QTest::newRow("lookup") << Idempotency::Lookup;
    QTest::newRow("none") << Idempotency::None;
}

void TestOutboxModel::losesAndDoublesNothingInAnyShortHistory()
{
    QFETCH(Idempotency, idempotency);
    World world(idempotency, 1);
    int n = 0;
    for (const Step a : everyStep) {
        for (const Step b : everyStep) {
            for (const Step c : everyStep) {
                const Step lookUp = everyLookUp[n % 3];
                const Step second = everyLookUp[n / 3 % 3];
                world.add(u"%1"_s.arg(n++, 4, 10, QLatin1Char('0')), {a, b, c}, {lookUp, second});
            }
        }
    }
    world.queueAll();
    QVERIFY(world.runToTheEnd(false));
    const QString verdict = world.judge();
    QVERIFY2(verdict.isEmpty(), qPrintable(verdict));
    qInfo("%d histories, %d processes", n, world.processes);
}

void TestOutboxModel::losesAndDoublesNothingWhenKilledAnywhere_data()
{
    losesAndDoublesNothingInAnyShortHistory_data();
}

void TestOutboxModel::losesAndDoublesNothingWhenKilledAnywhere()
{
    QFETCH(Idempotency, idempotency);
    for (const quint32 seed : {11u, 12u, 13u}) {
        World world(idempotency, seed);
        world.limits.parallel = 8;
        for (int i = 0; i < 60; ++i) {
            std::deque<Step> steps;
            for (int k = world.random.bounded(4); k > 0; --k)
                steps.push_back(everyStep[world.random.bounded(9)]);
            world.add(u"%1"_s.arg(i, 4, 10, QLatin1Char('0')), steps, {everyLookUp[world.random.bounded(3)]});
        }
        world.queueAll();
        QVERIFY(world.runToTheEnd(true));
        const QString verdict = world.judge(true);
        QVERIFY2(verdict.isEmpty(), qPrintable(u"seed %1: %2"_s.arg(seed).arg(verdict)));
        qInfo("seed %u: %d processes", seed, world.processes);
    }
}

void TestOutboxModel::doublesNothingWhenTwoWorkstationsShareTheQueue_data()
{
    QTest::addColumn<int>("minutesAhead"); // of the second workstation's own clock
    QTest::newRow("clocks agree") << 0;
    QTest::newRow("one is behind") << -5;
    QTest::newRow("one is ahead") << 5;
}

void TestOutboxModel::doublesNothingWhenTwoWorkstationsShareTheQueue()
{
    QFETCH(int, minutesAhead);
    PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL");
    for (const Idempotency idempotency : {Idempotency::Native, Idempotency::Lookup, Idempotency::None}) {
        World world(idempotency, 21, u"postgres"_s);
        QVERIFY2(world.desk.failure.isEmpty(), qPrintable(world.desk.failure));
        const WrongClock wrong(world.desk.clock, std::chrono::minutes(minutesAhead));
        StoreOptions options = world.desk.place.options(&wrong);
        options.serverClock = &world.desk.clock;
        auto other = Store::open(options);
        QVERIFY2(other, qPrintable(other ? QString() : other.error().message));
        world.limits.parallel = 4;
        for (int i = 0; i < 40; ++i) {
            std::deque<Step> steps;
            for (int k = world.random.bounded(3); k > 0; --k)
                steps.push_back(everyStep[world.random.bounded(9)]);
            world.add(u"%1"_s.arg(i, 4, 10, QLatin1Char('0')), steps, {everyLookUp[world.random.bounded(3)]});
        }
        world.queueAll();
        int rounds = 0;
        while ((world.desk.nextDueAt() || world.underWay() > 0) && rounds < 400) {
            ++rounds;
            world.runTwo(**other, world.random.bounded(3) > 0 ? 5 + world.random.bounded(120) : 100'000);
            world.desk.clock.advance(std::chrono::milliseconds(world.random.bounded(40'000))); // leases end, or not
        }
        const QString verdict = world.judge(true);
        QVERIFY2(verdict.isEmpty(), qPrintable(verdict));
        qInfo("%d rounds", rounds);
    }
}

void TestOutboxModel::noticesADoubleWhenTheIndexLagIsUnderstated()
{
    World world(Idempotency::Lookup, 1);
    world.destination.searchLag = 1h;
    world.add(u"k"_s, {Step::LoseAnswer}, {});
    world.queueAll();
    QVERIFY(world.runToTheEnd(false));
    QVERIFY(world.judge().startsWith(u"doubled"_s));
}

void TestOutboxModel::noticesADoubleWhenADestinationOnlyClaimsToFold()
{
    World world(Idempotency::Native, 1);
    world.destination.folds = false;
    world.add(u"k"_s, {Step::HangSent}, {});
    world.queueAll();
    QVERIFY(world.runToTheEnd(false));
    QVERIFY(world.judge().startsWith(u"doubled"_s));
}

PATCHBAY_TESTS(TestOutboxModel)
#include "tst_outbox_model.moc"
