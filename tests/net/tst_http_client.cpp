#include "core/net/http_client.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using tests::HandClock;
using tests::ScriptedTransport;

namespace {

const QString secret = u"s3cr3t-9f8e7d6c5b"_s;

struct Bench {
    HandClock clock;
    ScriptedTransport far;
    HttpSettings settings;
    std::unique_ptr<HttpClient> client;

    explicit Bench(Credentials credentials = Credentials::inHeader("X-Api-Key", secret))
    {
        settings.base = QUrl(u"https://crm.example/redmine/"_s);
        settings.credentials = credentials;
        settings.rules.who = u"The CRM"_s;
        settings.limit = {1000, 1ms};
        settings.retry = {3, 2ms, 20ms};
    }
    HttpClient &http()
    {
        if (!client)
            client = std::make_unique<HttpClient>(
                far, clock, [] { return 0.5; }, settings);
        return *client;
    }
    Result<Reply> get(const QString &path) { return tests::await(http().send(Request("GET", QUrl(path)))); }
    Result<Reply> post(const QString &path, SendGate gate = {})
    {
        return tests::await(http().send(Request("POST", QUrl(path)).json({{u"a"_s, 1}}), gate));
    }
};

Async<Result<Done>> openGate(int *passes)
{
    ++*passes;
    co_return Done{};
}

Async<Result<Done>> closedGate() { co_return makeError(Error::Kind::Storage, u"the disk is full"_s); }

} // namespace

class TestHttpClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsRelativePathsBelowTheBase();
    void showsTheSecretToItsOriginOnly();
    void sendsNothingWithoutASecret();
    void sendsNoSecretThatWouldBreakTheHeader();
    void writesBearerAndBasicAsTheStandardsSay();
    void meansByStatus_data();
    void meansByStatus();
    void strikesTheSecretOutOfTheVendorsWords();
    void refusesAnAnswerThatIsNotJson();
    void repeatsReadsThatFailed();
    void stopsRepeatingAtItsDeadline();
    void repeatsAChangeOnlyWhenItSurelyWasNotSent();
    void neverRepeatsAChangeThatMayHaveArrived();
    void asksTheGateOnceAndTriesOnce();
    void sendsNothingWhenTheGateStaysShut();
    void followsRedirectsOfTheSameOrigin();
    void followsAtMostThreeRedirects();
    void neverFollowsToAnotherOrigin_data();
    void neverFollowsToAnotherOrigin();
    void neverTurnsAChangeIntoARead();
    void keepsMethodAndBodyOn307();
    void slowsDownTheWholeAccountWhenTold();
    void handsALongWaitToTheCaller();
    void readsWordsOfManyShapes_data();
    void readsWordsOfManyShapes();
};

