#include "connectors/kit/calls.h"
#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_files.h"
#include "connectors/kit/chat_names.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/envelope_socket.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/hook_proofs.h"
#include "connectors/kit/mrkdwn.h"
#include "connectors/kit/text_marks.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// 200 with {"ok": false, "error": "invalid_auth"}; what is in no list is refused.
std::optional<VendorFailure> slackFailure(const Reply &reply, Timestamp now)
{
    static const ToldWord places{
        u"/ok"_s,
        u"/error"_s,
        u"/needed"_s,
        {{{u"invalid_auth"_s, u"not_authed"_s, u"account_inactive"_s, u"token_revoked"_s, u"token_expired"_s,
           u"not_allowed_token_type"_s, u"missing_scope"_s},
          Error::Kind::Unauthorized},
         {{u"internal_error"_s, u"fatal_error"_s, u"request_timeout"_s, u"service_unavailable"_s},
          Error::Kind::Remote,
          {},
          true},
         {{u"ratelimited"_s, u"rate_limited"_s}, Error::Kind::RateLimited}}};
    return toldFailure(reply, places, now);
}

// --- what comes over the socket or to the gateway: one payload of the Events API

/// docs.slack.dev, Using Socket Mode.
const EnvelopeSocket slackSocket{
    .title = u"Slack"_s,
    .type = u"/type"_s,
    .greets = u"hello"_s,
    .ends = u"disconnect"_s,
    .reason = u"/reason"_s,
    .usual = {u"warning"_s, u"refresh_requested"_s},
    .refusals = {{u"link_disabled"_s,
                  u"Socket Mode is switched off for this app: switch it on at api.slack.com/apps."_s}},
    .envelope = u"envelope_id"_s,
    .payload = u"/payload"_s,
    .id = u"/payload/event_id"_s,
    .connections = u"/num_connections"_s,
    .shared = u"Another program is connected with this app, too: Slack gives each of them only a part of the messages. "
              "End the other one."_s,
};

/// docs.slack.dev, Verifying requests from Slack.
const TimedSignature slackSignature{
    {"x-slack-signature", QCryptographicHash::Sha256, false, "v0="}, "x-slack-request-timestamp", "v0:", ":"};

/// Whose names an event lacks: "user:U1", "channel:C1".
QStringList namesLackingInSlack(const RawItem &item)
{
    JsonReader in = JsonReader::parse(item.raw, u"event"_s);
    const QString at = in.has(u"/event/message"_s) ? u"/event/message"_s : u"/event"_s;
    const QString channel = textOr(in, u"/event/channel"_s);
    QStringList ids;
    if (in.has(at + u"/user"_s) && !in.has(at + u"/user_profile/real_name"_s))
        ids << u"user:"_s + textOr(in, at + u"/user"_s);
    if (in.has(u"/event/ts"_s) && !channel.isEmpty() && !channel.startsWith(u'D'))
        ids << u"channel:"_s + channel;
    for (const QString &id : calledInMrkdwn(textOr(in, at + u"/text"_s)))
        ids << u"user:"_s + id;
    ids.removeDuplicates();
    return in.ok() ? ids : QStringList();
}

Result<Request> askSlackName(const ChatContext &context)
{
    const bool isUser = context.remote.value(u"id"_s).toString().startsWith(u"user:"_s);
    return isUser ? filledForm<"/users.info", "user={named}">(context)
                  : filledForm<"/conversations.info", "channel={named}">(context);
}

// --- what an event tells. Ids are "<channel>:<ts>"; in channels each message that answers none begins a thread
// "<channel>:<ts>" of its own, a direct conversation is "<channel>"

QString slackThread(const QString &channel, const QString &type, const QString &root, const QString &ts)
{
    if (!root.isEmpty())
        return channel + u':' + root;
    return type == u"im"_s || channel.startsWith(u'D') ? channel : channel + u':' + ts;
}

const FilePlaces slackFiles{.list = u"/files"_s,
                            .addresses = u"/url_private_download /url_private"_s,
                            .without = u"(File: %1. Open it in Slack.)"_s};

/// `in`: the message itself, in an edit below the event.
InboundMessage slackMessage(JsonReader &in, const QString &channel, const QString &type, const QJsonObject &names)
{
    InboundMessage message;
    const QString ts = in.text(u"/ts"_s);
    const QString root = textOr(in, u"/thread_ts"_s);
    message.externalId = message.dedupeKey = channel + u':' + ts;
    message.threadKey = slackThread(channel, type, root, ts);
    if (message.threadKey != channel)
        message.subject = u'#' + nameOr(names, u"channel:"_s + channel, channel);
    if (!root.isEmpty() && root != ts)
        message.answers = channel + u':' + root;
    const QString user = textOr(in, u"/user"_s, textOr(in, u"/bot_id"_s));
    const QString name =
        textOr(in, u"/user_profile/real_name"_s, textOr(in, u"/username"_s, nameOr(names, u"user:"_s + user, user)));
    if (user.isEmpty())
        in.fault(u"/user"_s, u"is not there"_s);
    message.from = {name, user};
    message.automatic = in.has(u"/bot_id"_s);
    message.providerAt = chatTimeDecimal(ts);
    setMrkdwnText(message, textOr(in, u"/text"_s), names);
    addChatFilesAt(message, in, slackFiles);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Slack.)"_s);
    return message;
}

