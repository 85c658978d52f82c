// How Chatwoot says that something is new: /cable, which the dashboard hears, too (app/channels/room_channel.rb,
// app/listeners/action_cable_listener.rb), and webhooks.
#include "connectors/chat/chatwoot/chatwoot.h"

#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_pushed.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/signatures.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds chatwootSilence{20}; // the server says "ping" every 3 seconds

class ChatwootDialogue final : public SocketDialogue {
public:
    explicit ChatwootDialogue(const ChatContext &context)
        : m_account(QString::number(settingNumber(context.settings, u"account_id"_s).value_or(0)))
        , m_inbox(settingText(context.settings, u"inbox_id"_s))
    {
        const QJsonObject room{{u"channel"_s, u"RoomChannel"_s},
                               {u"pubsub_token"_s, context.known.value(u"pubsub_token"_s)},
                               {u"account_id"_s, m_account.toLongLong()},
                               {u"user_id"_s, context.known.value(u"user"_s).toString().toLongLong()}};
        m_room = QString::fromUtf8(QJsonDocument(room).toJson(QJsonDocument::Compact));
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.sentence = u"signing in"_s;
        step.wake = chatwootSilence;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool, Timestamp) override
    {
        JsonReader in = JsonReader::parse(frame, u"frame"_s);
        SocketStep step = in.ok() ? answered(in, frame) : SocketStep{};
        if (!in.ok())
            step.end = in.error();
        step.wake = chatwootSilence;
        return step;
    }
    SocketStep tick(Timestamp) override
    {
        SocketStep step;
        step.end = makeError(Error::Kind::Offline, u"Chatwoot is silent on its live connection."_s);
        return step;
    }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    SocketStep answered(JsonReader &in, const QByteArray &frame) const
    {
        SocketStep step;
        const QString type = textOr(in, u"/type"_s);
        if (type == u"welcome"_s) {
            const QJsonObject join{{u"command"_s, u"subscribe"_s}, {u"identifier"_s, m_room}};
            step.send = {QJsonDocument(join).toJson(QJsonDocument::Compact)};
        } else if (type == u"confirm_subscription"_s) {
            step.ready = true;
        } else if (type == u"reject_subscription"_s) {
            step.end = makeError(Error::Kind::Unauthorized, u"Chatwoot does not let this agent listen."_s);
        } else if (type == u"disconnect"_s) {
            const QString reason = textOr(in, u"/reason"_s).left(80);
            const bool isRefused = reason == u"unauthorized"_s;
            step.end = makeError(isRefused ? Error::Kind::Unauthorized : Error::Kind::Offline,
                                 u"Chatwoot ended the live connection (%1)."_s.arg(reason));
        } else if (in.has(u"/message/event"_s)) {
            event(step, in, frame);
        }
        return step;
    }

    /// New messages come by asking. What is told of one that may be long here comes along with this frame.
    void event(SocketStep &step, JsonReader &in, const QByteArray &frame) const
    {
        static const QStringList news{u"message.created"_s, u"conversation.created"_s, u"conversation.status_changed"_s,
                                      u"conversation.updated"_s, u"assignee.changed"_s};
        const QString name = in.text(u"/message/event"_s);
        const QString account = in.optionalId(u"/message/data/account_id"_s).value_or(m_account);
        const QString inbox = in.optionalId(u"/message/data/inbox_id"_s).value_or(m_inbox);
        if (account != m_account || (!m_inbox.isEmpty() && inbox != m_inbox))
            return;
        step.news = news.contains(name);
        if (name != u"message.updated"_s)
            return;
        JsonReader message = in.object(u"/message/data"_s);
        const bool isGone = message.value(u"/content_attributes/deleted"_s).toBool();
        const QString key = isGone ? u"deleted:"_s + message.id(u"/id"_s) : chatwootStatusKey(message);
        if (!key.isEmpty() && message.ok())
            step.items.push_back({key, rawJsonAt(frame, u"/message/data"_s)});
    }

    QString m_account;
    QString m_inbox;
    QString m_room;
};

} // namespace

/// "sha256=" and the HMAC of the time, a dot and the body (headers X-Chatwoot-Signature and X-Chatwoot-Timestamp).
Result<Done> verifyChatwoot(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    const QString secret = account.secrets.value(u"hook_secret"_s);
    const SignatureForm form{"x-chatwoot-signature", QCryptographicHash::Sha256, false, "sha256="};
    if (request.header(form.header).isEmpty())
        return checkToken(request.rest, secret);
    const QByteArray time = request.header("x-chatwoot-timestamp");
    if (Result<Done> signature = checkSignature(request, form, secret, time + '.' + request.body); !signature)
        return signature;
    return checkAge({time.toLongLong() * 1000000}, now, std::chrono::minutes(5));
}

std::vector<RawItem> readChatwootHook(const HookRequest &request, const AccountConfig &account)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    const QString event = in.text(u"/event"_s);
    if (!in.ok())
        return unreadableHook(request);
    const QString own = QString::number(settingNumber(account.settings, u"account_id"_s).value_or(0));
    const bool isOurs = in.optionalId(u"/account/id"_s).value_or(own) == own;
    if (!isOurs || event != u"message_updated"_s || !in.value(u"/content_attributes/deleted"_s).toBool())
        return {};
    return {RawItem{u"deleted:"_s + in.id(u"/id"_s), request.body}};
}

Result<QUrl> chatwootCable(const ChatContext &context) { return pushAddress(context.base, u"/cable"_s); }

QList<QPair<QByteArray, QByteArray>> chatwootOrigin(const QUrl &cable, const AccountConfig &)
{
    QUrl origin;
    origin.setScheme(cable.scheme() == u"ws"_s ? u"http"_s : u"https"_s);
    origin.setHost(cable.host());
    origin.setPort(cable.port());
    return {{"Origin", origin.toEncoded()}};
}

std::unique_ptr<SocketDialogue> makeChatwootDialogue(const ChatContext &context, const AccountConfig &,
                                                     std::function<double()>)
{
    return std::make_unique<ChatwootDialogue>(context);
}

} // namespace patchbay
