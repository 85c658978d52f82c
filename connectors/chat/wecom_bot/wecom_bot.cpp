#include "connectors/chat/wecom_bot/wecom_bot.h"

#include "connectors/kit/chat_kinds.h"
#include "connectors/kit/command_socket.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/socket_talk.h"
#include "core/mail/html_body.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

const QString wecomMessage = u"aibot_msg_callback"_s;

std::vector<FormField> wecomBotForm()
{
    return {textField("bot_id", QT_TRANSLATE_NOOP("form", "Id of the robot"), true,
                      QT_TRANSLATE_NOOP("form", "On the robot's page: API mode, long connection")),
            secretField("bot_secret", QT_TRANSLATE_NOOP("form", "Secret of the robot"), true,
                        QT_TRANSLATE_NOOP("form", "Beside the id; not that of an app")),
            apiAddressField("https://openws.work.weixin.qq.com")};
}

Result<QUrl> wecomBotAddress(const ChatContext &context)
{
    QUrl address = context.base;
    address.setScheme(address.scheme() == u"http"_s ? u"ws"_s : u"wss"_s);
    return address;
}

// --- the connection

QByteArray wecomFrame(const QString &id, const SocketCommand &command)
{
    QJsonObject frame{{u"cmd"_s, command.name}, {u"headers"_s, QJsonObject{{u"req_id"_s, id}}}};
    if (!command.body.isEmpty())
        frame.insert(u"body"_s, command.body);
    return QJsonDocument(frame).toJson(QJsonDocument::Compact);
}

SocketCommand wecomSignIn(const AccountConfig &account)
{
    return {u"aibot_subscribe"_s,
            {{u"bot_id"_s, settingText(account.settings, u"bot_id"_s)},
             {u"secret"_s, account.secrets.value(u"bot_secret"_s)}}};
}

std::optional<Error> wecomEnd(const JsonReader &in)
{
    if (textOr(in, u"/body/event/eventtype"_s) != u"disconnected_event"_s)
        return std::nullopt;
    return makeError(Error::Kind::Refused,
                     u"Another program has opened a connection for this robot, and WeCom allows one. Stop it there, "
                     "then start this channel again."_s);
}

QString wecomThread(const JsonReader &in)
{
    const QString group = textOr(in, u"/body/chatid"_s);
    return group.isEmpty() ? u"single:"_s + textOr(in, u"/body/from/userid"_s) : u"group:"_s + group;
}

QString wecomCalled(const JsonReader &in)
{
    return textOr(in, u"/cmd"_s) == wecomMessage ? wecomThread(in) : QString();
}

/// The frame without what opens files and answers for a while.
RawItem wecomItem(const QByteArray &frame, JsonReader &in)
{
    RawItem item{itemKey(frame, {{u"message"_s, textOr(in, u"/body/msgid"_s)}}),
                 withoutKeysOf(frame, textOr(in, u"/body/response_url"_s))};
    QStringList places{u"/body"_s, u"/body/quote"_s};
    for (const QString &list : {u"/body/mixed/msg_item"_s, u"/body/quote/mixed/msg_item"_s}) {
        for (qsizetype i = 0; i < qsizetype(in.optionalArray(list).size()); ++i)
            places << u"%1/%2"_s.arg(list).arg(i);
    }
    for (const QString &place : std::as_const(places)) {
        for (const QString &kind : {u"image"_s, u"file"_s, u"video"_s, u"voice"_s})
            item.raw = withoutKey(std::move(item.raw), textOr(in, u"%1/%2/aeskey"_s.arg(place, kind)));
    }
    return item;
}

SocketCommand wecomAnswer(const ChatContext &context)
{
    const QJsonObject stream{{u"id"_s, context.key}, {u"finish"_s, true}, {u"content"_s, context.message.text}};
    return {u"aibot_respond_msg"_s, {{u"msgtype"_s, u"stream"_s}, {u"stream"_s, stream}}};
}

Result<SocketCommand> wecomPush(const ChatContext &context)
{
    const QString thread = context.message.threadKey;
    const bool isGroup = thread.startsWith(u"group:"_s);
    if (!isGroup && !thread.startsWith(u"single:"_s))
        return refusal(u"This conversation is no chat of WeCom's."_s);
    return SocketCommand{u"aibot_send_msg"_s,
                         {{u"chatid"_s, thread.section(u':', 1)},
                          {u"chat_type"_s, isGroup ? 2 : 1},
                          {u"msgtype"_s, u"markdown"_s},
                          {u"markdown"_s, QJsonObject{{u"content"_s, context.message.text}}}}};
}

