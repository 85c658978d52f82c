#include "connectors/chat/slack/slack.h"

#include "connectors/kit/calls.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/signatures.h"
#include "connectors/kit/socket_talk.h"
#include "core/net/retry.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestSlackChallenge = 200;

/// 200 with {"ok": false, "error": "invalid_auth"}; what is in no list is refused.
std::optional<VendorFailure> slackFailure(const Reply &reply, Timestamp now)
{
    static const std::vector<FailureCode> codes{
        {{u"invalid_auth"_s, u"not_authed"_s, u"account_inactive"_s, u"token_revoked"_s, u"token_expired"_s,
          u"not_allowed_token_type"_s, u"missing_scope"_s},
         Error::Kind::Unauthorized},
        {{u"internal_error"_s, u"fatal_error"_s, u"request_timeout"_s, u"service_unavailable"_s},
         Error::Kind::Remote,
         {},
         true}};
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const QString code = in.ok() && !in.optionalBoolean(u"/ok"_s).value_or(true) ? textOr(in, u"/error"_s) : QString();
    if (reply.status == 429 || code == u"ratelimited"_s || code == u"rate_limited"_s)
        return VendorFailure{Error::Kind::RateLimited, code, retryAfter(reply, now).value_or(std::chrono::seconds(60))};
    if (code.isEmpty())
        return std::nullopt;
    const QString needed = textOr(in, u"/needed"_s);
    const QString words = needed.isEmpty() ? code : u"%1 (needed: %2)"_s.arg(code, needed);
    return failureOf(code, words, codes).value_or(VendorFailure{Error::Kind::Refused, words});
}

Result<Request> askSlack(const QString &method, const QList<QPair<QString, QString>> &fields = {})
{
    return Request("POST", pathOf(u'/' + method)).form(fields).reading();
}

Result<Request> askSlackName(const ChatContext &context)
{
    const QString id = context.remote.value(u"id"_s).toString();
    const bool isUser = id.startsWith(u"user:"_s);
    return askSlack(isUser ? u"users.info"_s : u"conversations.info"_s,
                    {{isUser ? u"user"_s : u"channel"_s, id.section(u':', 1)}});
}

Result<QString> readSlackName(JsonReader &reply, const ChatContext &)
{
    if (reply.has(u"/channel"_s))
        return reply.finish(textOr(reply, u"/channel/name"_s));
    const QString shown = textOr(reply, u"/user/profile/display_name"_s);
    return reply.finish(shown.isEmpty() ? textOr(reply, u"/user/real_name"_s, reply.text(u"/user/name"_s)) : shown);
}

Result<QJsonObject> readSlackMe(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{u"id"_s, reply.id(u"/team_id"_s) + u':' + reply.id(u"/user_id"_s)},
                                    {u"name"_s, u"%1 (%2)"_s.arg(reply.text(u"/user"_s), reply.text(u"/team"_s))}});
}

/// The same event is the same item, whether it came over the socket or to the gateway, and however often.
RawItem slackItem(const QByteArray &payload, const QString &event)
{
    RawItem item;
    item.raw = payload;
    item.sourceKey = event.isEmpty() ? bytesKey(payload) : u"event:"_s + event;
    return item;
}

/// docs.slack.dev, Verifying requests from Slack: the time is signed with the body, and no older than five minutes.
Result<Done> verifySlack(const HookRequest &request, const AccountConfig &account, Timestamp now)
{
    const SignatureForm form{"x-slack-signature", QCryptographicHash::Sha256, false, "v0="};
    const QByteArray time = request.header("x-slack-request-timestamp").trimmed();
    const QString secret = account.secrets.value(u"signing_secret"_s);
    if (Result<Done> is = checkSignature(request, form, secret, "v0:" + time + ':' + request.body); !is)
        return is;
    return checkAge(chatTime(time.toLongLong()), now, std::chrono::minutes(5));
}

std::optional<HookReply> challengeSlack(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    if (!in.ok() || textOr(in, u"/type"_s) != "url_verification"_L1)
        return std::nullopt;
    return plainHookReply(textOr(in, u"/challenge"_s).left(longestSlackChallenge).toUtf8());
}

/// One request is one event. Slack's own count of its tries (X-Slack-Retry-Num) makes no other item of it.
std::vector<RawItem> readSlackRequest(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    return in.ok() ? std::vector<RawItem>{slackItem(request.body, textOr(in, u"/event_id"_s))}
                   : unreadableHook(request);
}

/// Socket Mode: hello, then envelopes, each of which comes again until its id is sent back.
class SlackDialogue final : public SocketDialogue {
public:
    SocketStep opened(Timestamp) override { return {}; }
    SocketStep tick(Timestamp) override { return {}; }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

