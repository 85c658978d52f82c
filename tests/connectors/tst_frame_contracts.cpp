#include "chat_fixture.h"
#include "connectors/chat/wecom_bot/wecom_bot.h"
#include "support/test_main.h"

#include <QtCore/QFile>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::ChatBench;
using tests::ScriptedSocket;

namespace {

/// A vendor's types of frames as a JSON schema (draft 7 as their SDKs' types give it): references, members, constants,
/// enumerations, types, lists and alternatives. A member that the type does not name is a complaint.
class FrameSchema {
public:
    FrameSchema()
    {
        QFile file(QStringLiteral(PATCHBAY_SHARED) + u"/contracts/specs/sockets_discord_wecom_dingtalk.schema.json"_s);
        if (file.open(QIODevice::ReadOnly))
            m_types = QJsonDocument::fromJson(file.readAll())["definitions"_L1].toObject();
    }
    bool isThere() const { return !m_types.isEmpty(); }
    bool has(const QString &type) const { return m_types.contains(type); }
    /// What is wrong with the value as this type; empty: nothing.
    QStringList complaints(const QString &type, const QJsonValue &value) const
    {
        QStringList all;
        check(m_types.value(type).toObject(), value, type, all);
        return all;
    }

private:
    void check(const QJsonObject &type, const QJsonValue &value, const QString &at, QStringList &all) const
    {
        if (type.contains(u"$ref"_s)) {
            const QString name = type.value(u"$ref"_s).toString().section(u'/', 2);
            return check(m_types.value(QUrl::fromPercentEncoding(name.toUtf8())).toObject(), value, at, all);
        }
        if (type.contains(u"anyOf"_s))
            return checkAlternatives(type.value(u"anyOf"_s).toArray(), value, at, all);
        if (type.contains(u"const"_s) && type.value(u"const"_s) != value)
            all << at + u" has another value than the contract's"_s;
        if (type.contains(u"enum"_s) && !type.value(u"enum"_s).toArray().contains(value))
            all << at + u" is none of the contract's values"_s;
        if (!isOfType(type.value(u"type"_s), value))
            all << at + u" is of another type"_s;
        if (value.isObject() && type.contains(u"properties"_s))
            checkMembers(type, value.toObject(), at, all);
        const QJsonValue items = type.value(u"items"_s);
        for (qsizetype i = 0; value.isArray() && items.isObject() && i < value.toArray().size(); ++i)
            check(items.toObject(), value.toArray().at(i), u"%1[%2]"_s.arg(at).arg(i), all);
    }
    void checkMembers(const QJsonObject &type, const QJsonObject &value, const QString &at, QStringList &all) const
    {
        const QJsonObject known = type.value(u"properties"_s).toObject();
        for (const QJsonValue &wanted : type.value(u"required"_s).toArray()) {
            if (!value.contains(wanted.toString()))
                all << u"%1 lacks %2"_s.arg(at, wanted.toString());
        }
        for (auto it = value.begin(); it != value.end(); ++it) {
            if (known.contains(it.key()))
                check(known.value(it.key()).toObject(), it.value(), at + u'.' + it.key(), all);
            else
                all << u"%1 has %2, which the contract does not know"_s.arg(at, it.key());
        }
    }
    void checkAlternatives(const QJsonArray &types, const QJsonValue &value, const QString &at, QStringList &all) const
    {
        QStringList fewest;
        for (const QJsonValue &one : types) {
            QStringList now;
            check(one.toObject(), value, at, now);
            if (now.isEmpty())
                return;
            if (fewest.isEmpty() || now.size() < fewest.size())
                fewest = now;
        }
        all << fewest;
    }
    static bool isOfType(const QJsonValue &type, const QJsonValue &value)
    {
        const QJsonArray types = type.isArray() ? type.toArray() : QJsonArray{type};
        if (type.isUndefined())
            return true;
        const QString is = value.isObject() ? u"object"_s
            : value.isArray()               ? u"array"_s
            : value.isString()              ? u"string"_s
            : value.isBool()                ? u"boolean"_s
            : value.isNull()                ? u"null"_s
                                            : u"number"_s;
        return types.contains(is) || (is == u"number"_s && types.contains(u"integer"_s));
    }

    QJsonObject m_types;
};

QJsonObject frameOf(const QByteArray &bytes) { return QJsonDocument::fromJson(bytes).object(); }

} // namespace

/// What goes over the sockets of Discord and WeCom against the types of their own SDKs: the frames that we send, and
/// those that we recorded as theirs.
class TestFrameContracts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_schema.isThere())
            QSKIP("The vendors' types of frames are not here.");
    }
    void complainsAboutWhatIsNoSuchFrame();
    void speaksToDiscordInItsOwnTypes();
    void speaksToWecomInItsOwnTypes();
    void recordedOnlyWhatWecomCanSay();

private:
    FrameSchema m_schema;
};

void TestFrameContracts::complainsAboutWhatIsNoSuchFrame()
{
    QVERIFY(!m_schema.complaints(u"GatewayIdentify"_s, frameOf(R"({"op":2})")).isEmpty());
    QVERIFY(!m_schema.complaints(u"GatewayHeartbeat"_s, frameOf(R"({"op":2,"d":1})")).isEmpty());
    QVERIFY(!m_schema.complaints(u"GatewayHeartbeat"_s, frameOf(R"({"op":1,"d":"1"})")).isEmpty());
    QVERIFY(!m_schema.complaints(u"GatewayHeartbeat"_s, frameOf(R"({"op":1,"d":1,"more":1})")).isEmpty());
    QCOMPARE(m_schema.complaints(u"GatewayHeartbeat"_s, frameOf(R"({"op":1,"d":null})")), QStringList());
}

