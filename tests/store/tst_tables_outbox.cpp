#include "core/store/target_figures.h"
#include "support/delivery_steps.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;

class TestTablesOutbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }
    void readsBackWhatWasInserted();
    void findsADeliveryByItsUidOrAUniquePrefix();
    void isNotDueWhileItCanBeTakenBack();
    void givesARowToOneClaimerOnly();
    void refusesTheSettlementOfAnOlderFence();
    void refusesTheMarkOfAnOlderFence();
    void keepsRepliesOfAConversationInOrder();
    void letsLaterRepliesPassWhatNeedsAPerson();
    void doesNotMakeTasksWaitForReplies();
    void holdsEverythingBackWhileTheBreakerIsOpen();
    void letsOneProbeThroughAHalfOpenBreaker();
    void knowsWhenTheNextOneIsDue();
    void findsTheOrphansOfOtherProcessesOnly();
    void countsWhatIsOwedToOneTarget();
};

void TestTablesOutbox::readsBackWhatWasInserted()
{
    PATCHBAY_OUTBOX_DESK(desk);
    Delivery d = desk.newDelivery(DeliveryKind::Task, desk.addConversation(), QStringLiteral("k"));
    d.notBefore = desk.clock.now() + 5s;
    const DeliveryId id = desk.add(d);
    const Delivery read = desk.delivery(id);
    QCOMPARE(read.kind, DeliveryKind::Task);
    QCOMPARE(read.state, DeliveryState::Queued);
    QCOMPARE(read.key, d.key);
    QCOMPARE(read.payload, d.payload);
    QCOMPARE(read.target, desk.target);
    QVERIFY(!read.channel);
    QVERIFY(!read.task);
    QCOMPARE(read.notBefore, d.notBefore);
    QCOMPARE(read.nextAttemptAt, d.notBefore);
    QCOMPARE(read.createdAt, desk.clock.now());
    QVERIFY(isUid(read.uid));
    QCOMPARE(desk.read([](Database &db) -> Result<MaybeDelivery> {
                     return db.finish(deliveries::byKey(db, QStringLiteral("k")));
                 })
                 .value()
                 ->id,
             id);
}

void TestTablesOutbox::findsADeliveryByItsUidOrAUniquePrefix()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const Delivery one = desk.delivery(desk.addTask(QStringLiteral("a")));
    desk.addTask(QStringLiteral("b"));
    const auto find = [&](const QString &text) {
        return desk.read([=](Database &db) { return deliveries::byUid(db, text); });
    };
    QCOMPARE(find(one.uid)->id, one.id);
    QCOMPARE(find(one.uid.left(35))->id, one.id);
    QCOMPARE(find(one.uid.left(8)).error().kind, Error::Kind::Conflict); // made in the same millisecond
    QCOMPARE(find(QStringLiteral("ffff")).error().kind, Error::Kind::NotFound);
    QCOMPARE(find(QStringLiteral("%")).error().kind, Error::Kind::NotFound);
    QCOMPARE(find(QStringLiteral("____")).error().kind, Error::Kind::NotFound);
}

void TestTablesOutbox::isNotDueWhileItCanBeTakenBack()
{
    PATCHBAY_OUTBOX_DESK(desk);
    Delivery d = desk.newDelivery(DeliveryKind::Task, desk.addConversation(), QStringLiteral("k"));
    d.notBefore = desk.clock.now() + 5s;
    const DeliveryId id = desk.add(d);
    QVERIFY(dueNow(desk).empty());
    QVERIFY(!claimed(desk, id));
    desk.clock.advance(5s);
    QCOMPARE(dueNow(desk), std::vector{id});
}

void TestTablesOutbox::givesARowToOneClaimerOnly()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId id = desk.addTask(QStringLiteral("k"));
    const auto first = claimed(desk, id, "one");
    QVERIFY(first);
    QCOMPARE(first->state, DeliveryState::Sending);
    QCOMPARE(first->fence, 1);
    QCOMPARE(first->attempts, 1);
    QCOMPARE(first->leaseUntil, desk.clock.now() + 60s);
    QVERIFY(!claimed(desk, id, "two"));
}

void TestTablesOutbox::refusesTheSettlementOfAnOlderFence()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId id = desk.addTask(QStringLiteral("k"));
    const auto zombie = claimed(desk, id, "zombie");
    QVERIFY(settled(desk, *zombie, outcome(DeliveryState::Queued))); // adopted
    QVERIFY(!settled(desk, *zombie, outcome(DeliveryState::Sent)));
    const auto mine = claimed(desk, id, "me");
    QCOMPARE(mine->fence, 2);
    QVERIFY(!settled(desk, *zombie, outcome(DeliveryState::Sent)));
    QCOMPARE(desk.delivery(id).state, DeliveryState::Sending);
    QVERIFY(settled(desk, *mine, outcome(DeliveryState::Sent)));
    QCOMPARE(desk.delivery(id).settledAt, desk.clock.now());
}

