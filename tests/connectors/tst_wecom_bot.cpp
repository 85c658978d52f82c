#include "chat_bench.h"
#include "connectors/chat/wecom_bot/wecom_bot.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::ChatBench;
using tests::chatReplyTo;
using tests::connection;
using tests::ScriptedSocket;

namespace {

const QByteArray wecomSubscribed = R"({"headers":{"req_id":"subscribe"},"errcode":0,"errmsg":"ok"})";

void openWecomBench(ChatBench &bench, const QByteArray &cursor = {})
{
    bench.account.settings.insert(u"bot_id"_s, u"bot1"_s);
    bench.account.secrets.insert(u"bot_secret"_s, u"made-up-bot-secret-3"_s);
    bench.open(u"wecom_bot"_s);
    bench.connector->start(cursor, bench.sink());
}

/// The n-th connection, signed in.
ScriptedSocket *signedIn(ChatBench &bench, size_t n)
{
    ScriptedSocket *socket = connection(bench, n);
    if (socket)
        socket->say(wecomSubscribed);
    return socket;
}

/// The first connection, signed in.
ScriptedSocket *startWecom(ChatBench &bench)
{
    openWecomBench(bench);
    return signedIn(bench, 1);
}

QByteArray wecomMessage(const QByteArray &request, const QByteArray &id, const QByteArray &more = {})
{
    return R"({"cmd":"aibot_msg_callback","headers":{"req_id":")" + request + R"("},"body":{"msgid":")" + id
        + R"(","aibotid":"bot1","chattype":"single","from":{"userid":"ana"},"msgtype":"text","text":{"content":"hi"})"
        + more + "}}";
}

QByteArray wecomAnswer(const QString &request, int code, const QByteArray &words = "ok")
{
    return R"({"headers":{"req_id":")" + request.toUtf8() + R"("},"errcode":)" + QByteArray::number(code)
        + R"(,"errmsg":")" + words + R"("})";
}

QJsonObject sentFrame(const ScriptedSocket *socket, qsizetype n)
{
    return QJsonDocument::fromJson(socket->sent.value(n)).object();
}

const QString wecomKey = QStringLiteral("0190b2c0-2222-7000-8000-000000000003");

Async<Result<Done>> wecomClosedGate() { co_return makeError(Error::Kind::Conflict, u"another console has it"_s); }

/// Delivers while the test talks for the far side.
struct WecomDelivering {
    WecomDelivering(ChatBench &bench, const QString &thread, const QString &text, const QString &key = wecomKey)
    {
        const DeliveryRequest request{key, toJson(chatReplyTo(thread, text)), 1};
        result = scope.run(bench.connector->deliver(request, [] { return ChatBench::openGate(); }));
    }
    Result<Receipt> end()
    {
        const bool ended = QTest::qWaitFor([this] { return result.isFinished(); }, 5000);
        return ended ? result.result() : Result<Receipt>(makeError(Error::Kind::Timeout, u"no end"_s));
    }
    AsyncScope scope;
    QFuture<Result<Receipt>> result;
};

} // namespace

/// WeCom's smart robots: the dialogue, and answers over the same connection.
class TestWecomBot : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void subscribesWithTheRobotsSecret();
    void saysThatTheSecretIsWrong();
    void connectsAnewWhenHeartbeatsAreNotAnswered();
    void stopsWhenAnotherProgramTakesTheConnection();
    void keepsARepeatUnderTheSameNameAndSaysWhatMayBeMissing();
    void keepsWhatItDoesNotKnow();
    void storesNoKeys();
    void repliesToTheNewestMessageOnce();
    void sendsByItselfWhenTheMessageIsOld();
    void sendsByItselfWhenTheReplyIsRefused();
    void tellsARefusalAsOne();
    void doesNotKnowTheEndWhenTheConnectionEnds();
    void doesNotKnowTheEndWithoutAnAnswer();
    void sendsNothingWithoutAConnection();
    void opensNoConnectionForATest();
    void survivesAnyFrameFromWecom();
};

void TestWecomBot::subscribesWithTheRobotsSecret()
{
    ChatBench bench;
    openWecomBench(bench);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    QCOMPARE(socket->url(), QUrl(u"wss://openws.work.weixin.qq.com"_s));
    const QJsonObject subscribe = sentFrame(socket, 0);
    QCOMPARE(subscribe.value(u"cmd"_s).toString(), u"aibot_subscribe"_s);
    QCOMPARE(subscribe[u"body"_s][u"bot_id"_s].toString(), u"bot1"_s);
    QCOMPARE(subscribe[u"body"_s][u"secret"_s].toString(), u"made-up-bot-secret-3"_s);
    QVERIFY(bench.health != Health::Ok);
    socket->say(wecomSubscribed);
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QVERIFY(!bench.said().contains(u"may be missing")); // the first time
    QVERIFY(!bench.said().contains(u"made-up-bot-secret-3"));
}

