#include "core/net/oauth_sign_in.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

struct SignInBench {
    tests::HandClock clock;
    tests::ScriptedTransport far;
    OAuthOffer offer;
    std::unique_ptr<OAuthSignIn> signIn;
    QUrl page;
    AsyncScope scope;
    QFuture<Result<OAuthGrant>> ending;

    SignInBench()
    {
        offer.authorizeUrl = QUrl(u"https://sign.in.example/authorize?tenant=7"_s);
        offer.tokenUrl = QUrl(u"https://sign.in.example/token"_s);
        offer.clientId = u"desk & co"_s;
        offer.scope = u"tickets contacts"_s;
        offer.extra = {{u"access_type"_s, u"offline"_s}};
    }
    Result<Done> begin(std::chrono::milliseconds patience = 60s)
    {
        signIn = std::make_unique<OAuthSignIn>(
            far, clock, [](int count) { return QByteArray(count, 'r'); }, offer);
        const Result<QUrl> url = signIn->begin();
        if (!url)
            return url.error();
        page = *url;
        ending = scope.run(signIn->grant(patience));
        return Done{};
    }
    QString item(const QString &name) const { return QUrlQuery(page).queryItemValue(name, QUrl::FullyDecoded); }
    /// What the browser gets for this path and query.
    QByteArray visit(const QByteArray &target) { return send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"); }
    QByteArray send(const QByteArray &bytes)
    {
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, quint16(QUrl(item(u"redirect_uri"_s)).port()));
        socket.write(bytes);
        QByteArray answer;
        const auto ended = [&] {
            answer += socket.readAll();
            return socket.state() == QAbstractSocket::UnconnectedState;
        };
        return QTest::qWaitFor(ended, 10000) ? answer : QByteArray("no answer");
    }
    QByteArray withState(const QByteArray &rest) const { return "/?" + rest + "&state=" + item(u"state"_s).toLatin1(); }
    Result<OAuthGrant> result()
    {
        if (!QTest::qWaitFor([this] { return ending.isFinished(); }, 10000))
            return makeError(Error::Kind::Timeout, u"the test waited in vain"_s);
        return ending.result();
    }
};

} // namespace

class TestOAuthSignIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesTheChallengeOfTheStandard();
    void sendsTheBrowserOutWithEverythingTheVendorNeeds();
    void exchangesTheCodeForTokens();
    void ignoresWhoDoesNotKnowTheState();
    void tellsWhyThePersonWasRefused();
    void endsWhenNobodyComesBack();
    void saysThatItsPortIsTaken();
    void wantsAClientIdFirst();
    void survivesStrangeCallers_data();
    void survivesStrangeCallers();
    void doesNotExchangeACodeTwice();
    void showsNoMarkupOfTheVendors();
};

