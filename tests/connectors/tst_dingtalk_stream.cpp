#include "chat_bench.h"
#include "sample_payload.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::chatReplyTo;
using tests::connection;
using tests::ScriptedSocket;

namespace {

const QByteArray dingtalkHook = "https://oapi.dingtalk.com/robot/sendBySession?session=a1b2c3d4e5f6a7b8";

void expectDingtalk(ChatBench &bench, int connections)
{
    for (int i = 0; i < connections; ++i) {
        bench.far.expect("POST", "https://api.dingtalk.com/v1.0/gateway/connections/open")
            .reply(200, R"({"endpoint":"wss://wss-open-connection.dingtalk.com:443/connect","ticket":"t+1/="})");
    }
}

void openDingtalkBench(ChatBench &bench, int connections, const QByteArray &cursor = {})
{
    bench.account.settings.insert(u"app_key"_s, u"dingkey1"_s);
    bench.account.secrets.insert(u"app_secret"_s, u"made-up-app-secret-7"_s);
    bench.open(u"dingtalk_stream"_s);
    bench.far.expect("POST", "https://api.dingtalk.com/v1.0/oauth2/accessToken")
        .reply(200, R"({"accessToken":"at-1","expireIn":7200})");
    expectDingtalk(bench, connections);
    bench.connector->start(cursor, bench.sink());
}

/// The first connection.
ScriptedSocket *startDingtalk(ChatBench &bench, int connections = 1)
{
    openDingtalkBench(bench, connections);
    return connection(bench, 1);
}

QByteArray dingtalkFrame(const QByteArray &type, const QByteArray &topic, const QByteArray &id, const QByteArray &data)
{
    const QJsonObject headers{{u"appId"_s, u"a"_s},
                              {u"connectionId"_s, u"c"_s},
                              {u"contentType"_s, u"application/json"_s},
                              {u"messageId"_s, QString::fromUtf8(id)},
                              {u"time"_s, u"1772625600200"_s},
                              {u"topic"_s, QString::fromUtf8(topic)}};
    return QJsonDocument(QJsonObject{{u"specVersion"_s, u"1.0"_s},
                                     {u"type"_s, QString::fromUtf8(type)},
                                     {u"headers"_s, headers},
                                     {u"data"_s, QString::fromUtf8(data)}})
        .toJson(QJsonDocument::Compact);
}

QByteArray dingtalkMessage(const QByteArray &frameId, const QByteArray &id, qint64 hookLivesUntil)
{
    const QByteArray data = R"({"conversationId":"cid1","conversationType":"1","chatbotUserId":"$:robot","msgId":")"
        + id + R"(","senderNick":"Ana","senderStaffId":"staff7","senderId":"$:ana","createAt":1772625600123,)"
        + R"("sessionWebhookExpiredTime":)" + QByteArray::number(hookLivesUntil) + R"(,"sessionWebhook":")"
        + dingtalkHook + R"(","robotCode":"dingkey1","msgtype":"text","text":{"content":"hi"}})";
    return dingtalkFrame("CALLBACK", "/v1.0/im/bot/messages/get", frameId, data);
}

qint64 inMinutes(const ChatBench &bench, int minutes) { return bench.clock.at.us / 1000 + minutes * 60000; }

QJsonObject answerTo(const ScriptedSocket *socket, qsizetype n)
{
    return QJsonDocument::fromJson(socket->sent.value(n)).object();
}

QString idOf(const QJsonObject &answer) { return answer[u"headers"_s][u"messageId"_s].toString(); }

} // namespace

/// DingTalk's Stream mode: connections, frames and what is answered to them.
class TestDingtalkStream : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensAConnectionWithTheTicketThatItWasGiven();
    void answersAPingWithWhatCameInIt();
    void acknowledgesAMessageOnlyWhenItIsStored();
    void acknowledgesNothingThatCouldNotBeStored();
    void keepsARepeatUnderTheSameNameAcrossConnectionsAndRestarts();
    void keepsAndAcknowledgesWhatItDoesNotKnow();
    void storesNoKeyToAnswerWith();
    void connectsAnewAtOnceWhenDingtalkAsksForIt();
    void comesBackAfterALossAndSaysWhatMayBeMissing();
    void waitsLongWhereTheSecretIsWrong();
    void answersThroughTheAddressOfTheMessageWhileItLives();
    void answersByTheRobotsCallLater();
    void survivesAnyFrameFromDingtalk();
    void readsTheVendorsSample();
};