void TestWecomBot::saysThatTheSecretIsWrong()
{
    ChatBench bench;
    openWecomBench(bench);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(wecomAnswer(u"subscribe"_s, 853000, "invalid bot"));
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"invalid bot"), qPrintable(bench.said()));
}

void TestWecomBot::connectsAnewWhenHeartbeatsAreNotAnswered()
{
    const auto dialogue = makeWecomDialogue({}, {}, [] { return 0.0; });
    dialogue->opened({});
    QCOMPARE(dialogue->received(wecomSubscribed, true, {}).wake.value_or(0s), 30s);
    for (int beat = 1; beat <= 4; ++beat) {
        const SocketStep step = dialogue->tick({});
        QCOMPARE(step.send.size(), size_t(1));
        QVERIFY(!step.end);
        const QJsonObject ping = QJsonDocument::fromJson(step.send[0]).object();
        QCOMPARE(ping.value(u"cmd"_s).toString(), u"ping"_s);
        if (beat <= 2) // the two after it stay without an answer
            dialogue->received(wecomAnswer(ping[u"headers"_s][u"req_id"_s].toString(), 0), true, {});
    }
    const SocketStep over = dialogue->tick({});
    QVERIFY(over.end && over.send.empty());
    QCOMPARE(over.end->kind, Error::Kind::Offline);
    QVERIFY(!over.atOnce); // with back-off
}

void TestWecomBot::stopsWhenAnotherProgramTakesTheConnection()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    socket->say(R"({"cmd":"aibot_event_callback","headers":{"req_id":"e"},)"
                R"("body":{"msgtype":"event","event":{"eventtype":"disconnected_event"}}})");
    QTRY_COMPARE(int(bench.health), int(Health::Failed)); // a person is needed, or the two would take turns for ever
    QVERIFY2(bench.said().contains(u"Another program has opened a connection"), qPrintable(bench.said()));
}

void TestWecomBot::keepsARepeatUnderTheSameNameAndSaysWhatMayBeMissing()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    socket->say(wecomMessage("cb1", "m1"));
    socket->say(wecomMessage("cb2", "m1"));
    QTRY_COMPARE(bench.items.size(), size_t(2));
    socket->hangUp(1006);
    bench.clock.at.us += qint64(5) * 60 * 1000000;
    socket = signedIn(bench, 2);
    QVERIFY(socket);
    socket->say(wecomMessage("cb3", "m1"));
    QTRY_COMPARE(bench.items.size(), size_t(3));
    QTRY_VERIFY2(bench.said().contains(u"may be missing"), qPrintable(bench.said()));
    bench.close();
    openWecomBench(bench, bench.cursor);
    socket = signedIn(bench, 3);
    QVERIFY(socket);
    socket->say(wecomMessage("cb4", "m1"));
    QTRY_COMPARE(bench.items.size(), size_t(4));
    QCOMPARE(bench.keys().count(u"message:m1"_s), 4);
}

void TestWecomBot::keepsWhatItDoesNotKnow()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    const QByteArray frame = R"({"cmd":"aibot_new_thing","headers":{"req_id":"n"},"body":{"x":1}})";
    socket->say(frame);
    QTRY_COMPARE(bench.items.size(), size_t(1));
    QCOMPARE(bench.items[0].raw, frame);
    const Result<InboundMessage> read = parseWecomFrame(bench.items[0], {});
    QVERIFY(read.ok());
    QCOMPARE(read->kind, InboundKind::Nothing);
}

void TestWecomBot::storesNoKeys()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    const QByteArray more = R"(,"response_url":"https://qyapi.example.com/r?response_code=aaaabbbbcccc","quote":)"
                            R"({"msgtype":"image","image":{"url":"https://example.com/i","aeskey":"ddddeeeeffff"}})";
    const QByteArray mixed =
        R"(,"mixed":{"msg_item":[{"msgtype":"image","image":{"url":"u","aeskey":"gggghhhhiiii"}}]})";
    socket->say(wecomMessage("cb1", "m1", more + mixed));
    QTRY_COMPARE(bench.items.size(), size_t(1));
    for (const char *key : {"aaaabbbbcccc", "ddddeeeeffff", "gggghhhhiiii"})
        QVERIFY2(!bench.items[0].raw.contains(key), key);
    QVERIFY(parseWecomFrame(bench.items[0], {}).ok());
}

