#include "connectors/kit/chat_socket.h"
#include "plain_platform.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::ChatBench;
using tests::ScriptedSocket;

namespace {

/// "hello" is ready, "ask" is answered at once, "again" ends it, "end" ends it for good, "gap" is ready with a gap;
/// everything else is an item whose number is the cursor.
class PlainDialogue final : public SocketDialogue {
public:
    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.send = {"sign in"};
        step.sentence = u"signing in"_s;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool, Timestamp) override
    {
        SocketStep step;
        if (frame == "hello" || frame == "gap") {
            step.ready = true;
            step.missed = frame == "gap";
            step.wake = 20ms;
        } else if (frame == "ask") {
            step.send = {"answer"};
        } else if (frame == "again") {
            step.atOnce = true;
            step.end = makeError(Error::Kind::Offline, u"It asked for a new connection."_s);
        } else if (frame == "end") {
            step.end = makeError(Error::Kind::Unauthorized, u"The key is no good."_s);
        } else {
            RawItem item;
            item.sourceKey = u"item:"_s + QString::fromLatin1(frame.left(20));
            item.raw = frame;
            step.items.push_back(item);
            step.cursor = frame.left(20);
            step.acknowledge = {"ack " + frame.left(20)};
        }
        return step;
    }
    SocketStep tick(Timestamp) override
    {
        SocketStep step;
        step.send = {"beat"};
        return step;
    }
    std::optional<Error> closed(int code, const QString &) override
    {
        if (code == 4004)
            return makeError(Error::Kind::Unauthorized, u"The key was taken away."_s);
        return std::nullopt;
    }
};

ChatSpec plainSocket()
{
    ChatSpec spec = tests::platformNamed(u"Plain"_s);
    spec.socket.address = {
        [](const ChatContext &context) -> Result<Request> {
            return getFrom(u"/socket"_s, {{u"after"_s, QString::fromLatin1(context.cursor)}});
        },
        [](JsonReader &reply, const ChatContext &) { return reply.finish(QUrl(reply.text(u"/url"_s))); }};
    spec.socket.dialogue = [](const ChatContext &, const AccountConfig &,
                              std::function<double()>) -> std::unique_ptr<SocketDialogue> {
        return std::make_unique<PlainDialogue>();
    };
    return spec;
}

void offers(ChatBench &bench, const QByteArray &target)
{
    bench.far.expect("GET", target).reply(200, "{\"url\":\"wss://far.example/live?ticket=1\"}");
}

/// The n-th connection, greeted.
ScriptedSocket *connected(ChatBench &bench, size_t n, const QByteArray &hello = "hello")
{
    ScriptedSocket *socket = tests::connection(bench, n);
    if (socket)
        socket->say(hello);
    return socket;
}

/// The first one of a channel that begins.
ScriptedSocket *begun(ChatBench &bench)
{
    bench.open(plainSocket());
    offers(bench, "/socket");
    bench.connector->start({}, bench.sink());
    return connected(bench, 1);
}

} // namespace

/// The kit's own law for channels that listen on a WebSocket.
class TestChatSocket : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void acknowledgesOnlyWhatIsStored();
    void keepsTheOrderAndHearsEveryFrameAtOnce();
    void storesNothingBehindWhatCouldNotBeStored();
    void storesWhatHasComeBeforeItConnectsAnew();
    void comesBackAtOnceWhereThePlatformAsksForIt();
    void saysWhatAClosingCodeMeans();
    void comesBackAfterALoss();
    void cutsOffWhoIsTooFarAhead();
    void saysWhatMayBeMissing();
    void saysThatAPlatformKeepsThingsForAShortWhile();
    void endsTheOneLookWhenItIsConnected();
    void makesNoMoreThanTwelveAttemptsInAWindow();
};

