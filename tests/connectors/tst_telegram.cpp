#include "called_channel.h"
#include "chat_bench.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;

namespace {

const QString botToken = u"123456789:AAE-made_up_token_4f1c9a7e"_s;
const QString hookSecret = u"made_up-secret-of-the-webhook"_s;
const QUrl ourPlace(u"https://hooks.example.org/hooks/0190b2c0-0000-7000-8000-000000000001"_s);
const QByteArray bot = "/bot123456789:AAE-made_up_token_4f1c9a7e";
const QByteArray isDone = R"({"ok":true,"result":true})";

QByteArray telegramUpdate(int number)
{
    return R"({"update_id":)" + QByteArray::number(number) + R"(,"message":{"message_id":)" + QByteArray::number(number)
        + R"(,"from":{"id":77,"first_name":"Ana"},"chat":{"id":77,"type":"private"},"date":1760000000,"text":"hi"}})";
}

const QByteArray pressed = R"({"update_id":9,"callback_query":{"id":"4382b","from":{"id":77,"first_name":"Ana"},)"
                           R"("data":"refund","message":{"message_id":5,"chat":{"id":77,"type":"private"}}}})";

void signsIn(ChatBench &bench)
{
    bench.far.expect("POST", bot + "/getMe").reply(200, R"({"ok":true,"result":{"id":1,"username":"desk_bot"}})");
}

void sendsTo(ChatBench &bench, const QByteArray &address)
{
    bench.far.expect("POST", bot + "/getWebhookInfo")
        .reply(200, R"({"ok":true,"result":{"url":")" + address + R"(","pending_update_count":0}})");
}

void openTelegram(ChatBench &bench, const QString &way)
{
    bench.account.secrets = {{u"token"_s, botToken}, {u"hook_secret"_s, hookSecret}};
    bench.account.settings.insert(arrivesBy, way);
    bench.open(u"telegram"_s);
    bench.connector->reachedAt(ourPlace);
}

HookReply telegramSays(ChatBench &bench, const QByteArray &body, const QByteArray &secret)
{
    const HookRequest request = tests::postOf(body, {{"X-Telegram-Bot-Api-Secret-Token", secret}});
    AsyncScope scope;
    return tests::waitFor(scope.run(bench.connector->receive(request))).value_or(HookReply{0, {}, {}});
}

} // namespace

/// Telegram by its webhook, the change between the two ways, and what a pressed button waits for.
class TestTelegram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsTelegramWhereToSend();
    void takesNobodysWebhookAway();
    void saysThatItNeedsAPublicAddress();
    void endsItsOwnWebhookBeforeItAsks();
    void takesOnlyWhatHasTheSecret();
    void releasesAButtonInTheAnswer();
    void releasesAButtonOnlyWhenItIsStored();
    void readsTheSamplesThatOthersRecorded();
};