void TestOAuthSignIn::makesTheChallengeOfTheStandard()
{
    // RFC 7636, appendix B.
    QCOMPARE(pkceChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
             QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

void TestOAuthSignIn::sendsTheBrowserOutWithEverythingTheVendorNeeds()
{
    SignInBench bench;
    QVERIFY(bench.begin());
    QCOMPARE(bench.page.host(), u"sign.in.example"_s);
    QCOMPARE(bench.item(u"tenant"_s), u"7"_s);
    QCOMPARE(bench.item(u"response_type"_s), u"code"_s);
    QCOMPARE(bench.item(u"client_id"_s), u"desk & co"_s);
    QCOMPARE(bench.item(u"scope"_s), u"tickets contacts"_s);
    QCOMPARE(bench.item(u"access_type"_s), u"offline"_s);
    QCOMPARE(bench.item(u"code_challenge_method"_s), u"S256"_s);
    const QUrl redirect(bench.item(u"redirect_uri"_s));
    QCOMPARE(redirect.host(), u"127.0.0.1"_s);
    QVERIFY(redirect.port() > 0);
    QVERIFY(bench.item(u"state"_s).size() >= 32);
}

void TestOAuthSignIn::exchangesTheCodeForTokens()
{
    SignInBench bench;
    QVERIFY(bench.begin());
    bench.far.expect("POST", "https://sign.in.example/token")
        .reply(200,
               R"({"access_token":"access-1234","refresh_token":"refresh-5678","instance_url":"https://na1.example"})");
    QVERIFY(bench.visit(bench.withState("code=the%2Fcode")).startsWith("HTTP/1.1 200"));
    const Result<OAuthGrant> granted = bench.result();
    QVERIFY2(granted.ok(), qPrintable(granted.ok() ? QString() : granted.error().message));
    QCOMPARE(granted->accessToken, u"access-1234"_s);
    QCOMPARE(granted->refreshToken, u"refresh-5678"_s);
    QCOMPARE(granted->reply.value(u"instance_url"_s).toString(), u"https://na1.example"_s);
    const QUrlQuery sent(QString::fromUtf8(bench.far.seen().front().bytes()));
    QCOMPARE(sent.queryItemValue(u"code"_s, QUrl::FullyDecoded), u"the/code"_s);
    QCOMPARE(sent.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded), bench.item(u"redirect_uri"_s));
    QCOMPARE(QString::fromLatin1(pkceChallenge(sent.queryItemValue(u"code_verifier"_s).toLatin1())),
             bench.item(u"code_challenge"_s));
    QVERIFY(!bench.page.toString().contains(sent.queryItemValue(u"code_verifier"_s)));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestOAuthSignIn::ignoresWhoDoesNotKnowTheState()
{
    SignInBench bench;
    QVERIFY(bench.begin());
    for (const char *target : {"/?code=stolen&state=guess", "/?code=stolen", "/favicon.ico", "/x?state="})
        QVERIFY(bench.visit(target).startsWith("HTTP/1.1 404"));
    QVERIFY(!bench.ending.isFinished());
    bench.far.expect("POST", "https://sign.in.example/token").reply(200, R"({"access_token":"access-1234"})");
    QVERIFY(bench.visit(bench.withState("code=mine")).startsWith("HTTP/1.1 200"));
    QVERIFY(bench.result().ok());
}

void TestOAuthSignIn::tellsWhyThePersonWasRefused()
{
    SignInBench bench;
    QVERIFY(bench.begin());
    bench.visit(bench.withState("error=access_denied&error_description=An+administrator%20must%20agree"));
    const Result<OAuthGrant> granted = bench.result();
    QCOMPARE(granted.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(granted.error().message.contains(u"administrator must agree"_s), qPrintable(granted.error().message));
}

void TestOAuthSignIn::endsWhenNobodyComesBack()
{
    SignInBench bench;
    QVERIFY(bench.begin(1ms));
    QCOMPARE(bench.result().error().kind, Error::Kind::Timeout);
}

void TestOAuthSignIn::saysThatItsPortIsTaken()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    SignInBench bench;
    bench.offer.port = other.serverPort();
    const Result<Done> begun = bench.begin();
    QVERIFY(!begun.ok());
    QVERIFY(begun.error().message.contains(QString::number(other.serverPort())));
}

void TestOAuthSignIn::wantsAClientIdFirst()
{
    SignInBench bench;
    bench.offer.clientId.clear();
    QCOMPARE(bench.begin().error().kind, Error::Kind::Refused);
}

void TestOAuthSignIn::survivesStrangeCallers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("too long") << "GET /?x=" + QByteArray(40000, 'a') + " HTTP/1.1\r\n\r\n";
    QTest::newRow("a POST") << QByteArray("POST / HTTP/1.1\r\n\r\n");
    QTest::newRow("no HTTP") << QByteArray("\x16\x03\x01\r\n\r\n");
    QTest::newRow("another host's address") << QByteArray("GET http://evil.example/ HTTP/1.1\r\n\r\n");
    QTest::newRow("NUL") << QByteArray("GET /\0 HTTP/1.1\r\n\r\n", 20);
}

void TestOAuthSignIn::survivesStrangeCallers()
{
    QFETCH(QByteArray, bytes);
    SignInBench bench;
    QVERIFY(bench.begin());
    const QByteArray answer = bench.send(bytes);
    QVERIFY2(answer.isEmpty() || answer.startsWith("HTTP/1.1 404"), answer.constData());
    QVERIFY(!bench.ending.isFinished());
}

void TestOAuthSignIn::doesNotExchangeACodeTwice()
{
    SignInBench bench;
    QVERIFY(bench.begin());
    bench.far.expect("POST", "https://sign.in.example/token")
        .fails(makeAmbiguous(Error::Kind::Timeout, u"No answer."_s));
    bench.visit(bench.withState("code=once"));
    QCOMPARE(bench.result().error().kind, Error::Kind::Timeout);
    QCOMPARE(bench.far.seen().size(), size_t(1));
}

void TestOAuthSignIn::showsNoMarkupOfTheVendors()
{
    SignInBench bench;
    QVERIFY(bench.begin());
    const QByteArray answer = bench.visit(bench.withState("error=%3Cscript%3Ealert(1)%3C/script%3E"));
    QVERIFY(!answer.contains("<script"));
}

PATCHBAY_TESTS(TestOAuthSignIn)
#include "tst_oauth_sign_in.moc"
