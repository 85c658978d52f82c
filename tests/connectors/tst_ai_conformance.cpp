#include "ai_fixture.h"
#include "connectors/kit/services.h"
#include "support/await.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::AiBench;
using tests::AiFixture;
using tests::wholeCatalog;

namespace {

Async<Result<Done>> openGate(int *passes)
{
    ++*passes;
    co_return Done{};
}

Async<Result<Done>> gateOverBudget() { co_return makeError(Error::Kind::Refused, u"over the budget"_s); }

Result<ModelAnswer> ask(AiBench &bench, const AiFixture &fixture, int *passes)
{
    const BeforeEffect gate = [passes] { return openGate(passes); };
    return tests::await(bench.model->ask(fixture.question(), gate));
}

QJsonValue errorJson(const Error &error, const QJsonValue &expected)
{
    const QString says = expected[u"says"_s].toString();
    return QJsonObject{{u"error"_s, kindName(error.kind)},
                       {u"ambiguous"_s, error.ambiguous},
                       {u"retry_after_ms"_s, qint64(error.retryAfter.count())},
                       {u"says"_s, error.message.contains(says) ? says : error.message}};
}

QJsonValue answerJson(const ModelAnswer &answer)
{
    QJsonObject json{{u"id"_s, answer.id},
                     {u"model"_s, answer.model},
                     {u"text"_s, answer.text},
                     {u"refusal"_s, answer.refusal},
                     {u"cut_short"_s, answer.cutShort}};
    if (answer.usage) {
        json.insert(u"input_tokens"_s, answer.usage->inputTokens);
        json.insert(u"output_tokens"_s, answer.usage->outputTokens);
    }
    return json;
}

QJsonValue outcome(AiBench &bench, const AiFixture &fixture)
{
    int passes = 0;
    if (fixture.asks()) {
        const Result<ModelAnswer> answer = ask(bench, fixture, &passes);
        return answer ? answerJson(*answer) : errorJson(answer.error(), fixture.expected());
    }
    const Result<QString> sentence = tests::await(bench.model->test());
    return sentence ? QJsonValue(*sentence) : errorJson(sentence.error(), fixture.expected());
}

QByteArray writtenJson(const QJsonValue &value) { return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Indented); }

bool carriesModelKey(const QString &text) { return text.contains(tests::madeUpSecret(u"api_key"_s)); }

} // namespace

class TestAiConformance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatWasRecorded_data() { fixtures(false); }
    void saysWhatWasRecorded();
    void putsNoSecretIntoAUrlOrABody_data() { fixtures(false); }
    void putsNoSecretIntoAUrlOrABody();
    void survivesATruncatedAnswer_data() { fixtures(false); }
    void survivesATruncatedAnswer();
    void asksWithTheSameBytesAndKeyAgain_data() { fixtures(true); }
    void asksWithTheSameBytesAndKeyAgain();
    void callsALostAnswerAmbiguousAndDoesNotRepeatIt_data() { fixtures(true); }
    void callsALostAnswerAmbiguousAndDoesNotRepeatIt();
    void doesNotTakeAStrangeAnswerForOne_data() { fixtures(true); }
    void doesNotTakeAStrangeAnswerForOne();
    void carriesNothingToAnotherOrigin_data() { fixtures(true); }
    void carriesNothingToAnotherOrigin();
    void strikesAnEchoedSecretOut_data() { fixtures(true); }
    void strikesAnEchoedSecretOut();
    void asksBeforeAnythingLeavesAndStopsWhenTold_data() { fixtures(true); }
    void asksBeforeAnythingLeavesAndStopsWhenTold();
    void sendsNoKeyWhereNoneIsStored();
    void refusesAPriceThatIsNone();

private:
    void fixtures(bool answeredOnly);
    AiFixture fixture() const;
};

