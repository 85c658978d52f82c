#include "support/delivery_steps.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;

class TestTablesOutboxPeople : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }
    void cancelsOnlyWhatSurelyWasNotSent();
    void retriesOnlyWhatIsNotUnderWayOrUnknown();
    void letsAPersonSettleTheUnknownOnly();
    void namesThePersonOnlyWhereAPersonSaidSo();
    void listsProblemsWithTheirDestination();
    void makesALocalTaskOnceForAKey();
    void countsAClosedTaskAsNotOpen();
};

void TestTablesOutboxPeople::cancelsOnlyWhatSurelyWasNotSent()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const auto cancel = [&](DeliveryId id) {
        return desk.write([&](Database &db) -> Result<bool> { return db.finish(deliveries::cancel(db, id, desk.me)); })
            .value();
    };
    const DeliveryId queued = desk.addTask(QStringLiteral("1"));
    QVERIFY(cancel(queued));
    QCOMPARE(desk.delivery(queued).state, DeliveryState::Cancelled);
    QCOMPARE(desk.delivery(queued).settledBy, desk.me);
    QVERIFY(!cancel(queued));

    const DeliveryId sending = desk.addTask(QStringLiteral("2"));
    const auto d = claimed(desk, sending);
    QVERIFY(!cancel(sending));
    deliveries::Outcome ambiguous = outcome(DeliveryState::Failed, desk.clock.now());
    ambiguous.ambiguous = true;
    QVERIFY(settled(desk, *d, ambiguous));
    QVERIFY(!cancel(sending)); // it may have arrived

    for (const DeliveryState state : {DeliveryState::Sent, DeliveryState::Unknown}) {
        const DeliveryId id = desk.addTask(nameOf(state));
        setState(desk, id, state);
        QVERIFY(!cancel(id));
    }
    const DeliveryId dead = desk.addTask(QStringLiteral("dead"));
    setState(desk, dead, DeliveryState::Dead);
    QVERIFY(cancel(dead));
}

void TestTablesOutboxPeople::retriesOnlyWhatIsNotUnderWayOrUnknown()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const auto retry = [&](DeliveryId id) {
        return desk.write([&](Database &db) -> Result<bool> { return db.finish(deliveries::retry(db, id, desk.me)); })
            .value();
    };
    const DeliveryId failed = desk.addTask(QStringLiteral("failed"));
    setState(desk, failed, DeliveryState::Failed, desk.clock.now() + 6h);
    QVERIFY(retry(failed));
    QCOMPARE(dueNow(desk), std::vector{failed});
    QCOMPARE(desk.delivery(failed).attempts, 1);

    const DeliveryId dead = desk.addTask(QStringLiteral("dead"));
    setState(desk, dead, DeliveryState::Dead);
    QVERIFY(retry(dead));
    QCOMPARE(desk.delivery(dead).state, DeliveryState::Queued);
    QCOMPARE(desk.delivery(dead).attempts, 0);

    for (const DeliveryState state : {DeliveryState::Sent, DeliveryState::Unknown, DeliveryState::Cancelled}) {
        const DeliveryId id = desk.addTask(nameOf(state));
        setState(desk, id, state);
        QVERIFY(!retry(id));
    }
    const DeliveryId sending = desk.addTask(QStringLiteral("sending"));
    QVERIFY(claimed(desk, sending));
    QVERIFY(!retry(sending));
}

void TestTablesOutboxPeople::letsAPersonSettleTheUnknownOnly()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const auto settle = [&](DeliveryId id, Settlement as) {
        return desk
            .write([&](Database &db) -> Result<bool> {
                return db.finish(deliveries::settleByPerson(db, id, as, desk.me));
            })
            .value();
    };
    const DeliveryId queued = desk.addTask(QStringLiteral("queued"));
    QVERIFY(!settle(queued, Settlement::Sent));
    QVERIFY(!settle(queued, Settlement::SendAgain));
    QVERIFY(!settle(queued, Settlement::GiveUp));

    const DeliveryId arrived = desk.addTask(QStringLiteral("arrived"));
    setState(desk, arrived, DeliveryState::Unknown);
    QVERIFY(settle(arrived, Settlement::Sent));
    QCOMPARE(desk.delivery(arrived).state, DeliveryState::Sent);
    QCOMPARE(desk.delivery(arrived).settledBy, desk.me);

    const DeliveryId lost = desk.addTask(QStringLiteral("lost"));
    const auto d = claimed(desk, lost);
    deliveries::Outcome unknown = outcome(DeliveryState::Unknown);
    unknown.ambiguous = true;
    QVERIFY(settled(desk, *d, unknown));
    QVERIFY(desk.delivery(lost).everAmbiguous);
    QVERIFY(settle(lost, Settlement::SendAgain));
    QCOMPARE(desk.delivery(lost).state, DeliveryState::Queued);
    QVERIFY(!desk.delivery(lost).everAmbiguous); // a person has looked

    const DeliveryId hopeless = desk.addTask(QStringLiteral("hopeless"));
    setState(desk, hopeless, DeliveryState::Unknown);
    QVERIFY(settle(hopeless, Settlement::GiveUp));
    QCOMPARE(desk.delivery(hopeless).state, DeliveryState::Cancelled);
    QCOMPARE(desk.delivery(hopeless).settledBy, desk.me);
}

