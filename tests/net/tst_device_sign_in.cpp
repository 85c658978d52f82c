#include "core/net/device_sign_in.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

#include "core/base/log.h"

#include <QtCore/QUrlQuery>

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr char pendingAnswer[] = R"({"error":"authorization_pending"})";

/// A vendor that hands out codes; every pause is over at once and noted.
struct DeviceBench {
    tests::HandClock clock;
    tests::ScriptedTransport far;
    OAuthOffer offer;
    std::vector<std::chrono::milliseconds> pauses;
    std::unique_ptr<OAuthDeviceSignIn> signIn;

    DeviceBench()
    {
        offer.tokenUrl = QUrl(u"https://sign.in.example/t7/v2.0/token"_s);
        offer.clientId = u"desk & co"_s;
        offer.scope = u"tickets offline_access"_s;
        offer.device.place = u"devicecode"_s;
    }
    Async<Done> pause(std::chrono::milliseconds time)
    {
        pauses.push_back(time);
        clock.at = clock.at + time;
        co_return Done();
    }
    Result<OAuthDeviceCode> begin()
    {
        signIn = std::make_unique<OAuthDeviceSignIn>(far, clock, offer,
                                                     [this](std::chrono::milliseconds time) { return pause(time); });
        return tests::await(signIn->begin());
    }
    Result<OAuthDeviceCode> begin(const QByteArray &answer)
    {
        far.expect("POST", "https://sign.in.example/t7/v2.0/devicecode").reply(200, answer);
        return begin();
    }
    tests::Exchange &poll() { return far.expect("POST", "https://sign.in.example/t7/v2.0/token"); }
    Result<OAuthGrant> grant() { return tests::await(signIn->grant()); }
    QString sent(size_t n, const QString &name) const
    {
        return QUrlQuery(QString::fromUtf8(far.seen().at(n).bytes())).queryItemValue(name, QUrl::FullyDecoded);
    }
};

QByteArray handedOut(const QByteArray &more = R"(,"expires_in":900,"interval":5)")
{
    return R"({"device_code":"far-device-code","user_code":"WDJB-MJHT","verification_uri":"https://far.example/link")"
        + more + "}";
}

} // namespace

class TestDeviceSignIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhereToEnterWhichCode();
    void asksUntilTheCodeWasEntered();
    void asksInAVendorsOwnForm();
    void exchangesTheCodeAtAPlaceOfItsOwn();
    void takesAnErrorForOneWhateverItsStatus();
    void slowsDownWhenToldTo();
    void goesOnAfterTroubleOnTheWay();
    void endsWhenThePersonSaysNo_data();
    void endsWhenThePersonSaysNo();
    void endsWhenTheCodeIsTooOld();
    void endsByItselfWhenNobodyEntersIt();
    void boundsWhatTheVendorAsksFor();
    void refusesAStrangeAnswer_data();
    void refusesAStrangeAnswer();
    void needsAClientAndAVendorThatHandsOutCodes();
    void strikesTheDeviceCodeOut();
};