void TestFrameContracts::speaksToDiscordInItsOwnTypes()
{
    ChatBench bench;
    bench.account.secrets.insert(u"token"_s, u"bot-token-4f1c"_s);
    bench.open(u"discord"_s);
    bench.far.expect("GET", "/api/v10/users/@me").reply(200, R"({"id":"900","username":"desk"})");
    for (int i = 0; i < 2; ++i)
        bench.far.expect("GET", "/api/v10/gateway/bot").reply(200, R"({"url":"wss://gateway.discord.gg/"})");
    bench.connector->start({}, bench.sink());
    ScriptedSocket *socket = tests::connection(bench, 1);
    QVERIFY(socket);
    socket->say(R"({"op":10,"s":null,"t":null,"d":{"heartbeat_interval":50}})");
    QTRY_VERIFY(!socket->sent.isEmpty());
    socket->say(
        R"({"op":0,"t":"READY","s":1,"d":{"v":10,"user":{"id":"900"},"session_id":"s1","resume_gateway_url":"wss://gw2.discord.gg"}})");
    const QHash<int, QString> types{{1, u"GatewayHeartbeat"_s}, {2, u"GatewayIdentify"_s}, {6, u"GatewayResume"_s}};
    QSet<int> seen;
    const auto look = [&](ScriptedSocket *of) {
        for (const QByteArray &bytes : std::as_const(of->sent)) {
            const int op = frameOf(bytes).value(u"op"_s).toInt();
            const QStringList faults = m_schema.complaints(types.value(op), frameOf(bytes));
            QVERIFY2(types.contains(op) && faults.isEmpty(), qPrintable(faults.join(u'\n') + QString::fromUtf8(bytes)));
            seen.insert(op);
        }
    };
    QTRY_VERIFY(socket->sent.size() >= 2); // a heartbeat, too
    look(socket);
    socket->hangUp(1006);
    ScriptedSocket *again = tests::connection(bench, 2);
    QVERIFY(again);
    again->say(R"({"op":10,"s":null,"t":null,"d":{"heartbeat_interval":40000}})");
    QTRY_VERIFY(!again->sent.isEmpty());
    look(again);
    QCOMPARE(seen, (QSet<int>{1, 2, 6}));
}

void TestFrameContracts::speaksToWecomInItsOwnTypes()
{
    AccountConfig account;
    account.settings.insert(u"bot_id"_s, u"bot1"_s);
    account.secrets.insert(u"bot_secret"_s, u"made-up-bot-secret-3"_s);
    const auto dialogue = makeWecomDialogue({}, account, [] { return 0.0; });
    std::vector<QByteArray> sent = dialogue->opened({}).send;
    (void)dialogue->received(R"({"headers":{"req_id":"subscribe"},"errcode":0,"errmsg":"ok"})", true, {});
    for (const QByteArray &beat : dialogue->tick({}).send)
        sent.push_back(beat);
    (void)dialogue->received(
        R"({"cmd":"aibot_msg_callback","headers":{"req_id":"cb1"},"body":{"msgid":"m1","aibotid":"bot1","chattype":"single","from":{"userid":"ana"},"msgtype":"text","text":{"content":"hi"}}})",
        true, {});
    ChatContext answer;
    answer.key = u"0190b2c0-2222-7000-8000-000000000003"_s;
    answer.message = tests::chatReplyTo(u"single:ana"_s, u"It left today."_s);
    for (int i = 0; i < 2; ++i) { // the first answers what came, the second goes out by itself
        const Result<SocketStep> said = dialogue->say(answer, {});
        QVERIFY(said);
        sent.insert(sent.end(), said->send.begin(), said->send.end());
    }
    QStringList commands;
    for (const QByteArray &bytes : sent) {
        const QJsonObject frame = frameOf(bytes);
        commands << frame.value(u"cmd"_s).toString();
        QStringList faults = m_schema.complaints(u"WecomFrame"_s, frame);
        if (frame[u"body"_s][u"msgtype"_s] == u"stream"_s)
            faults << m_schema.complaints(u"WecomStreamReply"_s, frame.value(u"body"_s));
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }
    QCOMPARE(commands, (QStringList{u"aibot_subscribe"_s, u"ping"_s, u"aibot_respond_msg"_s, u"aibot_send_msg"_s}));
}

void TestFrameContracts::recordedOnlyWhatWecomCanSay()
{
    const QHash<QString, QString> types{{u"text"_s, u"WecomText"_s},
                                        {u"image"_s, u"WecomImage"_s},
                                        {u"mixed"_s, u"WecomMixed"_s},
                                        {u"voice"_s, u"WecomVoice"_s},
                                        {u"file"_s, u"WecomFile"_s}};
    int looked = 0;
    for (const tests::ChatFixture &one : tests::chatFixtures(u"wecom_bot"_s)) {
        const QJsonObject frame = frameOf(one.item().raw);
        const QString type = types.value(frame[u"body"_s][u"msgtype"_s].toString());
        if (type.isEmpty() || one.expected().contains(u"error"_s))
            continue;
        ++looked;
        QStringList faults = m_schema.complaints(u"WecomFrame"_s, frame);
        faults << m_schema.complaints(type, frame.value(u"body"_s));
        QVERIFY2(faults.isEmpty(), qPrintable(one.name + u": "_s + faults.join(u'\n')));
    }
    QVERIFY(looked >= 4);
}

PATCHBAY_TESTS(TestFrameContracts)
#include "tst_frame_contracts.moc"