void TestHttpClient::putsRelativePathsBelowTheBase()
{
    Bench bench;
    bench.far.expect("GET", "https://crm.example/redmine/issues.json?a=b%26c").hasHeader("Accept", "application/json");
    QVERIFY(bench.get(u"/issues.json?a=b%26c"_s).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::showsTheSecretToItsOriginOnly()
{
    Bench bench;
    bench.far.expect("GET", "https://crm.example/other").hasHeader("X-Api-Key", secret.toUtf8());
    bench.far.expect("GET", "https://files.example/x").lacksHeader("X-Api-Key");
    bench.far.expect("GET", "https://crm.example:8443/x").lacksHeader("X-Api-Key");
    bench.far.expect("GET", "http://crm.example/x").lacksHeader("X-Api-Key");
    for (const char *url :
         {"https://crm.example/other", "https://files.example/x", "https://crm.example:8443/x", "http://crm.example/x"})
        QVERIFY(bench.get(QString::fromLatin1(url)).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::sendsNothingWithoutASecret()
{
    Bench bench(Credentials::inHeader("X-Api-Key", QString()));
    const Result<Reply> reply = bench.get(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Unauthorized);
    QVERIFY(bench.far.seen().empty());
}

void TestHttpClient::sendsNoSecretThatWouldBreakTheHeader()
{
    Bench bench(Credentials::inHeader("X-Api-Key", u"abc\r\nX-Evil: 1"_s));
    const Result<Reply> reply = bench.get(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Unauthorized);
    QVERIFY(!reply.error().message.contains(u"Evil"_s));
    QVERIFY(bench.far.seen().empty());
}

void TestHttpClient::writesBearerAndBasicAsTheStandardsSay()
{
    QCOMPARE(Credentials::bearer(u"mF_9.B5f-4.1JqM"_s).value, QByteArray("Bearer mF_9.B5f-4.1JqM"));
    QCOMPARE(Credentials::basic(u"Aladdin"_s, u"open sesame"_s).value,
             QByteArray("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

void TestHttpClient::meansByStatus_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("ambiguous");
    using Kind = Error::Kind;
    const std::tuple<int, Kind, bool> rows[] = {
        {400, Kind::Refused, false},     {401, Kind::Unauthorized, false}, {403, Kind::Unauthorized, false},
        {404, Kind::NotFound, false},    {408, Kind::Timeout, true},       {409, Kind::Conflict, false},
        {410, Kind::NotFound, false},    {413, Kind::Refused, false},      {422, Kind::Refused, false},
        {425, Kind::RateLimited, false}, {429, Kind::RateLimited, false},  {500, Kind::Remote, true},
        {502, Kind::Remote, true},       {503, Kind::Remote, true},        {504, Kind::Remote, true},
        {302, Kind::Protocol, true},     {301, Kind::Protocol, false},     {307, Kind::Protocol, false},
    };
    for (const auto &[status, kind, ambiguous] : rows)
        QTest::addRow("%d", status) << status << int(kind) << ambiguous;
}

void TestHttpClient::meansByStatus()
{
    QFETCH(int, status);
    QFETCH(int, kind);
    QFETCH(bool, ambiguous);
    Bench bench;
    bench.far.expect("POST", "/redmine/x").reply(status, R"({"errors":["Subject cannot be blank"]})");
    const Result<Reply> reply = bench.post(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(int(reply.error().kind), kind);
    QCOMPARE(reply.error().ambiguous, ambiguous);
    QVERIFY(reply.error().message.contains(QString::number(status)));
    QCOMPARE(reply.error().message.contains(u"Subject cannot be blank"_s), status >= 400);
    QCOMPARE(bench.far.complaints(), QString());

    Bench reading;
    reading.settings.retry.attempts = 1;
    reading.far.expect("GET", "/redmine/x").reply(status, "{}");
    const Result<Reply> read = reading.get(u"/x"_s);
    QVERIFY(!read.ok());
    QVERIFY(!read.error().ambiguous); // a read leaves nothing behind
}

void TestHttpClient::strikesTheSecretOutOfTheVendorsWords()
{
    Bench bench;
    bench.far.expect("GET", "/redmine/x").reply(401, QStringLiteral(R"({"error":"bad key %1"})").arg(secret).toUtf8());
    const Result<Reply> reply = bench.get(u"/x"_s);
    QVERIFY(!reply.ok());
    QVERIFY2(!reply.error().message.contains(secret), qPrintable(reply.error().message));
    QVERIFY(reply.error().message.contains(u"bad key"_s));
}

void TestHttpClient::refusesAnAnswerThatIsNotJson()
{
    Bench bench;
    bench.far.expect("POST", "/redmine/x").reply(200, "<html>Log in</html>", "text/html");
    const Result<Reply> reply = bench.post(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
    QVERIFY(reply.error().ambiguous);
    QVERIFY(!reply.error().message.contains(u'<'));
    Bench empty;
    empty.far.expect("POST", "/redmine/x").reply(204, "", "");
    QVERIFY(empty.post(u"/x"_s).ok());
    Bench vendorType;
    vendorType.far.expect("GET", "/redmine/x").reply(200, "{}", "application/vnd.api+json; charset=utf-8");
    QVERIFY(vendorType.get(u"/x"_s).ok());
}

void TestHttpClient::repeatsReadsThatFailed()
{
    Bench bench;
    bench.far.expect("GET", "/redmine/x").reply(502, "");
    bench.far.expect("GET", "/redmine/x").fails(makeError(Error::Kind::Timeout, u"slow"_s));
    bench.far.expect("GET", "/redmine/x").reply(200, "{}");
    QVERIFY(bench.get(u"/x"_s).ok());
    QCOMPARE(bench.far.complaints(), QString());
    Bench failing;
    for (int i = 0; i < 3; ++i)
        failing.far.expect("GET", "/redmine/x").reply(502, "");
    QVERIFY(!failing.get(u"/x"_s).ok());
    QCOMPARE(failing.far.complaints(), QString());
}

void TestHttpClient::stopsRepeatingAtItsDeadline()
{
    Bench bench;
    bench.settings.retry.attempts = 100;
    for (int i = 0; i < 100; ++i)
        bench.far.expect("GET", "/redmine/x").reply(502, "").after(20ms);
    const Request request = Request("GET", QUrl(u"/x"_s)).deadline(100ms);
    QVERIFY(!tests::await(bench.http().send(request)).ok());
    QVERIFY(bench.far.seen().size() < 10);
}

void TestHttpClient::repeatsAChangeOnlyWhenItSurelyWasNotSent()
{
    Bench bench;
    bench.far.expect("POST", "/redmine/x").fails(makeError(Error::Kind::Offline, u"refused"_s));
    bench.far.expect("POST", "/redmine/x").reply(201, "{}");
    QVERIFY(bench.post(u"/x"_s).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::neverRepeatsAChangeThatMayHaveArrived()
{
    Bench lost;
    lost.far.expect("POST", "/redmine/x").fails(makeAmbiguous(Error::Kind::Offline, u"lost"_s));
    QVERIFY(lost.post(u"/x"_s).error().ambiguous);
    Bench failed;
    failed.far.expect("POST", "/redmine/x").reply(503, "");
    QVERIFY(failed.post(u"/x"_s).error().ambiguous);
    QCOMPARE(lost.far.complaints() + failed.far.complaints(), QString());
}

void TestHttpClient::asksTheGateOnceAndTriesOnce()
{
    Bench bench;
    int passes = 0;
    const SendGate gate = [&passes] { return openGate(&passes); };
    bench.far.expect("POST", "/redmine/x").fails(makeError(Error::Kind::Offline, u"refused"_s));
    const Result<Reply> reply = bench.post(u"/x"_s, gate);
    QVERIFY(!reply.ok());
    QVERIFY(!reply.error().ambiguous);
    QCOMPARE(passes, 1);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::sendsNothingWhenTheGateStaysShut()
{
    Bench bench;
    const SendGate gate = [] { return closedGate(); };
    const Result<Reply> reply = bench.post(u"/x"_s, gate);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Storage);
    QVERIFY(bench.far.seen().empty());
}

void TestHttpClient::followsRedirectsOfTheSameOrigin()
{
    Bench bench;
    bench.far.expect("GET", "/redmine/x").reply(302, "", "").withHeader("location", "/y?z=1");
    bench.far.expect("GET", "/y?z=1").hasHeader("X-Api-Key", secret.toUtf8());
    QVERIFY(bench.get(u"/x"_s).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::followsAtMostThreeRedirects()
{
    Bench bench;
    for (int i = 0; i < 4; ++i)
        bench.far.expect("GET", "/redmine/x").reply(302, "", "").withHeader("location", "/redmine/x");
    const Result<Reply> reply = bench.get(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::neverFollowsToAnotherOrigin_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("location");
    for (const char *method : {"GET", "POST"}) {
        for (int status : {301, 302, 303, 307, 308}) {
            for (const char *to : {"https://evil.example/x", "//evil.example/x", "http://crm.example/x",
                                   "https://crm.example:444/x", "https://crm.example@evil.example/x",
                                   "https://user:pw@crm.example/x", "file:///etc/passwd", "javascript:alert(1)", ""})
                QTest::addRow("%s %d %s", method, status, to) << QByteArray(method) << status << QByteArray(to);
        }
    }
}

void TestHttpClient::neverFollowsToAnotherOrigin()
{
    QFETCH(QByteArray, method);
    QFETCH(int, status);
    QFETCH(QByteArray, location);
    Bench bench;
    bench.far.expect(method, "/redmine/x").reply(status, "", "").withHeader("location", location);
    const Result<Reply> reply = method == "GET" ? bench.get(u"/x"_s) : bench.post(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
    QVERIFY(!reply.error().message.contains(u"pw@"_s));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::neverTurnsAChangeIntoARead()
{
    for (int status : {301, 302, 303}) {
        Bench bench;
        bench.far.expect("POST", "/redmine/x").reply(status, "", "").withHeader("location", "/y");
        QVERIFY(!bench.post(u"/x"_s).ok());
        QCOMPARE(bench.far.complaints(), QString());
    }
}

void TestHttpClient::keepsMethodAndBodyOn307()
{
    Bench bench;
    bench.far.expect("POST", "/redmine/x").reply(307, "", "").withHeader("location", "/y");
    bench.far.expect("POST", "/y").bodyIs(QJsonObject{{u"a"_s, 1}}).hasHeader("X-Api-Key", secret.toUtf8()).reply(201, "{}");
    QVERIFY(bench.post(u"/x"_s).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::slowsDownTheWholeAccountWhenTold()
{
    Bench bench;
    bench.far.expect("POST", "/redmine/x").reply(429, "{}").withHeader("retry-after", "120");
    const Result<Reply> told = bench.post(u"/x"_s);
    QCOMPARE(told.error().kind, Error::Kind::RateLimited);
    QCOMPARE(told.error().retryAfter, 120'000ms);
    const Result<Reply> other = bench.get(u"/other"_s); // not even sent
    QVERIFY(!other.ok());
    QCOMPARE(other.error().kind, Error::Kind::RateLimited);
    QVERIFY(other.error().retryAfter > 100s);
    bench.clock.at = bench.clock.at + 121s;
    bench.far.expect("GET", "/redmine/other");
    QVERIFY(bench.get(u"/other"_s).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::handsALongWaitToTheCaller()
{
    Bench bench;
    bench.far.expect("GET", "/redmine/x").reply(503, "{}").withHeader("retry-after", "25");
    const Result<Reply> reply = bench.get(u"/x"_s);
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().retryAfter, 25'000ms);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestHttpClient::readsWordsOfManyShapes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *body, const QString &words) {
        QTest::newRow(name) << QByteArray(body) << words;
    };
    row("list of texts", R"({"errors":["a","b"]})", u"a; b"_s);
    row("list of objects", R"({"errors":[{"detail":"a"},{"message":"b"}]})", u"a; b"_s);
    row("top-level list", R"([{"message":"a","errorCode":"X"}])", u"a"_s);
    row("message", R"({"message":"a"})", u"a"_s);
    row("nested", R"({"error":{"message":"a","code":3}})", u"a"_s);
    row("oauth", R"({"error":"invalid_grant","error_description":"expired"})", u"expired"_s);
    row("plain text", "Too many\n requests", u"Too many requests"_s);
    row("html is not words", "<html><body>Bad gateway</body></html>", QString());
    row("control characters", "{\"message\":\"a\\u0000\\u202eb\"}", u"a\\u0000\\u202eb"_s);
    row("empty", "", QString());
    row("deep", R"({"error":{"error":{"error":{"error":{"error":{"error":"x"}}}}}})", QString());
}

void TestHttpClient::readsWordsOfManyShapes()
{
    QFETCH(QByteArray, body);
    QTEST(commonWords(body), "words");
    QVERIFY(commonWords("{\"message\":\"" + QByteArray(5000, 'x') + "\"}").size() <= 301);
}

PATCHBAY_TESTS(TestHttpClient)
#include "tst_http_client.moc"
