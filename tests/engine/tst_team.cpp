#include "core/engine/accounts.h"
#include "core/engine/outbox.h"
#include "core/engine/snapshot_keeper.h"
#include "core/store/delivery_table.h"
#include "core/store/lease_table.h"
#include "support/await.h"
#include "support/fake_accounts.h"
#include "support/intake_desk.h"
#include "support/manual_clock.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// One console of a team: its own connection, secrets and connectors.
struct Workstation {
    FakeConnectors connectors = {};
    Catalog catalog = connectors.catalog();
    FakeSecrets secrets = {};
    Snapshots snapshots = {};
    std::unique_ptr<Store> store = {};
    std::unique_ptr<Intake> intake = {};
    std::unique_ptr<Channels> channels = {};
    std::unique_ptr<Targets> targets = {};
    std::unique_ptr<Outbox> outbox = {};

    Workstation(const StorePlace &place, const Clock &clock, LeaseTimes times = {60s, 50ms})
    {
        for (ChatConnectorInfo &chat : catalog.chats)
            chat.parse = &parseTestMail;
        auto opened = place.open(&clock);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        store = std::move(*opened);
        intake = std::make_unique<Intake>(*store, catalog, snapshots, times);
        channels = std::make_unique<Channels>(*store, catalog, secrets, *intake);
        targets = std::make_unique<Targets>(*store, catalog, secrets);
        auto resolve = [this](const Delivery &delivery) -> Result<Destination *> {
            if (delivery.kind == DeliveryKind::Reply) {
                const auto chat = channels->live(delivery.channel);
                return chat ? Result<Destination *>(static_cast<Destination *>(*chat)) : chat.error();
            }
            const auto crm = targets->live(delivery.target);
            return crm ? Result<Destination *>(static_cast<Destination *>(*crm)) : crm.error();
        };
        outbox = std::make_unique<Outbox>(*store, resolve, store->owner(), OutboxLimits{}, [] { return 0.5; });
    }
    ~Workstation()
    {
        outbox.reset();
        targets.reset();
        channels.reset();
        intake.reset();
    }

    template <class F> auto write(F work)
    {
        using T = std::invoke_result_t<F &, Database &>;
        return answer(store->write([work](Database &db) mutable -> Result<T> { return db.finish(work(db)); })).value();
    }
    int started(const QString &name) const
    {
        const auto found = connectors.chats.find(name);
        return found == connectors.chats.end() ? 0 : int(found->second->startedFrom.size());
    }
    Channel channel(ChannelId id)
    {
        return write([id](Database &db) { return *patchbay::channels::byId(db, id); });
    }
};

/// A team's workspace with a channel that needs a password, and an operator.
struct Team {
    StorePlace place = StorePlace(u"postgres"_s);
    ManualClock clock = ManualClock();
    ChannelId channel = {};
    TargetId target = {};
    OperatorId me = {};

    void setUp(Workstation &first)
    {
        first.write([this](Database &db) {
            (void)setUpWorkspace(db);
            Channel inbox;
            inbox.connector = u"chat"_s;
            inbox.name = u"Inbox"_s;
            inbox.settings = {{u"address"_s, u"support@example.org"_s}};
            channel = patchbay::channels::insert(db, inbox);
            Target tracker;
            tracker.connector = u"crm"_s;
            tracker.name = u"Tracker"_s;
            target = patchbay::targets::insert(db, tracker);
            me = operators::forOsUser(db, u"ann"_s, u"Ann"_s).id;
            return Done{};
        });
    }
    std::unique_ptr<Workstation> workstation(bool hasSecrets = true, LeaseTimes times = {60s, 50ms})
    {
        auto made = std::make_unique<Workstation>(place, clock, times);
        if (!channel)
            setUp(*made);
        if (hasSecrets)
            made->secrets.values = {{u"Inbox.password"_s, u"geheim"_s}, {u"Tracker.password"_s, u"geheim"_s}};
        return made;
    }
};

} // namespace

/// Several workstations on one workspace: who runs what, and what each leaves to the others.
class TestTeam : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL"); }

    void runsAChannelOnOneWorkstationOnly();
    void takesAChannelOverWhenItsHolderIsGone();
    void fetchesNothingBesideTheHolder();
    void leavesAChannelToTheWorkstationThatHasItsSecret();
    void leavesADeliveryToTheWorkstationThatHasTheSecret();
    void doesNotSetAsideAMailThatAnotherWorkstationIsReading();
    void readsWhatAnEndedWorkstationLeftBehind();
    void learnsWhatAnotherWorkstationChanged();
};

