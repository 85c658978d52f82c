#include "chat_bench.h"
#include "connectors/chat/evolution/evolution.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::connection;
using tests::ScriptedSocket;

namespace {

const QByteArray evolutionHello =
    R"(0{"sid":"s1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

void expectEvolutionRound(ChatBench &bench, const QByteArray &records = "[]")
{
    bench.far.expect("POST", "/chat/findMessages/desk")
        .reply(200, R"({"messages":{"total":0,"records":)" + records + "}}");
    bench.far.expect("GET", "/instance/connectionState/desk")
        .reply(200, R"({"instance":{"instanceName":"desk","state":"open"}})");
}

void openEvolution(ChatBench &bench)
{
    bench.account.settings.insert(u"url"_s, u"https://evolution.example.org/"_s);
    bench.account.settings.insert(u"instance"_s, u"desk"_s);
    bench.account.secrets.insert(u"api_key"_s, u"key-4f1c"_s);
    bench.open(u"evolution"_s);
    bench.far.expect("GET", "/instance/connectionState/desk")
        .hasHeader("apikey", "key-4f1c")
        .reply(200, R"({"instance":{"instanceName":"desk","state":"open"}})");
    expectEvolutionRound(bench);
    bench.connector->start({}, bench.sink());
}

QByteArray evolutionEvent(const QByteArray &place, const QByteArray &name, const QByteArray &data,
                          const QByteArray &instance = "desk")
{
    return "42" + place + R"([")" + name + R"(",{"event":")" + name + R"(","instance":")" + instance + R"(","data":)"
        + data + R"(,"apikey":"key-4f1c"}])";
}

const QByteArray evolutionSays =
    R"({"key":{"id":"3EB0A","fromMe":false,"remoteJid":"5511900000041@s.whatsapp.net"},"message":{"conversation":"Oi"}})";

} // namespace

/// Evolution's live connection, and how an instance is paired.
class TestEvolutionSocket : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void storesWhatTheLiveConnectionBrings();
    void hearsWhoWrites();
    void keepsNoKeyOfTheEnvelope();
    void joinsTheInstancesPlaceAgainWhenItIsNotThereYet();
    void looksAtTheInstanceWhenItsStateChanges();
    void callsASilentConnectionLost();
    void readsNoFrameThatIsNoEvent();
    void handsOverTheCodeToScan();
    void saysThatThereIsNothingToScan();
    void refusesToPairWhatIsNotPaired();
};

