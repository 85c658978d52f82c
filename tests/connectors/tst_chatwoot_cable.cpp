#include "chat_bench.h"
#include "connectors/kit/action_cable.h"
#include "support/test_main.h"

#include <QtCore/QJsonDocument>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::connection;
using tests::ScriptedSocket;

namespace {

const QByteArray emptyChatwootList = R"({"data":{"meta":{},"payload":[]}})";

QByteArray chatwootList(qint64 activity, int newest)
{
    return R"({"data":{"payload":[{"id":12,"status":"open","last_activity_at":)" + QByteArray::number(activity)
        + R"(,"messages":[{"id":)" + QByteArray::number(newest) + R"(,"message_type":0}]},)"
        + R"({"id":1,"status":"open","last_activity_at":5,"messages":[]}]}})";
}

QByteArray cableFrame(const QByteArray &event, const QByteArray &data)
{
    return R"({"identifier":"{}","message":{"event":")" + event + R"(","data":)" + data + "}}";
}

void expectLook(ChatBench &bench, const QByteArray &status, const QByteArray &reply)
{
    bench.far.expect("GET", "/api/v1/accounts/3/conversations?status=" + status + "&assignee_type=all&page=1")
        .reply(200, reply);
}

/// Read to its end once, with a socket that is about to open.
void openChatwoot(ChatBench &bench)
{
    bench.account.settings.insert(u"url"_s, u"https://chat.example.org"_s);
    bench.account.settings.insert(u"account_id"_s, u"3"_s);
    bench.account.secrets.insert(u"access_token"_s, u"made-up-4f1c"_s);
    bench.open(u"chatwoot"_s);
    bench.far.expect("GET", "/api/v1/profile")
        .reply(200, R"({"id":7,"name":"Ana","pubsub_token":"pub-4f1c","accounts":[{"id":3}]})");
    expectLook(bench, "open", emptyChatwootList);
    bench.connector->start({}, bench.sink());
}

CableSpec someCable()
{
    return {u"Some platform"_s, [](const ChatContext &) { return QJsonObject(); },
            [](SocketStep &, JsonReader &, const QByteArray &, const ChatContext &) {}};
}

const QByteArray cableConfirm = R"({"identifier":"{}","type":"confirm_subscription"})";

/// The live connection, which stands, and has been asked behind.
ScriptedSocket *heard(ChatBench &bench)
{
    ScriptedSocket *socket = connection(bench, 1);
    if (!socket)
        return nullptr;
    expectLook(bench, "all", emptyChatwootList);
    socket->say(cableConfirm);
    const bool isAsked = QTest::qWaitFor([&bench] { return bench.far.seen().size() == 3; }, 5000);
    return isAsked ? socket : nullptr;
}

} // namespace

/// Chatwoot's live connection beside the asking.
class TestChatwootCable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksAtOnceForWhatTheCableSaysIsNew();
    void keepsWhatIsToldOfAnOlderMessage();
    void staysConnectedInWordsWhenTheCableRefuses();
    void connectsAgainAfterALossAndAsksForWhatCameMeanwhile();
    void storesNothingTwiceForOneLookThatCouldNotBeStored();
    void callsASilentConnectionLost();
    void readsNoFrameThatIsNoJson();
    void saysWhoWritesAndKeepsNothingOfIt();
};

