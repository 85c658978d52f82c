#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_kinds.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/dingtalk_frames.h"
#include "connectors/kit/dingtalk_platform.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/socket_talk.h"

#include <QtCore/QUrlQuery>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

const QString dingtalkRobotTopic = u"/v1.0/im/bot/messages/get"_s;

std::vector<FormField> dingtalkStreamForm()
{
    std::vector<FormField> form = dingtalkAppForm();
    form.push_back(textField("robot_code", QT_TRANSLATE_NOOP("form", "Code of the robot"), false,
                             QT_TRANSLATE_NOOP("form", "Empty: the AppKey, as for a robot of your own company")));
    form.push_back(apiAddressField("https://api.dingtalk.com"));
    return form;
}

/// Answers of the address beside a message (errcode in a 200), and people whom a call has left out.
std::optional<VendorFailure> dingtalkRobotFailure(const Reply &reply, Timestamp now)
{
    static const CodedFailures hook{
        u"/errcode"_s,
        u"/errmsg"_s,
        {{Error::Kind::RateLimited, {130101, 130102, 410100}}, {Error::Kind::Remote, {-1}}}};
    if (const auto failure = codedFailure(reply, hook))
        return failure;
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    if (in.ok() && !in.optionalArray(u"/flowControlledStaffIdList"_s).empty())
        return VendorFailure{Error::Kind::RateLimited, u"too many messages to this person"_s, seconds(60)};
    if (in.ok() && !in.optionalArray(u"/invalidStaffIdList"_s).empty())
        return VendorFailure{Error::Kind::Refused, u"it does not know this person any more"_s};
    return dingtalkFailure(reply, now);
}

Result<Request> openDingtalk(const ChatContext &, const AccountConfig &account)
{
    const QJsonObject messages{{u"type"_s, u"CALLBACK"_s}, {u"topic"_s, dingtalkRobotTopic}};
    return searchAt(u"/v1.0/gateway/connections/open"_s,
                    {{u"clientId"_s, settingText(account.settings, u"app_key"_s)},
                     {u"clientSecret"_s, account.secrets.value(u"app_secret"_s)},
                     {u"subscriptions"_s, QJsonArray{messages}},
                     {u"ua"_s, u"patchbay"_s}});
}

Result<QUrl> readDingtalkAddress(JsonReader &reply, const ChatContext &)
{
    QUrl address(reply.text(u"/endpoint"_s), QUrl::StrictMode);
    QUrlQuery query;
    query.addQueryItem(u"ticket"_s, QString::fromLatin1(QUrl::toPercentEncoding(reply.text(u"/ticket"_s))));
    address.setQuery(query);
    return reply.finish(address);
}

// --- the connection

QString dingtalkThread(const JsonReader &in)
{
    const QString chat = textOr(in, u"/conversationId"_s);
    const QString staff = textOr(in, u"/senderStaffId"_s);
    if (textOr(in, u"/conversationType"_s) == u"2"_s)
        return u"group:"_s + chat;
    return staff.isEmpty() ? u"person:"_s + chat : u"user:"_s + staff;
}

/// The frame as it came, but for the key with which anybody could answer.
void keepDingtalk(SocketStep &step, const QByteArray &frame, const QString &frameId, JsonReader data)
{
    const QString hook = textOr(data, u"/sessionWebhook"_s);
    const QString message = data.optionalId(u"/msgId"_s).value_or(QString());
    step.items.push_back(
        {itemKey(frame, {{u"message"_s, message}, {u"frame"_s, frameId}}), withoutKeysOf(frame, hook)});
    if (!hook.isEmpty()) {
        const qint64 until = data.optionalInteger(u"/sessionWebhookExpiredTime"_s).value_or(0);
        step.chats.insert(dingtalkThread(data), {{u"hook"_s, hook}, {u"until"_s, until}});
    }
}

SocketStep hearDingtalkRobot(const QByteArray &frame) { return hearDingtalk(frame, &keepDingtalk); }

// --- reading

KindFile dingtalkFile(const QString &name, const QString &type)
{
    return {name, type, u"/fileName"_s, {{u"code"_s, u"{/downloadCode}"_s}}};
}

const KindFile dingtalkPicture = dingtalkFile(u"picture.jpg"_s, u"image/jpeg"_s);

/// Texts and pictures in turn.
void readDingtalkParts(InboundMessage &message, JsonReader &content)
{
    QString text;
    for (JsonReader &part : content.array(u"/richText"_s)) {
        text += textOr(part, u"/text"_s);
        if (part.has(u"/downloadCode"_s))
            addKindFile(message, part, dingtalkPicture);
    }
    setChatText(message, text.trimmed());
}

const std::vector<ChatKind> dingtalkKinds{
    {u"richText"_s, {}, {}, &readDingtalkParts},
    {u"picture"_s, {}, dingtalkPicture},
    {u"video"_s, {}, dingtalkFile(u"video.mp4"_s, u"video/mp4"_s)},
    {u"file"_s, {}, dingtalkFile(u"file"_s, u"application/octet-stream"_s)},
    {u"audio"_s, u"{/recognition}"_s, dingtalkFile(u"voice.amr"_s, u"audio/amr"_s)}}; // in DingTalk's own words

void readDingtalkContent(InboundMessage &message, JsonReader &in)
{
    const QString kind = in.text(u"/msgtype"_s);
    JsonReader content = in.has(u"/content"_s) ? in.object(u"/content"_s) : in;
    if (kind == u"text"_s)
        setChatText(message, in.text(u"/text/content"_s).trimmed()); // behind the robot's name in groups
    else
        readKind(message, kind, content, dingtalkKinds);
    tellIfEmpty(message);
}

