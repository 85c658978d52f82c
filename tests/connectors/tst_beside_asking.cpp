#include "called_channel.h"
#include "chat_bench.h"
#include "connectors/chat/evolution/evolution.h"
#include "connectors/kit/chat_hook.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

constexpr auto verifyChatwoot =
    &isSignedOrHasSecret<"x-chatwoot-signature", "x-chatwoot-timestamp", "sha256=", "hook_secret">;

QJsonArray chatwootVectors()
{
    QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/vectors/chatwoot_signature.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object().value("cases"_L1).toArray();
}

void expectChatwootLook(ScriptedTransport &far, const QByteArray &status)
{
    far.expect("GET", "/api/v1/accounts/3/conversations?status=" + status + "&assignee_type=all&page=1")
        .reply(200, R"({"data":{"payload":[]}})");
}

/// A Chatwoot channel that is called, and has been read to its end.
void openCalledChatwoot(ChatBench &bench)
{
    bench.account.settings = {{u"url"_s, u"https://chat.example.org"_s},
                              {u"account_id"_s, 3},
                              {u"arrives_by"_s, u"gateway"_s},
                              {u"retry_ms"_s, 1}};
    bench.account.secrets = {{u"access_token"_s, u"made-up-4f1c"_s},
                             {u"hook_secret"_s, u"made-up-secret-of-the-hook"_s}};
    bench.open(u"chatwoot"_s);
    bench.far.expect("GET", "/api/v1/profile")
        .reply(200, R"({"id":7,"name":"Ana","pubsub_token":"pub-4f1c","accounts":[{"id":3}]})");
    expectChatwootLook(bench.far, "open");
    bench.connector->start({}, bench.sink());
}

HookReply calls(ChatBench &bench, const HookRequest &request)
{
    AsyncScope scope;
    return waitFor(scope.run(bench.connector->receive(request))).value_or(HookReply{0, {}, {}});
}

HookRequest posted(const QString &rest, const QByteArray &body)
{
    HookRequest request;
    request.method = "POST";
    request.rest = rest;
    request.body = body;
    return request;
}

} // namespace

/// Platforms that call the gateway and are asked all the same.
class TestBesideAsking : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chatwootIsAskedWhenItCalls();
    void chatwootProvesItselfOrIsNotHeard();
    void chatwootsSignatureIsAsItsVectorsSay();
    void chatwootTellsThatAnOlderMessageIsGone();
    void evolutionHandsOverWhatItSends();
    void evolutionTellsWhoWritesAndIsNotAskedForIt();
    void evolutionProvesItselfOrIsNotHeard();
    void noLiveConnectionIsOpenedBesideTheGateway();
};

void TestBesideAsking::chatwootIsAskedWhenItCalls()
{
    ChatBench bench;
    openCalledChatwoot(bench);
    QTRY_COMPARE(bench.caughtUp, 1);
    expectChatwootLook(bench.far, "all");
    const HookReply reply = calls(
        bench, posted(u"made-up-secret-of-the-hook"_s, R"({"event":"message_created","id":9,"account":{"id":3}})"));
    QCOMPARE(reply.status, 200);
    QTRY_COMPARE(bench.far.seen().size(), size_t(3)); // at once, not when the pause is over
    QVERIFY(bench.items.empty()); // the asking brings it, in order
    QCOMPARE(bench.far.complaints(), QString());
}

void TestBesideAsking::chatwootProvesItselfOrIsNotHeard()
{
    ChatBench bench;
    openCalledChatwoot(bench);
    QTRY_COMPARE(bench.caughtUp, 1);
    for (const QString &rest : {QString(), u"another-secret-altogether"_s, u"made-up-secret-of-the-hook/x"_s})
        QCOMPARE(calls(bench, posted(rest, R"({"event":"message_created","id":9})")).status, 401);
    HookRequest wrong = posted(u"made-up-secret-of-the-hook"_s, R"({"event":"message_created","id":9})");
    wrong.headers = {{"x-chatwoot-signature", "sha256=00"}, {"x-chatwoot-timestamp", "1760000000"}};
    QCOMPARE(calls(bench, wrong).status, 401); // who signs must sign rightly
    QTest::qWait(50);
    QCOMPARE(bench.far.seen().size(), size_t(2));
}

void TestBesideAsking::chatwootsSignatureIsAsItsVectorsSay()
{
    const QJsonArray vectors = chatwootVectors();
    if (vectors.isEmpty())
        QSKIP("the folder with vendors' material is not there: chatwoot_signature.json");
    for (const QJsonValue &one : vectors) {
        const QJsonObject in = one["in"_L1].toObject();
        HookRequest request = posted({}, in.value("body"_L1).toString().toUtf8());
        const QByteArray time = in.value("timestamp"_L1).toString().toUtf8();
        request.headers = {{"x-chatwoot-signature", in.value("signature"_L1).toString().toUtf8()},
                           {"x-chatwoot-timestamp", time}};
        AccountConfig account;
        account.secrets.insert(u"hook_secret"_s, in.value("secret"_L1).toString());
        const Timestamp sent{time.toLongLong() * 1000000};
        const bool valid = one["valid"_L1].toBool();
        QCOMPARE(verifyChatwoot(request, account, sent).ok(), valid);
        QVERIFY(!verifyChatwoot(request, account, sent + std::chrono::minutes(6)).ok()); // a replay
    }
}

