#include "chat_fixture.h"
#include "crm_contract.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::ChatFixture;
using tests::ContractServer;
using tests::ContractTransport;
using tests::CrmContract;

namespace {

/// connectors/chat/<id>/contract.json, in the form of a target's.
CrmContract chatContract(const QString &connector)
{
    const QJsonObject json = tests::fixtureFile(tests::connectorsFolder() + u"/chat/%1/contract.json"_s.arg(connector));
    return {json.value(u"api"_s).toString(), json.value(u"prefix"_s).toString(), json.value(u"others"_s).toObject(),
            json.value(u"documented"_s).toObject()};
}

/// "contract": false where the address is no part of the contract.
bool asksThePlatform(const ChatFixture &fixture)
{
    static const QStringList actions{u"deliver"_s, u"change"_s, u"look"_s, u"test"_s, u"start"_s};
    return actions.contains(fixture.action()) && !fixture.expected().contains(u"error"_s)
        && fixture.expected().value(u"health"_s) != u"failed"_s && fixture.json.value(u"contract"_s).toBool(true);
}

/// Starts it, and says over its socket what was recorded, until everything of the dialogue was asked.
bool startsAsRecorded(ChatBench &bench, const ChatFixture &fixture, const ContractTransport &transport)
{
    bench.connector->reachedAt(QUrl(fixture.given().value(u"place"_s).toString()));
    bench.connector->start({}, bench.sink());
    const QJsonArray frames = fixture.given().value(u"frames"_s).toArray();
    tests::ScriptedSocket *socket = frames.isEmpty() ? nullptr : tests::connection(bench, 1);
    if (!frames.isEmpty() && !socket)
        return false;
    for (const QJsonValue &frame : frames)
        socket->say(QJsonDocument(frame.toObject()).toJson(QJsonDocument::Compact));
    return QTest::qWaitFor(
        [&] { return transport.operations.size() == fixture.dialogue().size() && bench.health == Health::Ok; }, 60000);
}

} // namespace

/// Every channel's recorded calls against the platform's own specification, where the contract server and its modules
/// are there: what we ask must be in it, and what we recorded as the answer, too.
class TestChatContracts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.stop(); }
    void asksAsThePlatformsContractSays_data();
    void asksAsThePlatformsContractSays();

private:
    ContractServer m_server;
};

void TestChatContracts::initTestCase()
{
    if (const QString missing = ContractServer::missing(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    QVERIFY(m_server.start());
}

void TestChatContracts::asksAsThePlatformsContractSays_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    const Catalog &catalog = tests::wholeCatalog();
    for (const ChatConnectorInfo &chat : catalog.chats) {
        if (!chatContract(chat.id).isThere())
            continue;
        for (const ChatFixture &one : tests::chatFixtures(chat.id)) {
            if (asksThePlatform(one))
                QTest::addRow("%s/%s", qPrintable(chat.id), qPrintable(one.name)) << chat.id << one.name;
        }
    }
}

void TestChatContracts::asksAsThePlatformsContractSays()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    ChatFixture fixture;
    for (const ChatFixture &one : tests::chatFixtures(id)) {
        if (one.name == name)
            fixture = one;
    }
    const CrmContract contract = chatContract(id);
    QVERIFY(m_server.hasLoaded(contract.api));
    QVERIFY(m_server.clear());
    ContractTransport transport(m_server, contract, fixture.dialogue());
    ChatBench bench;
    bench.services.transport = &transport;
    bench.account.settings.insert(u"url"_s, m_server.urlOf(contract.api) + contract.prefix);
    prepare(bench, fixture);
    if (fixture.action() == u"deliver"_s) {
        const Result<Receipt> sent = bench.deliver(fixture.message(), fixture.key());
        QVERIFY2(sent.ok(), sent.ok() ? "" : qPrintable(sent.error().message));
    } else if (fixture.action() == u"change"_s) {
        const Result<Receipt> told = bench.tell(fixture.change(), fixture.key());
        QVERIFY2(told.ok(), told.ok() ? "" : qPrintable(told.error().message));
    } else if (fixture.action() == u"look"_s) {
        const QByteArray own = fixture.given().value(u"cursor"_s).toString().toUtf8();
        bench.connector->fetchOnce(own.isEmpty() ? own : "1760000000000;" + own, bench.sink());
        QTRY_VERIFY2_WITH_TIMEOUT(bench.caughtUp > 0, qPrintable(bench.said()), 60000);
    } else if (fixture.action() == u"start"_s) {
        QVERIFY2(startsAsRecorded(bench, fixture, transport), qPrintable(bench.said()));
    } else {
        const Result<QString> tested = tests::await(bench.connector->test());
        QVERIFY2(tested.ok() || fixture.name != u"test"_s, tested.ok() ? "" : qPrintable(tested.error().message));
    }
    QStringList complaints = transport.complaints();
    for (const QJsonValue &call : m_server.journal()) {
        const QString asked = call[u"method"_s].toString() + u' ' + call[u"path"_s].toString();
        complaints << contract.complaints(asked, call[u"violations"_s].toArray());
    }
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(u'\n')));
    QVERIFY(!transport.operations.isEmpty());
}

PATCHBAY_TESTS(TestChatContracts)
#include "tst_chat_contracts.moc"
