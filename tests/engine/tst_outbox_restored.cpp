#include "core/store/backup.h"
#include "support/outbox_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Ends the program, puts the backup in the workspace's place and starts again.
void startFromBackup(Rig &rig, const QString &path)
{
    rig.outbox.reset();
    const QString to = rig.desk.place.beside(u"Restored.patchbay"_s);
    rig.desk.store.reset();
    const auto restored = restoreBackup(path, to, &rig.desk.clock);
    StoreOptions options;
    options.location = to;
    options.clock = &rig.desk.clock;
    auto opened = restored ? Store::open(options) : Result<std::unique_ptr<Store>>(restored.error());
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    rig.desk.store = std::move(*opened);
    rig.restart();
}

} // namespace

/// The workspace was restored from a backup: what waited then may have gone out since.
class TestOutboxRestored : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsNothingByItself();
    void findsWhatWasSentSinceWhenAPersonRetries();
    void sendsWhatWasNotSentWhenAPersonRetries();
    void leavesItToAPersonAgainWhereNothingCanBeLookedUp();
};

void TestOutboxRestored::sendsNothingByItself()
{
    Rig rig;
    const DeliveryId queued = rig.desk.addTask(u"queued"_s);
    const DeliveryId cancelled = rig.desk.addTask(u"cancelled"_s);
    const QString path = rig.desk.place.beside(u"copy"_s);
    QVERIFY(await(backup(*rig.desk.store, path)));
    QVERIFY(*rig.desk.write(
        [&](Database &db) -> Result<bool> { return db.finish(deliveries::cancel(db, cancelled, rig.desk.me)); }));
    startFromBackup(rig, path);
    for (int hour = 0; hour < 60; ++hour) {
        rig.desk.clock.advance(1h);
        QVERIFY(rig.work());
    }
    QCOMPARE(rig.destination.calls, QStringList());
    QCOMPARE(rig.desk.delivery(queued).state, DeliveryState::Unknown);
    QVERIFY(*rig.desk.write([&](Database &db) -> Result<bool> {
        return db.finish(deliveries::settleByPerson(db, cancelled, Settlement::GiveUp, rig.desk.me));
    }));
    QCOMPARE(rig.desk.delivery(cancelled).state, DeliveryState::Cancelled);
}

void TestOutboxRestored::findsWhatWasSentSinceWhenAPersonRetries()
{
    Rig rig;
    rig.destination.script[u"dead"_s] = {Step::Refuse};
    const DeliveryId dead = rig.desk.addTask(u"dead"_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.desk.delivery(dead).state, DeliveryState::Dead);
    const DeliveryId queued = rig.desk.addTask(u"queued"_s);
    const QString path = rig.desk.place.beside(u"copy"_s);
    QVERIFY(await(backup(*rig.desk.store, path)));
    const auto retry = [&](DeliveryId id) {
        return *rig.desk.write(
            [&](Database &db) -> Result<bool> { return db.finish(deliveries::retry(db, id, rig.desk.me)); });
    };
    QVERIFY(retry(dead));
    QVERIFY(rig.work()); // both go out
    QCOMPARE(rig.desk.delivery(dead).state, DeliveryState::Sent);
    QCOMPARE(rig.desk.delivery(queued).state, DeliveryState::Sent);
    rig.desk.clock.advance(1h);

    startFromBackup(rig, path);
    for (const DeliveryId id : {dead, queued}) {
        QVERIFY(retry(id));
        rig.desk.clock.advance(10s);
        QVERIFY(rig.work());
        QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
    }
    QCOMPARE(rig.destination.arrivalCount(u"dead"_s), 1);
    QCOMPARE(rig.destination.arrivalCount(u"queued"_s), 1);
}

void TestOutboxRestored::sendsWhatWasNotSentWhenAPersonRetries()
{
    Rig rig;
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    const QString path = rig.desk.place.beside(u"copy"_s);
    QVERIFY(await(backup(*rig.desk.store, path)));
    startFromBackup(rig, path);
    QVERIFY(*rig.desk.write(
        [&](Database &db) -> Result<bool> { return db.finish(deliveries::retry(db, id, rig.desk.me)); }));
    rig.desk.clock.advance(10s);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, (QStringList{u"look up k"_s, u"deliver k"_s}));
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Sent);
}

void TestOutboxRestored::leavesItToAPersonAgainWhereNothingCanBeLookedUp()
{
    Rig rig(Idempotency::None);
    const DeliveryId id = rig.desk.addTask(u"k"_s);
    const QString path = rig.desk.place.beside(u"copy"_s);
    QVERIFY(await(backup(*rig.desk.store, path)));
    startFromBackup(rig, path);
    QVERIFY(*rig.desk.write(
        [&](Database &db) -> Result<bool> { return db.finish(deliveries::retry(db, id, rig.desk.me)); }));
    rig.desk.clock.advance(10s);
    QVERIFY(rig.work());
    QCOMPARE(rig.destination.calls, QStringList());
    QCOMPARE(rig.desk.delivery(id).state, DeliveryState::Unknown);
}

PATCHBAY_TESTS(TestOutboxRestored)

#include "tst_outbox_restored.moc"
