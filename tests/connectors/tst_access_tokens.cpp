#include "connectors/kit/access_tokens.h"
#include "connectors/kit/crm_spec.h"
#include "core/base/log.h"
#include "support/await.h"
#include "support/manual_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using tests::await;

namespace {

Result<Request> renewAt(const AccountConfig &account)
{
    return refreshTokenRequest(account, QUrl(u"https://sign.in.example/token"_s));
}

struct TokenBench {
    tests::ManualClock clock;
    tests::ScriptedTransport far;
    std::optional<Error> full; ///< why the secret cannot be stored
    QStringList stored;
    AccountConfig account;

    TokenBench()
    {

        account.settings = {{u"client_id"_s, u"desk"_s}};
        account.secrets = {{u"refresh_token"_s, u"first-refresh-token"_s}, {u"client_secret"_s, u"quiet-secret"_s}};
    }

    ConnectorServices services()
    {
        ConnectorServices made{&far, {}, &clock, [] { return 0.0; }};
        made.storeSecret = [this](AccountConfig, QString field, QString value) { return keep(this, field, value); };
        return made;
    }
    static Async<Result<Done>> keep(TokenBench *bench, QString field, QString value)
    {
        if (bench->full)
            co_return *bench->full;
        bench->stored << field + u'=' + value;
        co_return Done{};
    }

    AccessTokens tokens(const QString &rotates = u"refresh_token"_s)
    {
        TokenSpec spec;
        spec.build = &renewAt;
        spec.read = &readTokenReply;
        spec.rotates = rotates;
        StatusRules rules;
        rules.who = u"Tracker"_s;
        return AccessTokens(spec, services(), account, rules);
    }

    tests::Exchange &renewal(const QByteArray &refreshToken, const QByteArray &reply)
    {
        return far.expect("POST", "https://sign.in.example/token")
            .bodyIs(QString::fromUtf8("grant_type=refresh_token&refresh_token=" + refreshToken
                                      + "&client_id=desk&client_secret=quiet-secret"))
            .reply(200, reply);
    }
};

/// A CRM that renews the refresh token with each access token, and tells who is signed in.
CrmSpec rotatingSpec()
{
    CrmSpec spec;
    spec.id = u"tracker"_s;
    spec.title = u"Tracker"_s;
    spec.tokens.build = &renewAt;
    spec.tokens.read = &readTokenReply;
    spec.tokens.rotates = u"refresh_token"_s;
    spec.test = {
        {[](const CrmContext &) -> Result<Request> { return getFrom(u"/me"_s); },
         [](JsonReader &reply, const CrmContext &) { return reply.finish(CrmFinding{reply.text(u"/name"_s)}); }}};
    return spec;
}

struct RotatingBench : TokenBench {
    CrmConnectorInfo info;
    RotatingBench()
    {
        ConnectorServices made = services();
        made.tokens = std::make_shared<SharedTokens>();
        info = crmInfoOf(rotatingSpec(), made, nullptr);
        account.uid = u"0190b2c0-0000-7000-8000-000000000001"_s;
        account.settings.insert(u"url"_s, u"https://api.example"_s);
    }
    void asksWithToken(const QByteArray &token)
    {
        far.expect("GET", "/me").hasHeader("Authorization", "Bearer " + token).reply(200, R"({"name":"Lee"})");
    }
    void renews(const QByteArray &from, const QByteArray &token, const QByteArray &to)
    {
        renewal(from, R"({"access_token":")" + token + R"(","expires_in":3600,"refresh_token":")" + to + R"("})");
    }
};

} // namespace

class TestAccessTokens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void renewsAMinuteBeforeTheEnd();
    void asksOnceForAllWhoWait();
    void storesANewRefreshTokenBeforeTheAccessTokenIsUsed();
    void keepsARenewedTokenThatCouldNotBeStoredAndTriesAgain();
    void renewsWhatTheOtherSideRefusedButNotAgainAndAgain();
    void saysThatTheSignInIsOver();
    void repeatsARenewalWhoseAnswerWasLost();
    void strikesTokensOut();
    void triesAnAccountWithTheTokenThatItsLiveConnectionHas();
    void triesAnAccountWhoseStoredTokenIsBeingReplaced();
    void signsInAnewForAnotherAccountOrAnotherSignIn_data();
    void signsInAnewForAnotherAccountOrAnotherSignIn();
    void refusesAStrangeReply_data();
    void refusesAStrangeReply();
};

