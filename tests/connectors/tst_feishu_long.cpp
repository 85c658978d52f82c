#include "chat_bench.h"
#include "connectors/chat/feishu_long/feishu_long.h"
#include "connectors/kit/lark_frame.h"
#include "sample_payload.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::ChatBench;
using tests::connection;
using tests::ScriptedSocket;

namespace {

void openFeishuBench(ChatBench &bench, int connections, const QByteArray &cursor = {},
                     const QByteArray &host = "https://open.feishu.cn")
{
    bench.account.settings.insert(u"app_id"_s, u"cli_1"_s);
    bench.account.settings.insert(u"url"_s, QString::fromLatin1(host));
    bench.account.secrets.insert(u"app_secret"_s, u"made-up-app-secret-8"_s);
    bench.open(u"feishu_long"_s);
    bench.far.expect("POST", host + "/open-apis/auth/v3/tenant_access_token/internal")
        .reply(200, R"({"code":0,"tenant_access_token":"t-1","expire":7200})");
    bench.far.expect("GET", host + "/open-apis/bot/v3/info")
        .reply(200, R"({"code":0,"bot":{"open_id":"ou_bot","app_name":"Desk"}})");
    for (int i = 0; i < connections; ++i) {
        bench.far.expect("POST", host + "/callback/ws/endpoint")
            .bodyIs(QJsonObject{{u"AppID"_s, u"cli_1"_s}, {u"AppSecret"_s, u"made-up-app-secret-8"_s}})
            .reply(200, R"({"code":0,"data":{"URL":"wss://far.example/ws/v2?device_id=1&service_id=7"}})");
    }
    bench.connector->start(cursor, bench.sink());
}

/// The first connection.
ScriptedSocket *startFeishu(ChatBench &bench, int connections = 1)
{
    openFeishuBench(bench, connections);
    return connection(bench, 1);
}

/// Asked before the first message is stored.
void expectFeishuName(ChatBench &bench)
{
    bench.far.expect("GET", "/open-apis/contact/v3/users/ou_ana?user_id_type=open_id")
        .reply(200, R"({"code":0,"data":{"user":{"name":"Ana Lima"}}})");
}

LarkFrame larkData(const QByteArray &id, const QByteArray &payload, int sum = 1, int seq = 0)
{
    LarkFrame frame;
    frame.seq = 18446744073709551610ULL;
    frame.log = 9;
    frame.service = 7;
    frame.method = 1;
    frame.headers = {{"type", "event"},
                     {"message_id", id},
                     {"sum", QByteArray::number(sum)},
                     {"seq", QByteArray::number(seq)},
                     {"trace_id", "tr1"}};
    frame.payload = payload;
    return frame;
}

QByteArray feishuMessage(const QByteArray &id, const QByteArray &event = "ev1")
{
    const QJsonObject header{{u"event_id"_s, QString::fromLatin1(event)},
                             {u"event_type"_s, u"im.message.receive_v1"_s},
                             {u"token"_s, u"made-up-verification-token"_s}};
    const QByteArray content = QJsonDocument(QJsonObject{{u"text"_s, u"hi"_s}}).toJson(QJsonDocument::Compact);
    const QJsonObject message{{u"message_id"_s, QString::fromLatin1(id)},
                              {u"create_time"_s, u"1772625600123"_s},
                              {u"chat_id"_s, u"oc_1"_s},
                              {u"chat_type"_s, u"p2p"_s},
                              {u"message_type"_s, u"text"_s},
                              {u"content"_s, QString::fromUtf8(content)}};
    const QJsonObject sender{{u"sender_id"_s, QJsonObject{{u"open_id"_s, u"ou_ana"_s}}}, {u"sender_type"_s, u"user"_s}};
    return QJsonDocument(QJsonObject{{u"schema"_s, u"2.0"_s},
                                     {u"header"_s, header},
                                     {u"event"_s, QJsonObject{{u"sender"_s, sender}, {u"message"_s, message}}}})
        .toJson(QJsonDocument::Compact);
}

LarkFrame larkSent(const ScriptedSocket *socket, qsizetype n)
{
    const Result<LarkFrame> frame = larkFrame(socket->sent.value(n));
    return frame ? *frame : LarkFrame();
}

} // namespace

/// The long connection of Feishu and Lark: binary frames, heartbeats, parts, and what is acknowledged.
class TestFeishuLong : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAndWritesFrames();
    void refusesFramesThatCannotBe();
    void putsPartsTogetherInAnyOrder();
    void keepsPartsWithinBounds();
    void opensTheConnectionAndPingsForItsService();
    void connectsAtLark();
    void connectsAnewWhenPingsAreNotAnswered();
    void acknowledgesAnEventOnlyWhenItIsStored();
    void acknowledgesPartsTogether();
    void keepsARepeatUnderTheSameNameAcrossConnectionsAndRestarts();
    void keepsAndAcknowledgesWhatItDoesNotKnow();
    void comesBackAfterALoss();
    void survivesAnyFrameFromFeishu();
    void readsTheVendorsEvent();
};