void TestChatSocket::acknowledgesOnlyWhatIsStored()
{
    ChatBench bench;
    bench.hold = true;
    ScriptedSocket *socket = begun(bench);
    QVERIFY(socket);
    QCOMPARE(socket->url(), QUrl(u"wss://far.example/live?ticket=1"_s));
    socket->say("1");
    QTRY_VERIFY(!bench.held.empty());
    QTRY_VERIFY(socket->sent.contains("beat")); // the timer waits for no store
    QVERIFY(!socket->sent.contains("ack 1"));
    bench.hold = false;
    bench.release();
    QTRY_VERIFY(socket->sent.contains("ack 1"));
    QCOMPARE(bench.keys(), QStringList{u"item:1"_s});
    QCOMPARE(bench.ownCursor(), "1");
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(bench.caughtUp, 1);
}

void TestChatSocket::keepsTheOrderAndHearsEveryFrameAtOnce()
{
    ChatBench bench;
    ScriptedSocket *socket = begun(bench);
    QVERIFY(socket);
    bench.hold = true;
    for (int i = 1; i <= 300; ++i)
        socket->say(QByteArray::number(i));
    socket->say("ask");
    QVERIFY(socket->sent.contains("answer"));
    bench.hold = false;
    bench.release();
    QTRY_COMPARE(bench.items.size(), size_t(300));
    for (int i = 0; i < 300; ++i)
        QCOMPARE(bench.items[size_t(i)].raw, QByteArray::number(i + 1));
    QTRY_VERIFY(socket->sent.contains("ack 300"));
    QVERIFY(bench.batches < 20); // what waits goes together
    QCOMPARE(bench.ownCursor(), "300");
}

void TestChatSocket::storesNothingBehindWhatCouldNotBeStored()
{
    ChatBench bench;
    bench.open(plainSocket());
    offers(bench, "/socket?after=1");
    offers(bench, "/socket?after=1");
    bench.connector->start("1760000000000;1", bench.sink());
    ScriptedSocket *socket = connected(bench, 1);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.refusals = 1;
    socket->say("2");
    socket->say("3");
    ScriptedSocket *second = connected(bench, 2);
    QVERIFY(second);
    QVERIFY(bench.said().contains(u"The disk is full. Trying again in"));
    QCOMPARE(bench.far.complaints(), QString()); // the second connection goes on from 1
    second->say("2");
    second->say("3");
    QTRY_COMPARE(bench.keys(), QStringList({u"item:2"_s, u"item:3"_s}));
}

void TestChatSocket::storesWhatHasComeBeforeItConnectsAnew()
{
    ChatBench bench;
    ScriptedSocket *socket = begun(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.hold = true;
    socket->say("1");
    socket->say("again");
    QTest::qWait(50);
    QCOMPARE(bench.far.seen().size(), size_t(1)); // not before it is stored
    offers(bench, "/socket?after=1");
    bench.hold = false;
    bench.release();
    QVERIFY(connected(bench, 2));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatSocket::comesBackAtOnceWhereThePlatformAsksForIt()
{
    ChatBench bench;
    bench.account.settings.insert(u"retry_ms"_s, 60000); // no back-off, or this would take minutes
    bench.open(plainSocket());
    for (int i = 0; i < 3; ++i)
        offers(bench, "/socket");
    bench.connector->start({}, bench.sink());
    for (size_t i = 1; i <= 2; ++i) {
        ScriptedSocket *socket = connected(bench, i);
        QVERIFY(socket);
        socket->say("again");
    }
    QVERIFY(connected(bench, 3));
    QVERIFY2(!bench.said().contains(u"Trying again"), qPrintable(bench.said()));
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
}

void TestChatSocket::saysWhatAClosingCodeMeans()
{
    ChatBench bench;
    ScriptedSocket *socket = begun(bench);
    QVERIFY(socket);
    socket->hangUp(4004);
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"The key was taken away. Trying again in"), qPrintable(bench.said()));
}

void TestChatSocket::comesBackAfterALoss()
{
    ChatBench bench;
    bench.open(plainSocket());
    offers(bench, "/socket");
    bench.far.expect("GET", "/socket").fails(makeError(Error::Kind::Offline, u"No network."_s));
    offers(bench, "/socket");
    bench.connector->start({}, bench.sink());
    ScriptedSocket *socket = connected(bench, 1);
    QVERIFY(socket);
    socket->hangUp(1006);
    QVERIFY(connected(bench, 2));
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QVERIFY(bench.said().contains(u"far.example hung up. Trying again in"));
    QVERIFY(bench.said().contains(u"No network. Trying again in"));
    QCOMPARE(bench.caughtUp, 2);
}

