#include "support/outbox_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Every change of a delivery fails from now on, as on a full disk.
void breakTheQueue(OutboxDesk &desk)
{
    const auto broken = desk.write([](Database &db) -> Result<Done> {
        db.exec("CREATE TRIGGER full_disk BEFORE UPDATE ON delivery BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
        return db.finish(Done{});
    });
    QVERIFY(broken);
}

void mendTheQueue(OutboxDesk &desk)
{
    const auto mended = desk.write([](Database &db) -> Result<Done> {
        db.exec("DROP TRIGGER full_disk");
        return db.finish(Done{});
    });
    QVERIFY(mended);
}

} // namespace

/// What the Outbox does when its own workspace fails, and what it says about accounts that are not its own.
class TestOutboxTrouble : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void restsWhenItsQueueCannotBeWrittenAtTheStart();
    void goesOnAfterASignInThatCouldNotBeWrittenDown();
    void leavesAChannelOfflineWhenOnlyTheSendingWorksAgain();
    void takesItsOwnSignInBackFromAChannel();
    void takesARefusalForAnAnswerOfTheTarget();
};

void TestOutboxTrouble::restsWhenItsQueueCannotBeWrittenAtTheStart()
{
    Rig rig;
    rig.desk.addTask(u"left"_s);
    rig.destination.script[u"left"_s] = {Step::HangSent};
    QVERIFY(rig.workUntilItHangs());
    rig.outbox.reset();
    rig.desk.addTask(u"due"_s);
    breakTheQueue(rig.desk);

    int asked = 0; // once for each delivery in each try
    auto resolve = [&](const Delivery &) -> Result<Destination *> {
        ++asked;
        return static_cast<Destination *>(&rig.destination);
    };
    Outbox outbox(*rig.desk.store, resolve, u"next"_s, rig.limits, {});
    outbox.start();
    QTest::qWait(400);
    QVERIFY2(asked >= 1 && asked <= 2, qPrintable(QString::number(asked)));
    mendTheQueue(rig.desk);
    QTRY_VERIFY_WITH_TIMEOUT(rig.desk.delivery(DeliveryId{2}).state == DeliveryState::Sent, 8000);
}

void TestOutboxTrouble::goesOnAfterASignInThatCouldNotBeWrittenDown()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    rig.destination.script[u"k"_s] = {Step::SignIn};
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Failed);
    breakTheQueue(rig.desk);
    QVERIFY(rig.desk.write([&](Database &db) -> Result<Done> {
        targets::setHealth(db, rig.desk.target, Health::Unknown, {});
        return db.finish(Done{});
    }));
    QCoreApplication::processEvents();
    QVERIFY(!rig.work());
    mendTheQueue(rig.desk);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
}

void TestOutboxTrouble::leavesAChannelOfflineWhenOnlyTheSendingWorksAgain()
{
    Rig rig;
    const DeliveryId id = rig.desk.addReply(rig.desk.addConversation(), u"k"_s);
    rig.destination.script[u"k"_s] = {Step::SignIn};
    QVERIFY(rig.work());
    QCOMPARE(rig.channel().health, Health::Failed);
    QVERIFY(rig.desk.write([&](Database &db) -> Result<Done> { // what the receiving connection says meanwhile
        channels::setHealth(db, rig.desk.channel, Health::Offline, u"no route to imap.example.org"_s);
        return db.finish(Done{});
    }));
    QTRY_VERIFY(rig.work() && rig.desk.delivery(id).state == DeliveryState::Sent);
    QCOMPARE(rig.channel().health, Health::Offline);
    QCOMPARE(rig.channel().healthDetail, u"no route to imap.example.org"_s);
}

void TestOutboxTrouble::takesItsOwnSignInBackFromAChannel()
{
    Rig rig;
    const DeliveryId id = rig.desk.addReply(rig.desk.addConversation(), u"k"_s);
    rig.destination.script[u"k"_s] = {Step::SignIn};
    QVERIFY(rig.work());
    QCOMPARE(rig.channel().health, Health::Failed);
    rig.desk.clock.advance(16min);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    QCOMPARE(rig.channel().health, Health::Unknown); // how the receiving goes is not ours to say
    QVERIFY(rig.channel().healthDetail.isEmpty());
}

/// Who says no is neither untried nor away; who asked for a sign-in still does.
void TestOutboxTrouble::takesARefusalForAnAnswerOfTheTarget()
{
    Rig rig;
    rig.destination.script[u"k"_s] = {Step::Offline, Step::Refuse};
    rig.desk.addTask(u"k"_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.targetHealth(), Health::Offline);
    rig.desk.clock.advanceTo(rig.desk.nextDueAt());
    QVERIFY(rig.work());
    QCOMPARE(rig.targetHealth(), Health::Ok);
    QVERIFY(rig.desk.write([&rig](Database &db) -> Result<Done> {
        targets::setHealth(db, rig.desk.target, Health::Failed, u"asks for sign-in"_s);
        return db.finish(Done{});
    }));
    rig.destination.script[u"l"_s] = {Step::Refuse};
    rig.desk.addTask(u"l"_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.targetHealth(), Health::Failed);
}

PATCHBAY_TESTS(TestOutboxTrouble)
#include "tst_outbox_trouble.moc"