void TestChatwootCable::asksAtOnceForWhatTheCableSaysIsNew()
{
    ChatBench bench;
    openChatwoot(bench);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    QCOMPARE(socket->url(), QUrl(u"wss://chat.example.org/cable"_s));
    QCOMPARE(socket->headers().value(0), qMakePair(QByteArray("Origin"), QByteArray("https://chat.example.org")));
    socket->say(R"({"type":"welcome"})");
    QCOMPARE(socket->sent.size(), 1);
    const QJsonObject join = QJsonDocument::fromJson(socket->sent[0]).object();
    QCOMPARE(join.value("command"_L1).toString(), u"subscribe"_s);
    const QJsonObject room = QJsonDocument::fromJson(join.value("identifier"_L1).toString().toUtf8()).object();
    const QJsonObject wanted{
        {u"channel"_s, u"RoomChannel"_s}, {u"pubsub_token"_s, u"pub-4f1c"_s}, {u"account_id"_s, 3}, {u"user_id"_s, 7}};
    QCOMPARE(room, wanted);
    expectLook(bench, "all", emptyChatwootList); // what came before the connection stood
    socket->say(cableConfirm);
    QTRY_COMPARE(bench.far.seen().size(), size_t(3));
    const qint64 now = bench.clock.at.us / 1000000;
    expectLook(bench, "all", chatwootList(now, 910));
    bench.far.expect("GET", "/api/v1/accounts/3/conversations/12/messages")
        .reply(200,
               R"({"payload":[{"id":910,"conversation_id":12,"message_type":0,"created_at":)" + QByteArray::number(now)
                   + "}]}");
    socket->say(cableFrame("message.created", R"({"id":910,"account_id":3,"inbox_id":5,"conversation_id":12})"));
    QTRY_COMPARE(bench.keys(), QStringList{u"message:910"_s});
    QCOMPARE(int(bench.health), int(Health::Ok));
    socket->say(cableFrame("message.created", R"({"id":1,"account_id":4,"conversation_id":12})")); // not ours
    socket->say(cableFrame("conversation.typing_on", R"({"account_id":3})"));
    socket->say(R"({"type":"ping","message":1760000000})");
    QTest::qWait(50);
    QCOMPARE(bench.far.seen().size(), size_t(5));
    QCOMPARE(bench.far.complaints(), QString());
    QVERIFY2(!bench.said().contains(u"pub-4f1c"), qPrintable(bench.said()));
}

void TestChatwootCable::keepsWhatIsToldOfAnOlderMessage()
{
    ChatBench bench;
    openChatwoot(bench);
    ScriptedSocket *socket = heard(bench);
    QVERIFY(socket);
    const QByteArray place = bench.cursor;
    socket->say(cableFrame("message.updated",
                           R"({"id":5,"account_id":3,"conversation_id":2,"message_type":1,"status":"delivered"})"));
    socket->say(cableFrame(
        "message.updated",
        R"({"id":6,"account_id":3,"conversation_id":2,"message_type":0,"content_attributes":{"deleted":true}})"));
    socket->say(cableFrame("message.updated",
                           R"({"id":7,"account_id":3,"conversation_id":2,"message_type":0,"status":"sent"})"));
    socket->say(cableFrame(
        "message.updated",
        R"({"id":8,"account_id":3,"conversation_id":2,"message_type":1,"private":true,"status":"delivered"})"));
    QTRY_COMPARE(bench.keys(), QStringList({u"status:5:delivered"_s, u"deleted:6"_s}));
    QVERIFY(bench.items[0].raw.startsWith(R"({"id":5,)")); // as it came
    QCOMPARE(bench.cursor, place); // the place is that of the asking
}

void TestChatwootCable::staysConnectedInWordsWhenTheCableRefuses()
{
    ChatBench bench;
    openChatwoot(bench);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(R"({"identifier":"{}","type":"reject_subscription"})");
    QTRY_VERIFY2(bench.said().contains(u"does not tell at once what is new"), qPrintable(bench.said()));
    QCOMPARE(int(bench.health), int(Health::Ok)); // it is read all the same
    QVERIFY2(bench.said().contains(u"does not let this agent listen"), qPrintable(bench.said()));
}

void TestChatwootCable::connectsAgainAfterALossAndAsksForWhatCameMeanwhile()
{
    ChatBench bench;
    openChatwoot(bench);
    ScriptedSocket *socket = heard(bench);
    QVERIFY(socket);
    socket->hangUp(1006);
    ScriptedSocket *second = connection(bench, 2);
    QVERIFY(second);
    expectLook(bench, "all", emptyChatwootList);
    second->say(cableConfirm);
    QTRY_COMPARE(bench.far.seen().size(), size_t(4));
    QTRY_VERIFY(!bench.sentences.last().contains(u"does not tell at once"));
}

