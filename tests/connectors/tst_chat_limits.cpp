#include "plain_platform.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::ChatBench;
using tests::chatReplyTo;
using tests::hasNothing;
using tests::PlainBench;

namespace {

const QString limitsKey = u"0190b2c0-2222-7000-8000-000000000031"_s;

Result<Receipt> sendPlain(ChatBench &bench, const QString &chat, int *passes = nullptr)
{
    return bench.deliver(chatReplyTo(chat, u"Hello"_s), limitsKey, passes);
}

QString failureWords(const Result<Receipt> &sent) { return sent ? u"it was sent"_s : sent.error().message; }

constexpr auto limitsToken = "123456789:AAE-made_up_token_4f1c9a7e_made_up";

/// How a platform is asked who we are, and where messages to the chats 501 and 502 go.
struct PlatformSide {
    QByteArray asks = {};
    QByteArray me = {};
    QByteArray who = {};
    QByteArray first = {};
    QByteArray second = {};
    QByteArray sent = {};
};

PlatformSide platformSide(const QString &id)
{
    if (id == u"discord"_s)
        return {"GET",
                "/api/v10/users/@me",
                R"({"id":"900","username":"desk"})",
                "/api/v10/channels/501/messages",
                "/api/v10/channels/502/messages",
                R"({"id":"1"})"};
    if (id == u"slack"_s)
        return {"POST",
                "/api/auth.test",
                R"({"ok":true,"team_id":"T1","user_id":"U1","user":"desk","team":"Shop"})",
                "/api/chat.postMessage",
                "/api/chat.postMessage",
                R"({"ok":true,"channel":"502","ts":"1.2"})"};
    const QByteArray bot = QByteArray("/bot") + limitsToken;
    return {"POST",
            bot + "/getMe",
            R"({"ok":true,"result":{"id":77,"username":"desk"}})",
            bot + "/sendMessage",
            bot + "/sendMessage",
            R"({"ok":true,"result":{"message_id":1,"chat":{"id":502}}})"};
}

} // namespace

/// Who has to wait when a platform asks for it: the chat that was written to, or the whole account.
class TestChatLimits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsNothingAnywhereWhileTheWholeAccountHasToWait();
    void asksForNothingWhileTheWholeAccountHasToWait();
    void holdsUpSendingWhenTheInboxIsToldThatTheAccountHasToWait();
    void letsOtherChatsGoOnWhileOneHasToWait();
    void knowsWhomEachPlatformMeans_data();
    void knowsWhomEachPlatformMeans();
};