CommandSocket wecomSocket()
{
    CommandSocket form;
    form.title = u"WeCom"_s;
    form.frame = &wecomFrame;
    form.name = u"/cmd"_s;
    form.id = u"/headers/req_id"_s;
    form.failures = {u"/errcode"_s,
                     u"/errmsg"_s,
                     {{Error::Kind::RateLimited, {45009, 846607}}, {Error::Kind::Remote, {-1}}}}; // -1: "busy"
    form.signIn = &wecomSignIn;
    form.refused = u"WeCom does not accept the robot's id and secret"_s;
    form.beat = u"ping"_s;
    form.every = std::chrono::seconds(30); // as WeCom's own SDK
    form.item = &wecomItem;
    form.ends = &wecomEnd;
    form.called = &wecomCalled;
    form.answerable = std::chrono::minutes(4); // WeCom takes an answer to a callback for about five
    form.answer = &wecomAnswer;
    form.push = &wecomPush;
    return form;
}

// --- reading

/// What WeCom keeps only for minutes, and sealed.
QString wecomFileLine(const QString &kind)
{
    static const QHash<QString, QString> names{
        {u"image"_s, u"A picture"_s}, {u"file"_s, u"A file"_s}, {u"video"_s, u"A video"_s}};
    const QString name = names.value(kind);
    return name.isEmpty() ? unknownKindText(kind)
                          : u"(%1. WeCom gives files to robots for five minutes only: open it in WeCom.)"_s.arg(name);
}

/// The words of a message, or of one that it quotes.
QString wecomText(JsonReader in)
{
    const QString kind = in.text(u"/msgtype"_s);
    if (kind == u"text"_s || kind == u"voice"_s) // what was said is told in words
        return in.text(u'/' + kind + u"/content"_s);
    if (kind != u"mixed"_s)
        return wecomFileLine(kind);
    QStringList parts;
    for (JsonReader &part : in.array(u"/mixed/msg_item"_s)) {
        const QString one = part.text(u"/msgtype"_s);
        parts << (one == u"text"_s ? part.text(u"/text/content"_s) : wecomFileLine(one));
    }
    return parts.join(u'\n');
}

ChatSpec wecomBot()
{
    ChatSpec spec;
    spec.id = u"wecom_bot"_s;
    spec.title = u"WeCom robot"_s;
    spec.form = wecomBotForm();
    spec.contract = {
        false, u"WeCom developer documentation, smart bots over a long connection; types of its Node SDK"_s, {}};
    spec.socket.fixed = &wecomBotAddress;
    spec.socket.sends = true;
    spec.sentWithoutId = true;
    spec.socket.dialogue = &makeWecomDialogue;
    spec.parse = &parseWecomFrame;
    spec.abilities.longestText = 6000; // 20,480 bytes of UTF-8
    spec.limit = {20, std::chrono::seconds(1)};
    return spec;
}

} // namespace

Result<InboundMessage> parseWecomFrame(const RawItem &item, const AccountConfig &)
{
    JsonReader frame = JsonReader::parse(item.raw, u"frame"_s);
    if (frame.ok() && textOr(frame, u"/cmd"_s) != wecomMessage)
        return nothingToShow(item);
    JsonReader in = frame.object(u"/body"_s);
    InboundMessage message;
    message.externalId = message.dedupeKey = in.text(u"/msgid"_s);
    const QString user = in.text(u"/from/userid"_s);
    const bool isGroup = textOr(in, u"/chattype"_s) == u"group"_s;
    message.threadKey = isGroup ? u"group:"_s + in.text(u"/chatid"_s) : u"single:"_s + user;
    if (isGroup)
        message.subject = textOr(in, u"/chatid"_s); // WeCom tells robots no names
    message.from.address = user;
    if (in.has(u"/create_time"_s))
        message.providerAt = chatTime(in.integer(u"/create_time"_s));
    setChatText(message, wecomText(in));
    tellIfEmpty(message);
    if (in.has(u"/quote"_s))
        addChatNotice(message, u"It quotes: %1"_s.arg(cleanLine(wecomText(in.object(u"/quote"_s)), 200)));
    return frame.finish(std::move(message));
}

std::unique_ptr<SocketDialogue> makeWecomDialogue(const ChatContext &context, const AccountConfig &account,
                                                  std::function<double()>)
{
    return makeCommandDialogue(wecomSocket(), context, account);
}

ChatConnectorInfo chat_wecom_bot(const ConnectorServices &services) { return makeChatInfo<&wecomBot>(services); }

} // namespace patchbay
