#include "core/engine/accounts.h"
#include "core/engine/outbox.h"
#include "support/command_desk.h"
#include "support/fake_accounts.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// The way of a task from a suggestion to the embedded target, with nothing faked.
struct LocalRig {
    CommandDesk desk = CommandDesk();
    FakeSecrets secrets = FakeSecrets();
    Catalog catalog = Catalog();
    std::unique_ptr<Targets> targets = {};
    std::unique_ptr<Outbox> outbox = {};

    LocalRig()
    {
        catalog.crms = {localTasksInfo(*desk.store)};
        targets = std::make_unique<Targets>(*desk.store, catalog, secrets);
        desk.commands->setHoldTime(0ms);
        auto resolve = [this](const Delivery &delivery) -> Result<Destination *> {
            const Result<CrmConnector *> live = targets->live(delivery.target);
            if (!live)
                return live.error();
            return static_cast<Destination *>(*live);
        };
        outbox = std::make_unique<Outbox>(*desk.store, resolve, u"test"_s, OutboxLimits(), [] { return 0.5; });
    }
    std::vector<LocalTask> list()
    {
        return desk.get([](Database &db) { return local_tasks::list(db, true, 10); });
    }
};

} // namespace

class TestLocalTasks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsAnAcceptedTaskOnce();
    void findsTheTaskOfARepeat();
    void closesTheConversationsTaskWithIt();
    void needsNothingToBeReached();
};

void TestLocalTasks::keepsAnAcceptedTaskOnce()
{
    LocalRig rig;
    QVERIFY(await(rig.targets->load()));
    const ConversationId id = rig.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto draft = rig.desk.pending(id)->draft;
    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(accepted);
    QVERIFY(await(rig.outbox->runOnce()));
    const Delivery d = rig.desk.delivery(accepted->delivery);
    QCOMPARE(d.state, DeliveryState::Sent);
    QCOMPARE(rig.list().size(), size_t(1));
    const LocalTask task = rig.list().front();
    QCOMPARE(task.key, d.key);
    QCOMPARE(d.externalId, task.uid);
    QCOMPARE(d.externalUrl, u"patchbay://%1/task/%2"_s.arg(rig.desk.store->workspaceUid(), task.uid));
    QVERIFY(task.payload == draft);
    QVERIFY(d.effectStartedAt);
}

void TestLocalTasks::findsTheTaskOfARepeat()
{
    LocalRig rig;
    QVERIFY(await(rig.targets->load()));
    const ConversationId id = rig.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    // An earlier process made the task and ended before it could say so.
    QVERIFY(rig.desk.change([&](Database &db) {
        const auto claimed = deliveries::claim(db, accepted->delivery, u"gone"_s, 60s);
        QVERIFY(claimed && deliveries::markEffectStarted(db, claimed->id, claimed->fence));
        local_tasks::findOrInsert(db, claimed->target, claimed->key, taskPayloadFromJson(claimed->payload));
    }));
    QVERIFY(await(rig.outbox->runOnce()));
    rig.desk.clock.advance(1min);
    QVERIFY(await(rig.outbox->runOnce()));
    QCOMPARE(rig.desk.delivery(accepted->delivery).state, DeliveryState::Sent);
    QCOMPARE(rig.list().size(), size_t(1));
}

void TestLocalTasks::closesTheConversationsTaskWithIt()
{
    LocalRig rig;
    QVERIFY(await(rig.targets->load()));
    const ConversationId id = rig.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QVERIFY(await(rig.desk.commands->accept(id, rig.desk.pending(id)->version)));
    QVERIFY(await(rig.outbox->runOnce()));
    const auto open = [&] { return rig.desk.get([&](Database &db) { return tasks::openOne(db, id); }); };
    QVERIFY(await(rig.targets->refreshStatus(id)));
    QCOMPARE(open()->remoteStatus, u"open"_s);
    QVERIFY(await(rig.desk.commands->setLocalTaskDone(rig.list().front().id, true)));
    QVERIFY(!open());
    QVERIFY(rig.list().front().done);
    QVERIFY(await(rig.desk.commands->setLocalTaskDone(rig.list().front().id, false)));
    QCOMPARE(open()->remoteStatus, u"open"_s);
    QCOMPARE(await(rig.desk.commands->setLocalTaskDone(LocalTaskId{999}, true)).error().kind, Error::Kind::NotFound);
}

void TestLocalTasks::needsNothingToBeReached()
{
    LocalRig rig;
    QVERIFY(await(rig.targets->load()));
    const Route route = rig.desk.snapshots.current()->routes.front();
    QVERIFY(rig.targets->live(route.targets.front()));
    QVERIFY(await(rig.targets->test(u"local"_s, {})));
    QVERIFY(rig.secrets.reads.isEmpty());
    TaskPayload payload;
    payload.title = u"Broken lamp"_s;
    const auto preview = rig.targets->preview(route.targets.front(), payload, u"the-key"_s);
    QVERIFY(preview->contains(u"Broken lamp"_s) && preview->contains(u"the-key"_s));
}

PATCHBAY_TESTS(TestLocalTasks)
#include "tst_local_tasks.moc"