void TestTelegram::tellsTelegramWhereToSend()
{
    ChatBench bench;
    openTelegram(bench, u"gateway"_s);
    signsIn(bench);
    sendsTo(bench, "");
    bench.far.expect("POST", bot + "/setWebhook")
        .bodyIs(QJsonObject{{u"url"_s, ourPlace.toString()},
                            {u"secret_token"_s, hookSecret},
                            {u"allowed_updates"_s,
                             QJsonArray{u"message"_s, u"edited_message"_s, u"channel_post"_s, u"edited_channel_post"_s,
                                        u"message_reaction"_s, u"callback_query"_s}}})
        .reply(200, isDone);
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(bench.said(), u"Waiting for what Telegram sends to its address at the gateway."_s);
    QCOMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestTelegram::takesNobodysWebhookAway()
{
    for (const QString &way : {u"gateway"_s, u"asking"_s}) {
        ChatBench bench;
        openTelegram(bench, way);
        signsIn(bench);
        sendsTo(bench, "https://bots.other.example/hooks/0190b2c0-0000-7000-8000-00000000ffff?k=private");
        bench.connector->start({}, bench.sink());
        QTRY_COMPARE(int(bench.health), int(Health::Failed));
        QVERIFY2(bench.said().contains(u"another program, at https://bots.other.example (a webhook)"_s),
                 qPrintable(bench.said()));
        QVERIFY(!bench.said().contains(u"private"_s));
        QCOMPARE(bench.far.complaints(), QString()); // nothing was changed
    }
}

void TestTelegram::saysThatItNeedsAPublicAddress()
{
    for (const QString &place : {QString(), u"http://127.0.0.1:8790/hooks/x"_s, u"https://127.0.0.1/hooks/x"_s}) {
        ChatBench bench;
        openTelegram(bench, u"gateway"_s);
        bench.connector->reachedAt(QUrl(place));
        signsIn(bench);
        sendsTo(bench, "");
        bench.connector->start({}, bench.sink());
        QTRY_COMPARE(int(bench.health), int(Health::Failed));
        QVERIFY2(bench.said().contains(u"gateway set --public-url"_s), qPrintable(bench.said()));
        QCOMPARE(bench.far.complaints(), QString());
    }
}

void TestTelegram::endsItsOwnWebhookBeforeItAsks()
{
    ChatBench bench;
    openTelegram(bench, u"asking"_s);
    signsIn(bench);
    sendsTo(bench, ourPlace.toString().toUtf8());
    bench.far.expect("POST", bot + "/deleteWebhook").bodyIs(QJsonObject{}).reply(200, isDone);
    bench.far.expect("POST", bot + "/getUpdates").reply(200, R"({"ok":true,"result":[)" + telegramUpdate(3) + "]}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    QCOMPARE(bench.keys(), QStringList{u"update:3"_s});
    QCOMPARE(bench.far.complaints(), QString());
}

void TestTelegram::takesOnlyWhatHasTheSecret()
{
    ChatBench bench;
    openTelegram(bench, u"gateway"_s);
    bench.connector->start({}, bench.sink());
    const QByteArray secret = hookSecret.toUtf8();
    for (const QByteArray &wrong : {QByteArray(), QByteArray("x"), secret.chopped(1), secret + "x", secret.toUpper()})
        QCOMPARE(telegramSays(bench, telegramUpdate(1), wrong).status, 401);
    QVERIFY(bench.items.empty());
    QCOMPARE(telegramSays(bench, telegramUpdate(1), secret).status, 200);
    QCOMPARE(bench.keys(), QStringList{u"update:1"_s}); // as when it is asked: what comes both ways folds
    QCOMPARE(bench.items[0].raw, telegramUpdate(1));
    QCOMPARE(telegramSays(bench, "{\"update_id\":\"x\"}", secret).status, 200); // kept, and set aside by the parser
    QCOMPARE(bench.items.size(), size_t(2));
    bench.refusals = 1;
    QCOMPARE(telegramSays(bench, telegramUpdate(2), secret).status, 503);
}

void TestTelegram::releasesAButtonInTheAnswer()
{
    ChatBench bench;
    openTelegram(bench, u"gateway"_s);
    bench.connector->start({}, bench.sink());
    bench.refusals = 1;
    QVERIFY(!telegramSays(bench, pressed, hookSecret.toUtf8()).body.contains("answerCallbackQuery"));
    const HookReply reply = telegramSays(bench, pressed, hookSecret.toUtf8());
    QCOMPARE(QJsonDocument::fromJson(reply.body).object(),
             (QJsonObject{{u"method"_s, u"answerCallbackQuery"_s}, {u"callback_query_id"_s, u"4382b"_s}}));
    QCOMPARE(telegramSays(bench, telegramUpdate(1), hookSecret.toUtf8()).body, QByteArray("{}"));
}

void TestTelegram::releasesAButtonOnlyWhenItIsStored()
{
    ChatBench bench;
    bench.hold = true;
    openTelegram(bench, u"asking"_s);
    signsIn(bench);
    sendsTo(bench, "");
    bench.far.expect("POST", bot + "/getUpdates").reply(200, R"({"ok":true,"result":[)" + pressed + "]}");
    bench.connector->fetchOnce({}, bench.sink());
    QTRY_COMPARE(bench.held.size(), size_t(1));
    QCOMPARE(bench.far.seen().size(), size_t(3));
    bench.far.expect("POST", bot + "/answerCallbackQuery")
        .bodyIs(QJsonObject{{u"callback_query_id"_s, u"4382b"_s}})
        .reply(400, R"({"ok":false,"error_code":400,"description":"Bad Request: query is too old"})");
    bench.release();
    QTRY_COMPARE(bench.far.seen().size(), size_t(4));
    QTRY_COMPARE(bench.caughtUp, 1); // a refusal of it is no failure of the channel
    QCOMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(bench.far.complaints(), QString());
}

void TestTelegram::readsTheSamplesThatOthersRecorded()
{
    const QStringList updates{u"update_issue_1107_1"_s, u"update_issue_523_0"_s, u"update_message_reaction_updated_1"_s,
                              u"update_chat_boost_updated_0"_s, u"update_new_update_kind_error_0"_s};
    if (tests::samplePayload(u"telegram/update_issue_523_0.json"_s).isEmpty())
        QSKIP("The vendors' sample payloads are not here.");
    ChatBench bench;
    openTelegram(bench, u"gateway"_s);
    bench.connector->start({}, bench.sink());
    const Catalog catalog = makeCatalog(bench.services);
    for (const QString &name : updates) {
        const QByteArray body = tests::samplePayload(u"telegram/%1.json"_s.arg(name));
        QCOMPARE(telegramSays(bench, body, hookSecret.toUtf8()).status, 200);
        const Result<InboundMessage> read = catalog.chat(u"telegram"_s)->parse(bench.items.back(), AccountConfig{});
        QVERIFY2(read, qPrintable(name + u": "_s + (read ? QString() : read.error().message)));
    }
}

PATCHBAY_TESTS(TestTelegram)
#include "tst_telegram.moc"