/// Messages to the robot are read, whatever else comes is Nothing. Threads are "user:<staff id>",
/// "group:<conversation>", and "person:<conversation>" of somebody outside the organisation.
Result<InboundMessage> parseDingtalkFrame(const RawItem &item, const AccountConfig &)
{
    JsonReader frame = JsonReader::parse(item.raw, u"frame"_s);
    if (frame.ok() && textOr(frame, u"/headers/topic"_s) != dingtalkRobotTopic)
        return nothingToShow(item);
    const QString data = frame.text(u"/data"_s);
    if (!frame.ok())
        return frame.error();
    JsonReader in = JsonReader::parse(data.toUtf8(), u"message"_s);
    InboundMessage message;
    message.externalId = message.dedupeKey = in.id(u"/msgId"_s);
    in.text(u"/conversationId"_s);
    message.threadKey = dingtalkThread(in);
    message.from = {textOr(in, u"/senderNick"_s), textOr(in, u"/senderStaffId"_s, in.text(u"/senderId"_s))};
    message.fromSelf = textOr(in, u"/senderId"_s) == textOr(in, u"/chatbotUserId"_s, u"-"_s);
    if (message.threadKey.startsWith(u"group:"_s))
        message.subject = textOr(in, u"/conversationTitle"_s);
    message.answers = in.optionalId(u"/text/repliedMsg/msgId"_s).value_or(QString());
    message.providerAt = chatTimeMs(in.integer(u"/createAt"_s));
    readDingtalkContent(message, in);
    return in.finish(std::move(message));
}

// --- sending

QString robotCode(const ChatContext &context)
{
    const QString own = settingText(context.settings, u"robot_code"_s);
    return own.isEmpty() ? settingText(context.settings, u"app_key"_s) : own;
}

/// The address that came with the chat's newest message, while it lives for another minute; DingTalk's own only.
QUrl liveDingtalkHook(const ChatContext &context)
{
    const QUrl hook(context.chat.value(u"hook"_s).toString(), QUrl::StrictMode);
    const qint64 until = context.chat.value(u"until"_s).toInteger();
    const bool lives = chatTimeMs(until) - context.now > seconds(60);
    return lives && hook.scheme() == u"https"_s && hook.host().endsWith(u".dingtalk.com"_s) ? hook : QUrl();
}

Result<Request> sendToDingtalk(const ChatContext &context)
{
    const QJsonObject text{{u"content"_s, context.message.text}};
    if (const QUrl hook = liveDingtalkHook(context); !hook.isEmpty())
        return Request("POST", hook).json({{u"msgtype"_s, u"text"_s}, {u"text"_s, text}});
    const QString thread = context.message.threadKey;
    const QString id = thread.section(u':', 1);
    QJsonObject body{{u"robotCode"_s, robotCode(context)},
                     {u"msgKey"_s, u"sampleText"_s},
                     {u"msgParam"_s, compactText(text)}}; // a text that is JSON
    if (thread.startsWith(u"group:"_s)) {
        body.insert(u"openConversationId"_s, id);
        return postTo(u"/v1.0/robot/groupMessages/send"_s, body);
    }
    if (thread.startsWith(u"user:"_s)) {
        body.insert(u"userIds"_s, QJsonArray{id});
        return postTo(u"/v1.0/robot/oToMessages/batchSend"_s, body);
    }
    return refusal(u"DingTalk takes an answer to somebody outside your organisation for an hour and a half after they "
                   "wrote, and only while Patchbay runs. Wait until they write again."_s);
}

/// The address beside a message says that it took the answer, and names no id for it.
Result<Receipt> readDingtalkSent(JsonReader &reply, const ChatContext &)
{
    Receipt receipt;
    if (reply.has(u"/errcode"_s)) {
        reply.integer(u"/errcode"_s);
        return reply.finish(receipt);
    }
    receipt.externalId = reply.id(u"/processQueryKey"_s);
    if (receipt.externalId.isEmpty())
        reply.fault(u"/processQueryKey"_s, u"is empty"_s);
    return reply.finish(receipt);
}

Result<Request> askDingtalkFile(const ChatContext &context)
{
    return searchAt(u"/v1.0/robot/messageFiles/download"_s,
                    {{u"downloadCode"_s, context.remote.value(u"code"_s)}, {u"robotCode"_s, robotCode(context)}});
}

ChatSpec dingtalkStream()
{
    ChatSpec spec;
    spec.id = u"dingtalk_stream"_s;
    spec.title = u"DingTalk"_s;
    spec.form = dingtalkStreamForm();
    spec.contract = {true, u"DingTalk API, robot 1.0 and oauth2 1.0 (from DingTalk's own SDK)"_s, {}};
    spec.tokens = dingtalkTokens();
    spec.failure = &dingtalkRobotFailure;
    spec.socket.ask = &openDingtalk;
    spec.socket.address.read = &readDingtalkAddress;
    spec.socket.keeps = std::chrono::minutes(1); // what is not acknowledged is sent again within that time
    spec.socket.dialogue = &makeFrameByFrame<&hearDingtalkRobot>;
    spec.parse = &parseDingtalkFrame;
    spec.media = {{&askDingtalkFile, &readForNext<"/downloadUrl", "url">}, {&chatFileAt<"url">}};
    spec.abilities.longestText = 5000;
    spec.limit = {20, seconds(1)};
    spec.chatLimit = {20, seconds(60)};
    spec.send = {&sendToDingtalk, &readDingtalkSent};
    spec.sentWithoutId = true; // by the address beside a message
    return spec;
}

} // namespace

ChatConnectorInfo chat_dingtalk_stream(const ConnectorServices &services)
{
    return makeChatInfo<&dingtalkStream>(services);
}

} // namespace patchbay
