#include "connectors/chat/feishu_long/feishu_long.h"

#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"
#include "core/mail/html_body.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Timestamp feishuTime(const JsonReader &in, const QString &path) { return chatTimeMs(textOr(in, path).toLongLong()); }

/// "@_user_1" as the name of the person who is meant; "@_user_10" is another one.
QString withMentions(QString text, JsonReader &message)
{
    std::vector<std::pair<QString, QString>> people;
    for (JsonReader &one : message.optionalArray(u"/mentions"_s))
        people.emplace_back(one.text(u"/key"_s), one.text(u"/name"_s));
    std::sort(people.begin(), people.end(),
              [](const auto &a, const auto &b) { return a.first.size() > b.first.size(); });
    for (const auto &[key, name] : people) {
        if (key.startsWith(u'@'))
            text.replace(key, u'@' + name);
    }
    return text;
}

void addFeishuFile(InboundMessage &message, JsonReader &content, const QString &key, const QString &name,
                   const QString &type)
{
    message.attachments.push_back(remoteFile(textOr(content, u"/file_name"_s, name), type, 0,
                                             {{u"message"_s, message.externalId},
                                              {u"key"_s, content.text(u'/' + key)},
                                              {u"kind"_s, key == u"image_key"_s ? u"image"_s : u"file"_s}}));
}

/// Paragraphs of texts, links, names and pictures.
void readFeishuPost(InboundMessage &message, JsonReader &content)
{
    QStringList lines;
    if (const QString title = textOr(content, u"/title"_s); !title.isEmpty())
        lines << title;
    for (JsonReader &paragraph : content.array(u"/content"_s)) {
        QString line;
        for (JsonReader &part : paragraph.array({})) {
            const QString tag = part.text(u"/tag"_s);
            if (tag == u"at"_s)
                line += u'@' + textOr(part, u"/user_name"_s, textOr(part, u"/user_id"_s));
            else if (tag == u"img"_s)
                addFeishuFile(message, part, u"image_key"_s, u"picture.jpg"_s, u"image/jpeg"_s);
            else if (tag == u"a"_s)
                line += u"%1 (%2)"_s.arg(textOr(part, u"/text"_s), textOr(part, u"/href"_s));
            else
                line += textOr(part, u"/text"_s);
        }
        lines << line;
    }
    setChatText(message, lines.join(u'\n').trimmed());
}

void readFeishuContent(InboundMessage &message, JsonReader &in)
{
    const QString kind = in.text(u"/message_type"_s);
    JsonReader content = JsonReader::parse(in.text(u"/content"_s).toUtf8(), u"content"_s);
    if (kind == u"text"_s)
        setChatText(message, withMentions(content.text(u"/text"_s), in));
    else if (kind == u"post"_s)
        readFeishuPost(message, content);
    else if (kind == u"image"_s)
        addFeishuFile(message, content, u"image_key"_s, u"picture.jpg"_s, u"image/jpeg"_s);
    else if (kind == u"file"_s)
        addFeishuFile(message, content, u"file_key"_s, u"file"_s, u"application/octet-stream"_s);
    else if (kind == u"audio"_s)
        addFeishuFile(message, content, u"file_key"_s, u"voice.opus"_s, u"audio/opus"_s);
    else if (kind == u"media"_s)
        addFeishuFile(message, content, u"file_key"_s, u"video.mp4"_s, u"video/mp4"_s);
    else if (kind == u"sticker"_s)
        setChatText(message, u"Sticker"_s);
    else
        setChatText(message, u"A message of the kind “%1”, which is not shown here."_s.arg(cleanLine(kind, 40)));
    if (!content.ok())
        in.fault(u"/content"_s, content.error().message);
}

void readFeishuMessage(InboundMessage &message, JsonReader event, const QJsonObject &names)
{
    JsonReader in = event.object(u"/message"_s);
    message.externalId = message.dedupeKey = in.text(u"/message_id"_s);
    const QString chat = in.text(u"/chat_id"_s);
    const QString topic = textOr(in, u"/thread_id"_s);
    message.threadKey = topic.isEmpty() ? chat : chat + u'/' + topic;
    message.from.address = event.text(u"/sender/sender_id/open_id"_s);
    message.from.name = names.value(u"user:"_s + message.from.address).toString();
    message.automatic = textOr(event, u"/sender/sender_type"_s, u"user"_s) != u"user"_s;
    if (textOr(in, u"/chat_type"_s) != u"p2p"_s) {
        const QString name = names.value(u"chat:"_s + chat).toString();
        message.subject = name.isEmpty() ? chat : name;
    }
    message.answers = textOr(in, u"/parent_id"_s);
    message.providerAt = feishuTime(in, u"/create_time"_s);
    readFeishuContent(message, in);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(An empty message.)"_s);
}

} // namespace

Result<InboundMessage> parseFeishuEvent(const RawItem &item, const AccountConfig &)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader whole = JsonReader::parse(named.item, u"event"_s);
    const QString type = whole.text(u"/header/event_type"_s);
    JsonReader in = whole.object(u"/event"_s);
    InboundMessage message;
    message.dedupeKey = item.sourceKey;
    if (type == u"im.message.receive_v1"_s) {
        readFeishuMessage(message, in, named.names);
    } else if (type == u"im.message.recalled_v1"_s) {
        message.kind = InboundKind::Deletion;
        message.about = in.text(u"/message_id"_s);
        message.threadKey = textOr(in, u"/chat_id"_s);
        message.dedupeKey = u"deletion:"_s + message.about;
    } else if (type == u"im.message.reaction.created_v1"_s || type == u"im.message.reaction.deleted_v1"_s) {
        message.kind = InboundKind::Reaction;
        message.about = in.text(u"/message_id"_s);
        message.dedupeKey = u"reaction:%1:%2"_s.arg(message.about, item.sourceKey);
        const QString app = textOr(in, u"/app_id"_s);
        message.from.address = textOr(in, u"/user_id/open_id"_s, app);
        message.from.name = named.names.value(u"user:"_s + message.from.address).toString();
        message.text = type.contains(u"created"_s) ? in.text(u"/reaction_type/emoji_type"_s) : QString();
        message.providerAt = feishuTime(in, u"/action_time"_s);
    } else {
        message.kind = InboundKind::Nothing;
    }
    return whole.finish(std::move(message));
}

} // namespace patchbay
