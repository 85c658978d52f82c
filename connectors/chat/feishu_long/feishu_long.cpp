#include "connectors/chat/feishu_long/feishu_long.h"

#include "connectors/kit/feishu_platform.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

std::vector<FormField> feishuLongForm()
{
    std::vector<FormField> form = feishuAppForm();
    form.push_back(apiAddressField("https://open.feishu.cn"));
    return form;
}

Result<QJsonObject> readFeishuMe(JsonReader &reply, const ChatContext &)
{
    return reply.finish(
        QJsonObject{{u"id"_s, reply.text(u"/bot/open_id"_s)}, {u"name"_s, reply.text(u"/bot/app_name"_s)}});
}

Result<Request> openFeishu(const ChatContext &, const AccountConfig &account)
{
    return searchAt(u"/callback/ws/endpoint"_s,
                    {{u"AppID"_s, settingText(account.settings, u"app_id"_s)},
                     {u"AppSecret"_s, account.secrets.value(u"app_secret"_s)}});
}

Result<QUrl> readFeishuAddress(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QUrl(reply.text(u"/data/URL"_s), QUrl::StrictMode));
}

/// Also the busy door of the long connection.
std::optional<VendorFailure> feishuChatFailure(const Reply &reply, Timestamp now)
{
    const JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    if (in.value(u"/code"_s).toInteger() == 1)
        return VendorFailure{Error::Kind::Remote, textOr(in, u"/msg"_s), {}, true};
    return feishuFailure(reply, now);
}

/// The author's, and the group's.
QStringList namesLackingInFeishu(const RawItem &item)
{
    const JsonReader in = JsonReader::parse(item.raw, u"event"_s);
    const QString user = textOr(in, u"/event/sender/sender_id/open_id"_s, textOr(in, u"/event/user_id/open_id"_s));
    const bool isGroup = textOr(in, u"/event/message/chat_type"_s, u"p2p"_s) != u"p2p"_s;
    const QString chat = isGroup ? textOr(in, u"/event/message/chat_id"_s) : QString();
    QStringList lacking;
    if (!user.isEmpty())
        lacking << u"user:"_s + user;
    if (!chat.isEmpty())
        lacking << u"chat:"_s + chat;
    return lacking;
}

Result<Request> askFeishuName(const ChatContext &context)
{
    const QString id = context.remote.value(u"id"_s).toString();
    const QString part = pathPart(id.section(u':', 1));
    if (id.startsWith(u"chat:"_s))
        return getFrom(u"/open-apis/im/v1/chats/"_s + part);
    return getFrom(u"/open-apis/contact/v3/users/"_s + part, {{u"user_id_type"_s, u"open_id"_s}});
}

Result<QString> readFeishuName(JsonReader &reply, const ChatContext &)
{
    return reply.finish(textOr(reply, u"/data/name"_s, textOr(reply, u"/data/user/name"_s)));
}

/// A text that is JSON. In it "<at ...>" would call somebody.
QString feishuText(const QString &text)
{
    const QString plain = QString(text).replace(u"<at"_s, u"< at"_s, Qt::CaseInsensitive);
    return QString::fromUtf8(QJsonDocument(QJsonObject{{u"text"_s, plain}}).toJson(QJsonDocument::Compact));
}

/// A topic is answered below a message of it. The key folds a repeat within an hour.
Result<Request> sendToFeishu(const ChatContext &context)
{
    const QString chat = context.message.threadKey.section(u'/', 0, 0);
    const bool isTopic = context.message.threadKey.contains(u'/');
    QJsonObject body{
        {u"msg_type"_s, u"text"_s}, {u"content"_s, feishuText(context.message.text)}, {u"uuid"_s, context.key}};
    if (!isTopic) {
        body.insert(u"receive_id"_s, chat);
        return postTo(u"/open-apis/im/v1/messages"_s, body, {{u"receive_id_type"_s, u"chat_id"_s}});
    }
    if (context.message.inReplyTo.isEmpty())
        return refusal(u"A topic can be answered only where somebody has written into it."_s);
    body.insert(u"reply_in_thread"_s, true);
    return postTo(u"/open-apis/im/v1/messages/%1/reply"_s.arg(pathPart(context.message.inReplyTo)), body);
}

Result<Receipt> readFeishuSent(JsonReader &reply, const ChatContext &)
{
    Receipt receipt;
    receipt.externalId = reply.text(u"/data/message_id"_s);
    return reply.finish(receipt);
}

Result<Request> loadFeishuFile(const ChatContext &context)
{
    return getFrom(
        u"/open-apis/im/v1/messages/%1/resources/%2"_s.arg(pathPart(context.remote.value(u"message"_s).toString()),
                                                           pathPart(context.remote.value(u"key"_s).toString())),
        {{u"type"_s, context.remote.value(u"kind"_s).toString()}});
}

ChatSpec feishuLong()
{
    ChatSpec spec;
    spec.id = u"feishu_long"_s;
    spec.title = u"Feishu / Lark"_s;
    spec.form = feishuLongForm();
    spec.contract = {true, u"Feishu/Lark Open Platform (from Lark's own MCP server): requests"_s, {}};
    spec.tokens = feishuTokens();
    spec.failure = &feishuChatFailure;
    spec.me = {[](const ChatContext &) -> Result<Request> { return getFrom(u"/open-apis/bot/v3/info"_s); },
               &readFeishuMe};
    spec.socket.ask = &openFeishu;
    spec.socket.address.read = &readFeishuAddress;
    spec.socket.binary = true;
    spec.socket.keeps = std::chrono::hours(1); // what is not acknowledged is sent again for hours, ever less often
    spec.socket.dialogue = &makeFeishuDialogue;
    spec.names = {&namesLackingInFeishu, {&askFeishuName, &readFeishuName}};
    spec.parse = &parseFeishuEvent;
    spec.media = {{&loadFeishuFile}};
    spec.abilities.longestText = 30000; // 150 KB of request
    spec.limit = {50, std::chrono::seconds(1)};
    spec.chatLimit = {5, std::chrono::seconds(1)};
    spec.send = {&sendToFeishu, &readFeishuSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_feishu_long(const ConnectorServices &services) { return makeChatInfo<&feishuLong>(services); }

} // namespace patchbay