InboundMessage slackChange(JsonReader &event, const QString &id, const QJsonObject &names)
{
    InboundMessage message;
    const QString channel = event.text(u"/channel"_s);
    JsonReader now = event.object(u"/message"_s);
    const bool isGone = textOr(now, u"/subtype"_s) == u"tombstone"_s;
    // A preview of an address was added; nobody wrote anything.
    if (!isGone && textOr(now, u"/text"_s) == textOr(event, u"/previous_message/text"_s))
        return nothingTold({});
    if (isGone)
        message.externalId = channel + u':' + now.text(u"/ts"_s);
    else
        message = slackMessage(now, channel, textOr(event, u"/channel_type"_s), names);
    becomeEdit(message, id, chatTimeDecimal(textOr(event, u"/event_ts"_s)));
    message.kind = isGone ? InboundKind::Deletion : InboundKind::Edit;
    return message;
}

InboundMessage slackReaction(JsonReader &event, const QString &id, bool added, const QJsonObject &names)
{
    InboundMessage message;
    message.threadKey = event.text(u"/item/channel"_s);
    message.externalId = message.threadKey + u':' + event.text(u"/item/ts"_s);
    const QString user = event.text(u"/user"_s);
    message.from = {nameOr(names, u"user:"_s + user, {}), user};
    message.providerAt = chatTimeDecimal(textOr(event, u"/event_ts"_s));
    becomeReaction(message, added ? u":%1:"_s.arg(event.text(u"/reaction"_s)) : QString(), id);
    return message;
}

InboundMessage slackEvent(JsonReader &event, const QString &id, const QJsonObject &names)
{
    static const QStringList written{{}, u"bot_message"_s, u"file_share"_s, u"me_message"_s, u"thread_broadcast"_s};
    const QString type = event.text(u"/type"_s);
    const QString subtype = textOr(event, u"/subtype"_s);
    if (type == u"app_mention"_s || (type == u"message"_s && written.contains(subtype)))
        return slackMessage(event, event.text(u"/channel"_s), textOr(event, u"/channel_type"_s), names);
    if (type == u"message"_s && subtype == u"message_changed"_s)
        return slackChange(event, id, names);
    if ((type == u"reaction_added"_s || type == u"reaction_removed"_s) && event.has(u"/item/ts"_s))
        return slackReaction(event, id, type == u"reaction_added"_s, names);
    InboundMessage message = nothingTold({});
    if (type == u"message"_s && subtype == u"message_deleted"_s)
        becomeDeletion(message, event.text(u"/channel"_s) + u':' + event.text(u"/deleted_ts"_s));
    return message;
}

Result<InboundMessage> parseSlackEvent(const RawItem &item, const AccountConfig &)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader in = JsonReader::parse(named.item, u"event"_s);
    InboundMessage message = nothingTold({}); // a command, a dialog
    if (in.text(u"/type"_s) == u"event_callback"_s) {
        const QString id = in.id(u"/event_id"_s);
        JsonReader event = in.object(u"/event"_s);
        message = slackEvent(event, id, named.names);
        // Our own: told with the bot's user, or with the id of its app.
        const QString app = textOr(event, u"/app_id"_s);
        for (JsonReader &one : in.optionalArray(u"/authorizations"_s))
            message.fromSelf = message.fromSelf || message.from.address == textOr(one, u"/user_id"_s);
        message.fromSelf = message.fromSelf || (!app.isEmpty() && app == textOr(in, u"/api_app_id"_s));
        message.automatic = message.automatic && !message.fromSelf;
    }
    if (message.dedupeKey.isEmpty())
        message.dedupeKey = item.sourceKey;
    return in.finish(std::move(message));
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
    spec.me = {&filledForm<"/auth.test">, &readWhoAs<"{/team_id}:{/user_id}", "{/user} ({/team})">};
    spec.socket.auth = &bearerOf<"app_token">;
    spec.socket.address = {&filledForm<"/apps.connections.open">, &readAddressAt<"/url">};
    spec.socket.dialogue = &envelopeDialogue<slackSocket>;
    spec.socket.keeps = std::chrono::minutes(1); // what is not taken is sent again a few times, soon
    spec.hook.verify = &isSignedWith<slackSignature, "signing_secret">;
    spec.hook.challenge = &echoesAt<"/type", "url_verification", "/challenge">;
    spec.hook.read = &readEventRequest<"/event_id">;
    spec.names = {&namesLackingInSlack,
                  {&askSlackName,
                   &readFirstText<"/channel/name", "/user/profile/display_name", "/user/real_name", "/user/name">}};
    spec.parse = &parseSlackEvent;
    spec.media = {{&chatFileAt<"url">}};
    spec.fileHosts = {u"files.slack.com"_s};
    spec.abilities = takingFiles(markedTexts(4000), 10, 4000);
    spec.limit = {20, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.chatWaits = true;
    spec.accountWaits = &isSaidAt<"/error", "rate_limited">; // too many posts; "ratelimited" does not say whose
    spec.send = {&tellAs<"/chat.postMessage", R"({"channel": "{chat}", "thread_ts": "{topic}"})", &withBlocks>,
                 &readSentAs<"{/channel}:{/ts}">};
    spec.change.words.write =
        &tellAs<"/chat.update", R"({"channel": "{changed.0}", "ts": "{changed.1}"})", &withBlocks>;
    spec.files.uploads = {{&filledForm<"/files.getUploadURLExternal", "filename={file.name}&length={file.size}">,
                           &readMembers<"upload_url", "file_id">},
                          {&bytesToPlaceIn<"upload_url">}};
    spec.files.send = {
        &filledPostUploaded<"/files.completeUploadExternal",
                            R"({"channel_id": "{chat}", "thread_ts": "{topic}", "initial_comment": "{text}"})", "files",
                            R"({"id": "{remote.file_id}", "title": "{file.name}"})", &escapedMrkdwn>,
        &readFilesSent<"/files/0/id">};
    spec.files.sentWithoutId = true; // the message is made a moment later, and comes back with its id
    return spec;
}

} // namespace

ChatConnectorInfo chat_slack(const ConnectorServices &services) { return makeChatInfo<&slack>(services); }

} // namespace patchbay
