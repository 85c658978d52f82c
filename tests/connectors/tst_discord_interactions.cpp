#include "called_channel.h"
#include "chat_bench.h"

#include <openssl/evp.h>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// A key of the test's own, made from 32 fixed bytes.
struct SigningKey {
    SigningKey()
        : key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                           reinterpret_cast<const uchar *>("thirty-two bytes of a made-up key"), 32))
    {
    }
    ~SigningKey() { EVP_PKEY_free(key); }
    SigningKey(const SigningKey &) = delete;
    SigningKey &operator=(const SigningKey &) = delete;

    QString publicHex() const
    {
        QByteArray raw(32, '\0');
        size_t size = 32;
        EVP_PKEY_get_raw_public_key(key, reinterpret_cast<uchar *>(raw.data()), &size);
        return QString::fromLatin1(raw.toHex());
    }
    QByteArray signatureOf(const QByteArray &bytes) const
    {
        QByteArray signature(64, '\0');
        size_t size = 64;
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key);
        EVP_DigestSign(context, reinterpret_cast<uchar *>(signature.data()), &size,
                       reinterpret_cast<const uchar *>(bytes.constData()), size_t(bytes.size()));
        EVP_MD_CTX_free(context);
        return signature.toHex();
    }

    EVP_PKEY *key;
};

struct CalledDiscord {
    SigningKey key = {};
    CalledChannel channel{
        u"discord"_s,
        {{arrivesBy, arrivesByGateway}, {u"public_key"_s, key.publicHex()}, {u"received"_s, u"Thank you."_s}},
        {{u"token"_s, u"made-up-bot-token"_s}}};

    HookRequest signedCall(const QByteArray &body) const
    {
        const QByteArray time = QByteArray::number(channel.clock.at.us / 1000000);
        return postOf(body, {{"X-Signature-Timestamp", time}, {"X-Signature-Ed25519", key.signatureOf(time + body)}});
    }
    QJsonObject answer(const QByteArray &body)
    {
        const HookReply reply = channel.receive(signedCall(body));
        return reply.status == 200 ? QJsonDocument::fromJson(reply.body).object() : QJsonObject();
    }
    QString newestText() const
    {
        const Result<InboundMessage> read = channel.newest();
        return read ? read->text : read.error().message;
    }
};

QByteArray interaction(int type, const QByteArray &rest)
{
    return R"({"id":"1300000000000000077","application_id":"900","type":)" + QByteArray::number(type)
        + R"(,"token":"one-quarter-of-an-hour","channel_id":"500","guild_id":"77","channel":{"id":"500","name":"orders"},)"
          R"("member":{"nick":"Ana of Acme","user":{"id":"1001","username":"ana_l","global_name":"Ana Lima"}},)"
        + rest + "}";
}

const QByteArray command = interaction(
    2,
    R"("data":{"id":"5","name":"refund","options":[{"name":"order","type":4,"value":17},{"name":"by","type":1,"options":[{"name":"card","type":5,"value":true}]}]})");
const QByteArray button = interaction(
    3,
    R"("data":{"custom_id":"yes","component_type":2},"message":{"id":"71","components":[{"type":1,"components":[{"type":2,"custom_id":"yes","label":"Send it"}]}]})");
const QByteArray menu = interaction(
    3,
    R"("data":{"custom_id":"m","component_type":3,"values":["de"]},"message":{"id":"72","components":[{"type":1,"components":[{"type":3,"custom_id":"m","options":[{"label":"German","value":"de"}]}]}]})");
const QByteArray form = interaction(
    5,
    R"("data":{"custom_id":"f","components":[{"type":1,"components":[{"type":4,"custom_id":"reason","value":"It broke"}]},{"type":18,"component":{"type":4,"custom_id":"since","value":"May"}}]})");

} // namespace

/// Discord's commands, buttons and forms, by the gateway and over the socket.
class TestDiscordInteractions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithThePublishedSignatures();
    void answersTheLookForAnAddress();
    void letsNothingInThatIsNotSigned();
    void readsWhatPeopleDo();
    void takesAnInteractionOnceAndForgetsItsToken();
    void proposesNothingWhileSomebodyTypes();
    void answersOnlyWhatIsStored();
    void acknowledgesOverTheSocketWhenItIsStored();
    void answersInTheChannel();
    void refusesAKeyThatIsNone();
    void survivesWhateverIsBroken();
};

