#include "ai_fixture.h"
#include "support/contract_server.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::AiFixture;
using tests::ContractServer;

/// The recorded dialogues against the vendors' own specifications, where the contract server and its modules are there.
class TestAiContracts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_server.stop(); }
    void asksAsTheVendorsContractSays_data();
    void asksAsTheVendorsContractSays();

private:
    ContractServer m_server;
    tests::HandClock m_clock;
};

void TestAiContracts::initTestCase()
{
    if (const QString missing = ContractServer::missing(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    QVERIFY(m_server.start());
}

void TestAiContracts::asksAsTheVendorsContractSays_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("api");
    QTest::addColumn<QString>("prefix");
    const Catalog &catalog = tests::wholeCatalog();
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
    const Catalog catalog = makeCatalog({&m_server.transport(), {}, &m_clock, [] { return 0.5; }});
    AccountConfig account;
    account.settings = fixture.given().value(u"settings"_s).toObject();
    account.settings.insert(u"url"_s, m_server.urlOf(api) + prefix);
    account.secrets.insert(u"api_key"_s, tests::madeUpSecret(u"api_key"_s));
    const auto model = catalog.model(id)->create(account);
    QVERIFY(m_server.hasLoaded(api));
    QVERIFY(m_server.clear());
    if (fixture.asks()) {
        const QJsonObject recorded = fixture.dialogue().last().toObject();
        QString path = recorded[u"request"_s][u"path"_s].toString();
        path.replace(u"/agents/support-agent/"_s, u"/agents/{agent_id}/"_s); // as the specification names it
        const QJsonObject queued{{u"api"_s, api},
                                 {u"match"_s, u"POST "_s + path},
                                 {u"body"_s, recorded[u"reply"_s][u"body"_s]},
                                 // What a server of one's own leaves out is in the dialogue for that reason.
                                 {u"force"_s, id == u"openai_compatible"_s}};
        const Result<Reply> ready = tests::await(m_server.control("POST", u"/__ctl"_s, queued));
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
    const QJsonArray calls = m_server.journal();
    QCOMPARE(calls.size(), 1);
    QVERIFY2(calls.first()[u"violations"_s].toArray().isEmpty(),
             QJsonDocument(calls.first().toObject()).toJson().constData());
}

PATCHBAY_TESTS(TestAiContracts)
#include "tst_ai_contracts.moc"