void TestTablesOutbox::refusesTheMarkOfAnOlderFence()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId id = desk.addTask(QStringLiteral("k"));
    const auto mark = [&](qint64 fence) {
        return desk
            .write(
                [=](Database &db) -> Result<bool> { return db.finish(deliveries::markEffectStarted(db, id, fence)); })
            .value();
    };
    QVERIFY(!mark(0)); // not claimed at all
    const auto zombie = claimed(desk, id, "zombie");
    desk.clock.advance(1s);
    QVERIFY(mark(zombie->fence));
    QCOMPARE(desk.delivery(id).effectStartedAt, desk.clock.now());
    QVERIFY(settled(desk, *zombie, outcome(DeliveryState::Queued)));
    QVERIFY(!mark(zombie->fence));
    QVERIFY(claimed(desk, id, "me"));
    QVERIFY(!mark(zombie->fence));
    QCOMPARE(desk.delivery(id).effectStartedAt, Timestamp{});
}

void TestTablesOutbox::keepsRepliesOfAConversationInOrder()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const ConversationId conversation = desk.addConversation();
    const DeliveryId first = desk.addReply(conversation, QStringLiteral("1"));
    const DeliveryId second = desk.addReply(conversation, QStringLiteral("2"));
    const DeliveryId elsewhere = desk.addReply(desk.addConversation(), QStringLiteral("3"));
    QCOMPARE(dueNow(desk), (std::vector{first, elsewhere}));
    QVERIFY(!claimed(desk, second));
    setState(desk, first, DeliveryState::Failed, desk.clock.now() + 1h);
    QCOMPARE(dueNow(desk), std::vector{elsewhere}); // the first will still be tried
    QVERIFY(!claimed(desk, second));
    desk.clock.advance(1h);
    setState(desk, first, DeliveryState::Sent);
    QCOMPARE(dueNow(desk), (std::vector{second, elsewhere}));
}

void TestTablesOutbox::letsLaterRepliesPassWhatNeedsAPerson()
{
    for (const DeliveryState state : {DeliveryState::Unknown, DeliveryState::Dead}) {
        PATCHBAY_OUTBOX_DESK(desk);
        const ConversationId conversation = desk.addConversation();
        const DeliveryId first = desk.addReply(conversation, QStringLiteral("1"));
        const DeliveryId second = desk.addReply(conversation, QStringLiteral("2"));
        setState(desk, first, state);
        QCOMPARE(dueNow(desk), std::vector{second});
    }
}

void TestTablesOutbox::doesNotMakeTasksWaitForReplies()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const ConversationId conversation = desk.addConversation();
    const DeliveryId reply = desk.addReply(conversation, QStringLiteral("reply"));
    const DeliveryId task = desk.add(desk.newDelivery(DeliveryKind::Task, conversation, QStringLiteral("task")));
    setState(desk, reply, DeliveryState::Failed, desk.clock.now() + 1h);
    QCOMPARE(dueNow(desk), std::vector{task});
    const DeliveryId other = desk.add(desk.newDelivery(DeliveryKind::Task, conversation, QStringLiteral("other")));
    QVERIFY(claimed(desk, task));
    QVERIFY(!claimed(desk, other)); // one at a time per target, so that no contact is made twice
}

void TestTablesOutbox::holdsEverythingBackWhileTheBreakerIsOpen()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId task = desk.addTask(QStringLiteral("task"));
    const DeliveryId reply = desk.addReply(desk.addConversation(), QStringLiteral("reply"));
    const auto open = [&](DeliveryId id) {
        const Delivery d = desk.delivery(id);
        QVERIFY(desk.write([&](Database &db) -> Result<Done> {
            deliveries::setBreaker(db, d, {5, db.now() + 30s});
            return db.finish(Done{});
        }));
    };
    open(task);
    QCOMPARE(dueNow(desk), std::vector{reply});
    QVERIFY(!claimed(desk, task));
    open(reply);
    QVERIFY(dueNow(desk).empty());
    QCOMPARE(desk.nextDueAt(), desk.clock.now() + 30s);
    desk.clock.advance(30s);
    QCOMPARE(dueNow(desk), (std::vector{task, reply}));
}