void TestBesideAsking::chatwootTellsThatAnOlderMessageIsGone()
{
    ChatBench bench;
    openCalledChatwoot(bench);
    QTRY_COMPARE(bench.caughtUp, 1);
    const QByteArray gone =
        R"({"event":"message_updated","id":9,"account":{"id":3},"content_attributes":{"deleted":true}})";
    expectChatwootLook(bench.far, "all");
    QCOMPARE(calls(bench, posted(u"made-up-secret-of-the-hook"_s, gone)).status, 200);
    QCOMPARE(bench.keys(), QStringList{u"deleted:9"_s});
    const Catalog catalog = makeCatalog(bench.services);
    const auto told = catalog.chat(u"chatwoot"_s)->parse(bench.items[0], bench.account);
    QVERIFY(told.ok() && told->kind == InboundKind::Deletion);
    QCOMPARE(told->about, u"9"_s);
    expectChatwootLook(bench.far, "all");
    QCOMPARE(calls(bench, posted(u"made-up-secret-of-the-hook"_s, "no JSON")).status, 200); // set aside
    QCOMPARE(bench.items.size(), size_t(2));
    QVERIFY(!catalog.chat(u"chatwoot"_s)->parse(bench.items[1], bench.account).ok());
}

void TestBesideAsking::evolutionHandsOverWhatItSends()
{
    ChatBench bench;
    bench.account.settings = {
        {u"url"_s, u"https://evolution.example.org"_s}, {u"instance"_s, u"desk"_s}, {u"arrives_by"_s, u"gateway"_s}};
    bench.account.secrets = {{u"api_key"_s, u"key-4f1c"_s}, {u"hook_secret"_s, u"made-up-secret"_s}};
    const QByteArray data =
        R"({"key":{"id":"3EB0A","fromMe":false,"remoteJid":"5511900000041@s.whatsapp.net"},"message":{"conversation":"Oi"}})";
    const QByteArray body =
        R"({"event":"messages.upsert","instance":"desk","data":)" + data + R"(,"apikey":"key-4f1c"})";
    for (const QString &rest : {u"made-up-secret"_s, u"made-up-secret/messages-upsert"_s}) {
        const HookRequest request = posted(rest, body);
        QVERIFY(verifyEvolution(request, bench.account, {}).ok());
        const std::vector<RawItem> items = readEvolutionHook(request, bench.account);
        QCOMPARE(items.size(), size_t(1));
        QCOMPARE(items[0].sourceKey, u"message:5511900000041@s.whatsapp.net:3EB0A"_s);
        QCOMPARE(items[0].raw, data); // without the key of the envelope
    }
    const QByteArray other = R"({"event":"messages.upsert","instance":"another","data":)" + data + "}";
    QVERIFY(readEvolutionHook(posted(u"made-up-secret"_s, other), bench.account).empty());
    QVERIFY(readEvolutionHook(posted(u"made-up-secret"_s, R"({"event":"qrcode.updated","data":{}})"), bench.account)
                .empty());
    QCOMPARE(readEvolutionHook(posted(u"made-up-secret"_s, "no JSON"), bench.account).size(), size_t(1)); // set aside
}

void TestBesideAsking::evolutionTellsWhoWritesAndIsNotAskedForIt()
{
    ChatBench bench;
    bench.account.settings = {
        {u"url"_s, u"https://evolution.example.org"_s}, {u"instance"_s, u"desk"_s}, {u"arrives_by"_s, u"gateway"_s}};
    bench.account.secrets = {{u"api_key"_s, u"key-4f1c"_s}, {u"hook_secret"_s, u"made-up-secret"_s}};
    bench.open(u"evolution"_s);
    for (int i = 0; i < 2; ++i) { // who we are, and behind the look whether it is connected
        if (i == 1)
            bench.far.expect("POST", "/chat/findMessages/desk").reply(200, R"({"messages":{"total":0,"records":[]}})");
        bench.far.expect("GET", "/instance/connectionState/desk").reply(200, R"({"instance":{"state":"open"}})");
    }
    QList<ChatTyping> typed;
    QObject::connect(bench.connector.get(), &ChatConnector::typed, bench.connector.get(),
                     [&typed](const ChatTyping &who) { typed << who; });
    bench.connector->start({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    const QByteArray body = R"({"event":"presence.update","instance":"desk","data":{"id":"5511900000041@s.whatsapp.net",
        "presences":{"5511900000041@s.whatsapp.net":{"lastKnownPresence":"composing"}}},"apikey":"key-4f1c"})";
    QCOMPARE(calls(bench, posted(u"another-secret"_s, body)).status, 401);
    QVERIFY(typed.isEmpty());
    QCOMPARE(calls(bench, posted(u"made-up-secret"_s, body)).status, 200);
    QCOMPARE(typed.size(), 1);
    QCOMPARE(typed[0].threadKey, u"5511900000041"_s);
    QVERIFY(typed[0].isTyping);
    QTest::qWait(50);
    QCOMPARE(bench.far.seen().size(), size_t(3));
    QVERIFY(bench.items.empty());
    QCOMPARE(bench.far.complaints(), QString());
}

void TestBesideAsking::evolutionProvesItselfOrIsNotHeard()
{
    AccountConfig account;
    account.secrets.insert(u"hook_secret"_s, u"made-up-secret"_s);
    for (const QString &rest : {QString(), u"another"_s, u"messages-upsert/made-up-secret"_s, u"made-up-secre"_s})
        QVERIFY(!verifyEvolution(posted(rest, "{}"), account, {}).ok());
    QVERIFY(!verifyEvolution(posted({}, "{}"), AccountConfig(), {}).ok()); // an empty secret lets nothing in
}

void TestBesideAsking::noLiveConnectionIsOpenedBesideTheGateway()
{
    ChatBench bench;
    openCalledChatwoot(bench);
    QTRY_COMPARE(bench.caughtUp, 1);
    QTest::qWait(50);
    QVERIFY(bench.sockets.empty());
    QCOMPARE(int(bench.health), int(Health::Ok));
}

PATCHBAY_TESTS(TestBesideAsking)
#include "tst_beside_asking.moc"
