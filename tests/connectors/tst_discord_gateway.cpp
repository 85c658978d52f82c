#include "chat_bench.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::connection;
using tests::ScriptedSocket;

namespace {

QJsonObject objectOf(const QByteArray &frame) { return QJsonDocument::fromJson(frame).object(); }

/// Discord with its two calls over HTTP scripted as often as connections are made.
void openDiscord(ChatBench &bench, int connections, const QByteArray &cursor = {})
{
    bench.account.secrets.insert(u"token"_s, u"bot-token-4f1c"_s);
    bench.open(u"discord"_s);
    bench.far.expect("GET", "/api/v10/users/@me").reply(200, "{\"id\":\"900\",\"username\":\"desk\"}");
    for (int i = 0; i < connections; ++i)
        bench.far.expect("GET", "/api/v10/gateway/bot").reply(200, "{\"url\":\"wss://gateway.discord.gg/\"}");
    bench.connector->start(cursor, bench.sink());
}

const QByteArray hello = R"({"op":10,"s":null,"t":null,"d":{"heartbeat_interval":100}})";
const QByteArray ready =
    R"({"op":0,"t":"READY","s":1,"d":{"v":10,"user":{"id":"900"},"session_id":"s1","resume_gateway_url":"wss://gw2.discord.gg"}})";
const QByteArray resumed = R"({"op":0,"t":"RESUMED","s":5,"d":{}})";
const QByteArray acknowledged = R"({"op":11})";

QByteArray written(int seq, const QByteArray &id)
{
    return R"({"op":0,"t":"MESSAGE_CREATE","s":)" + QByteArray::number(seq) + R"(,"d":{"id":")" + id
        + R"(","channel_id":"500","content":"x","author":{"id":"1001","username":"ana"},"timestamp":"2026-03-04T12:00:00+00:00"}})";
}

QByteArray storedPlace()
{
    return R"(1772625000000;{"self":"900","seq":4,"session":"s1","url":"wss://gw2.discord.gg"})";
}

} // namespace

/// Discord's Gateway: identify, resume, heartbeats, and the ends of a connection.
class TestDiscordGateway : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void identifiesAndKeepsItsPlaceWithTheMessages();
    void goesOnWhereItEndedAndFoldsWhatComesTwice();
    void keepsALateEventUnderItsOwnNumber();
    void beatsAndAnswersWhenAskedForABeat();
    void connectsAnewWhenABeatIsNotAnswered();
    void connectsAnewAtOnceWhenDiscordAsksForIt();
    void beginsANewSessionWhereTheOldOneIsNotTaken();
    void triesAgainWhereTheSessionMayGoOn();
    void splitsManyDeletions();
    void saysWhatToDoWhenTheContentMayNotBeRead();
    void survivesAnyFrame();
};

