#include "connectors/chat/feishu_long/feishu_long.h"

#include "connectors/kit/chat_calls.h"
#include "connectors/kit/feishu_platform.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lark_dialogue.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/socket_talk.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

std::vector<FormField> feishuLongForm()
{
    std::vector<FormField> form = feishuAppForm();
    form.push_back(apiAddressField("https://open.feishu.cn"));
    return form;
}

Result<Request> openFeishu(const ChatContext &, const AccountConfig &account)
{
    return searchAt(u"/callback/ws/endpoint"_s,
                    {{u"AppID"_s, settingText(account.settings, u"app_id"_s)},
                     {u"AppSecret"_s, account.secrets.value(u"app_secret"_s)}});
}

/// Also the busy door of the long connection.
std::optional<VendorFailure> feishuChatFailure(const Reply &reply, Timestamp now)
{
    const JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    if (in.value(u"/code"_s).toInteger() == 1)
        return VendorFailure{Error::Kind::Remote, textOr(in, u"/msg"_s), {}, true};
    return feishuFailure(reply, now);
}

/// In a text "<at ...>" would call somebody.
QString withoutCalls(QString text) { return text.replace(u"<at"_s, u"< at"_s, Qt::CaseInsensitive); }

/// A topic is answered below a message of it. The key folds a repeat within an hour.
Result<Request> sendToFeishu(const ChatContext &context)
{
    const QString chat = context.message.threadKey.section(u'/', 0, 0);
    const bool isTopic = context.message.threadKey.contains(u'/');
    QJsonObject body{{u"msg_type"_s, u"text"_s},
                     {u"content"_s, compactText({{u"text"_s, withoutCalls(context.message.text)}})},
                     {u"uuid"_s, context.key}};
    if (!isTopic) {
        body.insert(u"receive_id"_s, chat);
        return postTo(u"/open-apis/im/v1/messages"_s, body, {{u"receive_id_type"_s, u"chat_id"_s}});
    }
    if (context.message.inReplyTo.isEmpty())
        return refusal(u"A topic can be answered only where somebody has written into it."_s);
    body.insert(u"reply_in_thread"_s, true);
    return postTo(u"/open-apis/im/v1/messages/%1/reply"_s.arg(pathPart(context.message.inReplyTo)), body);
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
    spec.me = {&chatGet<"/open-apis/bot/v3/info">, &readWho<"/bot/open_id", "{/bot/app_name}">};
    spec.socket.ask = &openFeishu;
    spec.socket.address.read = &readAddressAt<"/data/URL">;
    spec.socket.binary = true;
    spec.socket.keeps = std::chrono::hours(1); // what is not acknowledged is sent again for hours, ever less often
    spec.socket.dialogue = &makeFeishuDialogue;
    spec.names = feishuNames();
    spec.parse = &parseFeishuEvent;
    spec.media = {{&loadFeishuFile}};
    spec.abilities.longestText = 30000; // 150 KB of request
    spec.limit = {50, std::chrono::seconds(1)};
    spec.chatLimit = {5, std::chrono::seconds(1)};
    spec.send = {&sendToFeishu, &readSentAs<"{/data/message_id}">};
    return spec;
}

} // namespace

std::unique_ptr<SocketDialogue> makeFeishuDialogue(const ChatContext &context, const AccountConfig &,
                                                   std::function<double()>)
{
    return makeLarkDialogue(context, &feishuItem);
}

ChatConnectorInfo chat_feishu_long(const ConnectorServices &services) { return makeChatInfo<&feishuLong>(services); }

} // namespace patchbay