void TestTablesOutboxPeople::namesThePersonOnlyWhereAPersonSaidSo()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId id = desk.addTask(QStringLiteral("again"));
    setState(desk, id, DeliveryState::Unknown);
    const auto settledAgain = desk.write([&](Database &db) -> Result<bool> {
        return db.finish(deliveries::settleByPerson(db, id, Settlement::SendAgain, desk.me));
    });
    QVERIFY(settledAgain && *settledAgain);
    const auto d = claimed(desk, id);
    QVERIFY(d && settled(desk, *d, outcome(DeliveryState::Sent)));
    QVERIFY(!desk.delivery(id).settledBy); // the other side said that it was sent
}

void TestTablesOutboxPeople::listsProblemsWithTheirDestination()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId dead = desk.addTask(QStringLiteral("dead"));
    setState(desk, dead, DeliveryState::Dead);
    desk.addReply(desk.addConversation(), QStringLiteral("queued"));
    const auto list = [&](deliveries::Filter filter) {
        return desk
            .read([=](Database &db) -> Result<std::vector<deliveries::Entry>> {
                return db.finish(deliveries::list(db, filter, 10));
            })
            .value();
    };
    const auto problems = list(deliveries::Filter::Problems);
    QCOMPARE(problems.size(), size_t(1));
    QCOMPARE(problems.front().destination, QStringLiteral("Tracker"));
    QCOMPARE(problems.front().title, QStringLiteral("Broken lamp"));
    QCOMPARE(problems.front().contactName, QStringLiteral("Zoë"));
    QCOMPARE(problems.front().operatorName, QStringLiteral("Ana"));
    QCOMPARE(list(deliveries::Filter::Open).size(), size_t(2));
    QCOMPARE(list(deliveries::Filter::Open).front().destination, QStringLiteral("Support"));
    QCOMPARE(desk.read([](Database &db) -> Result<int> { return db.finish(deliveries::count(db, deliveries::Filter::Problems)); }).value(), 1);
}

void TestTablesOutboxPeople::makesALocalTaskOnceForAKey()
{
    PATCHBAY_OUTBOX_DESK(desk);
    TaskPayload payload;
    payload.title = QStringLiteral("Broken lamp");
    const auto make = [&](const QString &key) {
        return desk
            .write([&](Database &db) -> Result<LocalTask> {
                return db.finish(local_tasks::findOrInsert(db, desk.target, key, payload));
            })
            .value();
    };
    const LocalTask first = make(QStringLiteral("k"));
    QVERIFY(first.id);
    QCOMPARE(make(QStringLiteral("k")).uid, first.uid);
    QVERIFY(make(QStringLiteral("other")).uid != first.uid);
    QVERIFY(desk.write([&](Database &db) -> Result<Done> {
        local_tasks::setDone(db, first.id, true);
        return db.finish(Done{});
    }));
    const auto list = [&](bool withDone) {
        return desk
            .read([=](Database &db) -> Result<std::vector<LocalTask>> {
                return db.finish(local_tasks::list(db, withDone, 10));
            })
            .value();
    };
    QCOMPARE(list(false).size(), size_t(1));
    QCOMPARE(list(true).size(), size_t(2));
    QCOMPARE(list(true).back().doneAt, desk.clock.now());
    QVERIFY(list(true).back().payload == payload);
}

void TestTablesOutboxPeople::countsAClosedTaskAsNotOpen()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const ConversationId conversation = desk.addConversation();
    Task task;
    task.conversation = conversation;
    task.payload.title = QStringLiteral("Broken lamp");
    task.operatorId = desk.me;
    const TaskId id =
        desk.write([&](Database &db) -> Result<TaskId> { return db.finish(tasks::insert(db, task)); }).value();
    const auto open = [&] {
        return desk
            .read([=](Database &db) -> Result<std::optional<Task>> {
                return db.finish(tasks::openOne(db, conversation));
            })
            .value();
    };
    QCOMPARE(open()->id, id);
    const auto change = [&](auto what) {
        QVERIFY(desk.write([&](Database &db) -> Result<Done> {
            what(db);
            return db.finish(Done{});
        }));
    };
    change([&](Database &db) { tasks::setRemoteStatus(db, id, QStringLiteral("Closed"), true); });
    QVERIFY(!open());
    change([&](Database &db) { tasks::setRemoteStatus(db, id, QStringLiteral("New"), false); });
    QCOMPARE(open()->remoteStatus, QStringLiteral("New"));
    change([&](Database &db) { tasks::setCancelled(db, id, true); });
    QVERIFY(!open());
}

PATCHBAY_TESTS(TestTablesOutboxPeople)
#include "tst_tables_outbox_people.moc"