void TestTablesOutbox::letsOneProbeThroughAHalfOpenBreaker()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId first = desk.addTask(QStringLiteral("1"));
    const DeliveryId second = desk.addTask(QStringLiteral("2"));
    const Delivery d = desk.delivery(first);
    QVERIFY(desk.write([&](Database &db) -> Result<Done> {
        deliveries::setBreaker(db, d, {5, db.now()});
        return db.finish(Done{});
    }));
    const auto probe = claimed(desk, first);
    QVERIFY(probe);
    QVERIFY(!claimed(desk, second));
    QVERIFY(desk.write([&](Database &db) -> Result<Done> {
        deliveries::settle(db, probe->id, probe->fence, outcome(DeliveryState::Sent));
        deliveries::setBreaker(db, d, {});
        return db.finish(Done{});
    }));
    QVERIFY(claimed(desk, second));
}

void TestTablesOutbox::knowsWhenTheNextOneIsDue()
{
    PATCHBAY_OUTBOX_DESK(desk);
    QVERIFY(!desk.nextDueAt());
    const DeliveryId one = desk.addTask(QStringLiteral("1"));
    setState(desk, one, DeliveryState::Failed, desk.clock.now() + 20s);
    QCOMPARE(desk.nextDueAt(), desk.clock.now() + 20s);
    Delivery held = desk.newDelivery(DeliveryKind::Task, desk.addConversation(), QStringLiteral("2"));
    held.notBefore = desk.clock.now() + 5s;
    desk.add(held);
    QCOMPARE(desk.nextDueAt(), desk.clock.now() + 5s);
}

void TestTablesOutbox::findsTheOrphansOfOtherProcessesOnly()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const DeliveryId theirs = desk.addTask(QStringLiteral("1"));
    const DeliveryId ours = desk.addTask(QStringLiteral("2"));
    desk.addTask(QStringLiteral("3"));
    const auto orphans = [&] {
        return desk
            .read([](Database &db) -> Result<std::vector<DeliveryId>> {
                std::vector<DeliveryId> ids;
                for (const Delivery &d : deliveries::orphans(db, QStringLiteral("me"), db.now()))
                    ids.push_back(d.id);
                return db.finish(ids);
            })
            .value();
    };
    claimed(desk, theirs, "gone");
    if (dialect == QLatin1String("sqlite")) { // one process owns the file: any other claimer is gone
        claimed(desk, ours, "me");
        QCOMPARE(orphans(), std::vector{theirs});
        return;
    }
    QVERIFY(orphans().empty()); // another workstation may be at it, until its lease is over
    desk.clock.advance(61s);
    claimed(desk, ours, "me");
    QCOMPARE(orphans(), std::vector{theirs});
}

void TestTablesOutbox::countsWhatIsOwedToOneTarget()
{
    PATCHBAY_OUTBOX_DESK(desk);
    const auto figures = [&](TargetId id) {
        return desk.read([id](Database &db) -> Result<targets::Figures> { return db.finish(targets::figures(db, id)); })
            .value();
    };
    const auto endAs = [&](const char *key, DeliveryState state, const QString &error) {
        const auto d = claimed(desk, desk.addTask(QString::fromLatin1(key)));
        deliveries::Outcome end = outcome(state, desk.clock.now() + 1h);
        end.error = error;
        desk.clock.advance(1s);
        QVERIFY(settled(desk, *d, end));
    };
    QCOMPARE(figures(desk.target), targets::Figures());
    desk.addTask(QStringLiteral("1"));
    claimed(desk, desk.addTask(QStringLiteral("2")));
    endAs("3", DeliveryState::Sent, {});
    const Timestamp sent = desk.clock.now();
    endAs("4", DeliveryState::Unknown, QStringLiteral("no answer"));
    endAs("5", DeliveryState::Failed, QStringLiteral("busy"));
    endAs("6", DeliveryState::Dead, {});
    endAs("7", DeliveryState::Cancelled, QStringLiteral("went to the backup"));
    desk.addReply(desk.addConversation(), QStringLiteral("8")); // to no target
    targets::Figures expected;
    expected.waiting = 2;
    expected.retrying = expected.unknown = expected.notSent = 1;
    expected.lastSentAt = sent;
    expected.lastError = QStringLiteral("busy");
    QCOMPARE(figures(desk.target), expected);
    QCOMPARE(figures(desk.addTarget(QStringLiteral("Other"))), targets::Figures());
}

PATCHBAY_TESTS(TestTablesOutbox)
#include "tst_tables_outbox.moc"
