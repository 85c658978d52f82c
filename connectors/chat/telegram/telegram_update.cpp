// One update of the Bot API as what it tells.
#include "connectors/chat/telegram/telegram.h"

#include "connectors/kit/chat_text.h"
#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString telegramName(const JsonReader &in, const QString &at)
{
    const QString title = textOr(in, at + u"/title"_s);
    const QString name = (textOr(in, at + u"/first_name"_s) + u' ' + textOr(in, at + u"/last_name"_s)).trimmed();
    return title.isEmpty() ? name : title;
}

/// A user, or the chat that an anonymous one writes as.
Address telegramAuthor(JsonReader &in, const QString &user, const QString &chat)
{
    const QString at = in.has(chat) ? chat : user;
    return {telegramName(in, at), in.id(at + u"/id"_s)};
}

std::vector<ChatSpan> telegramSpans(JsonReader &in, const QString &list, const QString &text)
{
    std::vector<ChatSpan> spans;
    for (JsonReader &one : in.optionalArray(list)) {
        ChatSpan span{one.integer(u"/offset"_s), one.integer(u"/length"_s)};
        const QString type = one.text(u"/type"_s);
        if (type == u"bold"_s)
            span.kind = ChatSpan::Kind::Bold;
        else if (type == u"italic"_s)
            span.kind = ChatSpan::Kind::Italic;
        else if (type == u"pre"_s)
            span.kind = ChatSpan::Kind::Preformatted;
        else if (type.endsWith(u"blockquote"_s))
            span.kind = ChatSpan::Kind::Quote;
        else if (type == u"text_link"_s || type == u"url"_s || type == u"email"_s)
            span.kind = ChatSpan::Kind::Link;
        else
            continue;
        const QString words = text.mid(span.offset, span.length);
        span.href = type == u"text_link"_s ? one.text(u"/url"_s) : type == u"email"_s ? u"mailto:"_s + words : words;
        if (type == u"url"_s && !words.contains(u"://"_s))
            span.href.prepend(u"https://"_s);
        spans.push_back(std::move(span));
    }
    return spans;
}

void addTelegramFiles(InboundMessage &message, JsonReader &in)
{
    const auto add = [&message](const JsonReader &file, const QString &name, const QString &type) {
        JsonReader one = file;
        const QString told = textOr(one, u"/file_name"_s);
        const QJsonObject remote{{u"file_id"_s, one.text(u"/file_id"_s)}};
        message.attachments.push_back(remoteFile(told.isEmpty() ? name : told, textOr(one, u"/mime_type"_s, type),
                                                 one.optionalInteger(u"/file_size"_s).value_or(0), remote));
    };
    std::vector<JsonReader> sizes = in.optionalArray(u"/photo"_s); // the largest is the last
    if (!sizes.empty())
        add(sizes.back(), u"photo.jpg"_s, u"image/jpeg"_s);
    static const std::vector<std::tuple<QString, QString, QString>> kinds{
        {u"/animation"_s, u"animation.mp4"_s, u"video/mp4"_s}, {u"/audio"_s, u"audio.mp3"_s, u"audio/mpeg"_s},
        {u"/voice"_s, u"voice.ogg"_s, u"audio/ogg"_s},         {u"/video"_s, u"video.mp4"_s, u"video/mp4"_s},
        {u"/video_note"_s, u"video.mp4"_s, u"video/mp4"_s},    {u"/sticker"_s, u"sticker.webp"_s, u"image/webp"_s}};
    for (const auto &[at, name, type] : kinds) {
        if (in.has(at))
            add(in.object(at), name, type);
    }
    if (in.has(u"/document"_s) && !in.has(u"/animation"_s)) // which has the same file for old clients
        add(in.object(u"/document"_s), u"file"_s, u"application/octet-stream"_s);
}