void TestDiscordInteractions::agreesWithThePublishedSignatures()
{
    QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/vectors/discord_ed25519.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("The vendors' signature vectors are not here.");
    const QJsonArray cases = QJsonDocument::fromJson(file.readAll())["cases"_L1].toArray();
    QVERIFY(!cases.isEmpty());
    for (const QJsonValue &one : cases) {
        const QByteArray bytes = QByteArray::fromHex(one["in"_L1]["messageHex"_L1].toString().toLatin1());
        const QByteArray signature = one["in"_L1]["signatureHex"_L1].toString().toLatin1();
        const QByteArray key = one["in"_L1]["publicKeyHex"_L1].toString().toLatin1();
        QCOMPARE(checkEd25519(bytes, signature, key).ok(), one["valid"_L1].toBool());
        QVERIFY(!checkEd25519(bytes + 'x', signature, key));
        QVERIFY(!checkEd25519(bytes, signature.chopped(2), key));
        QVERIFY(!checkEd25519(bytes, signature + "zz", key));
        QVERIFY(!checkEd25519(bytes, signature, key.chopped(2)));
        QVERIFY(!checkEd25519(bytes, signature, {}));
    }
}

void TestDiscordInteractions::answersTheLookForAnAddress()
{
    CalledDiscord discord;
    QCOMPARE(discord.answer(R"({"id":"1","type":1,"application_id":"900","token":"t"})"),
             (QJsonObject{{u"type"_s, 1}}));
    QVERIFY(discord.channel.stored.empty());
    QCOMPARE(discord.channel.receive(postOf(R"({"id":"1","type":1})")).status, 401); // it tries that, too
}

void TestDiscordInteractions::letsNothingInThatIsNotSigned()
{
    CalledDiscord discord;
    HookRequest other = discord.signedCall(command);
    other.body.replace("17", "18");
    HookRequest moved = discord.signedCall(command);
    moved.headers[0].second = QByteArray::number(discord.channel.clock.at.us / 1000000 + 1);
    HookRequest old = discord.signedCall(command);
    discord.channel.clock.at = discord.channel.clock.at + std::chrono::minutes(6);
    for (const HookRequest &bad : {other, moved, old})
        QCOMPARE(discord.channel.receive(bad).status, 401);
    QVERIFY(discord.channel.stored.empty());
}

void TestDiscordInteractions::readsWhatPeopleDo()
{
    CalledDiscord discord;
    const QList<QPair<QByteArray, QString>> texts{{command, u"/refund order: 17 by card: true"_s},
                                                  {button, u"Pressed: Send it"_s},
                                                  {menu, u"Chose: German"_s},
                                                  {form, u"reason: It broke\nsince: May"_s}};
    int number = 0;
    for (const auto &[body, text] : texts) {
        QByteArray own = body;
        own.replace("1300000000000000077", "130000000000000008" + QByteArray::number(number++));
        QVERIFY(!discord.answer(own).isEmpty());
        QCOMPARE(discord.newestText(), text);
    }
    const Result<InboundMessage> read = discord.channel.newest();
    QVERIFY(read);
    QCOMPARE(read->externalId, u"interaction:1300000000000000083"_s);
    QCOMPARE(read->threadKey, u"500"_s);
    QCOMPARE(read->subject, u"#orders"_s);
    QCOMPARE(read->from.name, u"Ana of Acme"_s);
    QCOMPARE(read->from.address, u"1001"_s);
    QCOMPARE(read->providerAt.toDateTime().toString(Qt::ISODate), u"2024-10-27T07:35:52Z"_s);
}

void TestDiscordInteractions::takesAnInteractionOnceAndForgetsItsToken()
{
    CalledDiscord discord;
    const QJsonObject shown = discord.answer(command);
    QCOMPARE(shown.value(u"type"_s).toInt(), 4);
    QCOMPARE(shown[u"data"_s][u"content"_s].toString(), u"Thank you."_s);
    QCOMPARE(shown[u"data"_s][u"flags"_s].toInt(), 64); // to nobody else
    QCOMPARE(discord.answer(command), shown);
    QCOMPARE(discord.channel.stored.size(), size_t(1));
    QVERIFY(!discord.channel.stored[0].raw.contains("one-quarter"));
    QCOMPARE(discord.answer(button), (QJsonObject{{u"type"_s, 6}}));
}

void TestDiscordInteractions::proposesNothingWhileSomebodyTypes()
{
    CalledDiscord discord;
    const QJsonObject shown = discord.answer(interaction(4, R"("data":{"id":"5","name":"refund","options":[]})"));
    QCOMPARE(shown.value(u"type"_s).toInt(), 8);
    QVERIFY(discord.channel.stored.empty());
}

void TestDiscordInteractions::answersOnlyWhatIsStored()
{
    CalledDiscord discord;
    discord.channel.connector->stop();
    QCOMPARE(discord.channel.receive(discord.signedCall(command)).status, 503);
}