void TestAiConformance::fixtures(bool answeredOnly)
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    const Catalog &catalog = wholeCatalog();
    QVERIFY(!catalog.models.empty());
    for (const ModelConnectorInfo &model : catalog.models) {
        int rows = 0;
        for (const AiFixture &one : tests::aiFixtures(model.id)) {
            if (answeredOnly && !one.isAnswered())
                continue;
            ++rows;
            QTest::addRow("%s/%s", qPrintable(model.id), qPrintable(one.name)) << model.id << one.name;
        }
        if (rows == 0) // a connector without recorded dialogues fails every law
            QTest::qFail(qPrintable(model.id + u" has no fixtures"_s), __FILE__, __LINE__);
    }
}

AiFixture TestAiConformance::fixture() const
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    for (const AiFixture &one : tests::aiFixtures(id)) {
        if (one.name == name)
            return one;
    }
    QTest::qFail("no such fixture", __FILE__, __LINE__);
    return {};
}

void TestAiConformance::saysWhatWasRecorded()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    for (const QJsonValue &exchange : one.dialogue())
        bench.script(exchange.toObject());
    const QJsonValue got = outcome(bench, one);
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(writtenJson(got), writtenJson(one.expected()));
    const QJsonValue body = one.dialogue().last()[u"request"_s][u"body"_s];
    if (body.isString()) // a form: byte by byte
        QCOMPARE(QString::fromUtf8(bench.far.seen().back().bytes()), body.toString());
}

void TestAiConformance::putsNoSecretIntoAUrlOrABody()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    for (const QJsonValue &exchange : one.dialogue())
        bench.script(exchange.toObject());
    outcome(bench, one);
    for (const Request &request : bench.far.seen()) {
        QVERIFY(!carriesModelKey(request.url().toString()));
        QVERIFY(!carriesModelKey(QString::fromUtf8(request.bytes())));
    }
}

void TestAiConformance::survivesATruncatedAnswer()
{
    const AiFixture one = fixture();
    const QJsonObject recorded = one.dialogue().last().toObject();
    const QByteArray whole = tests::CrmBench::bodyOf(recorded.value(u"reply"_s).toObject());
    const int status = recorded[u"reply"_s][u"status"_s].toInt();
    const qsizetype step = qMax<qsizetype>(1, whole.size() / 150);
    for (qsizetype size = 0; size < whole.size(); size += step) {
        AiBench bench;
        bench.open(one);
        bench.script(recorded).reply(status, whole.left(size), "application/json");
        const QJsonValue got = outcome(bench, one);
        QVERIFY2(got[u"error"_s].isString(),
                 qPrintable(u"%1 bytes: %2"_s.arg(size).arg(QString::fromUtf8(writtenJson(got)))));
        if (one.isAnswered())
            QVERIFY(got[u"ambiguous"_s].toBool()); // it may well be charged
    }
}

void TestAiConformance::asksWithTheSameBytesAndKeyAgain()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    bench.script(one.dialogue().last().toObject()).fails(makeAmbiguous(Error::Kind::Timeout, u"lost"_s));
    bench.script(one.dialogue().last().toObject());
    int passes = 0;
    QVERIFY(!ask(bench, one, &passes).ok());
    QVERIFY(ask(bench, one, &passes).ok());
    QCOMPARE(passes, 2);
    const std::vector<Request> &seen = bench.far.seen();
    QCOMPARE(seen.size(), size_t(2));
    QCOMPARE(seen[0].bytes(), seen[1].bytes());
    QVERIFY(seen[0].headers() == seen[1].headers());
}

void TestAiConformance::callsALostAnswerAmbiguousAndDoesNotRepeatIt()
{
    const AiFixture one = fixture();
    for (const Error::Kind kind : {Error::Kind::Timeout, Error::Kind::Offline, Error::Kind::Protocol}) {
        AiBench bench;
        bench.open(one);
        bench.script(one.dialogue().last().toObject()).fails(makeAmbiguous(kind, u"lost"_s));
        int passes = 0;
        const Result<ModelAnswer> result = ask(bench, one, &passes);
        QVERIFY(!result.ok());
        QVERIFY(result.error().ambiguous);
        QCOMPARE(passes, 1);
        QCOMPARE(bench.far.complaints(), QString());
    }
}