void TestFeishuLong::readsAndWritesFrames()
{
    // seq 1, log 2, service 7, method 0, one header type=ping, written out by hand after pbbp2.
    const QByteArray bytes = QByteArray::fromHex("08011002180720002a0c0a04747970651204") + "ping";
    LarkFrame ping;
    ping.seq = 1;
    ping.log = 2;
    ping.service = 7;
    ping.headers = {{"type", "ping"}};
    QCOMPARE(toBytes(ping).toHex(), bytes.toHex());
    LarkFrame whole = larkData("m1", QByteArray(300, 'x'), 3, 2);
    whole.payloadEncoding = "none";
    whole.payloadType = "json";
    whole.newLog = "log";
    whole.service = -1;
    const Result<LarkFrame> read = larkFrame(toBytes(whole));
    QVERIFY(read.ok());
    QCOMPARE(read->seq, 18446744073709551610ULL); // above 2^63
    QCOMPARE(read->service, -1);
    QCOMPARE(read->headers, whole.headers);
    QCOMPARE(read->number("seq", 0), 2);
    QCOMPARE(read->payload, whole.payload);
    QCOMPARE(read->payloadEncoding + read->payloadType + read->newLog, QByteArray("nonejsonlog"));
    // Fields that are not known (20 as a number, 21 as eight bytes, 22 as a text, 23 as four) are passed by.
    const QByteArray more = QByteArray::fromHex("a00105a9010102030405060708b2010161bd0101020304");
    const Result<LarkFrame> newer = larkFrame(more + toBytes(whole));
    QVERIFY(newer.ok());
    QCOMPARE(newer->payload, whole.payload);
}

void TestFeishuLong::refusesFramesThatCannotBe()
{
    const QByteArray whole = toBytes(larkData("m1", "{}"));
    QVERIFY(larkFrame(whole).ok());
    QVERIFY(!larkFrame({}).ok());
    QVERIFY(!larkFrame(whole.chopped(1)).ok());
    QVERIFY(!larkFrame(QByteArray(12, '\xff')).ok()); // a number without an end
    QVERIFY(!larkFrame(QByteArray::fromHex("0b")).ok()); // a group
    QVERIFY(!larkFrame(QByteArray::fromHex("42ffffffffffffffff7f61")).ok()); // longer than there is
    LarkFrame many;
    for (int i = 0; i < 200; ++i)
        many.headers.append({QByteArray("k"), QByteArray("v")});
    QVERIFY(!larkFrame(toBytes(many)).ok());
}

void TestFeishuLong::putsPartsTogetherInAnyOrder()
{
    LarkParts parts;
    QVERIFY(!parts.take(larkData("m1", "c", 3, 2)).value());
    QVERIFY(!parts.take(larkData("m2", "x", 2, 0)).value()); // another one in between
    QVERIFY(!parts.take(larkData("m1", "a", 3, 0)).value());
    QVERIFY(!parts.take(larkData("m1", "a", 3, 0)).value()); // twice
    const auto whole = parts.take(larkData("m1", "b", 3, 1));
    QVERIFY(whole.ok() && *whole);
    QCOMPARE(**whole, QByteArray("abc"));
    QVERIFY(!parts.take(larkData("m1", "b", 3, 1)).value()); // begins anew
    QCOMPARE(*parts.take(larkData("m3", "alone")).value(), QByteArray("alone"));
}

