#include "ai_fixture.h"
#include "core/net/network_transport.h"
#include "support/await.h"
#include "support/test_main.h"

#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::AiFixture;

/// The recorded dialogues against the vendors' own specifications, where the contract server and its modules are there.
class TestAiContracts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void asksAsTheVendorsContractSays_data();
    void asksAsTheVendorsContractSays();

private:
    Result<Reply> control(const QByteArray &method, const QString &path, const QJsonObject &body = {});
    QProcess m_server;
    QString m_base;
    NetworkTransport m_transport;
    tests::HandClock m_clock;
};

void TestAiContracts::initTestCase()
{
    const QString harness = QStringLiteral(PATCHBAY_SHARED) + u"/contracts/harness"_s;
    const QString modules = qEnvironmentVariable("PATCHBAY_CONTRACT_MODULES");
    if (!QFile::exists(harness + u"/contractd.cjs"_s) || modules.isEmpty())
        QSKIP("the contract server or its modules (PATCHBAY_CONTRACT_MODULES) are not there");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"CONTRACT_MODULES"_s, modules);
    m_server.setProcessEnvironment(environment);
    m_server.start(u"node"_s,
                   {harness + u"/contractd.cjs"_s, u"--manifest"_s, harness + u"/manifest.json"_s, u"--port"_s, u"0"_s,
                    u"--strict"_s});
    QVERIFY(m_server.waitForStarted());
    QVERIFY(m_server.waitForReadyRead(20000));
    const QString line = QString::fromUtf8(m_server.readLine());
    m_base = line.section(u"http://"_s, 1).section(u"/<"_s, 0, 0).prepend(u"http://"_s);
    QVERIFY2(m_base.startsWith(u"http://127.0.0.1:"_s), qPrintable(line));
}

void TestAiContracts::cleanupTestCase()
{
    m_server.kill();
    m_server.waitForFinished();
}

Result<Reply> TestAiContracts::control(const QByteArray &method, const QString &path, const QJsonObject &body)
{
    Request request(method, QUrl(m_base + path));
    if (!body.isEmpty())
        request = Request(request).json(body);
    return tests::await(m_transport.perform(request));
}

void TestAiContracts::asksAsTheVendorsContractSays_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("api");
    QTest::addColumn<QString>("prefix");
    const Catalog catalog = tests::wholeCatalog();
    for (const ModelConnectorInfo &model : catalog.models) {
        const bool speaksChat = model.id == u"openai_compatible"_s;
        const QString api = speaksChat ? u"openai"_s : model.id;
        const QString prefix = api == u"openai"_s ? u"/v1"_s : QString();
        for (const AiFixture &one : tests::aiFixtures(model.id)) {
            if (one.isAnswered() || one.name == u"test"_s)
                QTest::addRow("%s/%s", qPrintable(model.id), qPrintable(one.name))
                    << model.id << one.name << api << prefix;
        }
    }
}

void TestAiContracts::asksAsTheVendorsContractSays()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    QFETCH(QString, api);
    QFETCH(QString, prefix);
    AiFixture fixture;
    for (const AiFixture &one : tests::aiFixtures(id)) {
        if (one.name == name)
            fixture = one;
    }
    const Catalog catalog = makeCatalog({&m_transport, {}, &m_clock, [] { return 0.5; }});
    AccountConfig account;
    account.settings = fixture.given().value(u"settings"_s).toObject();
    account.settings.insert(u"url"_s, m_base + u'/' + api + prefix);
    account.secrets.insert(u"api_key"_s, tests::madeUpSecret(u"api_key"_s));
    const auto model = catalog.model(id)->create(account);
    QVERIFY(control("DELETE", u"/__journal"_s).ok());
    if (fixture.asks()) {
        const QJsonObject recorded = fixture.dialogue().last().toObject();
        QString path = recorded[u"request"_s][u"path"_s].toString();
        path.replace(u"/agents/support-agent/"_s, u"/agents/{agent_id}/"_s); // as the specification names it
        const QJsonObject queued{{u"api"_s, api},
                                 {u"match"_s, u"POST "_s + path},
                                 {u"body"_s, recorded[u"reply"_s][u"body"_s]},
                                 // What a server of one's own leaves out is in the dialogue for that reason.
                                 {u"force"_s, id == u"openai_compatible"_s}};
        const Result<Reply> ready = control("POST", u"/__ctl"_s, queued);
        QVERIFY(ready.ok());
        QVERIFY2(ready->status == 200, ready->body.constData());
        const BeforeEffect open = []() -> Async<Result<Done>> { co_return Done{}; };
        const Result<ModelAnswer> answer = tests::await(model->ask(fixture.question(), open));
        QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->text, fixture.expected()[u"text"_s].toString());
    } else {
        const Result<QString> tested = tests::await(model->test());
        // The server answers with examples of its own: only what was asked counts here.
        QVERIFY2(tested.ok() || tested.error().kind == Error::Kind::NotFound,
                 tested.ok() ? "" : qPrintable(tested.error().message));
    }
    const Result<Reply> journal = control("GET", u"/__journal?api="_s + api);
    QVERIFY(journal.ok());
    const QJsonArray calls = QJsonDocument::fromJson(journal->body).array();
    QCOMPARE(calls.size(), 1);
    QVERIFY2(calls.first()[u"violations"_s].toArray().isEmpty(),
             QJsonDocument(calls.first().toObject()).toJson().constData());
}

PATCHBAY_TESTS(TestAiContracts)
#include "tst_ai_contracts.moc"
