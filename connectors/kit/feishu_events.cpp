#include "connectors/kit/feishu_events.h"

#include "connectors/kit/chat_kinds.h"
#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_parts.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/socket_talk.h"

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

KindFile feishuFile(const QString &key, const QString &name, const QString &type)
{
    return {name,
            type,
            u"/file_name"_s,
            {{u"key"_s, u"{/%1}"_s.arg(key)}, {u"kind"_s, key == u"image_key"_s ? u"image"_s : u"file"_s}}};
}

const KindFile feishuPicture = feishuFile(u"image_key"_s, u"picture.jpg"_s, u"image/jpeg"_s);

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
                addKindFile(message, part, feishuPicture);
            else if (tag == u"a"_s)
                line += u"%1 (%2)"_s.arg(textOr(part, u"/text"_s), textOr(part, u"/href"_s));
            else
                line += textOr(part, u"/text"_s);
        }
        lines << line;
    }
    setChatText(message, lines.join(u'\n').trimmed());
}

const std::vector<ChatKind> feishuKinds{
    {u"post"_s, {}, {}, &readFeishuPost},
    {u"image"_s, {}, feishuPicture},
    {u"file"_s, {}, feishuFile(u"file_key"_s, u"file"_s, u"application/octet-stream"_s)},
    {u"audio"_s, {}, feishuFile(u"file_key"_s, u"voice.opus"_s, u"audio/opus"_s)},
    {u"media"_s, {}, feishuFile(u"file_key"_s, u"video.mp4"_s, u"video/mp4"_s)},
    {u"sticker"_s, u"Sticker"_s}};

void readFeishuContent(InboundMessage &message, JsonReader &in)
{
    const QString kind = in.text(u"/message_type"_s);
    JsonReader content = JsonReader::parse(in.text(u"/content"_s).toUtf8(), u"content"_s);
    if (kind == u"text"_s)
        setChatText(message, withMentions(content.text(u"/text"_s), in));
    else
        readKind(message, kind, content, feishuKinds);
    for (InboundAttachment &file : message.attachments)
        file.remote.insert(u"message"_s, message.externalId);
    tellIfEmpty(message);
    if (!content.ok())
        in.fault(u"/content"_s, content.error().message);
}

void readFeishuMessage(InboundMessage &message, JsonReader event, const QJsonObject &names)
{
    JsonReader in = event.object(u"/message"_s);
    message.kind = InboundKind::Message;
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

} // namespace

RawItem feishuItem(const QByteArray &event)
{
    const JsonReader in = JsonReader::parse(event, u"event"_s);
    return {itemKey(event,
                    {{u"message"_s, textOr(in, u"/event/message/message_id"_s)},
                     {u"event"_s, textOr(in, u"/header/event_id"_s)}}),
            withoutKey(event, textOr(in, u"/header/token"_s))};
}

NameSpec feishuNames() { return {&namesLackingInFeishu, {&askFeishuName, &readFeishuName}}; }

Result<InboundMessage> parseFeishuEvent(const RawItem &item, const AccountConfig &)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader whole = JsonReader::parse(named.item, u"event"_s);
    const QString type = whole.text(u"/header/event_type"_s);
    JsonReader in = whole.object(u"/event"_s);
    InboundMessage message = nothingToShow(item);
    if (type == u"im.message.receive_v1"_s) {
        readFeishuMessage(message, in, named.names);
    } else if (type == u"im.message.recalled_v1"_s) {
        becomeDeletion(message, in.text(u"/message_id"_s));
        message.threadKey = textOr(in, u"/chat_id"_s);
    } else if (type == u"im.message.reaction.created_v1"_s || type == u"im.message.reaction.deleted_v1"_s) {
        message.externalId = in.text(u"/message_id"_s);
        message.from.address = textOr(in, u"/user_id/open_id"_s, textOr(in, u"/app_id"_s));
        message.from.name = named.names.value(u"user:"_s + message.from.address).toString();
        message.providerAt = feishuTime(in, u"/action_time"_s);
        const bool isNew = type.contains(u"created"_s);
        becomeReaction(message, isNew ? in.text(u"/reaction_type/emoji_type"_s) : QString(), item.sourceKey);
    }
    return whole.finish(std::move(message));
}

Result<Request> loadFeishuFile(const ChatContext &context)
{
    return getFrom(
        u"/open-apis/im/v1/messages/%1/resources/%2"_s.arg(pathPart(context.remote.value(u"message"_s).toString()),
                                                           pathPart(context.remote.value(u"key"_s).toString())),
        {{u"type"_s, context.remote.value(u"kind"_s).toString()}});
}

} // namespace patchbay