/// What is no text, in words.
QStringList telegramLines(JsonReader &in)
{
    QStringList lines;
    if (in.has(u"/poll"_s)) {
        lines << u"Poll: %1"_s.arg(in.text(u"/poll/question"_s));
        for (JsonReader &option : in.optionalArray(u"/poll/options"_s))
            lines << u"- %1"_s.arg(option.text(u"/text"_s));
    }
    if (in.has(u"/venue"_s))
        lines << u"Place: %1, %2"_s.arg(in.text(u"/venue/title"_s), in.text(u"/venue/address"_s));
    if (in.has(u"/location"_s)) {
        lines << u"Location: %1, %2"_s.arg(in.number(u"/location/latitude"_s), 0, 'f', 6)
                     .arg(in.number(u"/location/longitude"_s), 0, 'f', 6);
    }
    if (in.has(u"/contact"_s)) {
        lines << u"Contact: %1 %2"_s.arg(telegramName(in, u"/contact"_s), in.text(u"/contact/phone_number"_s))
                     .simplified();
    }
    if (in.has(u"/dice"_s))
        lines << u"%1 %2"_s.arg(in.text(u"/dice/emoji"_s)).arg(in.integer(u"/dice/value"_s));
    if (in.has(u"/sticker/emoji"_s))
        lines << u"Sticker: %1"_s.arg(in.text(u"/sticker/emoji"_s));
    return lines;
}

/// A member that no message of a person has: somebody joined, the title is new.
bool isTelegramEvent(const JsonReader &in)
{
    static const QStringList events{u"new_chat_members"_s,
                                    u"left_chat_member"_s,
                                    u"new_chat_title"_s,
                                    u"new_chat_photo"_s,
                                    u"delete_chat_photo"_s,
                                    u"group_chat_created"_s,
                                    u"supergroup_chat_created"_s,
                                    u"channel_chat_created"_s,
                                    u"migrate_to_chat_id"_s,
                                    u"migrate_from_chat_id"_s,
                                    u"pinned_message"_s,
                                    u"forum_topic_created"_s,
                                    u"forum_topic_edited"_s,
                                    u"forum_topic_closed"_s,
                                    u"forum_topic_reopened"_s,
                                    u"general_forum_topic_hidden"_s,
                                    u"general_forum_topic_unhidden"_s,
                                    u"message_auto_delete_timer_changed"_s,
                                    u"video_chat_scheduled"_s,
                                    u"video_chat_started"_s,
                                    u"video_chat_ended"_s,
                                    u"video_chat_participants_invited"_s,
                                    u"boost_added"_s,
                                    u"write_access_allowed"_s,
                                    u"proximity_alert_triggered"_s,
                                    u"chat_background_set"_s};
    return std::any_of(events.begin(), events.end(), [&in](const QString &name) { return in.has(u'/' + name); });
}

QString telegramOrigin(const JsonReader &in)
{
    for (const QString &at :
         {u"/forward_origin/sender_user"_s, u"/forward_origin/sender_chat"_s, u"/forward_origin/chat"_s}) {
        if (in.has(at))
            return telegramName(in, at);
    }
    return textOr(in, u"/forward_origin/sender_user_name"_s);
}

/// Chat, thread, author and time: what a message and a pressed button have in common.
void placeTelegram(InboundMessage &message, JsonReader &in)
{
    const QString chat = in.id(u"/chat/id"_s);
    const bool isGroup = textOr(in, u"/chat/type"_s) != u"private"_s;
    const bool isTopic = in.optionalBoolean(u"/is_topic_message"_s).value_or(false);
    const QString topic = isTopic ? in.optionalId(u"/message_thread_id"_s).value_or(QString()) : QString();
    message.externalId = chat + u':' + in.id(u"/message_id"_s);
    message.threadKey = topic.isEmpty() ? chat : chat + u':' + topic;
    const QString name = textOr(in, u"/reply_to_message/forum_topic_created/name"_s);
    if (isGroup)
        message.subject =
            name.isEmpty() ? telegramName(in, u"/chat"_s) : telegramName(in, u"/chat"_s) + u" › "_s + name;
    message.providerAt = chatTime(in.optionalInteger(u"/date"_s).value_or(0));
}

