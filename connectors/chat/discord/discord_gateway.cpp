#include "connectors/chat/discord/discord.h"

#include "connectors/kit/rest.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

/// Messages and reactions in guilds and in direct conversations, with their content.
constexpr int discordIntents = 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 15;

enum DiscordOp {
    Dispatch = 0,
    Heartbeat = 1,
    Identify = 2,
    Resume = 6,
    Reconnect = 7,
    InvalidSession = 9,
    Hello = 10,
    HeartbeatAck = 11
};

QByteArray discordFrame(DiscordOp op, const QJsonValue &data)
{
    return QJsonDocument(QJsonObject{{u"op"_s, int(op)}, {u"d"_s, data}}).toJson(QJsonDocument::Compact);
}

class DiscordDialogue final : public SocketDialogue {
public:
    DiscordDialogue(const ChatContext &context, QString token, std::function<double()> random)
        : m_place(QJsonDocument::fromJson(context.cursor).object())
        , m_token(std::move(token))
        , m_random(std::move(random))
        , m_hasBeenHere(!context.cursor.isEmpty())
    {
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = session().isEmpty() ? u"signing in"_s : u"going on where the connection ended"_s;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool isText, Timestamp now) override;
    SocketStep tick(Timestamp now) override;
    std::optional<Error> closed(int code, const QString &reason) override;

private:
    QString session() const { return m_place.value(u"session"_s).toString(); }
    QByteArray place() const { return QJsonDocument(m_place).toJson(QJsonDocument::Compact); }
    QByteArray heartbeat() const
    {
        const qint64 seq = m_place.value(u"seq"_s).toInteger();
        return discordFrame(Heartbeat, seq > 0 ? QJsonValue(seq) : QJsonValue());
    }
    SocketStep hello(JsonReader &in);
    SocketStep event(JsonReader &in, const QByteArray &frame);
    void keep(SocketStep &step, const QByteArray &frame, const QString &one = {});

    QJsonObject m_place; ///< {"session", "seq", "url", "self"}: the cursor
    QString m_token;
    std::function<double()> m_random;
    bool m_hasBeenHere;
    milliseconds m_interval{0};
    bool m_isAnswered = true; ///< the last heartbeat
};

SocketStep DiscordDialogue::received(const QByteArray &frame, bool, Timestamp)
{
    SocketStep step;
    JsonReader in = JsonReader::parse(frame, u"frame"_s);
    const qint64 op = in.integer(u"/op"_s);
    if (!in.ok()) {
        step.end = in.error();
        return step;
    }
    switch (op) {
    case Hello: return hello(in);
    case Dispatch: return event(in, frame);
    case Heartbeat: step.send = {heartbeat()}; break;
    case HeartbeatAck: m_isAnswered = true; break;
    case Reconnect:
        step.atOnce = true;
        step.end = makeError(Error::Kind::Offline, u"Discord asked for a new connection."_s);
        break;
    case InvalidSession:
        step.end = makeError(Error::Kind::Offline, u"Discord does not go on with this session."_s);
        if (!in.optionalBoolean(u"/d"_s).value_or(false)) {
            m_place = {{u"self"_s, m_place.value(u"self"_s)}};
            step.cursor = place(); // the next connection begins a new one
        }
        break;
    default: break;
    }
    return step;
}

SocketStep DiscordDialogue::hello(JsonReader &in)
{
    SocketStep step;
    m_interval = milliseconds(std::clamp<qint64>(in.integer(u"/d/heartbeat_interval"_s), 100, 600000));
    step.wake = milliseconds(qint64(double(m_interval.count()) * m_random())); // not all clients in one moment
    if (!session().isEmpty()) {
        step.send = {discordFrame(
            Resume,
            QJsonObject{{u"token"_s, m_token}, {u"session_id"_s, session()}, {u"seq"_s, m_place.value(u"seq"_s)}})};
        return step;
    }
    const QJsonObject properties{{u"os"_s, u"linux"_s}, {u"browser"_s, u"Patchbay"_s}, {u"device"_s, u"Patchbay"_s}};
    step.send = {discordFrame(
        Identify, QJsonObject{{u"token"_s, m_token}, {u"intents"_s, discordIntents}, {u"properties"_s, properties}})};
    return step;
}

SocketStep DiscordDialogue::event(JsonReader &in, const QByteArray &frame)
{
    SocketStep step;
    const QString type = textOr(in, u"/t"_s);
    const qint64 seq = in.optionalInteger(u"/s"_s).value_or(0);
    if (seq > 0)
        m_place.insert(u"seq"_s, std::max(seq, m_place.value(u"seq"_s).toInteger()));
    if (type == u"READY"_s) {
        m_place = {{u"session"_s, in.text(u"/d/session_id"_s)},
                   {u"seq"_s, seq},
                   {u"url"_s, in.text(u"/d/resume_gateway_url"_s)},
                   {u"self"_s, in.id(u"/d/user/id"_s)}};
        step.ready = in.ok();
        step.missed = m_hasBeenHere; // a new session has only what comes from now on
        step.cursor = place();
        if (!in.ok())
            step.end = in.error();
    } else if (type == u"RESUMED"_s) {
        step.ready = true;
    } else if (type == u"MESSAGE_DELETE_BULK"_s) {
        for (JsonReader &id : in.optionalArray(u"/d/ids"_s))
            keep(step, frame, id.id({}));
    } else if (type.startsWith(u"MESSAGE_"_s)) {
        keep(step, frame);
    }
    return step;
}

/// The frame as it came, beside what only the session knows.
void DiscordDialogue::keep(SocketStep &step, const QByteArray &frame, const QString &one)
{
    const QJsonObject head{{u"self"_s, m_place.value(u"self"_s)}, {u"one"_s, one}};
    RawItem item;
    item.sourceKey = u"event:%1:%2"_s.arg(session()).arg(m_place.value(u"seq"_s).toInteger());
    if (!one.isEmpty())
        item.sourceKey += u':' + one;
    item.raw = QJsonDocument(head).toJson(QJsonDocument::Compact).chopped(1) + ",\"frame\":" + frame + '}';
    step.items.push_back(std::move(item));
    step.cursor = place();
}

SocketStep DiscordDialogue::tick(Timestamp)
{
    SocketStep step;
    if (!m_isAnswered) {
        step.atOnce = true;
        step.end = makeError(Error::Kind::Offline, u"Discord did not answer a heartbeat."_s);
        return step;
    }
    m_isAnswered = false;
    step.send = {heartbeat()};
    step.wake = m_interval;
    return step;
}

/// The codes after which a new connection fails as well (docs: Gateway close event codes).
std::optional<Error> DiscordDialogue::closed(int code, const QString &reason)
{
    switch (code) {
    case 4004:
        return makeError(Error::Kind::Unauthorized, u"Discord does not accept the bot's token. Enter it again."_s);
    case 4014:
        return makeError(
            Error::Kind::Refused,
            u"Discord does not let the bot read messages: switch on “Message Content Intent” for it, under "
            "Bot at discord.com/developers/applications."_s);
    case 4010:
    case 4011:
    case 4012:
    case 4013:
        return makeError(
            Error::Kind::Refused,
            u"Discord closed the connection for good (%1): %2"_s.arg(QString::number(code), reason.left(200)));
    default: return std::nullopt;
    }
}

} // namespace

std::unique_ptr<SocketDialogue> makeDiscordDialogue(const ChatContext &context, const AccountConfig &account,
                                                    std::function<double()> random)
{
    return std::make_unique<DiscordDialogue>(context, account.secrets.value(u"token"_s), std::move(random));
}

} // namespace patchbay
