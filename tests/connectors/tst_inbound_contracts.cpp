#include "chat_fixture.h"
#include "support/contract_server.h"
#include "support/test_main.h"

#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatFixture;
using tests::ContractServer;

namespace {

/// What a platform's own specification says of what it sends to us.
struct InboundContract {
    QString connector = {};
    QString file = {}; ///< in contracts/specs
    QString schema = {};
    /// What the specification has otherwise than the platform's newer documentation says.
    QStringList outdated = {};
};

const std::vector<InboundContract> inboundContracts{
    {u"line"_s, u"line_webhook.yml"_s, u"#/components/schemas/CallbackRequest"_s},
    // Of 2018. Slack's changelog, September 2020: "authorizations" came in place of "authed_users".
    {u"slack"_s, u"slack_events_asyncapi.json"_s, u"#/components/schemas/GenericEventWrapper"_s, {u"authed_users"_s}},
    {u"telegram"_s, u"telegram_openapi.json"_s, u"#/components/schemas/Update"_s},
};

/// The request that an item came in.
QJsonObject requestOf(const QString &connector, const QJsonObject &item)
{
    if (connector == u"line"_s)
        return {{u"destination"_s, u"U00000000000000000000000000000000"_s}, {u"events"_s, QJsonArray{item}}};
    return item;
}

/// "contract": false where it is about what the specification does not know.
bool isSaidToBeSent(const ChatFixture &fixture)
{
    return fixture.action() == u"parse"_s && fixture.given().value(u"item"_s).isObject()
        && !fixture.expected().contains(u"error"_s) && fixture.json.value(u"contract"_s).toBool(true);
}

/// By the specification, with the place that is wrong; not because nobody answers.
bool isRefused(const QStringList &complaints) { return !complaints.isEmpty() && complaints.first().startsWith(u'/'); }

} // namespace

/// What was recorded as sent to us, against the specifications of those who send it.
class TestInboundContracts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.stop(); }
    void complainsAboutWhatIsNeverSent();
    void recordedOnlyWhatIsSent_data();
    void recordedOnlyWhatIsSent();
    void asksSlackAsItsNewestTypesSay();

private:
    /// What is wrong with it; empty: nothing.
    QStringList complaints(const QString &api, const QString &schema, const QJsonObject &body);

    QTemporaryDir m_folder;
    ContractServer m_server;
};

void TestInboundContracts::initTestCase()
{
    if (const QString missing = ContractServer::missing(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    const QString specs = QStringLiteral(PATCHBAY_SHARED "/contracts/specs/");
    QJsonObject apis{{u"slack2026"_s, QJsonObject{{u"file"_s, specs + u"slack_2026.json"_s}}}};
    for (const InboundContract &one : inboundContracts)
        apis.insert(one.connector, QJsonObject{{u"file"_s, specs + one.file}});
    QFile manifest(m_folder.filePath(u"manifest.json"_s));
    QVERIFY(manifest.open(QIODevice::WriteOnly));
    manifest.write(QJsonDocument(QJsonObject{{u"apis"_s, apis}}).toJson());
    manifest.close();
    QVERIFY(m_server.start(manifest.fileName()));
}

QStringList TestInboundContracts::complaints(const QString &api, const QString &schema, const QJsonObject &body)
{
    if (!m_server.hasLoaded(api))
        return {u"the specification of %1 could not be read"_s.arg(api)};
    const QJsonObject question{{u"schema"_s, schema}, {u"body"_s, body}};
    const Result<Reply> verdict = tests::await(m_server.control("POST", u"/__check/"_s + api, question));
    if (!verdict || verdict->status != 200)
        return {u"the contract server does not answer"_s};
    const QJsonObject told = QJsonDocument::fromJson(verdict->body).object();
    QStringList all;
    for (const QJsonValue &error : told.value(u"errors"_s).toArray())
        all << error[u"at"_s].toString() + u' ' + error[u"message"_s].toString();
    if (all.isEmpty() && !told.value(u"ok"_s).toBool())
        all << u"it is no such thing"_s;
    return all;
}

void TestInboundContracts::complainsAboutWhatIsNeverSent()
{
    for (const InboundContract &one : inboundContracts)
        QVERIFY2(isRefused(complaints(one.connector, one.schema, {{u"events"_s, u"none"_s}})),
                 qPrintable(one.connector));
}

void TestInboundContracts::recordedOnlyWhatIsSent_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const InboundContract &contract : inboundContracts) {
        for (const ChatFixture &one : tests::chatFixtures(contract.connector)) {
            if (isSaidToBeSent(one))
                QTest::addRow("%s/%s", qPrintable(one.connector), qPrintable(one.name)) << one.connector << one.name;
        }
    }
}

void TestInboundContracts::recordedOnlyWhatIsSent()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    QStringList all;
    for (const InboundContract &contract : inboundContracts) {
        for (const ChatFixture &one : tests::chatFixtures(id)) {
            if (contract.connector != id || one.name != name)
                continue;
            all = complaints(id, contract.schema, requestOf(id, one.given().value(u"item"_s).toObject()));
            for (const QString &old : contract.outdated)
                all.removeIf([&old](const QString &said) { return said.contains(u"'%1'"_s.arg(old)); });
        }
    }
    QVERIFY2(all.isEmpty(), qPrintable(all.join(u'\n')));
}

void TestInboundContracts::asksSlackAsItsNewestTypesSay()
{
    const QString schema = u"#/components/schemas/chat_postMessage"_s;
    QVERIFY(isRefused(complaints(u"slack2026"_s, schema, {{u"text"_s, u"to nobody"_s}})));
    int looked = 0;
    for (const ChatFixture &one : tests::chatFixtures(u"slack"_s)) {
        for (const QJsonValue &exchange : one.dialogue()) {
            const QJsonValue request = exchange[u"request"_s];
            if (request[u"path"_s] != u"/api/chat.postMessage"_s)
                continue;
            ++looked;
            const QStringList all = complaints(u"slack2026"_s, schema, request[u"body"_s].toObject());
            QVERIFY2(all.isEmpty(), qPrintable(one.name + u": "_s + all.join(u'\n')));
        }
    }
    QVERIFY(looked > 3);
}

PATCHBAY_TESTS(TestInboundContracts)
#include "tst_inbound_contracts.moc"