void TestDiscordGateway::identifiesAndKeepsItsPlaceWithTheMessages()
{
    ChatBench bench;
    openDiscord(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    QCOMPARE(socket->url(), QUrl(u"wss://gateway.discord.gg/?v=10&encoding=json"_s));
    QVERIFY(socket->sent.isEmpty()); // the other side begins
    socket->say(hello);
    const QJsonObject identify = objectOf(socket->sent.value(0));
    QCOMPARE(identify.value(u"op"_s).toInt(), 2);
    QCOMPARE(identify[u"d"_s][u"token"_s].toString(), u"bot-token-4f1c"_s);
    QCOMPARE(identify[u"d"_s][u"intents"_s].toInt(), 65024);
    socket->say(ready);
    socket->say(written(2, "71"));
    socket->say(R"({"op":0,"t":"TYPING_START","s":3,"d":{}})");
    QTRY_COMPARE(bench.keys(), QStringList{u"event:s1:2"_s});
    const QJsonObject place = objectOf(bench.ownCursor());
    QCOMPARE(place.value(u"session"_s).toString(), u"s1"_s);
    QCOMPARE(place.value(u"seq"_s).toInt(), 2);
    QCOMPARE(place.value(u"url"_s).toString(), u"wss://gw2.discord.gg"_s);
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QVERIFY(!bench.said().contains(u"may be missing"));
    const QByteArray frame = written(2, "71");
    QVERIFY2(bench.items[0].raw.contains(frame), bench.items[0].raw.constData()); // the bytes as they came
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDiscordGateway::goesOnWhereItEndedAndFoldsWhatComesTwice()
{
    ChatBench bench;
    openDiscord(bench, 2, storedPlace());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    QCOMPARE(socket->url().host(), u"gw2.discord.gg"_s);
    socket->say(hello);
    const QJsonObject resume = objectOf(socket->sent.value(0));
    QCOMPARE(resume.value(u"op"_s).toInt(), 6);
    QCOMPARE(resume[u"d"_s][u"session_id"_s].toString(), u"s1"_s);
    QCOMPARE(resume[u"d"_s][u"seq"_s].toInt(), 4);
    socket->say(written(5, "72"));
    socket->say(resumed);
    QTRY_COMPARE(bench.caughtUp, 1);
    QVERIFY(!bench.said().contains(u"may be missing"));
    socket->hangUp(1006);
    socket = connection(bench, 2);
    QVERIFY(socket);
    socket->say(hello);
    QCOMPARE(objectOf(socket->sent.value(0))[u"d"_s][u"seq"_s].toInt(), 5);
    socket->say(written(5, "72")); // a repeat has the same name
    QTRY_COMPARE(bench.keys(), QStringList({u"event:s1:5"_s, u"event:s1:5"_s}));
}

void TestDiscordGateway::keepsALateEventUnderItsOwnNumber()
{
    ChatBench bench;
    openDiscord(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->say(ready);
    socket->say(written(5, "75"));
    socket->say(written(4, "74"));
    socket->say(written(5, "75"));
    QTRY_COMPARE(bench.keys(), QStringList({u"event:s1:5"_s, u"event:s1:4"_s, u"event:s1:5"_s}));
    QCOMPARE(objectOf(bench.ownCursor()).value(u"seq"_s).toInt(), 5); // the place goes forward only
}

void TestDiscordGateway::beatsAndAnswersWhenAskedForABeat()
{
    ChatBench bench;
    openDiscord(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    QTRY_COMPARE(socket->sent.size(), 2); // chance is 0 here: the first beat goes at once
    QCOMPARE(socket->sent.value(1), R"({"d":null,"op":1})");
    socket->say(acknowledged);
    socket->say(ready);
    QTRY_COMPARE(socket->sent.size(), 3);
    QCOMPARE(socket->sent.value(2), R"({"d":1,"op":1})");
    socket->say(acknowledged);
    socket->say(R"({"op":1,"d":null})");
    QVERIFY(socket->sent.size() >= 4);
    QCOMPARE(socket->sent.last(), R"({"d":1,"op":1})");
}

void TestDiscordGateway::connectsAnewWhenABeatIsNotAnswered()
{
    ChatBench bench;
    openDiscord(bench, 2, storedPlace());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->say(resumed);
    socket = connection(bench, 2); // no answer to the first beat when the second is due
    QVERIFY(socket);
    socket->say(hello);
    QCOMPARE(objectOf(socket->sent.value(0)).value(u"op"_s).toInt(), 6);
}

void TestDiscordGateway::connectsAnewAtOnceWhenDiscordAsksForIt()
{
    ChatBench bench;
    bench.account.settings.insert(u"retry_ms"_s, 60000);
    openDiscord(bench, 2, storedPlace());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->say(resumed);
    socket->say(R"({"op":7,"d":null})");
    QVERIFY(connection(bench, 2));
    QVERIFY(!bench.said().contains(u"Trying again"));
}

void TestDiscordGateway::beginsANewSessionWhereTheOldOneIsNotTaken()
{
    ChatBench bench;
    openDiscord(bench, 2, storedPlace());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->say(R"({"op":9,"d":false})");
    socket = connection(bench, 2);
    QVERIFY(socket);
    QCOMPARE(socket->url().host(), u"gateway.discord.gg"_s);
    socket->say(hello);
    QCOMPARE(objectOf(socket->sent.value(0)).value(u"op"_s).toInt(), 2);
    socket->say(ready);
    QTRY_COMPARE(bench.caughtUp, 1);
    QVERIFY2(bench.said().contains(u"Messages from 2026-03-04 11:50 UTC to 2026-03-04 12:00 UTC may be missing"),
             qPrintable(bench.said()));
}

void TestDiscordGateway::triesAgainWhereTheSessionMayGoOn()
{
    ChatBench bench;
    openDiscord(bench, 2, storedPlace());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->say(R"({"op":9,"d":true})");
    socket = connection(bench, 2);
    QVERIFY(socket);
    socket->say(hello);
    QCOMPARE(objectOf(socket->sent.value(0)).value(u"op"_s).toInt(), 6);
}

void TestDiscordGateway::splitsManyDeletions()
{
    ChatBench bench;
    openDiscord(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->say(ready);
    socket->say(R"({"op":0,"t":"MESSAGE_DELETE_BULK","s":2,"d":{"ids":["71","72"],"channel_id":"500"}})");
    QTRY_COMPARE(bench.keys(), QStringList({u"event:s1:2:71"_s, u"event:s1:2:72"_s}));
    const Catalog catalog = makeCatalog(bench.services);
    const Result<InboundMessage> second = catalog.chat(u"discord"_s)->parse(bench.items[1], bench.account);
    QVERIFY(second.ok());
    QCOMPARE(second->about, u"72"_s);
}

void TestDiscordGateway::saysWhatToDoWhenTheContentMayNotBeRead()
{
    ChatBench bench;
    openDiscord(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(hello);
    socket->hangUp(4014, u"Disallowed intent(s)."_s);
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"switch on “Message Content Intent”"), qPrintable(bench.said()));
}

void TestDiscordGateway::survivesAnyFrame()
{
    for (const QByteArray &whole : {hello, ready, written(2, "71")}) {
        for (qsizetype size = 0; size < whole.size(); size += 7) {
            ChatBench bench;
            openDiscord(bench, 1);
            ScriptedSocket *socket = connection(bench, 1);
            QVERIFY(socket);
            socket->say(whole.left(size));
            QTRY_COMPARE(int(bench.health), int(Health::Failed));
            QVERIFY(bench.items.empty());
        }
    }
}

PATCHBAY_TESTS(TestDiscordGateway)
#include "tst_discord_gateway.moc"