void TestDiscordInteractions::acknowledgesOverTheSocketWhenItIsStored()
{
    ChatBench bench;
    bench.hold = true;
    bench.account.secrets.insert(u"token"_s, u"bot-token-4f1c"_s);
    bench.open(u"discord"_s);
    bench.far.expect("GET", "/api/v10/users/@me").reply(200, R"({"id":"900","username":"desk"})");
    bench.far.expect("GET", "/api/v10/gateway/bot").reply(200, R"({"url":"wss://gateway.discord.gg/"})");
    bench.connector->start({}, bench.sink());
    ScriptedSocket *socket = connection(bench, 1);
    QVERIFY(socket);
    socket->say(R"({"op":10,"s":null,"t":null,"d":{"heartbeat_interval":40000}})");
    socket->say(
        R"({"op":0,"t":"READY","s":1,"d":{"v":10,"user":{"id":"900"},"session_id":"s1","resume_gateway_url":"wss://gw2.discord.gg"}})");
    socket->say(R"({"op":0,"t":"INTERACTION_CREATE","s":2,"d":)" + command + "}");
    QTRY_VERIFY(!bench.held.empty());
    QCOMPARE(bench.far.seen().size(), size_t(2));
    bench.far.expect("POST", "/api/v10/interactions/1300000000000000077/one-quarter-of-an-hour/callback")
        .bodyIs(QJsonObject{{u"type"_s, 4}, {u"data"_s, QJsonObject{{u"content"_s, u"Received."_s}, {u"flags"_s, 64}}}})
        .reply(204, "", "");
    bench.hold = false;
    bench.release();
    QTRY_COMPARE(bench.keys(), QStringList{u"interaction:1300000000000000077"_s}); // as by the gateway
    QTRY_COMPARE(bench.far.complaints(), QString());
    QVERIFY(!bench.items[0].raw.contains("one-quarter"));
}

void TestDiscordInteractions::answersInTheChannel()
{
    ChatBench bench;
    bench.account.secrets.insert(u"token"_s, u"bot-token-4f1c"_s);
    bench.open(u"discord"_s);
    bench.far.expect("GET", "/api/v10/users/@me").reply(200, R"({"id":"900","username":"desk"})");
    bench.far.expect("POST", "/api/v10/channels/500/messages")
        .bodyIs(QJsonObject{{u"content"_s, u"It left."_s},
                            {u"nonce"_s, u"0111170008000000000000002"_s},
                            {u"enforce_nonce"_s, true},
                            {u"allowed_mentions"_s, QJsonObject{{u"parse"_s, QJsonArray()}}}})
        .reply(200, R"({"id":"1300000000000000099"})");
    const Result<Receipt> sent =
        bench.deliver(chatReplyTo(u"500"_s, u"It left."_s, u"interaction:1300000000000000077"_s),
                      u"0190b2c0-1111-7000-8000-000000000002"_s);
    QVERIFY2(sent, qPrintable(sent ? QString() : sent.error().message)); // what it answers is no message over there
    QCOMPARE(bench.far.complaints(), QString());
}

void TestDiscordInteractions::refusesAKeyThatIsNone()
{
    ChatBench bench;
    const Catalog catalog = makeCatalog(bench.services);
    const ChatConnectorInfo *info = catalog.chat(u"discord"_s);
    AccountConfig account;
    account.settings = {{arrivesBy, arrivesByGateway}};
    QVERIFY(!info->check(account)); // the gateway needs one
    for (const QString &key : {u"tooshort"_s, QString(64, u'g'), SigningKey().publicHex() + u'0'}) {
        account.settings.insert(u"public_key"_s, key);
        const Result<Done> checked = info->check(account);
        QVERIFY2(!checked && checked.error().message.contains(u"public_key"_s), qPrintable(key));
    }
    account.settings.insert(u"public_key"_s, SigningKey().publicHex().toUpper());
    QVERIFY(info->check(account));
    QVERIFY(info->check(AccountConfig{})); // which asks
}

void TestDiscordInteractions::survivesWhateverIsBroken()
{
    for (const QByteArray &body : {command, button, form}) {
        CalledDiscord discord;
        for (const QByteArray &broken : brokenBodies(body)) {
            const HookReply reply = discord.channel.receive(discord.signedCall(broken));
            QVERIFY2(reply.status == 200, broken.constData());
        }
        for (const RawItem &item : discord.channel.stored)
            (void)discord.channel.info->parse(item, AccountConfig{});
    }
}

PATCHBAY_TESTS(TestDiscordInteractions)
#include "tst_discord_interactions.moc"