void TestEvolutionSocket::storesWhatTheLiveConnectionBrings()
{
    ChatBench bench;
    openEvolution(bench);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    QCOMPARE(socket->url(), QUrl(u"wss://evolution.example.org/socket.io/?EIO=4&transport=websocket"_s));
    QCOMPARE(socket->headers().value(0), qMakePair(QByteArray("apikey"), QByteArray("key-4f1c")));
    socket->say(evolutionHello);
    QCOMPARE(socket->sent, QList<QByteArray>({"40", "40/desk,"}));
    expectEvolutionRound(bench); // what came before the connection stood
    socket->say(R"(40{"sid":"a"})");
    socket->say(R"(40/desk,{"sid":"b"})");
    QTRY_COMPARE(bench.far.seen().size(), size_t(5));
    socket->say("2");
    QCOMPARE(socket->sent.last(), "3");
    socket->say(evolutionEvent("/desk,", "messages.upsert", evolutionSays));
    socket->say(evolutionEvent({}, "messages.update", R"({"keyId":"3EB0B","fromMe":true,"status":"READ"})"));
    socket->say(evolutionEvent({}, "messages.update", R"({"keyId":"3EB0A","fromMe":false,"status":"READ"})"));
    socket->say(evolutionEvent({}, "messages.upsert", evolutionSays, "another"));
    socket->say(evolutionEvent("/another,", "messages.upsert", evolutionSays));
    socket->say(evolutionEvent("/desk,", "presence.update", R"({"id":"x"})"));
    QTRY_COMPARE(bench.keys(), QStringList({u"message:5511900000041@s.whatsapp.net:3EB0A"_s, u"status:3EB0B:READ"_s}));
    QCOMPARE(bench.items[0].raw, evolutionSays); // as it came
    QTest::qWait(50);
    QCOMPARE(bench.items.size(), size_t(2));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestEvolutionSocket::hearsWhoWrites()
{
    ChatContext context;
    context.settings.insert(u"instance"_s, u"desk"_s);
    const auto dialogue = makeEvolutionDialogue(context, {}, [] { return 0.0; });
    const auto told = [&dialogue](const QByteArray &data, const QByteArray &instance = "desk") {
        return dialogue->received(evolutionEvent("/desk,", "presence.update", data, instance), true, {});
    };
    const QByteArray zoe = R"({"id":"5511900000041@s.whatsapp.net","presences":{"5511900000041@s.whatsapp.net":)";
    for (const auto &[sign, isTyping] : {std::pair("composing", true), std::pair("recording", true),
                                         std::pair("paused", false), std::pair("available", false)}) {
        const SocketStep step = told(zoe + R"({"lastKnownPresence":")" + sign + R"("}}})");
        QVERIFY(step.items.empty() && !step.news); // shown, never stored, and nothing to ask for
        QCOMPARE(step.typing.size(), size_t(1));
        QCOMPARE(step.typing[0].threadKey, u"5511900000041"_s);
        QCOMPARE(step.typing[0].name, QString()); // who it is, the conversation says
        QCOMPARE(step.typing[0].isTyping, isTyping);
    }
    const SocketStep group =
        told(R"({"id":"120363@g.us","presences":{"5511900000042@s.whatsapp.net":{"lastKnownPresence":"composing"}}})");
    QCOMPARE(group.typing.size(), size_t(1));
    QCOMPARE(group.typing[0].threadKey, u"120363@g.us"_s);
    QCOMPARE(group.typing[0].name, u"5511900000042"_s);
    QVERIFY(told(zoe + R"({"lastKnownPresence":"composing"}}})", "another").typing.empty());
    for (const QByteArray &odd : {QByteArray("{}"), QByteArray(R"({"id":7,"presences":[]})"),
                                  QByteArray(R"({"id":"","presences":{"a":{"lastKnownPresence":"composing"}}})")})
        QVERIFY(told(odd).typing.empty());
}

void TestEvolutionSocket::keepsNoKeyOfTheEnvelope()
{
    ChatContext context;
    context.settings.insert(u"instance"_s, u"desk"_s);
    const auto dialogue = makeEvolutionDialogue(context, {}, [] { return 0.0; });
    const SocketStep step = dialogue->received(evolutionEvent("/desk,", "messages.upsert", evolutionSays), true, {});
    QCOMPARE(step.items.size(), size_t(1));
    QVERIFY(!step.items[0].raw.contains("key-4f1c"));
    const QUrl address = *evolutionSocket(context);
    QVERIFY(!address.toString().contains(u"key-4f1c"));
}

void TestEvolutionSocket::joinsTheInstancesPlaceAgainWhenItIsNotThereYet()
{
    ChatContext context;
    context.settings.insert(u"instance"_s, u"desk"_s);
    const auto dialogue = makeEvolutionDialogue(context, {}, [] { return 0.0; });
    dialogue->received(evolutionHello, true, {});
    QVERIFY(dialogue->received("40{}", true, {}).ready);
    const SocketStep refused = dialogue->received(R"(44/desk,{"message":"Invalid namespace"})", true, {});
    QVERIFY(!refused.end);
    const SocketStep beat = dialogue->received("2", true, {});
    QCOMPARE(beat.send, std::vector<QByteArray>({"3", "40/desk,"}));
    const SocketStep joined = dialogue->received(R"(40/desk,{"sid":"b"})", true, {});
    QVERIFY(!joined.ready); // it was already
    QCOMPARE(dialogue->received("2", true, {}).send, std::vector<QByteArray>({"3"}));
    const SocketStep never = dialogue->received(R"(44{"message":"Invalid global token"})", true, {});
    QVERIFY(never.end && never.end->kind == Error::Kind::Unauthorized);
}

void TestEvolutionSocket::looksAtTheInstanceWhenItsStateChanges()
{
    ChatBench bench;
    openEvolution(bench);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(evolutionHello);
    expectEvolutionRound(bench);
    socket->say("40{}");
    QTRY_COMPARE(bench.far.seen().size(), size_t(5));
    bench.far.expect("POST", "/chat/findMessages/desk").reply(200, R"({"messages":{"records":[]}})");
    bench.far.expect("GET", "/instance/connectionState/desk").reply(200, R"({"instance":{"state":"close"}})");
    socket->say(evolutionEvent("/desk,", "connection.update", R"({"instance":"desk","state":"close"})"));
    QTRY_VERIFY2(bench.said().contains(u"is not connected to WhatsApp (close). Scan its code"),
                 qPrintable(bench.said()));
    QCOMPARE(int(bench.health), int(Health::Failed));
}

void TestEvolutionSocket::callsASilentConnectionLost()
{
    ChatContext context;
    const auto dialogue = makeEvolutionDialogue(context, {}, [] { return 0.0; });
    const SocketStep hello = dialogue->received(evolutionHello, true, {});
    QCOMPARE(hello.wake.value_or(std::chrono::milliseconds(0)).count(), 45000);
    const SocketStep silent = dialogue->tick({});
    QVERIFY(silent.end && silent.end->kind == Error::Kind::Offline);
}

void TestEvolutionSocket::readsNoFrameThatIsNoEvent()
{
    ChatContext context;
    context.settings.insert(u"instance"_s, u"desk"_s);
    const auto dialogue = makeEvolutionDialogue(context, {}, [] { return 0.0; });
    for (const QByteArray &frame : {QByteArray("42"), QByteArray("42{"), QByteArray("42[]"), QByteArray("42[1,2]"),
                                    QByteArray("42/desk,[null]"), QByteArray("42[\"messages.upsert\"]"),
                                    QByteArray("42[\"messages.upsert\",7]"), QByteArray("x"), QByteArray()}) {
        const SocketStep step = dialogue->received(frame, true, {});
        QVERIFY(step.items.empty() && !step.ready);
    }
}

void TestEvolutionSocket::handsOverTheCodeToScan()
{
    ChatBench bench;
    bench.account.settings.insert(u"url"_s, u"https://evolution.example.org"_s);
    bench.account.settings.insert(u"instance"_s, u"desk"_s);
    bench.account.secrets.insert(u"api_key"_s, u"key-4f1c"_s);
    bench.open(u"evolution"_s);
    bench.far.expect("GET", "/instance/connect/desk")
        .reply(200, R"({"pairingCode":null,"code":"2@made/up,code","base64":"data:image/png;base64,AA","count":1})");
    const Result<Pairing> pairing = tests::await(bench.connector->pairing());
    QVERIFY(pairing.ok());
    QVERIFY(!pairing->isPaired);
    QCOMPARE(pairing->scan, u"2@made/up,code"_s);
    QVERIFY(pairing->typed.isEmpty());
    QVERIFY(pairing->until > bench.clock.at);
    QVERIFY(pairing->sentence.contains(u"Linked devices"_s));
    bench.far.expect("GET", "/instance/connect/desk").reply(200, R"({"count":0})"); // it is only beginning
    const Result<Pairing> soon = tests::await(bench.connector->pairing());
    QVERIFY(soon.ok() && soon->scan.isEmpty() && !soon->sentence.isEmpty());
    bench.far.expect("GET", "/instance/connect/desk").reply(200, R"({"error":true,"message":"Error: no session"})");
    const Result<Pairing> failed = tests::await(bench.connector->pairing());
    QVERIFY(!failed.ok());
    QCOMPARE(failed.error().message, u"Evolution: Error: no session"_s);
}

void TestEvolutionSocket::saysThatThereIsNothingToScan()
{
    ChatBench bench;
    bench.account.settings.insert(u"url"_s, u"https://evolution.example.org"_s);
    bench.account.settings.insert(u"instance"_s, u"desk"_s);
    bench.account.secrets.insert(u"api_key"_s, u"key-4f1c"_s);
    bench.open(u"evolution"_s);
    bench.far.expect("GET", "/instance/connect/desk")
        .reply(200, R"({"instance":{"instanceName":"desk","state":"open"}})");
    const Result<Pairing> pairing = tests::await(bench.connector->pairing());
    QVERIFY(pairing.ok() && pairing->isPaired && pairing->scan.isEmpty());
}

void TestEvolutionSocket::refusesToPairWhatIsNotPaired()
{
    ChatBench bench;
    bench.open(u"slack"_s);
    const Result<Pairing> pairing = tests::await(bench.connector->pairing());
    QVERIFY(!pairing.ok() && pairing.error().kind == Error::Kind::Refused);
    const Catalog catalog = makeCatalog(bench.services);
    QVERIFY(catalog.chat(u"evolution"_s)->pairs);
    QVERIFY(!catalog.chat(u"slack"_s)->pairs);
}

PATCHBAY_TESTS(TestEvolutionSocket)
#include "tst_evolution_socket.moc"
