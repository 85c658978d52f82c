#include "connectors/chat/wecom_bot/wecom_bot.h"

#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

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

/// What WeCom keeps only for minutes, and sealed.
QString wecomFileLine(const QString &kind)
{
    static const QHash<QString, QString> names{
        {u"image"_s, u"A picture"_s}, {u"file"_s, u"A file"_s}, {u"video"_s, u"A video"_s}};
    const QString name = names.value(kind);
    return name.isEmpty() ? u"A message of the kind “%1”, which is not shown here."_s.arg(cleanLine(kind, 40))
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
    InboundMessage message;
    message.dedupeKey = item.sourceKey;
    if (frame.ok() && textOr(frame, u"/cmd"_s) != u"aibot_msg_callback"_s) {
        message.kind = InboundKind::Nothing;
        return message;
    }
    JsonReader in = frame.object(u"/body"_s);
    message.externalId = message.dedupeKey = in.text(u"/msgid"_s);
    const QString user = in.text(u"/from/userid"_s);
    const bool isGroup = textOr(in, u"/chattype"_s) == u"group"_s;
    message.threadKey = isGroup ? u"group:"_s + in.text(u"/chatid"_s) : u"single:"_s + user;
    if (isGroup)
        message.subject = textOr(in, u"/chatid"_s); // WeCom tells robots no names
    message.from.address = user;
    if (in.has(u"/create_time"_s))
        message.providerAt = chatTime(in.integer(u"/create_time"_s));
    const QString text = wecomText(in);
    setChatText(message, text.trimmed().isEmpty() ? u"(An empty message.)"_s : text);
    if (in.has(u"/quote"_s))
        addChatNotice(message, u"It quotes: %1"_s.arg(cleanLine(wecomText(in.object(u"/quote"_s)), 200)));
    return frame.finish(std::move(message));
}

ChatConnectorInfo chat_wecom_bot(const ConnectorServices &services) { return makeChatInfo<&wecomBot>(services); }

} // namespace patchbay