void TestChatwootCable::storesNothingTwiceForOneLookThatCouldNotBeStored()
{
    ChatBench bench;
    openChatwoot(bench);
    ScriptedSocket *socket = heard(bench);
    QVERIFY(socket);
    bench.refusals = 1;
    socket->say(cableFrame("message.updated",
                           R"({"id":5,"account_id":3,"conversation_id":2,"message_type":1,"status":"failed"})"));
    QVERIFY(connection(bench, 2)); // it hangs up, because what was told is not kept
    QVERIFY(bench.items.empty());
}

void TestChatwootCable::callsASilentConnectionLost()
{
    const auto dialogue = makeCableDialogue(someCable(), {});
    const SocketStep opened = dialogue->opened({});
    QVERIFY(opened.wake && *opened.wake > std::chrono::seconds(6)); // two pings of its
    QVERIFY(dialogue->received(R"({"type":"ping"})", true, {}).wake);
    const SocketStep silent = dialogue->tick({});
    QVERIFY(silent.end && silent.end->kind == Error::Kind::Offline);
    const SocketStep refused = dialogue->received(R"({"type":"disconnect","reason":"unauthorized"})", true, {});
    QVERIFY(refused.end && refused.end->kind == Error::Kind::Unauthorized);
}

void TestChatwootCable::readsNoFrameThatIsNoJson()
{
    ChatBench bench;
    openChatwoot(bench);
    for (const char *frame :
         {"{\"message\":{\"event\":7}}", "{\"message\":{\"event\":\"message.updated\",\"data\":[]}}",
          "{\"message\":{\"event\":\"conversation.typing_on\",\"data\":[]}}"}) {
        ScriptedSocket *socket = connection(bench, 1);
        QVERIFY(socket);
        socket->say(frame);
    }
    QVERIFY(bench.items.empty());
    const auto dialogue = makeCableDialogue(someCable(), {});
    for (const QByteArray &frame : {QByteArray("{"), QByteArray("[]"), QByteArray("{\"message\":{\"event\":7}}")}) {
        const SocketStep step = dialogue->received(frame, true, {});
        QVERIFY(step.items.empty() && !step.ready);
    }
}

void TestChatwootCable::saysWhoWritesAndKeepsNothingOfIt()
{
    ChatBench bench;
    openChatwoot(bench);
    ScriptedSocket *socket = heard(bench);
    QVERIFY(socket);
    QList<ChatTyping> typed;
    QObject::connect(bench.connector.get(), &ChatConnector::typed, bench.connector.get(),
                     [&typed](const ChatTyping &who) { typed << who; });
    const QByteArray zoe = R"("conversation":{"id":12,"inbox_id":5},"user":{"id":41,"name":"Zoë","type":"contact"})";
    const QByteArray place = bench.cursor;
    socket->say(cableFrame("conversation.typing_on", "{\"account_id\":3,\"is_private\":false," + zoe + '}'));
    socket->say(cableFrame("conversation.typing_on", "{\"account_id\":3,\"is_private\":true," + zoe + '}')); // a note
    socket->say(
        cableFrame("conversation.typing_on", "{\"account_id\":4,\"is_private\":false," + zoe + '}')); // not ours
    socket->say(cableFrame("conversation.typing_off", "{\"account_id\":3,\"is_private\":false," + zoe + '}'));
    QCOMPARE(typed.size(), 2);
    QCOMPARE(typed[0].threadKey, u"12"_s);
    QCOMPARE(typed[0].name, u"Zoë"_s);
    QVERIFY(typed[0].isTyping && !typed[1].isTyping);
    QTest::qWait(50);
    QCOMPARE(bench.far.seen().size(), size_t(3)); // nobody was asked anything
    QVERIFY(bench.items.empty());
    QCOMPARE(bench.cursor, place);
}

PATCHBAY_TESTS(TestChatwootCable)
#include "tst_chatwoot_cable.moc"