void TestFeishuLong::keepsPartsWithinBounds()
{
    LarkParts parts;
    QVERIFY(!parts.take(larkData("m", "x", 65, 0)).ok());
    QVERIFY(!parts.take(larkData("m", "x", 2, 2)).ok());
    QVERIFY(!parts.take(larkData("m", "x", 2, -1)).ok());
    QVERIFY(parts.take(larkData("large", QByteArray(5 * 1024 * 1024, 'x'), 3, 0)).ok());
    QVERIFY(!parts.take(larkData("large", QByteArray(5 * 1024 * 1024, 'x'), 3, 1)).ok());
    QVERIFY(parts.take(larkData("first", "a", 2, 0)).ok());
    for (int i = 0; i < 25; ++i)
        QVERIFY(parts.take(larkData("m" + QByteArray::number(i), "a", 2, 0)).ok());
    QVERIFY(!parts.take(larkData("first", "b", 2, 1)).value()); // gone: it comes again
    QVERIFY(parts.take(larkData("m24", "b", 2, 1)).value());
}

void TestFeishuLong::opensTheConnectionAndPingsForItsService()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    QVERIFY(socket);
    QCOMPARE(socket->url().host(), u"far.example"_s);
    const LarkFrame ping = larkSent(socket, 0);
    QCOMPARE(ping.method, 0);
    QCOMPARE(ping.service, 7);
    QCOMPARE(ping.header("type"), QByteArray("ping"));
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestFeishuLong::connectsAtLark()
{
    ChatBench bench;
    openFeishuBench(bench, 1, {}, "https://open.larksuite.com");
    QVERIFY(connection(bench, 1));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestFeishuLong::connectsAnewWhenPingsAreNotAnswered()
{
    ChatContext context;
    context.live = QUrl(u"wss://far.example/ws/v2?service_id=7"_s);
    const auto dialogue = makeFeishuDialogue(context, {}, [] { return 0.0; });
    QCOMPARE(dialogue->opened({}).wake.value_or(0s), 120s);
    LarkFrame pong;
    pong.headers = {{"type", "pong"}};
    pong.payload = R"({"PingInterval":30})";
    dialogue->received(toBytes(pong), false, {});
    QCOMPARE(dialogue->tick({}).wake.value_or(0s), 30s); // as it was told
    QVERIFY(!dialogue->tick({}).end);
    const SocketStep over = dialogue->tick({});
    QVERIFY(over.end && !over.atOnce);
    QCOMPARE(over.end->kind, Error::Kind::Offline);
}

void TestFeishuLong::acknowledgesAnEventOnlyWhenItIsStored()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    expectFeishuName(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.hold = true;
    socket->sayBytes(toBytes(larkData("m1", feishuMessage("om_1"))));
    QTRY_COMPARE(bench.held.size(), size_t(1));
    QCOMPARE(socket->sent.size(), 1); // the ping
    bench.release();
    QTRY_COMPARE(socket->sent.size(), 2);
    const LarkFrame answer = larkSent(socket, 1);
    QCOMPARE(answer.method, 1);
    QCOMPARE(answer.seq, 18446744073709551610ULL); // the frame itself, with an answer in it
    QCOMPARE(answer.header("message_id"), QByteArray("m1"));
    QCOMPARE(QJsonDocument::fromJson(answer.payload)[u"code"_s].toInt(), 200);
    QCOMPARE(bench.keys(), QStringList{u"message:om_1"_s});
    QVERIFY(!bench.items[0].raw.contains("made-up-verification-token"));
    const Result<InboundMessage> read = parseFeishuEvent(bench.items[0], {});
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
    QCOMPARE(read->text, u"hi"_s);
    QCOMPARE(read->from.name, u"Ana Lima"_s);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestFeishuLong::acknowledgesPartsTogether()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    expectFeishuName(bench);
    QVERIFY(socket);
    const QByteArray event = feishuMessage("om_1");
    socket->sayBytes(toBytes(larkData("m1", event.mid(100), 2, 1)));
    QVERIFY(bench.items.empty());
    QCOMPARE(socket->sent.size(), 1);
    socket->sayBytes(toBytes(larkData("m1", event.left(100), 2, 0)));
    QTRY_COMPARE(socket->sent.size(), 2);
    QCOMPARE(larkSent(socket, 1).header("seq"), QByteArray("0")); // the last one that came
    QCOMPARE(bench.keys(), QStringList{u"message:om_1"_s});
    QVERIFY(parseFeishuEvent(bench.items[0], {}).ok());
}

void TestFeishuLong::keepsARepeatUnderTheSameNameAcrossConnectionsAndRestarts()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    expectFeishuName(bench);
    QVERIFY(socket);
    socket->sayBytes(toBytes(larkData("m1", feishuMessage("om_1", "ev1"))));
    socket->sayBytes(toBytes(larkData("m2", feishuMessage("om_1", "ev2")))); // another event, the same message
    QTRY_COMPARE(socket->sent.size(), 3);
    bench.close();
    openFeishuBench(bench, 1, bench.cursor);
    expectFeishuName(bench);
    socket = connection(bench, 2);
    QVERIFY(socket);
    socket->sayBytes(toBytes(larkData("m1", feishuMessage("om_1", "ev1"))));
    QTRY_COMPARE(bench.keys(), QStringList({u"message:om_1"_s, u"message:om_1"_s, u"message:om_1"_s}));
}