void TestTeam::runsAChannelOnOneWorkstationOnly()
{
    Team team;
    const auto one = team.workstation();
    const auto two = team.workstation();
    one->channels->start();
    QTRY_COMPARE(one->started(u"Inbox"_s), 1);
    two->channels->start();
    QTest::qWait(500);
    QCOMPARE(two->started(u"Inbox"_s), 0);
    QCOMPARE(one->started(u"Inbox"_s), 1);
    const auto lease = one->write([&](Database &db) { return leases::of(db, team.channel); });
    QVERIFY(lease);
    QCOMPARE(lease->owner, one->store->owner());
    QCOMPARE(lease->fence, 1);

    one->channels->stop();
    QTRY_COMPARE(two->started(u"Inbox"_s), 1);
    QVERIFY(one->connectors.chats[u"Inbox"_s]->stops > 0);
    QCOMPARE(one->write([&](Database &db) { return leases::of(db, team.channel); })->fence, 2);
}

void TestTeam::takesAChannelOverWhenItsHolderIsGone()
{
    Team team;
    const auto stalled = team.workstation(true, {60s, 500ms});
    stalled->channels->start();
    QTRY_COMPARE(stalled->started(u"Inbox"_s), 1);
    const auto two = team.workstation();
    two->channels->start();
    QTest::qWait(200);
    QCOMPARE(two->started(u"Inbox"_s), 0);
    two->write([&](Database &db) { // as if the first had slept for longer than its lease
        db.exec("UPDATE channel_lease SET until_at = ?", {(db.now() - 1s).us});
        leases::take(db, team.channel, two->store->owner(), 60s);
        return Done{};
    });
    QTRY_COMPARE(two->started(u"Inbox"_s), 1);
    QTRY_VERIFY(stalled->connectors.chats[u"Inbox"_s]->stops > 0);
    QCOMPARE(stalled->started(u"Inbox"_s), 1);
    team.clock.advance(30s);
    QTest::qWait(200);
    const auto lease = two->write([&](Database &db) { return leases::of(db, team.channel); });
    QCOMPARE(lease->until, team.clock.now() + 60s); // renewed
}

void TestTeam::fetchesNothingBesideTheHolder()
{
    Team team;
    const auto one = team.workstation();
    one->channels->start();
    QTRY_COMPARE(one->started(u"Inbox"_s), 1);
    const auto two = team.workstation();
    const auto fetched = await(two->channels->fetchOnce(team.channel));
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().kind, Error::Kind::Conflict);
    QVERIFY2(fetched.error().message.contains(leases::nameOf(one->store->owner())),
             qPrintable(fetched.error().message));
    QVERIFY(two->connectors.chats[u"Inbox"_s]->fetchedFrom.isEmpty());
    one->channels->stop();
    two->connectors.chats[u"Inbox"_s]->onFetch = [](FakeChat *chat) { Q_EMIT chat->caughtUp(); };
    QTRY_VERIFY(await(two->channels->fetchOnce(team.channel)).ok());
}

void TestTeam::leavesAChannelToTheWorkstationThatHasItsSecret()
{
    Team team;
    const auto without = team.workstation(false);
    const auto with = team.workstation();
    without->channels->start();
    QVERIFY(await(without->channels->load()));
    QVERIFY(await(without->targets->load()));
    QVERIFY(!without->channels->live(team.channel));
    QTest::qWait(200);
    QCOMPARE(with->channel(team.channel).health, Health::Unknown);
    QCOMPARE(with->write([&](Database &db) { return targets::byId(db, team.target)->health; }), Health::Unknown);
    with->channels->start();
    QTRY_COMPARE(with->started(u"Inbox"_s), 1);
    Q_EMIT with->connectors.chats[u"Inbox"_s]->healthChanged(Health::Ok, {});
    QTRY_COMPARE(with->channel(team.channel).health, Health::Ok);
    QVERIFY(await(without->channels->load()));
    QTest::qWait(200);
    QCOMPARE(with->channel(team.channel).health, Health::Ok);
    QCOMPARE(without->started(u"Inbox"_s), 0);
}