void TestChatLimits::sendsNothingAnywhereWhileTheWholeAccountHasToWait()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/c1").reply(429, R"({"wait_ms":90000,"all":true})");
    const Result<Receipt> told = sendPlain(bench, u"c1"_s);
    QVERIFY(!told.ok());
    QVERIFY(told.error().accountWide);
    QCOMPARE(told.error().retryAfter.count(), 90000);
    bench.clock.at.us += qint64(50) * 1000000;
    int passes = 0;
    const Result<Receipt> other = sendPlain(bench, u"c2"_s, &passes);
    QVERIFY(!other.ok() && !other.error().ambiguous);
    QCOMPARE(int(other.error().kind), int(Error::Kind::RateLimited));
    QVERIFY(other.error().accountWide); // so that the Outbox tries no other chat
    QCOMPARE(other.error().retryAfter.count(), 40000); // what is left
    QCOMPARE(passes, 0);
    QCOMPARE(bench.far.complaints(), QString()); // it was not even asked
    bench.clock.at.us += qint64(41) * 1000000;
    bench.far.expect("POST", "/send/c2").reply(200, R"({"id":"c2:1"})");
    const Result<Receipt> later = sendPlain(bench, u"c2"_s);
    QVERIFY2(later.ok(), qPrintable(failureWords(later)));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatLimits::asksForNothingWhileTheWholeAccountHasToWait()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/c1").reply(429, R"({"wait_ms":90000,"all":true})");
    QVERIFY(!sendPlain(bench, u"c1"_s).ok());
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"slow down"), qPrintable(bench.said()));
    QCOMPARE(bench.far.complaints(), QString());
    bench.clock.at.us += qint64(91) * 1000000;
    hasNothing(bench, "/items");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatLimits::holdsUpSendingWhenTheInboxIsToldThatTheAccountHasToWait()
{
    PlainBench bench;
    bench.far.expect("GET", "/items").reply(429, R"({"wait_ms":90000,"all":true})");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    const Result<Receipt> sent = sendPlain(bench, u"c1"_s);
    QVERIFY(!sent.ok() && sent.error().accountWide);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatLimits::letsOtherChatsGoOnWhileOneHasToWait()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/c1").reply(429, R"({"wait_ms":90000,"all":false})");
    const Result<Receipt> told = sendPlain(bench, u"c1"_s);
    QVERIFY(!told.ok() && !told.error().accountWide);
    bench.far.expect("POST", "/send/c2").reply(200, R"({"id":"c2:1"})");
    const Result<Receipt> other = sendPlain(bench, u"c2"_s);
    QVERIFY2(other.ok(), qPrintable(failureWords(other)));
    const Result<Receipt> again = sendPlain(bench, u"c1"_s);
    QVERIFY(!again.ok() && !again.error().accountWide);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatLimits::knowsWhomEachPlatformMeans_data()
{
    QTest::addColumn<QString>("platform");
    QTest::addColumn<QByteArray>("body"); // of the 429
    QTest::addColumn<bool>("accountWide");
    QTest::newRow("Discord, the channel")
        << u"discord"_s << QByteArray(R"({"message":"x","retry_after":60.5,"global":false})") << false;
    QTest::newRow("Discord, the bot") << u"discord"_s
                                      << QByteArray(R"({"message":"x","retry_after":60.5,"global":true})") << true;
    QTest::newRow("Discord, our address")
        << u"discord"_s << QByteArray(R"({"message":"You are being blocked","code":0})") << true;
    QTest::newRow("Slack, the app") << u"slack"_s << QByteArray(R"({"ok":false,"error":"rate_limited"})") << true;
    QTest::newRow("Slack, it does not say")
        << u"slack"_s << QByteArray(R"({"ok":false,"error":"ratelimited"})") << false;
    QTest::newRow("Telegram, it does not say")
        << u"telegram"_s
        << QByteArray(R"({"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":60}})") << false;
}

void TestChatLimits::knowsWhomEachPlatformMeans()
{
    QFETCH(QString, platform);
    QFETCH(QByteArray, body);
    QFETCH(bool, accountWide);
    const PlatformSide side = platformSide(platform);
    ChatBench bench;
    for (const QString &field : {u"token"_s, u"bot_token"_s, u"app_token"_s})
        bench.account.secrets.insert(field, QString::fromLatin1(limitsToken));
    bench.open(platform);
    bench.far.expect(side.asks, side.me).reply(200, side.who);
    bench.far.expect("POST", side.first).reply(429, body).withHeader("retry-after", "60");
    const Result<Receipt> told = sendPlain(bench, u"501"_s);
    QVERIFY(!told.ok());
    QCOMPARE(int(told.error().kind), int(Error::Kind::RateLimited));
    QVERIFY(told.error().retryAfter >= 60s);
    QCOMPARE(told.error().accountWide, accountWide);
    if (!accountWide)
        bench.far.expect("POST", side.second).reply(200, side.sent);
    const Result<Receipt> other = sendPlain(bench, u"502"_s);
    QCOMPARE(bench.far.complaints(), QString());
    QVERIFY2(other.ok() != accountWide, qPrintable(failureWords(other)));
}

PATCHBAY_TESTS(TestChatLimits)
#include "tst_chat_limits.moc"