void TestWecomBot::repliesToTheNewestMessageOnce()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    socket->say(wecomMessage("cb1", "m1"));
    socket->say(wecomMessage("cb2", "m2"));
    WecomDelivering first(bench, u"single:ana"_s, u"On its way"_s);
    QTRY_COMPARE(socket->sent.size(), 2);
    const QJsonObject reply = sentFrame(socket, 1);
    QCOMPARE(reply.value(u"cmd"_s).toString(), u"aibot_respond_msg"_s);
    QCOMPARE(reply[u"headers"_s][u"req_id"_s].toString(), u"cb2"_s);
    const QJsonObject stream{{u"id"_s, wecomKey}, {u"finish"_s, true}, {u"content"_s, u"On its way"_s}};
    QCOMPARE(reply[u"body"_s].toObject(), (QJsonObject{{u"msgtype"_s, u"stream"_s}, {u"stream"_s, stream}}));
    QVERIFY(!first.result.isFinished()); // nothing is sent before WeCom says so
    socket->say(wecomAnswer(u"cb2"_s, 0));
    const Result<Receipt> sent = first.end();
    QVERIFY2(sent.ok(), sent.ok() ? "" : qPrintable(sent.error().message));
    QCOMPARE(sent->externalId, QString()); // WeCom names none
    WecomDelivering second(bench, u"single:ana"_s, u"And more"_s, u"0190b2c0-2222-7000-8000-000000000004"_s);
    QTRY_COMPARE(socket->sent.size(), 3);
    QCOMPARE(sentFrame(socket, 2).value(u"cmd"_s).toString(), u"aibot_send_msg"_s);
    socket->say(wecomAnswer(u"0190b2c0-2222-7000-8000-000000000004"_s, 0));
    QVERIFY(second.end().ok());
}

void TestWecomBot::sendsByItselfWhenTheMessageIsOld()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    socket->say(wecomMessage("cb1", "m1", R"(,"chatid":"wr1")"));
    bench.clock.at.us += qint64(10) * 60 * 1000000;
    WecomDelivering late(bench, u"group:wr1"_s, u"On its way"_s);
    QTRY_COMPARE(socket->sent.size(), 2);
    const QJsonObject frame = sentFrame(socket, 1);
    QCOMPARE(frame.value(u"cmd"_s).toString(), u"aibot_send_msg"_s);
    QCOMPARE(frame[u"headers"_s][u"req_id"_s].toString(), wecomKey);
    const QJsonObject body{{u"chatid"_s, u"wr1"_s},
                           {u"chat_type"_s, 2},
                           {u"msgtype"_s, u"markdown"_s},
                           {u"markdown"_s, QJsonObject{{u"content"_s, u"On its way"_s}}}};
    QCOMPARE(frame[u"body"_s].toObject(), body);
    socket->say(wecomAnswer(wecomKey, 0));
    QVERIFY(late.end().ok());
}

void TestWecomBot::sendsByItselfWhenTheReplyIsRefused()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    socket->say(wecomMessage("cb1", "m1"));
    WecomDelivering one(bench, u"single:ana"_s, u"On its way"_s);
    QTRY_COMPARE(socket->sent.size(), 2);
    socket->say(wecomAnswer(u"cb1"_s, 846605, "invalid req_id"));
    QCOMPARE(socket->sent.size(), 3);
    QCOMPARE(sentFrame(socket, 2)[u"body"_s][u"chat_type"_s].toInt(), 1);
    socket->say(wecomAnswer(wecomKey, 0));
    QVERIFY(one.end().ok());
    socket->say(wecomMessage("cb2", "m2"));
    WecomDelivering two(bench, u"single:ana"_s, u"And more"_s, u"0190b2c0-2222-7000-8000-000000000005"_s);
    QTRY_COMPARE(socket->sent.size(), 4);
    socket->say(wecomAnswer(u"cb2"_s, -1, "busy")); // it may have come through: nothing goes out again
    QVERIFY(two.end().error().ambiguous);
    QCOMPARE(socket->sent.size(), 4);
}