void TestAccessTokens::renewsAMinuteBeforeTheEnd()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token", R"({"access_token":"token-aaaa","expires_in":3600})");
    QCOMPARE(await(tokens.current())->token, u"token-aaaa"_s);
    bench.clock.advance(58min);
    QCOMPARE(await(tokens.current())->token, u"token-aaaa"_s);
    bench.clock.advance(90s);
    bench.renewal("first-refresh-token", R"({"access_token":"token-bbbb","expires_in":"3600"})");
    QCOMPARE(await(tokens.current())->token, u"token-bbbb"_s);
    QCOMPARE(bench.far.complaints(), QString());
    QVERIFY(bench.stored.isEmpty());
}

void TestAccessTokens::asksOnceForAllWhoWait()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token", R"({"access_token":"token-aaaa","expires_in":3600})").after(20ms);
    AsyncScope scope;
    QList<QFuture<Result<AccessToken>>> all;
    for (int i = 0; i < 5; ++i)
        all << scope.run(tokens.current());
    for (QFuture<Result<AccessToken>> &one : all) {
        QTRY_VERIFY(one.isFinished());
        QCOMPARE(one.result()->token, u"token-aaaa"_s);
    }
    QCOMPARE(bench.far.seen().size(), size_t(1));
}

void TestAccessTokens::storesANewRefreshTokenBeforeTheAccessTokenIsUsed()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token",
                  R"({"access_token":"token-aaaa","expires_in":60,"refresh_token":"second-refresh-token"})");
    QVERIFY(await(tokens.current()).ok());
    QCOMPARE(bench.stored, QStringList{u"refresh_token=second-refresh-token"_s});
    bench.clock.advance(2min);
    bench.renewal("second-refresh-token", R"({"access_token":"token-bbbb","expires_in":60})");
    QCOMPARE(await(tokens.current())->token, u"token-bbbb"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAccessTokens::keepsARenewedTokenThatCouldNotBeStoredAndTriesAgain()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.full = makeError(Error::Kind::Storage, u"The disk is full."_s);
    bench.renewal("first-refresh-token",
                  R"({"access_token":"token-aaaa","expires_in":3600,"refresh_token":"second-refresh-token"})");
    for (int i = 0; i < 2; ++i) {
        const Result<AccessToken> token = await(tokens.current());
        QCOMPARE(token.error().kind, Error::Kind::Storage);
        QCOMPARE(token.error().message,
                 u"Tracker renewed the sign-in, but it could not be stored: The disk is full."_s);
    }
    bench.full.reset();
    QCOMPARE(await(tokens.current())->token, u"token-aaaa"_s); // without asking again
    QCOMPARE(bench.stored, QStringList{u"refresh_token=second-refresh-token"_s});
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAccessTokens::renewsWhatTheOtherSideRefusedButNotAgainAndAgain()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token", R"({"access_token":"token-aaaa"})");
    QVERIFY(await(tokens.current()).ok());
    tokens.refused(u"token-aaaa"_s); // just made: another one would fare no better
    QCOMPARE(await(tokens.current())->token, u"token-aaaa"_s);
    bench.clock.advance(1h);
    tokens.refused(u"another"_s); // renewed by somebody else meanwhile
    QCOMPARE(await(tokens.current())->token, u"token-aaaa"_s);
    tokens.refused(u"token-aaaa"_s);
    bench.renewal("first-refresh-token", R"({"access_token":"token-bbbb"})");
    QCOMPARE(await(tokens.current())->token, u"token-bbbb"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAccessTokens::saysThatTheSignInIsOver()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.far.expect("POST", "https://sign.in.example/token")
        .reply(400, R"({"error":"invalid_grant","error_description":"Token has been revoked"})");
    const Result<AccessToken> token = await(tokens.current());
    QCOMPARE(token.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(token.error().message.contains(u"Token has been revoked"_s)
                 && token.error().message.endsWith(
                     u"Sign in to Tracker again in its settings. A copy of it at work on another workstation may have "
                     "ended it: sign in on each by itself."_s),
             qPrintable(token.error().message));
}

void TestAccessTokens::repeatsARenewalWhoseAnswerWasLost()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token", "{}").fails(makeError(Error::Kind::Timeout, u"No answer."_s));
    bench.renewal("first-refresh-token", R"({"access_token":"token-aaaa"})");
    QCOMPARE(await(tokens.current())->token, u"token-aaaa"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAccessTokens::strikesTokensOut()
{
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token",
                  R"({"access_token":"token-to-strike-out","refresh_token":"renewed-to-strike-out"})");
    QVERIFY(await(tokens.current()).ok());
    const QString line = redacted(u"GET /x?token=token-to-strike-out and renewed-to-strike-out"_s);
    QVERIFY2(!line.contains(u"to-strike-out"_s), qPrintable(line));
}

void TestAccessTokens::triesAnAccountWithTheTokenThatItsLiveConnectionHas()
{
    RotatingBench bench;
    const auto live = bench.info.create(bench.account);
    bench.renews("first-refresh-token", "token-aaaa", "second-refresh-token");
    bench.asksWithToken("token-aaaa");
    QCOMPARE(*await(live->test()), u"Lee"_s);

    AccountConfig stored = bench.account;
    stored.secrets.insert(u"refresh_token"_s, u"second-refresh-token"_s);
    stored.settings.insert(u"project"_s, u"another"_s); // not saved yet, and no part of the sign-in
    bench.asksWithToken("token-aaaa"); // asked for nothing: that would take the live connection's token away
    QCOMPARE(*await(bench.info.create(stored)->test()), u"Lee"_s);
    bench.clock.advance(2h);
    bench.renews("second-refresh-token", "token-bbbb", "third-refresh-token");
    bench.asksWithToken("token-bbbb");
    stored.secrets.insert(u"refresh_token"_s, u"second-refresh-token"_s);
    QCOMPARE(*await(bench.info.create(stored)->test()), u"Lee"_s);
    bench.asksWithToken("token-bbbb");
    QCOMPARE(*await(live->test()), u"Lee"_s);
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(bench.stored,
             (QStringList{u"refresh_token=second-refresh-token"_s, u"refresh_token=third-refresh-token"_s}));
}

void TestAccessTokens::triesAnAccountWhoseStoredTokenIsBeingReplaced()
{
    RotatingBench bench;
    const auto live = bench.info.create(bench.account);
    bench.renews("first-refresh-token", "token-aaaa", "second-refresh-token");
    bench.asksWithToken("token-aaaa");
    QVERIFY(await(live->test()).ok());
    bench.asksWithToken("token-aaaa"); // read from the secrets before the new one was there
    QVERIFY(await(bench.info.create(bench.account)->test()).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAccessTokens::signsInAnewForAnotherAccountOrAnotherSignIn_data()
{
    QTest::addColumn<QString>("uid");
    QTest::addColumn<QString>("client");
    QTest::addColumn<QByteArray>("refreshToken");
    const QString same = u"0190b2c0-0000-7000-8000-000000000001"_s;
    QTest::newRow("another account") << u"0190b2c0-0000-7000-8000-000000000002"_s << u"desk"_s
                                     << QByteArray("first-refresh-token");
    QTest::newRow("another client") << same << u"other"_s << QByteArray("first-refresh-token");
    QTest::newRow("a person signed in again") << same << u"desk"_s << QByteArray("fresh-refresh-token");
}

void TestAccessTokens::signsInAnewForAnotherAccountOrAnotherSignIn()
{
    QFETCH(QString, uid);
    QFETCH(QString, client);
    QFETCH(QByteArray, refreshToken);
    RotatingBench bench;
    const auto live = bench.info.create(bench.account);
    bench.renewal("first-refresh-token", R"({"access_token":"token-aaaa","expires_in":3600})");
    bench.asksWithToken("token-aaaa");
    QVERIFY(await(live->test()).ok());
    AccountConfig other = bench.account;
    other.uid = uid;
    other.settings.insert(u"client_id"_s, client);
    other.secrets.insert(u"refresh_token"_s, QString::fromLatin1(refreshToken));
    bench.far.expect("POST", "https://sign.in.example/token")
        .bodyIs(u"grant_type=refresh_token&refresh_token=%1&client_id=%2&client_secret=quiet-secret"_s.arg(
            QString::fromLatin1(refreshToken), client))
        .reply(200, R"({"access_token":"token-cccc","expires_in":3600})");
    bench.asksWithToken("token-cccc");
    QVERIFY(await(bench.info.create(other)->test()).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAccessTokens::refusesAStrangeReply_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::newRow("not JSON") << QByteArray("welcome");
    QTest::newRow("no token") << QByteArray("{}");
    QTest::newRow("empty token") << QByteArray(R"({"access_token":""})");
    QTest::newRow("token of another type") << QByteArray(R"({"access_token":{"a":1}})");
    QTest::newRow("cut off") << QByteArray(R"({"access_token":"tok)");
}

void TestAccessTokens::refusesAStrangeReply()
{
    QFETCH(QByteArray, reply);
    TokenBench bench;
    AccessTokens tokens = bench.tokens();
    bench.renewal("first-refresh-token", reply);
    const Result<AccessToken> token = await(tokens.current());
    QVERIFY(!token.ok());
    QCOMPARE(token.error().kind, Error::Kind::Protocol);
}

PATCHBAY_TESTS(TestAccessTokens)
#include "tst_access_tokens.moc"