void TestDeviceSignIn::saysWhereToEnterWhichCode()
{
    DeviceBench bench;
    const Result<OAuthDeviceCode> code = bench.begin(handedOut());
    QVERIFY2(code.ok(), code.ok() ? "" : qPrintable(code.error().message));
    QCOMPARE(code->page, QUrl(u"https://far.example/link"_s));
    QCOMPARE(code->code, u"WDJB-MJHT"_s);
    QCOMPARE(code->validFor, 900s);
    QCOMPARE(bench.sent(0, u"client_id"_s), u"desk & co"_s);
    QCOMPARE(bench.sent(0, u"scope"_s), u"tickets offline_access"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDeviceSignIn::asksUntilTheCodeWasEntered()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    bench.poll().reply(400, pendingAnswer);
    bench.poll().reply(400, pendingAnswer);
    bench.poll().reply(200, R"({"access_token":"far-access","refresh_token":"far-refresh"})");
    const Result<OAuthGrant> granted = bench.grant();
    QVERIFY2(granted.ok(), granted.ok() ? "" : qPrintable(granted.error().message));
    QCOMPARE(granted->refreshToken, u"far-refresh"_s);
    QCOMPARE(bench.pauses, (std::vector<std::chrono::milliseconds>{5s, 5s, 5s}));
    QCOMPARE(bench.sent(1, u"grant_type"_s), u"urn:ietf:params:oauth:grant-type:device_code"_s);
    QCOMPARE(bench.sent(1, u"device_code"_s), u"far-device-code"_s);
    QCOMPARE(bench.sent(1, u"client_id"_s), u"desk & co"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDeviceSignIn::asksInAVendorsOwnForm()
{
    DeviceBench bench;
    bench.offer.device = {u"token"_s, u"response_type=device_code"_s, u"device"_s, u"code"_s};
    bench.poll().reply(200, handedOut(""));
    QCOMPARE(bench.begin()->validFor, 600s); // it does not say how long
    bench.poll().reply(200, R"({"access_token":"far-access","refresh_token":"far-refresh"})");
    QVERIFY(bench.grant().ok());
    QCOMPARE(bench.sent(0, u"response_type"_s), u"device_code"_s);
    QCOMPARE(bench.sent(1, u"grant_type"_s), u"device"_s);
    QCOMPARE(bench.sent(1, u"code"_s), u"far-device-code"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDeviceSignIn::exchangesTheCodeAtAPlaceOfItsOwn()
{
    DeviceBench bench;
    bench.offer.device.place = u"/device/code"_s;
    bench.offer.device.tokenPlace = u"/device/token"_s;
    bench.offer.device.unit = 1ms;
    bench.far.expect("POST", "https://sign.in.example/device/code")
        .reply(200,
               handedOut(R"(,"expires_in":300000,"interval":5000)").replace("verification_uri", "verification_url"));
    const Result<OAuthDeviceCode> code = bench.begin();
    QVERIFY2(code.ok(), code.ok() ? "" : qPrintable(code.error().message));
    QCOMPARE(code->page, QUrl(u"https://far.example/link"_s));
    QCOMPARE(code->validFor, 300s);
    bench.far.expect("POST", "https://sign.in.example/device/token").reply(200, R"({"access_token":"far-access"})");
    QVERIFY(bench.grant().ok());
    QCOMPARE(bench.pauses, (std::vector<std::chrono::milliseconds>{5s}));
    QCOMPARE(bench.far.complaints(), QString());
    DeviceBench huge;
    huge.offer.device.unit = 1ms;
    QCOMPARE(huge.begin(handedOut(R"(,"expires_in":9223372036854775807,"interval":-9)"))->validFor, 1800s);
}

void TestDeviceSignIn::takesAnErrorForOneWhateverItsStatus()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    bench.poll().reply(200, pendingAnswer);
    bench.poll().reply(200, R"({"error":"slow_down"})");
    bench.poll().reply(200, R"({"error":"expired"})");
    QCOMPARE(bench.grant().error().kind, Error::Kind::Timeout);
    QCOMPARE(bench.pauses, (std::vector<std::chrono::milliseconds>{5s, 5s, 10s}));
    DeviceBench elsewhere;
    QVERIFY(elsewhere.begin(handedOut()).ok());
    elsewhere.poll().reply(200, R"({"error":"other_dc","user_location":"eu"})");
    const Result<OAuthGrant> refused = elsewhere.grant();
    QCOMPARE(refused.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(refused.error().message.contains(u"other_dc"), qPrintable(refused.error().message));
}

void TestDeviceSignIn::slowsDownWhenToldTo()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    bench.poll().reply(400, R"({"error":"slow_down"})");
    bench.poll().reply(400, pendingAnswer);
    bench.poll().reply(200, R"({"access_token":"far-access"})");
    QVERIFY(bench.grant().ok());
    QCOMPARE(bench.pauses, (std::vector<std::chrono::milliseconds>{5s, 10s, 10s}));
}

void TestDeviceSignIn::goesOnAfterTroubleOnTheWay()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    bench.poll().fails(makeError(Error::Kind::Offline, u"No network."_s));
    bench.poll().reply(503, "busy", "text/plain");
    bench.poll().fails(makeError(Error::Kind::Timeout, u"No answer."_s));
    bench.poll().reply(200, R"({"access_token":"far-access"})");
    QVERIFY(bench.grant().ok());
    QCOMPARE(bench.pauses, (std::vector<std::chrono::milliseconds>{5s, 10s, 20s, 40s}));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDeviceSignIn::endsWhenThePersonSaysNo_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("as the standard has it")
        << QByteArray(R"({"error":"access_denied","error_description":"not today"})");
    QTest::newRow("as Microsoft has it") << QByteArray(
        R"({"error":"authorization_declined","error_description":"not today"})");
    QTest::newRow("another word") << QByteArray(R"({"error":"invalid_grant","error_description":"not today"})");
}

void TestDeviceSignIn::endsWhenThePersonSaysNo()
{
    QFETCH(QByteArray, answer);
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    bench.poll().reply(400, answer);
    const Result<OAuthGrant> refused = bench.grant();
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().kind, answer.contains("invalid_grant") ? Error::Kind::Refused : Error::Kind::Unauthorized);
    QVERIFY2(refused.error().message.startsWith(u"The sign-in was refused: "_s)
                 && refused.error().message.contains(u"not today"_s),
             qPrintable(refused.error().message));
    QVERIFY(!refused.error().ambiguous);
}

void TestDeviceSignIn::endsWhenTheCodeIsTooOld()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    bench.poll().reply(400, R"({"error":"expired_token"})");
    QCOMPARE(bench.grant().error().kind, Error::Kind::Timeout);
}

void TestDeviceSignIn::endsByItselfWhenNobodyEntersIt()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut(R"(,"expires_in":20,"interval":5)")).ok());
    for (int n = 0; n < 3; ++n)
        bench.poll().reply(400, pendingAnswer);
    const Result<OAuthGrant> late = bench.grant();
    QCOMPARE(late.error().kind, Error::Kind::Timeout);
    QCOMPARE(late.error().message, u"Nobody entered the code within its time. Begin again."_s);
    QCOMPARE(bench.pauses.size(), size_t(3));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDeviceSignIn::boundsWhatTheVendorAsksFor()
{
    DeviceBench bench;
    QCOMPARE(bench.begin(handedOut(R"(,"expires_in":99999999,"interval":0)"))->validFor, 1800s);
    bench.poll().reply(200, R"({"access_token":"far-access"})");
    QVERIFY(bench.grant().ok());
    QCOMPARE(bench.pauses, (std::vector<std::chrono::milliseconds>{1s}));
    DeviceBench slow;
    QVERIFY(slow.begin(handedOut(R"(,"expires_in":900,"interval":86400)")).ok());
    slow.poll().reply(200, R"({"access_token":"far-access"})");
    QVERIFY(slow.grant().ok());
    QCOMPARE(slow.pauses, (std::vector<std::chrono::milliseconds>{60s}));
}

