#include "plain_platform.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using tests::ChatBench;

namespace {

/// A platform that is asked below /items, with access tokens where the account has a refresh token.
ChatSpec standingPlatform()
{
    ChatSpec spec = tests::platformNamed(u"Standing"_s);
    spec.poll.build = [](const ChatContext &) -> Result<Request> { return getFrom(u"/items"_s); };
    spec.poll.read = [](const QByteArray &, const ChatContext &) { return Result<ChatPage>(ChatPage{}); };
    spec.poll.pause = 5ms;
    spec.limit = {100, 1s};
    return spec;
}

TokenSpec standingTokens()
{
    TokenSpec tokens;
    tokens.build = [](const AccountConfig &account) -> Result<Request> {
        return refreshTokenRequest(account, QUrl(u"https://standing.example/token"_s));
    };
    tokens.read = &readTokenReply;
    return tokens;
}

/// What the connection told of itself, newest last.
struct StandingTold {
    explicit StandingTold(ChatBench &bench)
    {
        QObject::connect(bench.connector.get(), &ChatConnector::standingChanged, bench.connector.get(),
                         [this](const ChannelStanding &now) { all.push_back(now); });
    }
    ChannelStanding newest() const { return all.empty() ? ChannelStanding{{1}, {1}, {1}} : all.back(); }
    std::vector<ChannelStanding> all;
};

} // namespace

/// What a platform tells of the sign-in and of its limits, and nothing that it did not tell.
class TestChatStanding : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsTheWaitThatThePlatformAskedFor();
    void tellsNoWaitThatIsOurOwn();
    void tellsSinceWhenTheSignInIsRefusedUntilItIsTaken();
    void tellsWhenTheSignInEnds();
    void tellsNothingWhereThePlatformSaysNothing();
};

void TestChatStanding::tellsTheWaitThatThePlatformAskedFor()
{
    ChatBench bench;
    bench.open(standingPlatform());
    StandingTold told(bench);
    bench.far.expect("GET", "/items").reply(429, "{}").withHeader("retry-after", "90");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(told.newest().waitsUntil, bench.clock.now() + 90s);
    QVERIFY(!told.newest().refusedAt);
}

void TestChatStanding::tellsNoWaitThatIsOurOwn()
{
    ChatBench bench;
    ChatSpec spec = standingPlatform();
    spec.limit = {1, 1h};
    bench.account.settings.insert(u"deadline_ms"_s, 1000);
    bench.open(spec);
    StandingTold told(bench);
    bench.far.expect("GET", "/items").reply(200, "{}");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Offline)); // the second look would be beyond our limit
    QVERIFY(!told.newest().waitsUntil);
}

void TestChatStanding::tellsSinceWhenTheSignInIsRefusedUntilItIsTaken()
{
    ChatBench bench;
    bench.open(standingPlatform());
    StandingTold told(bench);
    const Timestamp first = bench.clock.now();
    bench.far.expect("GET", "/items").reply(401, "{}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(told.newest().refusedAt, first);
    bench.clock.at = bench.clock.at + 60s;
    bench.far.expect("GET", "/items").reply(401, "{}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.far.complaints(), QString());
    QTest::qWait(20);
    QCOMPARE(told.newest().refusedAt, first); // since then, not since the last try
    bench.far.expect("GET", "/items").reply(200, "{}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_VERIFY(!told.newest().refusedAt);
    QCOMPARE(told.all.size(), size_t(2));
}

void TestChatStanding::tellsWhenTheSignInEnds()
{
    ChatBench bench;
    ChatSpec spec = standingPlatform();
    spec.tokens = standingTokens();
    bench.account.secrets.insert(u"refresh_token"_s, u"made-up-refresh-1"_s);
    bench.open(spec);
    StandingTold told(bench);
    bench.far.expect("POST", "/token")
        .reply(200, R"({"access_token":"made-up-access-1","expires_in":3600,"refresh_token_expires_in":604800})");
    bench.far.expect("GET", "/items").reply(200, "{}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(told.newest().signInUntil, bench.clock.now() + 168h);
    bench.clock.at = bench.clock.at + 2h;
    bench.far.expect("POST", "/token").reply(400, R"({"error":"invalid_grant"})");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(told.newest().refusedAt, bench.clock.now());
}

void TestChatStanding::tellsNothingWhereThePlatformSaysNothing()
{
    ChatBench bench;
    ChatSpec spec = standingPlatform();
    spec.tokens = standingTokens();
    bench.account.secrets.insert(u"refresh_token"_s, u"made-up-refresh-1"_s);
    bench.open(spec);
    StandingTold told(bench);
    bench.far.expect("POST", "/token").reply(200, R"({"access_token":"made-up-access-1","expires_in":3600})");
    bench.far.expect("GET", "/items").reply(503, "{}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    for (const ChannelStanding &one : told.all)
        QCOMPARE(one, ChannelStanding()); // an access token that is renewed by itself is no end of a sign-in
}

PATCHBAY_TESTS(TestChatStanding)
#include "tst_chat_standing.moc"
