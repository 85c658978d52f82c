#include "core/base/log.h"
#include "core/net/http_client.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// {"errcode": n, "errmsg": ...} inside a 200, and a limit told with 403.
std::optional<VendorFailure> readErrcode(const Reply &reply, Timestamp)
{
    if (reply.status == 403 && reply.body.contains("LIMIT"))
        return VendorFailure{Error::Kind::RateLimited, u"daily limit"_s, 7s};
    if (reply.body.contains("\"errcode\":50"))
        return VendorFailure{Error::Kind::Remote, u"failed midway"_s, 0ms, true};
    if (reply.body.contains("\"errcode\":1"))
        return VendorFailure{Error::Kind::Refused, u"no <b>such</b>\nlist\u202E"_s};
    return std::nullopt;
}

struct VendorBench {
    tests::HandClock clock;
    tests::ScriptedTransport far;
    HttpSettings settings;

    VendorBench()
    {
        settings.base = QUrl(u"https://crm.example/api"_s);
        settings.rules.who = u"The CRM"_s;
        settings.rules.failure = &readErrcode;
    }
    Result<Reply> send(const Request &request)
    {
        HttpClient http(
            far, clock, [] { return 0.5; }, settings);
        return tests::await(http.send(request));
    }
    Result<Reply> post() { return send(Request("POST", QUrl(u"/x"_s)).json(QJsonObject{{u"a"_s, 1}})); }
};

} // namespace

class TestVendorAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsAnErrorInsideA200();
    void callsAFailureMidwayAmbiguous();
    void readsALimitThatIsToldWith403();
    void leavesOtherAnswersToTheirStatus();
    void neverAsksAboutARedirect();
    void putsASecretIntoTheQueryOnlyForItsOrigin();
    void repeatsAPostThatOnlyReads();
    void writesFormsAndListsAsBodies();
};

void TestVendorAnswers::findsAnErrorInsideA200()
{
    VendorBench bench;
    bench.far.expect("POST", "/api/x").reply(200, R"({"errcode":1})");
    const Result<Reply> reply = bench.post();
    QCOMPARE(reply.error().kind, Error::Kind::Refused);
    QVERIFY(!reply.error().ambiguous);
    QVERIFY2(reply.error().message.startsWith(u"The CRM refuses the request (200): no <b>such</b> list"_s),
             qPrintable(reply.error().message));
    QVERIFY(!reply.error().message.contains(QChar(0x202E)));
}

void TestVendorAnswers::callsAFailureMidwayAmbiguous()
{
    VendorBench bench;
    bench.far.expect("POST", "/api/x").reply(200, R"({"errcode":50})");
    QVERIFY(bench.post().error().ambiguous);
    bench.far.expect("POST", "/api/x").reply(500, R"({"errcode":1})"); // whatever it says: it broke
    QVERIFY(bench.post().error().ambiguous);
    bench.far.expect("GET", "/api/x").reply(200, R"({"errcode":50})");
    bench.settings.retry.attempts = 1;
    QVERIFY(!bench.send(Request("GET", QUrl(u"/x"_s))).error().ambiguous);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestVendorAnswers::readsALimitThatIsToldWith403()
{
    VendorBench bench;
    bench.far.expect("POST", "/api/x").reply(403, R"({"code":"LIMIT"})");
    const Result<Reply> reply = bench.post();
    QCOMPARE(reply.error().kind, Error::Kind::RateLimited);
    QCOMPARE(reply.error().retryAfter, 7000ms);
}

void TestVendorAnswers::leavesOtherAnswersToTheirStatus()
{
    VendorBench bench;
    bench.far.expect("POST", "/api/x").reply(403, R"({"message":"not you"})");
    QCOMPARE(bench.post().error().message,
             u"The CRM does not accept the credentials or the permission (403): not you"_s);
    bench.far.expect("POST", "/api/x").reply(201, R"({"errcode":0})");
    QVERIFY(bench.post().ok());
}

void TestVendorAnswers::neverAsksAboutARedirect()
{
    VendorBench bench;
    bench.far.expect("POST", "/api/x").reply(302, R"({"errcode":1})").withHeader("location", "https://evil.example/");
    const Result<Reply> reply = bench.post();
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
    QVERIFY(reply.error().ambiguous);
}

void TestVendorAnswers::putsASecretIntoTheQueryOnlyForItsOrigin()
{
    VendorBench bench;
    bench.settings.credentials = Credentials::inQuery("access_token", u"se cret+token/1"_s);
    bench.far.expect("GET", "/api/x?a=b%26c&access_token=se%20cret%2Btoken%2F1");
    QVERIFY(bench.send(Request("GET", QUrl(u"/x?a=b%26c"_s))).ok());
    bench.far.expect("GET", "https://other.example/x");
    QVERIFY(bench.send(Request("GET", QUrl(u"https://other.example/x"_s))).ok());
    QCOMPARE(bench.far.complaints(), QString());
    const QString shown = redacted(bench.far.seen().front().url().toString(QUrl::FullyEncoded));
    QVERIFY2(!shown.contains(u"se%20cret"_s), qPrintable(shown));
    bench.settings.credentials = Credentials::inQuery("access_token", QString());
    QCOMPARE(bench.send(Request("GET", QUrl(u"/x"_s))).error().kind, Error::Kind::Unauthorized);
}

void TestVendorAnswers::repeatsAPostThatOnlyReads()
{
    VendorBench bench;
    bench.settings.retry = {3, 1ms, 10ms};
    bench.far.expect("POST", "/api/x").reply(503, "{}");
    bench.far.expect("POST", "/api/x").fails(makeError(Error::Kind::Timeout, u"No answer."_s));
    bench.far.expect("POST", "/api/x").reply(200, "{}");
    const Request search = Request("POST", QUrl(u"/x"_s)).json(QJsonObject()).reading();
    QVERIFY(bench.send(search).ok());
    bench.far.expect("POST", "/api/x").reply(503, "{}");
    QVERIFY(bench.post().error().ambiguous); // one that changes something is not repeated
    QCOMPARE(bench.far.complaints(), QString());
}

void TestVendorAnswers::writesFormsAndListsAsBodies()
{
    const Request form = Request("POST", QUrl()).form({{u"a b"_s, u"1&2"_s}, {u"ü"_s, u"="_s}});
    QCOMPARE(form.bytes(), QByteArray("a%20b=1%262&%C3%BC=%3D"));
    const Request list = Request("POST", QUrl()).jsonList(QJsonArray{QJsonObject{{u"a"_s, 1}}});
    QCOMPARE(list.bytes(), QByteArray("[{\"a\":1}]"));
}

PATCHBAY_TESTS(TestVendorAnswers)
#include "tst_vendor_answers.moc"