void TestWecomBot::tellsARefusalAsOne()
{
    const QList<std::tuple<int, Error::Kind, bool>> codes{{45009, Error::Kind::RateLimited, false},
                                                          {40058, Error::Kind::Refused, false},
                                                          {-1, Error::Kind::Remote, true}};
    for (const auto &[code, kind, isOpen] : codes) {
        ChatBench bench;
        openWecomBench(bench);
        ScriptedSocket *socket = signedIn(bench, 1);
        QVERIFY(socket);
        QTRY_COMPARE(bench.caughtUp, 1);
        WecomDelivering one(bench, u"single:ana"_s, u"On its way"_s);
        QTRY_COMPARE(socket->sent.size(), 2);
        socket->say(wecomAnswer(wecomKey, code, "no"));
        const Result<Receipt> refused = one.end();
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().kind, kind);
        QCOMPARE(refused.error().ambiguous, isOpen);
    }
}

void TestWecomBot::doesNotKnowTheEndWhenTheConnectionEnds()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    WecomDelivering one(bench, u"single:ana"_s, u"On its way"_s);
    QTRY_COMPARE(socket->sent.size(), 2);
    socket->hangUp(1006);
    const Result<Receipt> open = one.end();
    QVERIFY(!open.ok());
    QVERIFY(open.error().ambiguous);
    socket = signedIn(bench, 2);
    QVERIFY(socket);
    socket->say(wecomAnswer(wecomKey, 0)); // too late: nobody asks any more
    QTRY_COMPARE(bench.caughtUp, 2);
    WecomDelivering stopped(bench, u"single:ana"_s, u"Again"_s);
    QTRY_COMPARE(socket->sent.size(), 2);
    bench.connector->stop();
    QVERIFY(!stopped.end().ok());
    QVERIFY(stopped.end().error().ambiguous);
}

void TestWecomBot::doesNotKnowTheEndWithoutAnAnswer()
{
    ChatBench bench;
    bench.account.settings.insert(u"deadline_ms"_s, 1500);
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    WecomDelivering one(bench, u"single:ana"_s, u"On its way"_s);
    const Result<Receipt> late = one.end();
    QVERIFY(!late.ok());
    QCOMPARE(late.error().kind, Error::Kind::Timeout);
    QVERIFY(late.error().ambiguous);
}

void TestWecomBot::sendsNothingWithoutAConnection()
{
    ChatBench bench;
    openWecomBench(bench);
    ScriptedSocket *socket = connection(bench, 1); // not signed in yet
    QVERIFY(socket);
    int passes = 0;
    const Result<Receipt> sent = bench.deliver(chatReplyTo(u"single:ana"_s, u"x"_s), wecomKey, &passes);
    QVERIFY(!sent.ok());
    QCOMPARE(sent.error().kind, Error::Kind::Offline);
    QVERIFY(!sent.error().ambiguous);
    QCOMPARE(passes, 0);
    QCOMPARE(socket->sent.size(), 1);
    socket->say(wecomSubscribed);
    QTRY_COMPARE(bench.caughtUp, 1);
    const DeliveryRequest request{wecomKey, toJson(chatReplyTo(u"single:ana"_s, u"x"_s)), 1};
    const Result<Receipt> held = tests::await(bench.connector->deliver(request, [] { return wecomClosedGate(); }));
    QVERIFY(!held.ok() && !held.error().ambiguous);
    QCOMPARE(socket->sent.size(), 1);
}

void TestWecomBot::opensNoConnectionForATest()
{
    ChatBench bench;
    openWecomBench(bench);
    QVERIFY(signedIn(bench, 1));
    const Result<QString> tested = tests::await(bench.connector->test());
    QVERIFY(tested.ok());
    QVERIFY2(tested->contains(u"one live connection"), qPrintable(*tested));
    QCOMPARE(bench.sockets.size(), size_t(1));
}

void TestWecomBot::survivesAnyFrameFromWecom()
{
    ChatBench bench;
    ScriptedSocket *socket = startWecom(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    const QByteArray whole = wecomMessage("cb1", "m1");
    size_t count = 0;
    for (qsizetype size = 0; size < whole.size(); size += 9, ++count)
        socket->say(whole.left(size));
    socket->say(QByteArray(3000, '['));
    socket->say(R"({"headers":{"req_id":"nobody"},"errcode":"x"})"); // an answer that nobody waits for
    QTRY_COMPARE(bench.items.size(), count + 1);
    for (const RawItem &item : bench.items)
        QVERIFY(!parseWecomFrame(item, {}).ok());
    QCOMPARE(int(bench.health), int(Health::Ok));
}

PATCHBAY_TESTS(TestWecomBot)
#include "tst_wecom_bot.moc"