void TestDingtalkStream::opensAConnectionWithTheTicketThatItWasGiven()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    QCOMPARE(socket->url().toString(QUrl::FullyEncoded),
             u"wss://wss-open-connection.dingtalk.com:443/connect?ticket=t%2B1%2F%3D"_s);
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QVERIFY(socket->sent.isEmpty());
    QVERIFY(!bench.said().contains(u"may be missing"));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDingtalkStream::answersAPingWithWhatCameInIt()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    socket->say(dingtalkFrame("SYSTEM", "ping", "p1", R"({"opaque":"0a1b"})"));
    QCOMPARE(socket->sent.size(), 1); // at once, whatever waits to be stored
    const QJsonObject answer = answerTo(socket, 0);
    QCOMPARE(answer.value(u"code"_s).toInt(), 200);
    QCOMPARE(idOf(answer), u"p1"_s);
    QCOMPARE(answer.value(u"data"_s).toString(), uR"({"opaque":"0a1b"})"_s);
    QVERIFY(bench.items.empty());
}

void TestDingtalkStream::acknowledgesAMessageOnlyWhenItIsStored()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.hold = true;
    socket->say(dingtalkMessage("f1", "msg1", inMinutes(bench, 90)));
    QTRY_COMPARE(bench.held.size(), size_t(1));
    QVERIFY(socket->sent.isEmpty());
    bench.release();
    QTRY_COMPARE(socket->sent.size(), 1);
    const QJsonObject answer = answerTo(socket, 0);
    QCOMPARE(answer.value(u"code"_s).toInt(), 200);
    QCOMPARE(idOf(answer), u"f1"_s);
    QCOMPARE(answer.value(u"data"_s).toString(), uR"({"response":{}})"_s);
    QCOMPARE(bench.keys(), QStringList{u"message:msg1"_s});
}

void TestDingtalkStream::acknowledgesNothingThatCouldNotBeStored()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench, 2);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.refusals = 1;
    QPointer<ScriptedSocket> first(socket);
    socket->say(dingtalkMessage("f1", "msg1", inMinutes(bench, 90)));
    QVERIFY(QTest::qWaitFor([&bench] { return bench.said().contains(u"The disk is full."); }));
    QVERIFY(!first || first->sent.isEmpty());
    QVERIFY(bench.items.empty());
}

void TestDingtalkStream::keepsARepeatUnderTheSameNameAcrossConnectionsAndRestarts()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench, 2);
    QVERIFY(socket);
    socket->say(dingtalkMessage("f1", "msg1", inMinutes(bench, 90)));
    socket->say(dingtalkMessage("f2", "msg1", inMinutes(bench, 90))); // another frame, the same message
    QTRY_COMPARE(socket->sent.size(), 2);
    QCOMPARE(idOf(answerTo(socket, 1)), u"f2"_s);
    socket->hangUp(1006);
    socket = connection(bench, 2);
    QVERIFY(socket);
    socket->say(dingtalkMessage("f1", "msg1", inMinutes(bench, 90)));
    QTRY_COMPARE(bench.keys(), QStringList({u"message:msg1"_s, u"message:msg1"_s, u"message:msg1"_s}));
    bench.close();
    openDingtalkBench(bench, 1, bench.cursor);
    socket = connection(bench, 3);
    QVERIFY(socket);
    socket->say(dingtalkMessage("f3", "msg1", inMinutes(bench, 90)));
    QTRY_COMPARE(bench.items.size(), size_t(4));
    const Catalog catalog = makeCatalog(bench.services);
    QSet<QString> messages;
    for (const RawItem &item : bench.items) {
        QCOMPARE(item.sourceKey, u"message:msg1"_s);
        const Result<InboundMessage> read = catalog.chat(u"dingtalk_stream"_s)->parse(item, bench.account);
        QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
        messages.insert(read->dedupeKey);
    }
    QCOMPARE(messages.size(), 1);
}

