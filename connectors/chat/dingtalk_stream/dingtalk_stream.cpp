#include "connectors/chat/dingtalk_stream/dingtalk_stream.h"

#include "connectors/kit/chat_text.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/dingtalk_platform.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QUrlQuery>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

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
    const QJsonObject messages{{u"type"_s, u"CALLBACK"_s}, {u"topic"_s, QString::fromLatin1(dingtalkRobotTopic)}};
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
    QJsonObject body{
        {u"robotCode"_s, robotCode(context)},
        {u"msgKey"_s, u"sampleText"_s},
        {u"msgParam"_s, QString::fromUtf8(QJsonDocument(text).toJson(QJsonDocument::Compact))}}; // a text that is JSON
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
    if (reply.has(u"/errcode"_s))
        reply.integer(u"/errcode"_s);
    else
        receipt.externalId = reply.id(u"/processQueryKey"_s);
    if (receipt.externalId.isEmpty() && !reply.has(u"/errcode"_s))
        reply.fault(u"/processQueryKey"_s, u"is empty"_s);
    return reply.finish(receipt);
}

Result<Request> askDingtalkFile(const ChatContext &context)
{
    return searchAt(u"/v1.0/robot/messageFiles/download"_s,
                    {{u"downloadCode"_s, context.remote.value(u"code"_s)}, {u"robotCode"_s, robotCode(context)}});
}

Result<QJsonObject> readDingtalkFile(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{u"url"_s, reply.text(u"/downloadUrl"_s)}});
}

Result<Request> loadDingtalkFile(const ChatContext &context)
{
    return Request("GET", QUrl(context.remote.value(u"url"_s).toString(), QUrl::StrictMode));
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
    spec.socket.dialogue = &makeDingtalkDialogue;
    spec.parse = &parseDingtalkFrame;
    spec.media = {{&askDingtalkFile, &readDingtalkFile}, {&loadDingtalkFile}};
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
