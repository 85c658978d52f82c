#include "connectors/kit/opcode_gateway.h"

#include "connectors/kit/rest.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

enum class GatewayOp {
    Dispatch = 0,
    Heartbeat = 1,
    Identify = 2,
    Resume = 6,
    Reconnect = 7,
    InvalidSession = 9,
    Hello = 10,
    HeartbeatAck = 11
};

QByteArray gatewayFrame(GatewayOp op, const QJsonValue &data)
{
    return QJsonDocument(QJsonObject{{u"op"_s, int(op)}, {u"d"_s, data}}).toJson(QJsonDocument::Compact);
}

class OpcodeDialogue final : public SocketDialogue {
public:
    OpcodeDialogue(OpcodeGateway gateway, const ChatContext &context, QString token, std::function<double()> random)
        : m_gateway(std::move(gateway))
        , m_place(QJsonDocument::fromJson(context.cursor).object())
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
        return gatewayFrame(GatewayOp::Heartbeat, seq > 0 ? QJsonValue(seq) : QJsonValue());
    }
    SocketStep hello(JsonReader &in);
    SocketStep event(JsonReader &in, const QByteArray &frame);
    void keep(SocketStep &step, const QByteArray &frame, const GatewayItem &what);

    OpcodeGateway m_gateway;
    QJsonObject m_place; ///< {"session", "seq", "url", "self"}: the cursor
    QString m_token;
    std::function<double()> m_random;
    bool m_hasBeenHere;
    milliseconds m_interval{0};
    bool m_isAnswered = true; ///< the last heartbeat
};

SocketStep OpcodeDialogue::received(const QByteArray &frame, bool, Timestamp)
{
    SocketStep step;
    JsonReader in = JsonReader::parse(frame, u"frame"_s);
    const qint64 op = in.integer(u"/op"_s);
    if (!in.ok()) {
        step.end = in.error();
        return step;
    }
    switch (GatewayOp(op)) {
    case GatewayOp::Hello: return hello(in);
    case GatewayOp::Dispatch: return event(in, frame);
    case GatewayOp::Heartbeat: step.send = {heartbeat()}; break;
    case GatewayOp::HeartbeatAck: m_isAnswered = true; break;
    case GatewayOp::Reconnect:
        step.atOnce = true;
        step.end = makeError(Error::Kind::Offline, u"%1 asked for a new connection."_s.arg(m_gateway.title));
        break;
    case GatewayOp::InvalidSession:
        step.end = makeError(Error::Kind::Offline, u"%1 does not go on with this session."_s.arg(m_gateway.title));
        if (!in.optionalBoolean(u"/d"_s).value_or(false)) {
            m_place = {{u"self"_s, m_place.value(u"self"_s)}};
            step.cursor = place(); // the next connection begins a new one
        }
        break;
    default: break;
    }
    return step;
}

SocketStep OpcodeDialogue::hello(JsonReader &in)
{
    SocketStep step;
    m_interval = milliseconds(std::clamp<qint64>(in.integer(u"/d/heartbeat_interval"_s), 100, 600000));
    step.wake = milliseconds(qint64(double(m_interval.count()) * m_random())); // not all clients in one moment
    if (!session().isEmpty()) {
        step.send = {gatewayFrame(
            GatewayOp::Resume,
            QJsonObject{{u"token"_s, m_token}, {u"session_id"_s, session()}, {u"seq"_s, m_place.value(u"seq"_s)}})};
        return step;
    }
    QJsonObject identify = m_gateway.identify;
    identify.insert(u"token"_s, m_token);
    step.send = {gatewayFrame(GatewayOp::Identify, identify)};
    return step;
}

SocketStep OpcodeDialogue::event(JsonReader &in, const QByteArray &frame)
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
    } else {
        const auto who = m_gateway.typing ? m_gateway.typing(type, in) : std::nullopt;
        if (who)
            step.typing.push_back(*who);
        for (const GatewayItem &item : m_gateway.items(type, in))
            keep(step, frame, item);
    }
    return step;
}

void OpcodeDialogue::keep(SocketStep &step, const QByteArray &frame, const GatewayItem &what)
{
    const QJsonObject head{{u"self"_s, m_place.value(u"self"_s)}, {u"one"_s, what.one}};
    const QByteArray bytes = what.kept.isEmpty() ? frame : QJsonDocument(what.kept).toJson(QJsonDocument::Compact);
    RawItem item;
    item.sourceKey = u"event:%1:%2"_s.arg(session()).arg(m_place.value(u"seq"_s).toInteger());
    if (!what.one.isEmpty())
        item.sourceKey += u':' + what.one;
    if (!what.key.isEmpty())
        item.sourceKey = what.key;
    item.raw = QJsonDocument(head).toJson(QJsonDocument::Compact).chopped(1) + ",\"frame\":" + bytes + '}';
    step.items.push_back(std::move(item));
    step.cursor = place();
    if (!what.waiting.isEmpty())
        step.waiting.push_back(what.waiting);
}

SocketStep OpcodeDialogue::tick(Timestamp)
{
    SocketStep step;
    if (!m_isAnswered) {
        step.atOnce = true;
        step.end = makeError(Error::Kind::Offline, u"%1 did not answer a heartbeat."_s.arg(m_gateway.title));
        return step;
    }
    m_isAnswered = false;
    step.send = {heartbeat()};
    step.wake = m_interval;
    return step;
}

std::optional<Error> OpcodeDialogue::closed(int code, const QString &reason)
{
    for (const OpcodeGateway::End &end : m_gateway.ends) {
        if (end.code != code)
            continue;
        return makeError(end.kind,
                         end.sentence.isEmpty() ? u"%1 closed the connection for good (%2): %3"_s.arg(
                             m_gateway.title, QString::number(code), reason.left(200))
                                                : end.sentence);
    }
    return std::nullopt;
}

} // namespace

std::unique_ptr<SocketDialogue> makeOpcodeDialogue(const OpcodeGateway &gateway, const ChatContext &context,
                                                   const QString &token, std::function<double()> random)
{
    return std::make_unique<OpcodeDialogue>(gateway, context, token, std::move(random));
}

Result<QUrl> readOpcodeAddress(JsonReader &reply, const ChatContext &context, const QString &title,
                               const QString &query)
{
    const QJsonObject place = QJsonDocument::fromJson(context.cursor).object();
    const QString common = reply.text(u"/url"_s);
    const QString own = place.value(u"session"_s).toString().isEmpty() ? QString() : place.value(u"url"_s).toString();
    if (reply.optionalInteger(u"/session_start_limit/remaining"_s).value_or(1) <= 0 && own.isEmpty()) {
        Error busy = makeError(Error::Kind::RateLimited, u"%1 allows no more sign-ins of this bot today."_s.arg(title));
        busy.retryAfter = milliseconds(
            std::max<qint64>(1000, reply.optionalInteger(u"/session_start_limit/reset_after"_s).value_or(1000)));
        return busy;
    }
    QUrl address(own.isEmpty() ? common : own, QUrl::StrictMode);
    address.setQuery(query);
    return reply.finish(address);
}

} // namespace patchbay