void TestDingtalkStream::keepsAndAcknowledgesWhatItDoesNotKnow()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    const QList<QByteArray> frames{dingtalkFrame("EVENT", "*", "e1", R"({"eventId":"1"})"),
                                   dingtalkFrame("CALLBACK", "/v9.0/new", "c1", "{}"),
                                   dingtalkFrame("HOLOGRAM", "x", "h1", "not json")};
    for (const QByteArray &frame : frames)
        socket->say(frame);
    QTRY_COMPARE(socket->sent.size(), 3);
    QCOMPARE(idOf(answerTo(socket, 0)), u"e1"_s);
    QCOMPARE(answerTo(socket, 0).value(u"data"_s).toString(), uR"({"status":"SUCCESS"})"_s);
    QCOMPARE(idOf(answerTo(socket, 2)), u"h1"_s);
    QCOMPARE(bench.keys(), QStringList({u"frame:e1"_s, u"frame:c1"_s, u"frame:h1"_s}));
    const Catalog catalog = makeCatalog(bench.services);
    for (qsizetype i = 0; i < frames.size(); ++i) {
        QCOMPARE(bench.items[size_t(i)].raw, frames.at(i));
        const Result<InboundMessage> read =
            catalog.chat(u"dingtalk_stream"_s)->parse(bench.items[size_t(i)], bench.account);
        QVERIFY(read.ok());
        QCOMPARE(read->kind, InboundKind::Nothing);
    }
}

void TestDingtalkStream::storesNoKeyToAnswerWith()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    const QByteArray frame = dingtalkMessage("f1", "msg1", inMinutes(bench, 90));
    QVERIFY(frame.contains("a1b2c3d4e5f6a7b8"));
    socket->say(frame);
    QTRY_COMPARE(bench.items.size(), size_t(1));
    QByteArray expected = frame;
    QCOMPARE(bench.items[0].raw, expected.replace("a1b2c3d4e5f6a7b8", "...")); // nothing else is touched
}

void TestDingtalkStream::connectsAnewAtOnceWhenDingtalkAsksForIt()
{
    ChatBench bench;
    bench.account.settings.insert(u"retry_ms"_s, 60000);
    ScriptedSocket *socket = startDingtalk(bench, 2);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    socket->say(dingtalkFrame("SYSTEM", "disconnect", "d1", R"({"reason":"rebalance"})"));
    QVERIFY(connection(bench, 2));
    QVERIFY(!bench.said().contains(u"Trying again"));
}

void TestDingtalkStream::comesBackAfterALossAndSaysWhatMayBeMissing()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench, 2);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    const Timestamp lost = bench.clock.at;
    socket->hangUp(0); // as when pings stay without a sign
    QVERIFY(QTest::qWaitFor([&bench] { return bench.said().contains(u"Trying again"); }));
    bench.clock.at.us = lost.us + 5 * 60 * qint64(1000000);
    QVERIFY(connection(bench, 2));
    QTRY_COMPARE(bench.caughtUp, 2);
    QVERIFY2(bench.said().contains(u"may be missing"), qPrintable(bench.said()));
}

void TestDingtalkStream::waitsLongWhereTheSecretIsWrong()
{
    ChatBench bench;
    bench.account.settings.insert(u"app_key"_s, u"dingkey1"_s);
    bench.account.secrets.insert(u"app_secret"_s, u"made-up-app-secret-7"_s);
    bench.open(u"dingtalk_stream"_s);
    bench.far.expect("POST", "https://api.dingtalk.com/v1.0/oauth2/accessToken")
        .reply(400, R"({"code":"invalidClientSecret","message":"wrong"})");
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"Sign in to DingTalk again"), qPrintable(bench.said()));
}

