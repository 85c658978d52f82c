#include "plain_platform.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::chatReplyTo;
using tests::hasNothing;
using tests::PlainBench;
using tests::plainPlatform;
using tests::saysWho;

namespace {

const QString key = u"0190b2c0-2222-7000-8000-000000000003"_s;

} // namespace

/// The kit's own law for channels that are asked, and for what all of them send.
class TestChatSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsPageAfterPageAndThenWaitsForMore();
    void asksForTheSamePageAgainWhenItCouldNotBeStored();
    void asksBehindTheStoredPlaceOnly();
    void saysThatItIsLostAndComesBack();
    void showsThePlatformsWordsWhereAPersonIsNeeded();
    void saysWhichMessagesThePlatformMayHaveForgotten();
    void storesTheTimeOfItsLooksWhereNothingComes();
    void endsTheOneLookWhereThereIsNoMore();
    void tellsTheOneLooksFailure();
    void sendsAndKeepsTheIdOfTheOtherSide();
    void refusesWhatThePlatformWouldNotTake();
    void waitsInOneChatWhileAnotherGoesOn();
    void handsALongWaitToTheOutbox();
    void followsAChatThatHasMovedOnce();
    void callsAnUnreadableAnswerToASentMessageOpen();
    void answersNoRequestWhereItTakesNone();
};

void TestChatSession::readsPageAfterPageAndThenWaitsForMore()
{
    PlainBench bench;
    bench.far.expect("GET", "/items").reply(200, "{\"items\":[1,2],\"more\":true}");
    bench.far.expect("GET", "/items?after=2").reply(200, "{\"items\":[3],\"more\":false}");
    bench.far.expect("GET", "/items?after=3&wait=1").reply(200, "{\"items\":[4],\"more\":false}");
    hasNothing(bench, "/items?after=4&wait=1", std::chrono::minutes(1));
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 2);
    QTRY_COMPARE(bench.far.complaints(), QString());
    QCOMPARE(bench.keys(), QStringList({u"item:1"_s, u"item:2"_s, u"item:3"_s, u"item:4"_s}));
    QCOMPARE(bench.ownCursor(), "4");
    QCOMPARE(int(bench.health), int(Health::Ok));
    QVERIFY(bench.said().contains(u"Plain is read to its end."));
}

void TestChatSession::asksForTheSamePageAgainWhenItCouldNotBeStored()
{
    ChatBench bench;
    bench.refusals = 2;
    bench.open(plainPlatform());
    saysWho(bench);
    for (int i = 0; i < 3; ++i)
        bench.far.expect("GET", "/items").reply(200, "{\"items\":[1],\"more\":false}");
    hasNothing(bench, "/items?after=1&wait=1", std::chrono::minutes(1));
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QTRY_COMPARE(bench.far.complaints(), QString());
    QCOMPARE(bench.keys(), QStringList{u"item:1"_s});
    QVERIFY2(bench.said().contains(u"The disk is full. Trying again in"), qPrintable(bench.said()));
}

void TestChatSession::asksBehindTheStoredPlaceOnly()
{
    ChatBench bench;
    bench.hold = true;
    bench.open(plainPlatform());
    saysWho(bench);
    bench.far.expect("GET", "/items").reply(200, "{\"items\":[1],\"more\":true}");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(bench.held.size(), size_t(1));
    QTest::qWait(50);
    QCOMPARE(bench.far.seen().size(), size_t(2)); // nothing is asked while it is not stored
    hasNothing(bench, "/items?after=1", std::chrono::minutes(1));
    bench.release();
    QTRY_COMPARE(bench.far.seen().size(), size_t(3));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSession::saysThatItIsLostAndComesBack()
{
    ChatBench bench;
    bench.open(plainPlatform());
    bench.far.expect("GET", "/me").fails(makeError(Error::Kind::Offline, u"No network."_s));
    saysWho(bench);
    hasNothing(bench, "/items?after=7", std::chrono::minutes(1));
    bench.connector->start("1760000000000;7", bench.sink());
    QTRY_COMPARE(bench.far.complaints(), QString());
    QTRY_VERIFY(bench.said().contains(u"No network. Trying again in"));
    QCOMPARE(int(bench.health), int(Health::Offline));
}

void TestChatSession::showsThePlatformsWordsWhereAPersonIsNeeded()
{
    ChatBench bench;
    bench.open(plainPlatform());
    bench.far.expect("GET", "/me").reply(401, "{\"message\":\"Token was revoked\"}");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"Token was revoked"), qPrintable(bench.said()));
}

