#include "connectors/kit/action_cable.h"

#include "connectors/kit/rest.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds cableSilence{20}; // the server says "ping" every 3 seconds

class CableDialogue final : public SocketDialogue {
public:
    CableDialogue(CableSpec spec, ChatContext context)
        : m_spec(std::move(spec))
        , m_context(std::move(context))
    {
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = u"signing in"_s;
        step.wake = cableSilence;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool, Timestamp) override
    {
        JsonReader in = JsonReader::parse(frame, u"frame"_s);
        SocketStep step = in.ok() ? answered(in, frame) : SocketStep{};
        if (!in.ok())
            step.end = in.error();
        step.wake = cableSilence;
        return step;
    }
    SocketStep tick(Timestamp) override
    {
        SocketStep step;
        step.end = makeError(Error::Kind::Offline, u"%1 is silent on its live connection."_s.arg(m_spec.who));
        return step;
    }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    SocketStep answered(JsonReader &in, const QByteArray &frame) const
    {
        SocketStep step;
        const QString type = textOr(in, u"/type"_s);
        if (type == u"welcome"_s) {
            const QByteArray room = QJsonDocument(m_spec.room(m_context)).toJson(QJsonDocument::Compact);
            const QJsonObject join{{u"command"_s, u"subscribe"_s}, {u"identifier"_s, QString::fromUtf8(room)}};
            step.send = {QJsonDocument(join).toJson(QJsonDocument::Compact)};
        } else if (type == u"confirm_subscription"_s) {
            step.ready = true;
        } else if (type == u"reject_subscription"_s) {
            step.end = makeError(Error::Kind::Unauthorized, u"%1 does not let this agent listen."_s.arg(m_spec.who));
        } else if (type == u"disconnect"_s) {
            const QString reason = textOr(in, u"/reason"_s).left(80);
            const bool isRefused = reason == u"unauthorized"_s;
            step.end = makeError(isRefused ? Error::Kind::Unauthorized : Error::Kind::Offline,
                                 u"%1 ended the live connection (%2)."_s.arg(m_spec.who, reason));
        } else if (in.has(u"/message/event"_s)) {
            JsonReader message = in.object(u"/message"_s);
            m_spec.heard(step, message, frame, m_context);
        }
        return step;
    }

    CableSpec m_spec;
    ChatContext m_context;
};

} // namespace

std::unique_ptr<SocketDialogue> makeCableDialogue(CableSpec spec, ChatContext context)
{
    return std::make_unique<CableDialogue>(std::move(spec), std::move(context));
}

QList<QPair<QByteArray, QByteArray>> cableOrigin(const QUrl &cable, const AccountConfig &)
{
    QUrl origin;
    origin.setScheme(cable.scheme() == u"ws"_s ? u"http"_s : u"https"_s);
    origin.setHost(cable.host());
    origin.setPort(cable.port());
    return {{"Origin", origin.toEncoded()}};
}

} // namespace patchbay