    SocketStep received(const QByteArray &frame, bool, Timestamp) override
    {
        JsonReader in = JsonReader::parse(frame, u"frame"_s);
        const QString type = in.ok() ? textOr(in, u"/type"_s) : QString();
        if (type == u"hello"_s)
            return hello(in);
        if (type == u"disconnect"_s)
            return disconnect(textOr(in, u"/reason"_s));
        SocketStep step;
        const QString envelope = in.ok() ? textOr(in, u"/envelope_id"_s) : QString();
        RawItem item = slackItem(envelope.isEmpty() ? frame : rawJsonAt(frame, u"/payload"_s),
                                 in.ok() ? textOr(in, u"/payload/event_id"_s) : QString());
        if (!envelope.isEmpty())
            step.acknowledge = {
                QJsonDocument(QJsonObject{{u"envelope_id"_s, envelope}}).toJson(QJsonDocument::Compact)};
        step.items.push_back(std::move(item));
        return step;
    }

private:
    static SocketStep hello(JsonReader &in)
    {
        SocketStep step;
        step.ready = true;
        if (in.optionalInteger(u"/num_connections"_s).value_or(1) > 1) {
            step.notice =
                u"Another program is connected with this app, too: Slack gives each of them only a part of the "
                "messages. End the other one."_s;
        }
        return step;
    }

    static SocketStep disconnect(const QString &reason)
    {
        SocketStep step;
        step.atOnce = reason == u"warning"_s || reason == u"refresh_requested"_s;
        step.end = makeError(Error::Kind::Offline, u"Slack asked for a new connection (%1)."_s.arg(reason.left(80)));
        if (reason == u"link_disabled"_s) {
            step.end = makeError(Error::Kind::Refused,
                                 u"Socket Mode is switched off for this app: switch it on at api.slack.com/apps."_s);
        }
        return step;
    }
};

std::unique_ptr<SocketDialogue> slackDialogue(const ChatContext &, const AccountConfig &, std::function<double()>)
{
    return std::make_unique<SlackDialogue>();
}

/// Slack reads &, < and > as the begin of something (docs: formatting text).
QString escapedForSlack(QString text)
{
    return text.replace(u'&', u"&amp;"_s).replace(u'<', u"&lt;"_s).replace(u'>', u"&gt;"_s);
}

Result<Request> sendToSlack(const ChatContext &context)
{
    const QString thread = context.message.threadKey.section(u':', 1, 1);
    QJsonObject body{{u"channel"_s, context.message.threadKey.section(u':', 0, 0)},
                     {u"text"_s, escapedForSlack(context.message.text)}};
    if (!thread.isEmpty())
        body.insert(u"thread_ts"_s, thread);
    return postTo(u"/chat.postMessage"_s, body);
}

Result<Receipt> readSlackSent(JsonReader &reply, const ChatContext &)
{
    Receipt receipt;
    receipt.externalId = reply.text(u"/channel"_s) + u':' + reply.text(u"/ts"_s);
    return reply.finish(receipt);
}

Result<Request> loadSlackFile(const ChatContext &context)
{
    return Request("GET", QUrl(context.remote.value(u"url"_s).toString(), QUrl::StrictMode));
}

ChatSpec slack()
{
    ChatSpec spec;
    spec.id = u"slack"_s;
    spec.title = u"Slack"_s;
    spec.form = {
        secretField("bot_token", QT_TRANSLATE_NOOP("form", "Bot token"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with xoxb-: OAuth & Permissions, after the installation.")),
        neededUnless(
            secretField("app_token", QT_TRANSLATE_NOOP("form", "App-level token"), true,
                        QT_TRANSLATE_NOOP("form", "Begins with xapp-: Basic Information, scope connections:write.")),
            "arrives_by=gateway"),
        byGateway(secretField("signing_secret", QT_TRANSLATE_NOOP("form", "Signing secret"), true,
                              QT_TRANSLATE_NOOP("form", "Basic Information, App Credentials"))),
        apiAddressField("https://slack.com/api")};
    spec.contract = {true, u"Slack Web API (OpenAPI)"_s, u"2021"_s};
    spec.auth = &bearerOf<"bot_token">;
    spec.failure = &slackFailure;
    spec.me = {[](const ChatContext &) { return askSlack(u"auth.test"_s); }, &readSlackMe};
    spec.socket.auth = &bearerOf<"app_token">;
    spec.socket.address = {[](const ChatContext &) { return askSlack(u"apps.connections.open"_s); },
                           &readLiveAddress<"/url">};
    spec.socket.dialogue = &slackDialogue;
    spec.socket.keeps = std::chrono::minutes(1); // what is not taken is sent again a few times, soon
    spec.hook = {&verifySlack, &challengeSlack, false, &readSlackRequest, {}};
    spec.names = {&namesLackingInSlack, {&askSlackName, &readSlackName}};
    spec.parse = &parseSlackEvent;
    spec.media = {{&loadSlackFile}};
    spec.fileHosts = {u"files.slack.com"_s};
    spec.abilities.longestText = 4000;
    spec.limit = {20, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.chatWaits = true;
    spec.accountWaits = &isSaidAt<"/error", "rate_limited">; // too many posts; "ratelimited" does not say whose
    spec.send = {&sendToSlack, &readSlackSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_slack(const ConnectorServices &services) { return makeChatInfo<&slack>(services); }

} // namespace patchbay