void TestDingtalkStream::answersThroughTheAddressOfTheMessageWhileItLives()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    socket->say(dingtalkMessage("f1", "msg1", inMinutes(bench, 90)));
    QTRY_COMPARE(socket->sent.size(), 1);
    const QJsonObject body{{u"msgtype"_s, u"text"_s}, {u"text"_s, QJsonObject{{u"content"_s, u"On its way"_s}}}};
    bench.far.expect("POST", dingtalkHook)
        .bodyIs(body)
        .hasHeader("x-acs-dingtalk-access-token", "") // the address is the proof; it is another host
        .reply(200, R"({"errcode":0,"errmsg":"ok"})");
    const Result<Receipt> sent = bench.deliver(chatReplyTo(u"user:staff7"_s, u"On its way"_s), u"0190b2c0-2222-7000"_s);
    QVERIFY2(sent.ok(), sent.ok() ? "" : qPrintable(sent.error().message));
    QCOMPARE(sent->externalId, QString()); // it names none
    bench.far.expect("POST", dingtalkHook).reply(200, R"({"errcode":310000,"errmsg":"refused"})");
    const Result<Receipt> refused = bench.deliver(chatReplyTo(u"user:staff7"_s, u"Again"_s), u"0190b2c0-2222-7001"_s);
    QVERIFY(!refused.ok() && !refused.error().ambiguous);
    bench.far.expect("POST", dingtalkHook).reply(200, "{}");
    const Result<Receipt> strange = bench.deliver(chatReplyTo(u"user:staff7"_s, u"Thrice"_s), u"0190b2c0-2222-7002"_s);
    QVERIFY(!strange.ok() && strange.error().ambiguous);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDingtalkStream::answersByTheRobotsCallLater()
{
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    socket->say(dingtalkMessage("f1", "msg1", inMinutes(bench, 90)));
    QTRY_COMPARE(socket->sent.size(), 1);
    bench.clock.at.us += qint64(90) * 60 * 1000000; // a minute is left for the way there
    bench.far.expect("POST", "https://api.dingtalk.com/v1.0/robot/oToMessages/batchSend")
        .hasHeader("x-acs-dingtalk-access-token", "at-1")
        .reply(200, R"({"processQueryKey":"pqk1"})");
    const Result<Receipt> sent = bench.deliver(chatReplyTo(u"user:staff7"_s, u"On its way"_s), u"0190b2c0-2222-7000"_s);
    QVERIFY2(sent.ok(), sent.ok() ? "" : qPrintable(sent.error().message));
    QCOMPARE(sent->externalId, u"pqk1"_s);
}

void TestDingtalkStream::survivesAnyFrameFromDingtalk()
{
    const QByteArray whole = dingtalkMessage("f1", "msg1", 1772631000000);
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    size_t count = 0;
    for (qsizetype size = 0; size < whole.size(); size += 11, ++count)
        socket->say(whole.left(size));
    socket->say(QByteArray(3000, '['));
    QTRY_COMPARE(bench.items.size(), count + 1); // kept for a person, with their bytes
    QCOMPARE(bench.items.back().raw, QByteArray(3000, '['));
    QVERIFY(socket->sent.isEmpty()); // there is nothing to answer to
    QCOMPARE(int(bench.health), int(Health::Ok));
    const Catalog catalog = makeCatalog(bench.services);
    for (const RawItem &item : bench.items)
        QVERIFY(!catalog.chat(u"dingtalk_stream"_s)->parse(item, bench.account).ok());
}

void TestDingtalkStream::readsTheVendorsSample()
{
    const QByteArray sample = tests::samplePayload(u"dingtalk/stream_callback_robot_text.json"_s);
    if (sample.isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    ChatBench bench;
    ScriptedSocket *socket = startDingtalk(bench);
    QVERIFY(socket);
    socket->say(sample);
    QTRY_COMPARE(socket->sent.size(), 1);
    QCOMPARE(idOf(answerTo(socket, 0)), u"m1"_s);
    const Catalog catalog = makeCatalog(bench.services);
    const Result<InboundMessage> read = catalog.chat(u"dingtalk_stream"_s)->parse(bench.items[0], bench.account);
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
    QCOMPARE(read->text, u"hi"_s);
    QCOMPARE(read->from.name, u"Ann"_s);
    QCOMPARE(read->threadKey, u"user:s1"_s);
    QCOMPARE(read->providerAt.us, 1690362102194000);
}

PATCHBAY_TESTS(TestDingtalkStream)
#include "tst_dingtalk_stream.moc"