void TestFeishuLong::keepsAndAcknowledgesWhatItDoesNotKnow()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    QVERIFY(socket);
    const QByteArray event =
        R"({"schema":"2.0","header":{"event_id":"ev9","event_type":"new.thing_v1"},"event":{"x":1}})";
    socket->sayBytes(toBytes(larkData("m1", event)));
    socket->sayBytes(toBytes(larkData("m2", "no json")));
    QTRY_COMPARE(socket->sent.size(), 3);
    QCOMPARE(larkSent(socket, 2).header("message_id"), QByteArray("m2"));
    QCOMPARE(bench.items[0].raw, event);
    QCOMPARE(bench.items[1].raw, QByteArray("no json"));
    const Result<InboundMessage> read = parseFeishuEvent(bench.items[0], {});
    QVERIFY(read.ok());
    QCOMPARE(read->kind, InboundKind::Nothing);
    QVERIFY(!parseFeishuEvent(bench.items[1], {}).ok()); // set aside
}

void TestFeishuLong::comesBackAfterALoss()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench, 2);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    socket->hangUp(1001, u"going away"_s); // the far side asks for it
    QVERIFY(QTest::qWaitFor([&bench] { return bench.said().contains(u"Trying again"); }));
    bench.clock.at.us += qint64(2) * 3600 * 1000000;
    QVERIFY(connection(bench, 2));
    QTRY_COMPARE(bench.caughtUp, 2);
    QVERIFY2(bench.said().contains(u"may be missing"), qPrintable(bench.said()));
}

void TestFeishuLong::survivesAnyFrameFromFeishu()
{
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    const QByteArray whole = toBytes(larkData("m1", "no json either"));
    for (qsizetype size = 0; size < whole.size(); ++size) {
        socket->sayBytes(whole.left(size));
        QByteArray changed = whole;
        changed[size] = char(changed.at(size) ^ 0x15);
        socket->sayBytes(changed);
    }
    QTRY_VERIFY(bench.items.size() > size_t(whole.size() / 2));
    QCOMPARE(int(bench.health), int(Health::Ok));
    for (const RawItem &item : bench.items)
        QVERIFY(!parseFeishuEvent(item, {}).ok());
}

void TestFeishuLong::readsTheVendorsEvent()
{
    const QByteArray sample = tests::samplePayload(u"feishu/contact_user_created_v3.json"_s);
    if (sample.isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    ChatBench bench;
    ScriptedSocket *socket = startFeishu(bench);
    QVERIFY(socket);
    socket->sayBytes(toBytes(larkData("m1", sample)));
    QTRY_COMPARE(bench.keys(), QStringList{u"event:f7984f25108f8137722bb63cee927e66"_s});
    const Result<InboundMessage> read = parseFeishuEvent(bench.items[0], {});
    QVERIFY(read.ok());
    QCOMPARE(read->kind, InboundKind::Nothing);
}

PATCHBAY_TESTS(TestFeishuLong)
#include "tst_feishu_long.moc"
