#include "core/engine/outbox.h"
#include "crm_cases.h"
#include "crm_table.h"
#include "support/await.h"
#include "support/outbox_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using tests::CrmCase;
using tests::FarSide;
using tests::RecordedSide;

namespace {

/// A workspace with one target of this connector, whose vendor is played.
struct CrmDesk {
    tests::OutboxDesk desk = tests::OutboxDesk();
    FarSide far;
    std::unique_ptr<CrmConnector> connector;
    std::unique_ptr<Outbox> outbox;

    explicit CrmDesk(const RecordedSide &side)
        : far(desk.clock, side)
    {
        desk.clock.advanceTo(tests::timeOf(side.create));
        ConnectorServices services{&far, {}, &desk.clock, [] { return 0.0; }};
        services.storeSecret = [](AccountConfig, QString, QString) { return tests::CrmBench::storedNow(); };
        const Catalog catalog = makeCatalog(services, side.create.connector);
        const CrmConnectorInfo &info = *catalog.crm(side.create.connector);
        connector = info.create(tests::accountOf(side.create, info));
        far.folding = connector->facts().idempotency;
        far.key = side.create.request().key;
        auto resolve = [this](const Delivery &) -> Result<Destination *> {
            return static_cast<Destination *>(connector.get());
        };
        outbox = std::make_unique<Outbox>(*desk.store, resolve, u"test"_s, OutboxLimits{}, [] { return 0.5; });
    }

    DeliveryId queue()
    {
        Delivery task = desk.newDelivery(DeliveryKind::Task, desk.addConversation(), far.key);
        task.payload = far.side.create.request().payload;
        return desk.add(task);
    }

    /// Turns the clock from one attempt to the next until nothing more happens by itself.
    Delivery settled(DeliveryId id)
    {
        for (int step = 0; step < 100; ++step) {
            if (!tests::await(outbox->runOnce()))
                break;
            const Delivery delivery = desk.delivery(id);
            if (delivery.state != DeliveryState::Queued && delivery.state != DeliveryState::Failed)
                return delivery;
            desk.clock.advance(1s);
            desk.clock.advanceTo(desk.nextDueAt());
        }
        return desk.delivery(id);
    }
};

CrmCase caseNamed(const RecordedSide &side, const QString &name)
{
    for (const CrmCase &one : tests::cases::of(side)) {
        if (one.name == name)
            return one;
    }
    qFatal("no such case");
}

} // namespace

/// What can happen between the Outbox and each CRM, played from the connector's own recordings: once the Outbox has
/// settled, there is one task over there, or none and it says so, or it says that it does not know.
class TestCrmCases : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasAllCasesForEachTarget();
    void doublesNothingAndLosesNothing_data();
    void doublesNothingAndLosesNothing();
    void cleanupTestCase();

private:
    tests::CrmTable m_table;
};

void TestCrmCases::hasAllCasesForEachTarget()
{
    const Catalog &catalog = tests::wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms) {
        const RecordedSide side = RecordedSide::of(crm.id);
        QVERIFY2(side.create.isAccepted(), qPrintable(crm.id + u": create.json ends well"_s));
        const Idempotency declared = crm.idempotency(tests::accountOf(side.create, crm).settings);
        QVERIFY2(declared != Idempotency::Lookup || side.hasLookUp(),
                 qPrintable(crm.id + u": a look-up that finds and one that does not, with create.json's settings"_s));
        const auto count = tests::cases::of(side).size();
        QVERIFY2(count >= 25, qPrintable(u"%1 has %2 cases"_s.arg(crm.id).arg(count)));
    }
}

void TestCrmCases::doublesNothingAndLosesNothing_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    const Catalog &catalog = tests::wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms) {
        const RecordedSide side = RecordedSide::of(crm.id);
        for (const CrmCase &one : tests::cases::of(side))
            QTest::addRow("%s/%s", qPrintable(crm.id), qPrintable(one.name)) << crm.id << one.name;
    }
}

void TestCrmCases::doublesNothingAndLosesNothing()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    const RecordedSide side = RecordedSide::of(id);
    const CrmCase one = caseNamed(side, name);
    CrmDesk desk(side);
    QCOMPARE(desk.desk.failure, QString());
    const DeliveryFacts facts = desk.connector->facts();
    if (one.signedInBefore) {
        QVERIFY(tests::await(desk.connector->lookUp(side.create.request())));
        desk.desk.clock.advance(60s);
    }
    desk.far.mishaps = one.mishaps;
    desk.far.lookUps = one.lookUps;
    desk.far.searchLag = one.lags ? facts.indexLag : 0ms;

    const Delivery end = desk.settled(desk.queue());
    m_table.add(id, facts.idempotency, one, end.state, desk.far.tasks());

    QCOMPARE(desk.far.complaints.join(u'\n'), QString());
    const bool untold = one.ambiguous && facts.idempotency == Idempotency::None;
    const bool unsettled = one.ends == CrmCase::Ends::Unsettled && facts.idempotency == Idempotency::Lookup;
    if (untold) {
        QCOMPARE(end.state, DeliveryState::Unknown);
        QVERIFY(desk.far.tasks() <= 1);
    } else if (unsettled) {
        // A target that looks up before it creates has made nothing then, and says so.
        const bool stopped = end.state == DeliveryState::Dead && !end.everAmbiguous;
        QVERIFY2(stopped || end.state == DeliveryState::Unknown || end.state == DeliveryState::Sent,
                 qPrintable(end.lastError));
        QCOMPARE(desk.far.tasks(), stopped ? 0 : 1);
    } else if (one.ends == CrmCase::Ends::Refused) {
        const bool passed = one.mayPass && end.state == DeliveryState::Sent;
        QVERIFY2(passed || end.state == DeliveryState::Dead, qPrintable(end.lastError));
        QCOMPARE(desk.far.tasks(), passed ? 1 : 0);
    } else {
        QVERIFY2(end.state == DeliveryState::Sent, qPrintable(end.lastError));
        QCOMPARE(desk.far.tasks(), 1);
        const QStringList ids{side.create.expected()[u"id"_s].toString(), side.found.expected()[u"id"_s].toString()};
        QVERIFY2(one.id.isEmpty() ? ids.contains(end.externalId) : end.externalId == one.id,
                 qPrintable(end.externalId));
    }
    if (one.signedInBefore && side.signsIn())
        QCOMPARE(desk.far.signIns, 2);
}

/// The whole run in one table: crm_cases.md beside the results, where PATCHBAY_JUNIT names their folder; else printed.
void TestCrmCases::cleanupTestCase()
{
    if (m_table.isEmpty())
        return;
    const QString folder = qEnvironmentVariable("PATCHBAY_JUNIT");
    if (folder.isEmpty()) {
        qInfo("sent / unknown / not sent\n%s", qPrintable(m_table.text()));
        return;
    }
    QFile file(folder + u"/crm_cases.md"_s);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(file.errorString()));
    file.write(m_table.text().toUtf8());
}

PATCHBAY_TESTS(TestCrmCases)
#include "tst_crm_cases.moc"