void TestDeviceSignIn::refusesAStrangeAnswer_data()
{
    QTest::addColumn<QByteArray>("answer");
    const QByteArray good = handedOut();
    QTest::newRow("no code") << QByteArray(good).replace("WDJB-MJHT", "");
    QTest::newRow("a code with a line") << QByteArray(good).replace("WDJB", "W\\n");
    QTest::newRow("a code without an end") << QByteArray(good).replace("WDJB", QByteArray(100, 'W'));
    QTest::newRow("no device code") << QByteArray(good).replace("far-device-code", "");
    QTest::newRow("no page") << QByteArray(good).replace("https://far.example/link", "link");
    QTest::newRow("an open page") << QByteArray(good).replace("https://", "http://");
    QTest::newRow("a page on this computer") << QByteArray(good).replace("https://far.example", "file://");
    QTest::newRow("a page with a user") << QByteArray(good).replace("far.example", "sign.in.example@far.example");
    QTest::newRow("nothing") << QByteArray("{}");
    QTest::newRow("no JSON") << QByteArray("<html>");
}

void TestDeviceSignIn::refusesAStrangeAnswer()
{
    QFETCH(QByteArray, answer);
    DeviceBench bench;
    const Result<OAuthDeviceCode> code = bench.begin(answer);
    QVERIFY(!code.ok());
    QCOMPARE(code.error().kind, Error::Kind::Protocol);
}

void TestDeviceSignIn::needsAClientAndAVendorThatHandsOutCodes()
{
    DeviceBench bench;
    bench.offer.clientId.clear();
    QCOMPARE(bench.begin().error().kind, Error::Kind::Refused);
    DeviceBench other;
    other.offer.device = {};
    QCOMPARE(other.begin().error().kind, Error::Kind::Refused);
    QVERIFY(bench.far.seen().empty() && other.far.seen().empty());
}

void TestDeviceSignIn::strikesTheDeviceCodeOut()
{
    DeviceBench bench;
    QVERIFY(bench.begin(handedOut()).ok());
    QVERIFY(!redacted(u"asked with far-device-code"_s).contains(u"far-device-code"_s));
}

PATCHBAY_TESTS(TestDeviceSignIn)
#include "tst_device_sign_in.moc"
