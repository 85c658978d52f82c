#include "connectors/crm_contract.h"
#include "connectors/crm_outcome.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ContractServer;
using tests::ContractTransport;
using tests::CrmContract;
using tests::CrmFixture;

namespace {

/// Addresses in it are the vendor's, and at the contract server they are others.
QJsonValue withoutUrl(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray all;
        for (const QJsonValue &one : value.toArray())
            all.append(withoutUrl(one));
        return all;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    object.remove(u"url"_s);
    return object;
}

/// A contract may have two operations of one form: "/{module}/{id}" and "/{module}/{name}".
QString formOf(QString operation)
{
    static const QRegularExpression part(u"\\{[^}]*\\}"_s);
    return operation.replace(part, u"{}"_s);
}

bool asksTheVendor(const CrmFixture &fixture)
{
    static const QStringList actions{u"deliver"_s, u"attach"_s, u"lookup"_s, u"status"_s,
                                     u"records"_s, u"fields"_s, u"test"_s};
    // "contract": false where the vendor itself names the address of the API, which is not the contract server's.
    return actions.contains(fixture.action()) && !fixture.dialogue().isEmpty()
        && !fixture.expected()[u"error"_s].isString() && fixture.json.value(u"contract"_s).toBool(true);
}

} // namespace

/// Every CRM's recorded dialogues against the vendor's own specification, where the contract server and its modules are
/// there: what we ask must be in it, and what we recorded as the vendor's answer, too.
class TestCrmContracts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.stop(); }
    void asksAsTheVendorsContractSays_data();
    void asksAsTheVendorsContractSays();

private:
    QStringList judged(const CrmContract &contract, const QStringList &operations);
    ContractServer m_server;
    tests::HandClock m_clock;
};

void TestCrmContracts::initTestCase()
{
    if (const QString missing = ContractServer::missing(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    QVERIFY(m_server.start());
}

void TestCrmContracts::asksAsTheVendorsContractSays_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    const Catalog &catalog = tests::wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms) {
        if (!CrmContract::of(crm.id).isThere())
            continue;
        for (const CrmFixture &one : tests::crmFixtures(crm.id)) {
            if (asksTheVendor(one))
                QTest::addRow("%s/%s", qPrintable(crm.id), qPrintable(one.name)) << crm.id << one.name;
        }
    }
}

/// The journal's complaints, and what it lacks.
QStringList TestCrmContracts::judged(const CrmContract &contract, const QStringList &operations)
{
    const QJsonArray calls = m_server.journal();
    QStringList complaints;
    for (qsizetype i = 0; i < calls.size(); ++i) {
        const QString asked = calls.at(i)[u"method"_s].toString() + u' ' + calls.at(i)[u"path"_s].toString();
        complaints << contract.complaints(asked, calls.at(i)[u"violations"_s].toArray());
        const QString wanted = operations.value(i);
        const QString operation = calls.at(i)[u"op"_s].toString(wanted);
        if (wanted.contains(u'{') && formOf(operation) != formOf(wanted))
            complaints << u"%1 is the operation \"%2\", not \"%3\""_s.arg(asked, operation, wanted);
    }
    if (calls.size() != operations.size())
        complaints << u"%1 of %2 requests arrived"_s.arg(calls.size()).arg(operations.size());
    return complaints;
}

void TestCrmContracts::asksAsTheVendorsContractSays()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    CrmFixture fixture;
    for (const CrmFixture &one : tests::crmFixtures(id)) {
        if (one.name == name)
            fixture = one;
    }
    const CrmContract contract = CrmContract::of(id);
    ContractTransport transport(m_server, contract, fixture.dialogue());
    m_clock.at = tests::timeOf(fixture);
    ConnectorServices services{&transport, {}, &m_clock, [] { return 0.5; }};
    services.storeSecret = [](AccountConfig, QString, QString) { return tests::CrmBench::storedNow(); };
    services.readFile = [files = fixture.given()[u"files"_s].toObject()](QByteArray sha256) {
        return tests::fileOf(files, std::move(sha256));
    };
    const Catalog catalog = makeCatalog(services, id);
    AccountConfig account = tests::accountOf(fixture, *catalog.crm(id));
    account.settings.insert(u"url"_s, m_server.urlOf(contract.api) + contract.prefix);
    const auto connector = catalog.crm(id)->create(account);
    for (const QString &api : contract.apis())
        QVERIFY(m_server.hasLoaded(api));
    QVERIFY(m_server.clear());

    const QJsonValue got = tests::outcome(*connector, fixture);

    QStringList complaints = transport.complaints() + judged(contract, transport.operations);
    if (got[u"error"_s].isString())
        complaints << u"it ended with: "_s + got[u"says"_s].toString();
    QCOMPARE(complaints.join(u'\n'), QString());
    if (fixture.action() != u"test"_s)
        QCOMPARE(withoutUrl(got), withoutUrl(fixture.expected()));
}

PATCHBAY_TESTS(TestCrmContracts)
#include "tst_crm_contracts.moc"