void TestChatSession::saysWhichMessagesThePlatformMayHaveForgotten()
{
    PlainBench bench;
    hasNothing(bench, "/items?after=7");
    const Timestamp lastLook = bench.clock.at - std::chrono::hours(30);
    bench.connector->fetchOnce(QByteArray::number(lastLook.us / 1000) + ";7", bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QVERIFY2(bench.said().contains(u"Messages from 2026-03-03 06:00 UTC to 2026-03-03 12:00 UTC may be missing: Plain "
                                   "keeps what nobody fetched for 24 hours only."_s),
             qPrintable(bench.said()));
}

void TestChatSession::storesTheTimeOfItsLooksWhereNothingComes()
{
    PlainBench bench;
    hasNothing(bench, "/items?after=7");
    const Timestamp lastLook = bench.clock.at - std::chrono::hours(2);
    bench.connector->fetchOnce(QByteArray::number(lastLook.us / 1000) + ";7", bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QCOMPARE(bench.cursor, QByteArray::number(bench.clock.at.us / 1000) + ";7"); // else a gap would be seen tomorrow
    QVERIFY(!bench.said().contains(u"may be missing"));
}

void TestChatSession::endsTheOneLookWhereThereIsNoMore()
{
    PlainBench bench;
    bench.far.expect("GET", "/items").reply(200, "{\"items\":[1],\"more\":true}");
    hasNothing(bench, "/items?after=1");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QTest::qWait(60);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSession::tellsTheOneLooksFailure()
{
    ChatBench bench;
    bench.open(plainPlatform());
    bench.far.expect("GET", "/me").fails(makeError(Error::Kind::Offline, u"No network."_s));
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY(bench.said().contains(u"No network."));
    bench.sentences.clear();
    bench.far.expect("GET", "/me").fails(makeError(Error::Kind::Offline, u"No network."_s));
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.sentences.size(), 1); // the same again: somebody waits for it
}

void TestChatSession::sendsAndKeepsTheIdOfTheOtherSide()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/c1").bodyIs(QJsonObject{{u"text"_s, u"Hello"_s}}).reply(200, "{\"id\":\"c1:9\"}");
    bench.far.expect("POST", "/send/c1").reply(200, "{\"id\":\"c1:10\"}");
    int passes = 0;
    const Result<Receipt> sent = bench.deliver(chatReplyTo(u"c1"_s, u"Hello"_s), key, &passes);
    QVERIFY2(sent.ok(), sent.ok() ? "" : qPrintable(sent.error().message));
    QCOMPARE(sent->externalId, u"c1:9"_s);
    QCOMPARE(sent->response, u"{\"id\":\"c1:9\"}"_s);
    QCOMPARE(passes, 1);
    QVERIFY(bench.deliver(chatReplyTo(u"c1"_s, u"Again"_s), key).ok()); // who we are is asked once
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSession::refusesWhatThePlatformWouldNotTake()
{
    ChatBench bench;
    bench.open(plainPlatform());
    const Result<Receipt> tooLong = bench.deliver(chatReplyTo(u"c1"_s, u"Longer than it takes"_s), key);
    QVERIFY(!tooLong.ok());
    QCOMPARE(tooLong.error().message, u"Plain takes at most 10 characters in one message; this one has 20."_s);
    QVERIFY(!bench.deliver(chatReplyTo({}, u"Nowhere"_s), key).ok());
    QVERIFY(!bench.deliver(chatReplyTo(u"c1"_s, u"  "_s), key).ok());
    QVERIFY(!bench.deliver(chatReplyTo(u"c1"_s, u"Hello"_s), u"key\nX"_s).ok());
    QVERIFY(bench.far.seen().empty());
}

void TestChatSession::waitsInOneChatWhileAnotherGoesOn()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/busy").reply(429, "{\"wait_ms\":200}");
    bench.far.expect("POST", "/send/free").reply(200, "{\"id\":\"free:1\"}");
    bench.far.expect("POST", "/send/busy").reply(200, "{\"id\":\"busy:1\"}");
    const BeforeEffect gate = [] { return ChatBench::openGate(); };
    AsyncScope scope;
    const DeliveryRequest first{key, toJson(chatReplyTo(u"busy"_s, u"One"_s)), 1};
    QFuture<Result<Receipt>> busy = scope.run(bench.connector->deliver(first, gate));
    const Result<Receipt> free = bench.deliver(chatReplyTo(u"free"_s, u"Two"_s), key);
    QVERIFY2(free.ok(), free.ok() ? "" : qPrintable(free.error().message));
    QVERIFY(!busy.isFinished());
    const Result<Receipt> late = tests::await(busy);
    QVERIFY2(late.ok(), late.ok() ? "" : qPrintable(late.error().message));
    QCOMPARE(late->externalId, u"busy:1"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSession::handsALongWaitToTheOutbox()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/c1").reply(429, "{\"wait_ms\":90000}");
    const Result<Receipt> sent = bench.deliver(chatReplyTo(u"c1"_s, u"Hello"_s), key);
    QVERIFY(!sent.ok());
    QCOMPARE(int(sent.error().kind), int(Error::Kind::RateLimited));
    QCOMPARE(sent.error().retryAfter.count(), 90000);
    QVERIFY(!sent.error().ambiguous);
    QVERIFY(bench.connector->facts().waitsByThread);
    const Result<Receipt> soon = bench.deliver(chatReplyTo(u"c1"_s, u"Hello"_s), key); // too soon: not even sent
    QVERIFY(!soon.ok() && soon.error().retryAfter.count() > 0);
    bench.far.expect("POST", "/send/c2").reply(200, "{\"id\":\"c2:1\"}");
    QVERIFY(bench.deliver(chatReplyTo(u"c2"_s, u"Hello"_s), key).ok());
    bench.far.expect("POST", "/send/c3").reply(429, "{\"wait_ms\":8000}");
    QVERIFY(!bench.deliver(chatReplyTo(u"c3"_s, u"Hello"_s), key).ok()); // a place for others, not for waiting
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSession::followsAChatThatHasMovedOnce()
{
    PlainBench bench;
    bench.far.expect("POST", "/send/old").reply(410, "{\"moved\":\"new\"}");
    bench.far.expect("POST", "/send/new").reply(200, "{\"id\":\"new:1\"}");
    bench.far.expect("POST", "/send/new").reply(410, "{\"moved\":\"old\"}");
    bench.far.expect("POST", "/send/old").reply(410, "{\"moved\":\"new\"}");
    const Result<Receipt> sent = bench.deliver(chatReplyTo(u"old"_s, u"Hello"_s), key);
    QVERIFY2(sent.ok(), sent.ok() ? "" : qPrintable(sent.error().message));
    QCOMPARE(sent->externalId, u"new:1"_s);
    QVERIFY(!bench.deliver(chatReplyTo(u"new"_s, u"Hello"_s), key).ok()); // a ring is not run around for ever
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSession::callsAnUnreadableAnswerToASentMessageOpen()
{
    for (const char *answer : {"", "{", "{}", "[]", "null", "{\"ok\":true}"}) {
        ChatBench bench;
        bench.open(plainPlatform());
        saysWho(bench);
        bench.far.expect("POST", "/send/c1").reply(200, answer);
        const Result<Receipt> sent = bench.deliver(chatReplyTo(u"c1"_s, u"Hello"_s), key);
        QVERIFY2(!sent.ok() && sent.error().ambiguous, answer);
    }
}

void TestChatSession::answersNoRequestWhereItTakesNone()
{
    ChatBench bench;
    bench.open(plainPlatform());
    AsyncScope scope;
    const QFuture<HookReply> asked = scope.run(bench.connector->receive(HookRequest{}));
    QVERIFY(asked.isFinished());
    QCOMPARE(asked.result().status, 404);
}

PATCHBAY_TESTS(TestChatSession)
#include "tst_chat_session.moc"
