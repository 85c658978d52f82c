#include "chat_bench.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::connection;
using tests::ScriptedSocket;

namespace {

void openSlack(ChatBench &bench, int connections)
{
    bench.account.secrets.insert(u"bot_token"_s, u"xoxb-4f1c"_s);
    bench.account.secrets.insert(u"app_token"_s, u"xapp-4f1c"_s);
    bench.open(u"slack"_s);
    bench.far.expect("POST", "/api/auth.test")
        .hasHeader("Authorization", "Bearer xoxb-4f1c")
        .reply(200, R"({"ok":true,"team":"Acme","user":"desk","team_id":"T1","user_id":"UBOT"})");
    for (int i = 0; i < connections; ++i) {
        bench.far.expect("POST", "/api/apps.connections.open")
            .hasHeader("Authorization", "Bearer xapp-4f1c")
            .reply(200, R"({"ok":true,"url":"wss://wss-primary.slack.com/link/?ticket=1"})");
    }
    bench.connector->start({}, bench.sink());
}

const QByteArray profile = R"(,"user_profile":{"real_name":"Ana"})";

QByteArray envelope(const QByteArray &id, const QByteArray &event, const QByteArray &more = profile)
{
    return R"({"envelope_id":")" + id + R"(","type":"events_api","payload":{ "type":"event_callback","event_id":")"
        + event + R"(","event":{"type":"message","user":"U1","channel":"D1","ts":"1760000000.000100","text":"hi")"
        + more + "}}}";
}

const QByteArray slackHello =
    R"({"type":"hello","num_connections":1,"debug_info":{"approximate_connection_time":18060}})";

} // namespace

/// Slack's Socket Mode.
class TestSlackSocket : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void acknowledgesAnEnvelopeWhenItIsStored();
    void keepsARepeatUnderTheSameName();
    void connectsAnewAtOnceWhenSlackAsksForIt();
    void saysThatSocketModeIsOff();
    void saysThatAnotherProgramListens();
    void keepsWhatItCannotReadForAPerson();
    void asksForEachNameOnce();
    void holdsNothingUpForANameThatItCannotHave();
};

void TestSlackSocket::acknowledgesAnEnvelopeWhenItIsStored()
{
    ChatBench bench;
    bench.hold = true;
    openSlack(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(slackHello);
    bench.hold = true;
    socket->say(envelope("e1", "Ev1"));
    QTRY_VERIFY(!bench.held.empty());
    QVERIFY(socket->sent.isEmpty());
    bench.hold = false;
    bench.release();
    QTRY_COMPARE(socket->sent.value(0), R"({"envelope_id":"e1"})");
    QCOMPARE(bench.keys(), QStringList{u"event:Ev1"_s});
    QVERIFY(bench.items[0].raw.startsWith(R"({ "type":"event_callback")")); // the payload, as it came
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestSlackSocket::keepsARepeatUnderTheSameName()
{
    ChatBench bench;
    openSlack(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(slackHello);
    socket->say(envelope("e1", "Ev1"));
    socket->say(envelope("e2", "Ev1"));
    QTRY_COMPARE(bench.keys(), QStringList({u"event:Ev1"_s, u"event:Ev1"_s}));
    QTRY_COMPARE(socket->sent.size(), 2); // a repeat wants its own answer
}

void TestSlackSocket::connectsAnewAtOnceWhenSlackAsksForIt()
{
    ChatBench bench;
    bench.account.settings.insert(u"retry_ms"_s, 60000);
    openSlack(bench, 3);
    for (size_t i = 1; i <= 2; ++i) {
        ScriptedSocket *socket = connection(bench, i);
        QVERIFY(socket);
        socket->say(slackHello);
        socket->say(i == 1 ? R"({"type":"disconnect","reason":"warning","debug_info":{}})"
                           : R"({"type":"disconnect","reason":"refresh_requested","debug_info":{}})");
    }
    QVERIFY(connection(bench, 3));
    QVERIFY2(!bench.said().contains(u"Trying again"), qPrintable(bench.said()));
}

void TestSlackSocket::saysThatSocketModeIsOff()
{
    ChatBench bench;
    openSlack(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(R"({"type":"disconnect","reason":"link_disabled"})");
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"Socket Mode is switched off for this app"), qPrintable(bench.said()));
}

void TestSlackSocket::saysThatAnotherProgramListens()
{
    ChatBench bench;
    openSlack(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(R"({"type":"hello","num_connections":2})");
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QVERIFY2(bench.said().contains(u"Another program is connected with this app"), qPrintable(bench.said()));
}

void TestSlackSocket::keepsWhatItCannotReadForAPerson()
{
    ChatBench bench;
    openSlack(bench, 1);
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(slackHello);
    const QByteArray whole = envelope("e1", "Ev1");
    for (qsizetype size = 0; size < whole.size(); size += 11)
        socket->say(whole.left(size));
    QTRY_VERIFY(bench.items.size() >= 10);
    const Catalog catalog = makeCatalog(bench.services);
    for (const RawItem &item : bench.items)
        QVERIFY(!catalog.chat(u"slack"_s)->parse(item, bench.account).ok()); // quarantined, and shown
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
}

void TestSlackSocket::asksForEachNameOnce()
{
    ChatBench bench;
    openSlack(bench, 1);
    bench.far.expect("POST", "/api/users.info")
        .bodyIs(u"user=U1"_s)
        .reply(200, R"({"ok":true,"user":{"id":"U1","name":"ana","profile":{"display_name":"Ana Lima"}}})");
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(slackHello);
    socket->say(envelope("e1", "Ev1", {}));
    socket->say(envelope("e2", "Ev2", {}));
    QTRY_COMPARE(bench.items.size(), size_t(2));
    QCOMPARE(bench.far.complaints(), QString());
    const Catalog catalog = makeCatalog(bench.services);
    for (const RawItem &item : bench.items) {
        const Result<InboundMessage> read = catalog.chat(u"slack"_s)->parse(item, bench.account);
        QVERIFY(read.ok());
        QCOMPARE(read->from.name, u"Ana Lima"_s);
    }
    QVERIFY(bench.items[0].raw.contains(R"({ "type":"event_callback")")); // the payload, as it came
}

void TestSlackSocket::holdsNothingUpForANameThatItCannotHave()
{
    ChatBench bench;
    openSlack(bench, 1);
    bench.far.expect("POST", "/api/users.info")
        .reply(200, R"({"ok":false,"error":"missing_scope","needed":"users:read"})");
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(slackHello);
    socket->say(envelope("e1", "Ev1", {}));
    socket->say(envelope("e2", "Ev2", {})); // it is not asked again
    QTRY_COMPARE(socket->sent.size(), 2);
    QCOMPARE(bench.far.complaints(), QString());
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    const Catalog catalog = makeCatalog(bench.services);
    const Result<InboundMessage> read = catalog.chat(u"slack"_s)->parse(bench.items[0], bench.account);
    QVERIFY(read.ok());
    QCOMPARE(read->from.name, u"U1"_s);
}

PATCHBAY_TESTS(TestSlackSocket)
#include "tst_slack_socket.moc"