void TestTeam::leavesADeliveryToTheWorkstationThatHasTheSecret()
{
    Team team;
    const auto without = team.workstation(false);
    const auto with = team.workstation();
    QVERIFY(await(without->targets->load()));
    QVERIFY(await(with->targets->load()));
    QVERIFY(await(with->channels->load()));
    const DeliveryId id = with->write([&](Database &db) {
        const qint64 contact =
            db.insert("INSERT INTO contact (uid, name, created_at) VALUES ('c', 'Zoë', 1) RETURNING id");
        const qint64 conversation = db.insert(
            "INSERT INTO conversation (uid, channel_id, contact_id, subject, status, unread, awaiting_us, first_at, "
            "sort_at) VALUES ('x', ?, ?, 'Lamp', 'open', 0, 1, 1, 1) RETURNING id",
            {team.channel.value, contact});
        Delivery d;
        d.kind = DeliveryKind::Task;
        d.conversation = {conversation};
        d.key = u"k"_s;
        d.target = team.target;
        d.operatorId = team.me;
        return deliveries::insert(db, d);
    });
    QVERIFY(await(without->outbox->runOnce()));
    const auto state = [&] { return with->write([id](Database &db) { return *deliveries::byId(db, id); }); };
    QCOMPARE(state().state, DeliveryState::Queued);
    QVERIFY(state().lastError.isEmpty());
    QVERIFY(await(with->outbox->runOnce()));
    QCOMPARE(state().state, DeliveryState::Sent);
}

void TestTeam::doesNotSetAsideAMailThatAnotherWorkstationIsReading()
{
    Team team;
    const auto one = team.workstation();
    TestMail mail = parcel();
    mail.special = u"block"_s;
    Batch batch;
    batch.items.push_back({u"k1"_s, mail.raw(), false});
    QVERIFY(answer(one->intake->accept(team.channel, std::move(batch))));
    QTRY_COMPARE(parserCalls().load(), 1);

    std::vector<std::unique_ptr<Workstation>> others;
    std::vector<QFuture<Result<Done>>> drains;
    for (int i = 0; i < 3; ++i) {
        others.push_back(team.workstation());
        drains.push_back(others.back()->intake->drain());
        QTest::qWait(150);
    }
    const int calls = parserCalls().load();
    blockedParser().release(calls);
    for (auto &drain : drains)
        QVERIFY(answer(drain));
    const auto counters = one->write([](Database &db) { return raw_messages::kept(db); });
    QCOMPARE(calls, 1);
    QCOMPARE(counters.quarantined, 0);
    QCOMPARE(counters.visible, 1);
}

void TestTeam::readsWhatAnEndedWorkstationLeftBehind()
{
    Team team;
    const auto one = team.workstation();
    one->write([&](Database &db) { // ended in the middle of its round
        const auto id = raw_messages::insert(db, team.channel, {u"k1"_s, parcel().raw(), false});
        raw_messages::beginAttempt(db, *id);
        leases::take(db, team.channel, u"gone/1"_s, 60s);
        return Done{};
    });
    auto drained = one->intake->drain();
    QTest::qWait(300);
    QVERIFY(!drained.isFinished());
    team.clock.advance(61s);
    QVERIFY(answer(drained));
    QCOMPARE(one->write([](Database &db) { return raw_messages::kept(db); }).visible, 1);
    QTRY_VERIFY(one->write([](Database &db) { return leases::running(db).empty(); })); // nobody runs the channel
}

void TestTeam::learnsWhatAnotherWorkstationChanged()
{
    Team team;
    const auto one = team.workstation();
    const auto two = team.workstation();
    two->write([&](Database &db) {
        two->snapshots.replace(Snapshots::build(db));
        return Done{};
    });
    const SnapshotKeeper keeper(*two->store, two->snapshots);
    const size_t before = two->snapshots.current()->routes.size();
    one->write([](Database &db) {
        Route route;
        route.name = u"Second line"_s;
        routes::insert(db, route);
        return Done{};
    });
    QTRY_COMPARE(two->snapshots.current()->routes.size(), before + 1);
    const int version = two->snapshots.current()->rules.version;
    one->write([&](Database &db) {
        rule_sets::publish(db, "{\"rules\": []}", team.me);
        return Done{};
    });
    QTRY_COMPARE(two->snapshots.current()->rules.version, version + 1);
}

PATCHBAY_TESTS(TestTeam)
#include "tst_team.moc"
