#include "core/store/delivery_table.h"
#include "support/outbox_desk.h"
#include "support/test_main.h"

#include <QtCore/QSemaphore>

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Claims in a transaction that stays open for a while.
QFuture<Result<bool>> claimSlowly(Store &store, DeliveryId id, QSemaphore &claimed)
{
    return store.write([id, &claimed](Database &db) -> Result<bool> {
        const bool ours = deliveries::claim(db, id, u"one"_s, 60s).has_value();
        claimed.release();
        QThread::msleep(400);
        return db.finish(ours);
    });
}

QFuture<Result<bool>> claimNow(Store &store, DeliveryId id)
{
    return store.write(
        [id](Database &db) -> Result<bool> { return db.finish(deliveries::claim(db, id, u"two"_s, 60s).has_value()); });
}

} // namespace

/// Two workstations that claim from one queue at the same moment, each in an open transaction of its own.
class TestSharedQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsOneTaskOfAConversationAtATime();
    void sendsOneProbeThroughAHalfOpenBreaker();
    void letsDifferentConversationsGoAtOnce();
    void givesAnAccountToOneOfTwoChannelsThatSignInAtOnce();

private:
    /// How many of the two were claimed.
    static int claimBoth(OutboxDesk &desk, DeliveryId first, DeliveryId second)
    {
        const auto other = desk.place.open(&desk.clock);
        if (!other)
            return -1;
        QSemaphore claimed;
        auto one = claimSlowly(*desk.store, first, claimed);
        if (!claimed.tryAcquire(1, 10000))
            return -1;
        auto two = claimNow(**other, second);
        const auto a = await(one);
        const auto b = await(two);
        return a && b ? int(*a) + int(*b) : -1;
    }
};

void TestSharedQueue::sendsOneTaskOfAConversationAtATime()
{
    PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL");
    OutboxDesk desk(u"postgres"_s);
    const ConversationId conversation = desk.addConversation();
    const DeliveryId first = desk.add(desk.newDelivery(DeliveryKind::Task, conversation, u"1"_s));
    const DeliveryId second = desk.add(desk.newDelivery(DeliveryKind::Task, conversation, u"2"_s));
    QCOMPARE(claimBoth(desk, first, second), 1);
    QCOMPARE(desk.delivery(first).state, DeliveryState::Sending);
    QCOMPARE(desk.delivery(second).state, DeliveryState::Queued);
}

void TestSharedQueue::sendsOneProbeThroughAHalfOpenBreaker()
{
    PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL");
    OutboxDesk desk(u"postgres"_s);
    const auto ids = desk.addTasks({u"1"_s, u"2"_s});
    QVERIFY(desk.write([&](Database &db) -> Result<Done> {
        targets::setBreaker(db, desk.target, 5, db.now() - 1s);
        return db.finish(Done{});
    }));
    QCOMPARE(claimBoth(desk, ids[0], ids[1]), 1);
}

void TestSharedQueue::letsDifferentConversationsGoAtOnce()
{
    PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL");
    OutboxDesk desk(u"postgres"_s);
    const auto ids = desk.addTasks({u"1"_s, u"2"_s});
    QCOMPARE(claimBoth(desk, ids[0], ids[1]), 2);
}

void TestSharedQueue::givesAnAccountToOneOfTwoChannelsThatSignInAtOnce()
{
    PATCHBAY_SKIP_WITHOUT_SERVER(StorePlace(u"postgres"_s).isReachable(), "PostgreSQL");
    OutboxDesk desk(u"postgres"_s);
    std::vector<ChannelId> two;
    QVERIFY(desk.write([&](Database &db) -> Result<Done> {
        for (const QString &name : {u"One"_s, u"Two"_s}) {
            Channel channel;
            channel.connector = u"telegram"_s;
            channel.name = name;
            two.push_back(channels::insert(db, channel));
        }
        return db.finish(Done{});
    }));
    const auto other = desk.place.open(&desk.clock);
    QVERIFY(other);
    QSemaphore claimed;
    auto slow = desk.store->write([id = two[0], &claimed](Database &db) {
        const QString holder = channels::claimAccount(db, id, u"bot 7"_s);
        claimed.release();
        QThread::msleep(400); // its transaction is still open when the other workstation asks
        return db.finish(holder);
    });
    QVERIFY(claimed.tryAcquire(1, 10000));
    auto quick =
        (*other)->write([id = two[1]](Database &db) { return db.finish(channels::claimAccount(db, id, u"bot 7"_s)); });
    const auto first = await(slow);
    const auto second = await(quick);
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
    QCOMPARE(*first, QString());
    QCOMPARE(*second, u"One"_s);
}

PATCHBAY_TESTS(TestSharedQueue)
#include "tst_shared_queue.moc"
