#include "chat_bench.h"
#include "support/test_main.h"

#include <QtCore/QJsonDocument>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::connection;
using tests::ScriptedSocket;

namespace {

/// A platform whose who-we-are is known after one call.
void openTyping(ChatBench &bench, const QString &id)
{
    bench.account.settings.insert(u"url"_s, u"https://far.example"_s);
    bench.account.secrets = {{u"token"_s, u"123456789:AAEmadeupmadeupmadeup"_s},
                             {u"access_token"_s, u"made-up-token-4f1c"_s},
                             {u"app_secret"_s, u"made-up-secret-4f1c"_s},
                             {u"verify_token"_s, u"made-up-verify-4f1c"_s}};
    if (id == u"chatwoot"_s)
        bench.account.settings.insert(u"account_id"_s, 3);
    if (id == u"evolution"_s) {
        bench.account.settings.insert(u"instance"_s, u"desk"_s);
        bench.account.secrets.insert(u"api_key"_s, u"made-up-key-4f1c"_s);
    }
    if (id == u"whatsapp_cloud"_s)
        bench.account.settings.insert(u"phone_number_id"_s, u"77"_s);
    bench.open(id);
}

} // namespace

/// The customer sees that the operator writes, and what that must not do.
class TestChatTyping : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksThePlatformInItsOwnWords_data();
    void asksThePlatformInItsOwnWords();
    void saysItNoOftenerThanItLasts();
    void staysSilentWhereTheAccountIsSetSo();
    void marksNothingAsReadUnlessThatIsWanted();
    void saysWhatFailedAndRestsThen();
    void offersTheSwitchWhereThereIsACall();
    void hearsWhoWritesInDiscord();
};

void TestChatTyping::asksThePlatformInItsOwnWords_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("who");
    QTest::addColumn<QByteArray>("known");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("thread");
    QTest::newRow("telegram") << u"telegram"_s << QByteArray("POST")
                              << QByteArray("/bot123456789:AAEmadeupmadeupmadeup/getMe")
                              << QByteArray(R"({"ok":true,"result":{"id":1,"username":"shop"}})")
                              << QByteArray("/bot123456789:AAEmadeupmadeupmadeup/sendChatAction")
                              << QByteArray(R"({"chat_id":-100500,"action":"typing"})") << u"-100500"_s;
    QTest::newRow("telegram topic") << u"telegram"_s << QByteArray("POST")
                                    << QByteArray("/bot123456789:AAEmadeupmadeupmadeup/getMe")
                                    << QByteArray(R"({"ok":true,"result":{"id":1,"username":"shop"}})")
                                    << QByteArray("/bot123456789:AAEmadeupmadeupmadeup/sendChatAction")
                                    << QByteArray(R"({"chat_id":-100500,"message_thread_id":7,"action":"typing"})")
                                    << u"-100500:7"_s;
    QTest::newRow("discord") << u"discord"_s << QByteArray("GET") << QByteArray("/users/@me")
                             << QByteArray(R"({"id":"1","username":"shop"})") << QByteArray("/channels/500/typing")
                             << QByteArray("{}") << u"500"_s;
    QTest::newRow("chatwoot") << u"chatwoot"_s << QByteArray("GET") << QByteArray("/api/v1/profile")
                              << QByteArray(R"({"id":7,"name":"Ana","pubsub_token":"p-4f1c99","accounts":[{"id":3}]})")
                              << QByteArray("/api/v1/accounts/3/conversations/12/toggle_typing_status")
                              << QByteArray(R"({"typing_status":"on"})") << u"12"_s;
    QTest::newRow("evolution") << u"evolution"_s << QByteArray("GET") << QByteArray("/instance/connectionState/desk")
                               << QByteArray(R"({"instance":{"instanceName":"desk","state":"open"}})")
                               << QByteArray("/chat/sendPresence/desk")
                               << QByteArray(R"({"number":"5511900000041@s.whatsapp.net","presence":"composing",
                                                 "delay":5000})")
                               << u"5511900000041"_s;
}