void TestChatSocket::cutsOffWhoIsTooFarAhead()
{
    ChatBench bench;
    ScriptedSocket *socket = begun(bench);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.hold = true;
    const QByteArray padding(1024 * 1024, 'x');
    for (int i = 0; i < 40; ++i)
        socket->say(QByteArray::number(i).rightJustified(20, '0') + padding);
    bench.hold = false;
    bench.release();
    QTRY_VERIFY(bench.said().contains(u"Plain sends faster than the workspace can store."));
    QVERIFY(bench.items.size() >= 30 && bench.items.size() < 40);
    for (size_t i = 0; i < bench.items.size(); ++i) // without a hole
        QCOMPARE(bench.items[i].raw.left(20).toInt(), int(i));
    QCOMPARE(bench.ownCursor().toInt(), int(bench.items.size()) - 1);
}

void TestChatSocket::saysWhatMayBeMissing()
{
    ChatBench bench;
    bench.open(plainSocket());
    offers(bench, "/socket?after=1");
    const Timestamp lastLook = bench.clock.at - std::chrono::hours(3);
    bench.connector->start(QByteArray::number(lastLook.us / 1000) + ";1", bench.sink());
    QVERIFY(connected(bench, 1, "gap"));
    QTRY_COMPARE(bench.caughtUp, 1);
    QVERIFY2(
        bench.said().contains(
            u"Messages from 2026-03-04 09:00 UTC to 2026-03-04 12:00 UTC may be missing: Plain does not send them again."_s),
        qPrintable(bench.said()));
}

void TestChatSocket::saysThatAPlatformKeepsThingsForAShortWhile()
{
    ChatSpec spec = plainSocket();
    spec.socket.keeps = 1min;
    for (const std::chrono::seconds away : {30s, 90s}) {
        ChatBench bench;
        bench.open(spec);
        offers(bench, "/socket?after=1");
        bench.connector->start(QByteArray::number((bench.clock.at - away).us / 1000) + ";1", bench.sink());
        QVERIFY(connected(bench, 1));
        QTRY_COMPARE(bench.caughtUp, 1);
        QCOMPARE(bench.said().contains(u"may be missing"), away > 1min);
    }
}

void TestChatSocket::endsTheOneLookWhenItIsConnected()
{
    ChatBench bench;
    bench.open(plainSocket());
    offers(bench, "/socket");
    bench.connector->fetchOnce({}, bench.sink());
    ScriptedSocket *socket = connected(bench, 1);
    QVERIFY(socket);
    QTRY_COMPARE(bench.caughtUp, 1);
    QTRY_VERIFY(bench.sockets[0].isNull() || bench.sockets[0]->isClosed);
    QTest::qWait(50);
    QCOMPARE(bench.far.complaints(), QString());

    ChatBench refused;
    refused.open(plainSocket());
    offers(refused, "/socket");
    refused.connector->fetchOnce({}, refused.sink());
    QVERIFY(connected(refused, 1, "end"));
    QTRY_COMPARE(int(refused.health), int(Health::Failed));
    QCOMPARE(refused.sentences.last(), u"The key is no good."_s);
}

void TestChatSocket::makesNoMoreThanTwelveAttemptsInAWindow()
{
    AttemptWindow window(12, 600s);
    for (int i = 0; i < 12; ++i)
        QCOMPARE(window.reserve(i * 1s).count(), 0);
    QCOMPARE(window.reserve(12s).count(), 588000); // until the first one is ten minutes old
    QCOMPARE(window.reserve(600s).count(), 1000);
    QCOMPARE(window.reserve(2000s).count(), 0);
}

PATCHBAY_TESTS(TestChatSocket)
#include "tst_chat_socket.moc"