InboundMessage telegramMessage(JsonReader &in)
{
    InboundMessage message;
    placeTelegram(message, in);
    message.dedupeKey = message.externalId;
    message.from = telegramAuthor(in, in.has(u"/from"_s) ? u"/from"_s : u"/chat"_s, u"/sender_chat"_s);
    message.automatic = in.optionalBoolean(u"/from/is_bot"_s).value_or(false) && !in.has(u"/sender_chat"_s);
    const bool isCaption = !in.has(u"/text"_s);
    const QString text = textOr(in, isCaption ? u"/caption"_s : u"/text"_s);
    setChatText(message, text, telegramSpans(in, isCaption ? u"/caption_entities"_s : u"/entities"_s, text));
    for (const QString &line : telegramLines(in))
        addChatLine(message, line);
    addTelegramFiles(message, in);
    const bool isEvent = isTelegramEvent(in);
    if (isEvent)
        message.kind = InboundKind::Nothing;
    else if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Telegram.)"_s);
    if (in.has(u"/reply_to_message/message_id"_s) && !in.has(u"/reply_to_message/forum_topic_created"_s))
        message.answers = in.id(u"/chat/id"_s) + u':' + in.id(u"/reply_to_message/message_id"_s);
    if (const QString origin = telegramOrigin(in); !origin.isEmpty())
        addChatNotice(message, u"Forwarded from %1."_s.arg(origin));
    return message;
}

InboundMessage telegramEdit(JsonReader &in, const QString &update)
{
    InboundMessage message = telegramMessage(in);
    message.kind = InboundKind::Edit;
    message.about = message.externalId;
    message.dedupeKey = u"edit:%1:%2"_s.arg(message.about, update);
    message.externalId.clear();
    message.providerAt = chatTime(in.optionalInteger(u"/edit_date"_s).value_or(0));
    return message;
}

InboundMessage telegramReaction(JsonReader &in, const QString &update)
{
    InboundMessage message;
    placeTelegram(message, in);
    message.kind = InboundKind::Reaction;
    message.about = std::exchange(message.externalId, QString());
    message.dedupeKey = u"reaction:%1:%2"_s.arg(message.about, update);
    message.from = telegramAuthor(in, u"/user"_s, u"/actor_chat"_s);
    for (JsonReader &sign : in.array(u"/new_reaction"_s))
        message.text += textOr(sign, u"/emoji"_s, u"★"_s); // a picture of the platform's own
    return message;
}

/// A button below one of the bot's messages; a very old message is not told.
InboundMessage telegramButton(JsonReader &in)
{
    InboundMessage message;
    const QString id = in.id(u"/id"_s);
    JsonReader under = in.object(u"/message"_s);
    placeTelegram(message, under);
    message.answers = message.externalId;
    message.externalId = message.dedupeKey = u"callback:%1"_s.arg(id);
    message.providerAt = {};
    message.from = telegramAuthor(in, u"/from"_s, u"/nobody"_s);
    setChatText(message, u"Pressed: %1"_s.arg(textOr(in, u"/data"_s, textOr(in, u"/game_short_name"_s))));
    return message;
}

} // namespace

Result<InboundMessage> parseTelegramUpdate(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, u"update"_s);
    const QString update = in.id(u"/update_id"_s);
    InboundMessage nothing;
    nothing.kind = InboundKind::Nothing;
    nothing.dedupeKey = u"update:"_s + update;
    for (const QString &at : {u"/message"_s, u"/channel_post"_s}) {
        if (in.has(at)) {
            JsonReader one = in.object(at);
            return in.finish(telegramMessage(one));
        }
    }
    for (const QString &at : {u"/edited_message"_s, u"/edited_channel_post"_s}) {
        if (in.has(at)) {
            JsonReader one = in.object(at);
            return in.finish(telegramEdit(one, update));
        }
    }
    if (in.has(u"/message_reaction"_s)) {
        JsonReader one = in.object(u"/message_reaction"_s);
        return in.finish(telegramReaction(one, update));
    }
    if (in.has(u"/callback_query/message"_s)) {
        JsonReader one = in.object(u"/callback_query"_s);
        return in.finish(telegramButton(one));
    }
    return in.finish(std::move(nothing));
}

} // namespace patchbay