void TestAiConformance::doesNotTakeAStrangeAnswerForOne()
{
    const AiFixture one = fixture();
    const std::tuple<int, const char *, const char *> answers[] = {{200, "<html>Welcome</html>", "text/html"},
                                                                   {200, "", "application/json"},
                                                                   {200, "{}", "application/json"},
                                                                   {200, "[]", "application/json"},
                                                                   {200, "null", "application/json"},
                                                                   {202, "{\"queued\":true}", "application/json"},
                                                                   {500, "{}", "application/json"},
                                                                   {503, "", "text/plain"}};
    for (const auto &[status, body, type] : answers) {
        AiBench bench;
        bench.open(one);
        bench.script(one.dialogue().last().toObject()).reply(status, body, type);
        int passes = 0;
        const Result<ModelAnswer> result = ask(bench, one, &passes);
        QVERIFY2(!result.ok(), body);
        QVERIFY2(result.error().ambiguous, qPrintable(result.error().message));
    }
}

void TestAiConformance::carriesNothingToAnotherOrigin()
{
    const AiFixture one = fixture();
    for (const int status : {301, 302, 303, 307, 308}) {
        AiBench bench;
        bench.open(one);
        bench.script(one.dialogue().last().toObject())
            .reply(status, "", "")
            .withHeader("location", "https://elsewhere.example/v1");
        int passes = 0;
        QVERIFY(!ask(bench, one, &passes).ok());
        QCOMPARE(bench.far.complaints(), QString());
    }
}

void TestAiConformance::strikesAnEchoedSecretOut()
{
    const AiFixture one = fixture();
    for (const int status : {400, 401, 429, 500}) {
        AiBench bench;
        bench.open(one);
        const QJsonObject error{{u"message"_s, u"bad key "_s + tests::madeUpSecret(u"api_key"_s)}, {u"type"_s, u"x"_s}};
        const QJsonObject body{{u"error"_s, error}};
        bench.script(one.dialogue().last().toObject()).reply(status, QJsonDocument(body).toJson());
        int passes = 0;
        const Result<ModelAnswer> result = ask(bench, one, &passes);
        QVERIFY(!result.ok());
        QVERIFY2(!carriesModelKey(result.error().message), qPrintable(result.error().message));
    }
}

void TestAiConformance::asksBeforeAnythingLeavesAndStopsWhenTold()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    const BeforeEffect gate = [] { return gateOverBudget(); };
    const Result<ModelAnswer> result = tests::await(bench.model->ask(one.question(), gate));
    QVERIFY(!result.ok());
    QVERIFY(!result.error().ambiguous);
    QVERIFY(bench.far.seen().empty());
}

void TestAiConformance::sendsNoKeyWhereNoneIsStored()
{
    for (const QString &id : {u"openai_compatible"_s, u"agno"_s}) {
        AiBench bench;
        const AiFixture one = tests::aiFixtures(id).front();
        const Catalog catalog = makeCatalog({&bench.far, {}, &bench.clock, [] { return 0.5; }});
        AccountConfig account;
        account.settings = one.given().value(u"settings"_s).toObject();
        bench.model = catalog.model(id)->create(account);
        bench.script(one.dialogue().last().toObject());
        int passes = 0;
        QVERIFY(ask(bench, one, &passes).ok());
        QVERIFY(tests::ScriptedTransport::headerOf(bench.far.seen().back(), "authorization").isEmpty());
    }
}

void TestAiConformance::refusesAPriceThatIsNone()
{
    const Catalog &catalog = wholeCatalog();
    for (const ModelConnectorInfo &model : catalog.models) {
        for (const QString &price : {u"cheap"_s, u"-1"_s, u"1,5"_s, u"1e3"_s, u"0.1234567"_s, u"99999999"_s}) {
            AccountConfig account;
            account.settings = tests::aiFixtures(model.id).front().given().value(u"settings"_s).toObject();
            account.settings.insert(u"price_output"_s, price);
            const Result<Done> checked = model.check(account);
            QVERIFY(!checked.ok());
            QVERIFY2(checked.error().message.contains(u"price_output"_s), qPrintable(checked.error().message));
        }
    }
}

PATCHBAY_TESTS(TestAiConformance)
#include "tst_ai_conformance.moc"