void TestChatTyping::asksThePlatformInItsOwnWords()
{
    QFETCH(QString, id);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, who);
    QFETCH(QByteArray, known);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QString, thread);
    ChatBench bench;
    openTyping(bench, id);
    bench.far.expect(method, who).reply(200, known);
    bench.far.expect("POST", path).bodyIs(QJsonDocument::fromJson(body).object()).reply(204, "");
    bench.connector->typing(thread, u"-100500:4"_s);
    QTRY_COMPARE(bench.far.seen().size(), size_t(2));
    QTest::qWait(20);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatTyping::saysItNoOftenerThanItLasts()
{
    ChatBench bench;
    openTyping(bench, u"discord"_s);
    bench.far.expect("GET", "/users/@me").reply(200, R"({"id":"1","username":"shop"})");
    bench.far.expect("POST", "/channels/500/typing").reply(204, "");
    bench.connector->typing(u"500"_s, {});
    QTRY_COMPARE(bench.far.seen().size(), size_t(2));
    QTest::qWait(20);
    bench.connector->typing(u"500"_s, {});
    bench.clock.at = bench.clock.at + std::chrono::seconds(8);
    bench.connector->typing(u"500"_s, {});
    QTest::qWait(20);
    QCOMPARE(bench.far.seen().size(), size_t(2));
    bench.far.expect("POST", "/channels/501/typing").reply(204, ""); // another chat has its own time
    bench.connector->typing(u"501"_s, {});
    QTRY_COMPARE(bench.far.seen().size(), size_t(3));
    QTest::qWait(20);
    bench.clock.at = bench.clock.at + std::chrono::seconds(2);
    bench.far.expect("POST", "/channels/500/typing").reply(204, "");
    bench.connector->typing(u"500"_s, {});
    QTRY_COMPARE(bench.far.seen().size(), size_t(4));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatTyping::staysSilentWhereTheAccountIsSetSo()
{
    ChatBench bench;
    bench.account.settings.insert(u"tell_typing"_s, false);
    openTyping(bench, u"discord"_s);
    bench.connector->typing(u"500"_s, {});
    QTest::qWait(20);
    QVERIFY(bench.far.seen().empty());
}

void TestChatTyping::marksNothingAsReadUnlessThatIsWanted()
{
    ChatBench silent;
    openTyping(silent, u"whatsapp_cloud"_s);
    silent.connector->typing(u"5511900000041"_s, u"wamid.A"_s);
    QTest::qWait(20);
    QVERIFY(silent.far.seen().empty());
    ChatBench bench;
    bench.account.settings.insert(u"tell_typing"_s, true);
    bench.account.settings.insert(u"version"_s, u"v23.0"_s);
    openTyping(bench, u"whatsapp_cloud"_s);
    bench.far.expect("GET", "/v23.0/77?fields=id%2Cdisplay_phone_number%2Cverified_name").reply(200, R"({"id":"77"})");
    bench.far.expect("POST", "/v23.0/77/messages")
        .bodyIs(QJsonDocument::fromJson(R"({"messaging_product":"whatsapp","status":"read","message_id":"wamid.A",
                                            "typing_indicator":{"type":"text"}})")
                    .object())
        .reply(200, R"({"success":true})");
    bench.connector->typing(u"5511900000041"_s, u"wamid.A"_s);
    QTRY_COMPARE(bench.far.seen().size(), size_t(2));
    QTest::qWait(20);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestChatTyping::saysWhatFailedAndRestsThen()
{
    ChatBench bench;
    openTyping(bench, u"discord"_s);
    QStringList failed;
    QObject::connect(bench.connector.get(), &ChatConnector::typingFailed, bench.connector.get(),
                     [&failed](const QString &sentence) { failed << sentence; });
    bench.far.expect("GET", "/users/@me").reply(200, R"({"id":"1","username":"shop"})");
    bench.far.expect("POST", "/channels/500/typing").reply(403, R"({"message":"Missing Access","code":50001})");
    bench.connector->typing(u"500"_s, {});
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY2(failed[0].contains(u"Missing Access"), qPrintable(failed[0]));
    QVERIFY(bench.said().isEmpty()); // the channel itself is as well as before
    bench.clock.at = bench.clock.at + std::chrono::seconds(30);
    bench.connector->typing(u"500"_s, {});
    QTest::qWait(20);
    QCOMPARE(bench.far.seen().size(), size_t(2));
}

void TestChatTyping::offersTheSwitchWhereThereIsACall()
{
    ChatBench bench;
    const Catalog catalog = makeCatalog(bench.services);
    const auto initial = [&catalog](const QString &id) -> QString {
        for (const FormField &field : catalog.chat(id)->form) {
            if (field.key == u"tell_typing"_s)
                return field.initial;
        }
        return u"none"_s;
    };
    QCOMPARE(initial(u"telegram"_s), initial(u"chatwoot"_s));
    QVERIFY(initial(u"telegram"_s) != initial(u"whatsapp_cloud"_s)); // which also says that the message was read
    QCOMPARE(initial(u"slack"_s), u"none"_s);
}

void TestChatTyping::hearsWhoWritesInDiscord()
{
    ChatBench bench;
    openTyping(bench, u"discord"_s);
    bench.far.expect("GET", "/users/@me").reply(200, R"({"id":"1","username":"shop"})");
    bench.far.expect("GET", "/gateway/bot").reply(200, R"({"url":"wss://gateway.far.example"})");
    QList<ChatTyping> typed;
    QObject::connect(bench.connector.get(), &ChatConnector::typed, bench.connector.get(),
                     [&typed](const ChatTyping &who) { typed << who; });
    bench.connector->start({}, bench.sink());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(R"({"op":10,"d":{"heartbeat_interval":45000}})");
    QVERIFY(!socket->sent.isEmpty());
    const qint64 intents = QJsonDocument::fromJson(socket->sent.last()).object()["d"_L1]["intents"_L1].toInteger();
    QVERIFY(intents & (1 << 11) && intents & (1 << 14));
    socket->say(
        R"({"op":0,"t":"READY","s":1,"d":{"session_id":"a","resume_gateway_url":"wss://x","user":{"id":"1"}}})");
    QTRY_COMPARE(bench.caughtUp, 1);
    const int batches = bench.batches;
    socket->say(R"({"op":0,"t":"TYPING_START","s":2,"d":{"channel_id":"500","guild_id":"9","user_id":"41",
                    "member":{"nick":"Zo","user":{"id":"41","username":"zoe"}}}})");
    socket->say(R"({"op":0,"t":"TYPING_START","s":3,"d":{"channel_id":"501","user_id":"41"}})");
    socket->say(R"({"op":0,"t":"TYPING_START","s":4,"d":{}})");
    QCOMPARE(typed.size(), 2);
    QCOMPARE(typed[0].threadKey, u"500"_s);
    QCOMPARE(typed[0].name, u"Zo"_s);
    QCOMPARE(typed[1].name, QString());
    QTest::qWait(20);
    QVERIFY(bench.items.empty());
    QCOMPARE(bench.batches, batches);
}

PATCHBAY_TESTS(TestChatTyping)
#include "tst_chat_typing.moc"
