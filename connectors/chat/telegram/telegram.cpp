#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_files.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/numbered_updates.h"
#include "connectors/kit/pressed_words.h"
#include "connectors/kit/text_marks.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds telegramHold{25};
/// Members that no message of a person has: somebody joined, the title is new.
const QString telegramEvents =
    u"new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created "
    "supergroup_chat_created channel_chat_created migrate_to_chat_id migrate_from_chat_id pinned_message "
    "forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden "
    "general_forum_topic_unhidden message_auto_delete_timer_changed video_chat_scheduled video_chat_started "
    "video_chat_ended video_chat_participants_invited boost_added write_access_allowed proximity_alert_triggered "
    "chat_background_set"_s;

using Look = ChatSpan::Kind;
const std::vector<SpanKind> telegramSpans{
    {u"bold"_s, Look::Bold},
    {u"italic"_s, Look::Italic},
    {u"strikethrough"_s, Look::Strike},
    {u"code"_s, Look::Code},
    {u"pre"_s, Look::Preformatted},
    {u"blockquote"_s, Look::Quote},
    {u"expandable_blockquote"_s, Look::Quote},
    {u"text_link"_s, Look::Link},
    {u"url"_s, Look::Link, u"https://"_s},
    {u"email"_s, Look::Link, u"mailto:"_s},
};
const FileFields telegramFile{u"/file_name"_s, u"/mime_type"_s, u"/file_size"_s, u"file_id"_s};
const std::vector<FileKind> telegramFiles{
    {u"/photo"_s, u"photo.jpg"_s, u"image/jpeg"_s, FileKind::Many::SizesOfOne},
    {u"/animation"_s, u"animation.mp4"_s, u"video/mp4"_s},
    {u"/audio"_s, u"audio.mp3"_s, u"audio/mpeg"_s},
    {u"/voice"_s, u"voice.ogg"_s, u"audio/ogg"_s},
    {u"/video"_s, u"video.mp4"_s, u"video/mp4"_s},
    {u"/video_note"_s, u"video.mp4"_s, u"video/mp4"_s},
    {u"/sticker"_s, u"sticker.webp"_s, u"image/webp"_s},
    {u"/document"_s, u"file"_s, u"application/octet-stream"_s, FileKind::Many::Files, u"/animation"_s},
};
const std::vector<LineForm> telegramLines{
    {u"/poll"_s, u"Poll: {/poll/question}"_s},
    {u"/poll/options"_s, u"- {/text}"_s},
    {u"/venue"_s, u"Place: {/venue/title}, {/venue/address}"_s},
    {u"/location"_s, u"Location: {/location/latitude}, {/location/longitude}"_s},
    {u"/contact"_s, u"Contact: {/contact/first_name} {/contact/last_name} {/contact/phone_number}"_s},
    {u"/dice"_s, u"{/dice/emoji} {/dice/value}"_s},
    {u"/sticker/emoji"_s, u"Sticker: {/sticker/emoji}"_s},
};

/// A chat has a title, a person two names, and one who hides only this.
QString telegramName(const JsonReader &in, const QString &at)
{
    return joinedTexts(in, {at + u"/title"_s, at + u"/first_name"_s, at + u"/last_name"_s});
}

/// A user, or the chat that an anonymous one writes as.
Address telegramAuthor(JsonReader &in, const QString &user, const QString &chat)
{
    const QString at = in.has(chat) ? chat : user;
    return {telegramName(in, at), in.id(at + u"/id"_s)};
}

/// Chat, topic and time: what messages, reactions and pressed buttons have in common.
InboundMessage telegramPlace(JsonReader &in)
{
    InboundMessage message;
    message.externalId = message.dedupeKey = idsAt(in, u"{/chat/id}:{/message_id}"_s);
    const bool isTopic = in.optionalBoolean(u"/is_topic_message"_s).value_or(false) && in.has(u"/message_thread_id"_s);
    message.threadKey = idsAt(in, isTopic ? u"{/chat/id}:{/message_thread_id}"_s : u"{/chat/id}"_s);
    const QString topic = textOr(in, u"/reply_to_message/forum_topic_created/name"_s);
    if (textOr(in, u"/chat/type"_s) != u"private"_s)
        message.subject = telegramName(in, u"/chat"_s) + (topic.isEmpty() ? QString() : u" › "_s + topic);
    message.providerAt = chatTime(in.optionalInteger(u"/date"_s).value_or(0));
    return message;
}

InboundMessage telegramMessage(JsonReader &in, const QString &)
{
    InboundMessage message = telegramPlace(in);
    message.from = telegramAuthor(in, in.has(u"/from"_s) ? u"/from"_s : u"/chat"_s, u"/sender_chat"_s);
    message.automatic = in.optionalBoolean(u"/from/is_bot"_s).value_or(false) && !in.has(u"/sender_chat"_s);
    const bool isCaption = !in.has(u"/text"_s);
    const QString text = textOr(in, isCaption ? u"/caption"_s : u"/text"_s);
    setChatText(message, text, readSpans(in, isCaption ? u"/caption_entities"_s : u"/entities"_s, text, telegramSpans));
    addChatLines(message, in, telegramLines);
    addChatFiles(message, in, telegramFile, telegramFiles);
    if (hasAny(in, telegramEvents))
        message.kind = InboundKind::Nothing;
    else if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Telegram.)"_s);
    if (in.has(u"/reply_to_message/message_id"_s) && !in.has(u"/reply_to_message/forum_topic_created"_s))
        message.answers = idsAt(in, u"{/chat/id}:{/reply_to_message/message_id}"_s);
    const QString origin = telegramName(in, u"/forward_origin/sender_user"_s)
        + telegramName(in, u"/forward_origin/sender_chat"_s) + telegramName(in, u"/forward_origin/chat"_s)
        + textOr(in, u"/forward_origin/sender_user_name"_s); // it has one of them
    if (!origin.isEmpty())
        addChatNotice(message, u"Forwarded from %1."_s.arg(origin));
    return message;
}

InboundMessage telegramReaction(JsonReader &in, const QString &update)
{
    InboundMessage message = telegramPlace(in);
    message.from = telegramAuthor(in, u"/user"_s, u"/actor_chat"_s);
    QString signs;
    for (JsonReader &sign : in.array(u"/new_reaction"_s))
        signs += textOr(sign, u"/emoji"_s, u"★"_s); // a picture of the platform's own
    becomeReaction(message, signs, update);
    return message;
}

/// A button below one of the bot's messages; a very old message is not told.
InboundMessage telegramButton(JsonReader &in, const QString &update)
{
    if (!in.has(u"/message"_s))
        return nothingTold(u"update:"_s + update);
    JsonReader under = in.object(u"/message"_s);
    InboundMessage message = telegramPlace(under);
    message.answers = message.externalId;
    message.externalId = message.dedupeKey = idsAt(in, u"callback:{/id}"_s);
    message.providerAt = {};
    message.from = telegramAuthor(in, u"/from"_s, u"/nobody"_s);
    const QString data = textOr(in, u"/data"_s, textOr(in, u"/game_short_name"_s));
    const QString words = buttonWords(in.value(u"/message/reply_markup"_s), u"callback_data"_s, data, u"text"_s);
    setChatText(message, u"Pressed: "_s + words);
    return message;
}

/// The kinds of updates that are asked for, and how each is read.
const NumberedUpdates telegramUpdates{u"/result"_s,
                                      u"/update_id"_s,
                                      100,
                                      u"/callback_query/id"_s,
                                      {{u"message"_s, &telegramMessage},
                                       {u"edited_message"_s, &telegramMessage, u"/edit_date"_s},
                                       {u"channel_post"_s, &telegramMessage},
                                       {u"edited_channel_post"_s, &telegramMessage, u"/edit_date"_s},
                                       {u"message_reaction"_s, &telegramReaction},
                                       {u"callback_query"_s, &telegramButton}}};

/// 404 is a token that no bot has, 403 a chat that the bot may not write to.
std::optional<VendorFailure> telegramFailure(const Reply &reply, Timestamp)
{
    static const ToldStatus places{u"/ok"_s,
                                   u"/error_code"_s,
                                   u"/description"_s,
                                   u"/parameters/retry_after"_s,
                                   {{404, Error::Kind::Unauthorized}, {403, Error::Kind::Refused}}};
    std::optional<VendorFailure> failure = toldFailure(reply, places);
    if (failure && failure->kind == Error::Kind::Conflict)
        failure->words +=
            u" Another program, or another Patchbay, reads this bot's messages. Only one can: end the other one."_s;
    return failure;
}

Result<Request> lookAtTelegram(const ChatContext &context)
{
    QJsonObject body{{u"limit"_s, telegramUpdates.page},
                     {u"timeout"_s, qint64(context.patient ? telegramHold.count() : 0)},
                     {u"allowed_updates"_s, kindsOf(telegramUpdates)}};
    if (!context.cursor.isEmpty())
        body.insert(u"offset"_s, context.cursor.toLongLong());
    return searchAt(u"/getUpdates"_s, body);
}

Result<Request> placeTelegram(const ChatContext &context, const AccountConfig &account)
{
    return postTo(u"/setWebhook"_s,
                  {{u"url"_s, context.reachedAt.toString(QUrl::FullyEncoded)},
                   {u"secret_token"_s, account.secrets.value(u"hook_secret"_s)},
                   {u"allowed_updates"_s, kindsOf(telegramUpdates)}});
}

/// "<chat>" or "<chat>:<topic>"; a quoted message "<chat>:<message>". A file goes as it is, its text below it.
Result<Request> sendToTelegram(const ChatContext &context)
{
    QJsonObject body = withEntities(
        filledBody(uR"({"chat_id":"#{chat}","message_thread_id":"#{topic}","text":"{text}"})"_s, context), context);
    if (const qint64 quoted = chatValue(u"answered.here"_s, context).toLongLong(); quoted > 0)
        body.insert(u"reply_parameters"_s,
                    QJsonObject{{u"message_id"_s, quoted}, {u"allow_sending_without_reply"_s, true}});
    if (context.files.empty())
        return postTo(u"/sendMessage"_s, body);
    body.insert(u"caption"_s, body.take(u"text"_s));
    return filesFormOf(context, u"/sendDocument"_s, u"document"_s, body);
}

ChatSpec telegram()
{
    ChatSpec spec;
    spec.id = u"telegram"_s;
    spec.title = u"Telegram"_s;
    spec.form = {secretField("token", QT_TRANSLATE_NOOP("form", "Token of the bot"), true,
                             QT_TRANSLATE_NOOP("form", "As BotFather wrote it: 123456789:AAE…")),
                 byGateway(secretField("hook_secret", QT_TRANSLATE_NOOP("form", "Secret for the gateway"), true,
                                       QT_TRANSLATE_NOOP("form", "Made up by you: letters, digits, _ and -"))),
                 apiAddressField("https://api.telegram.org")};
    spec.secretForms = {
        {u"token"_s, u"[0-9]{3,20}:[A-Za-z0-9_-]{10,100}"_s, u"it looks like 123456789:AAE…, as BotFather wrote it."_s},
        {u"hook_secret"_s, u"[A-Za-z0-9_-]{8,256}"_s, u"8 to 256 letters, digits, _ and - only."_s}};
    spec.secretPath = {u"token"_s, u"/bot"_s};
    spec.contract = {false, u"Telegram Bot API 10.1 (OpenAPI made from the documentation)"_s, u"2026-06-11"_s};
    spec.failure = &telegramFailure;
    spec.isAnswer = &isMoved<400, "/parameters/migrate_to_chat_id">;
    spec.moved = &movedTo<"/parameters/migrate_to_chat_id">;
    spec.me = {&chatSearch<"/getMe">, &readWho<"/result/id", "@{/result/username}">};
    spec.poll.build = &lookAtTelegram;
    spec.poll.read = &readNumbered<telegramUpdates>;
    spec.poll.hold = telegramHold;
    spec.poll.keeps = std::chrono::hours(24);
    spec.hook.verify = &hasSecretInHeader<"x-telegram-bot-api-secret-token", "hook_secret">;
    spec.hook.read = &readNumberedHook<telegramUpdates>;
    spec.hook.answer = &callInAnswer<telegramUpdates, "answerCallbackQuery", "callback_query_id">;
    spec.hook.place.now = {&chatSearch<"/getWebhookInfo">, &readPlace<"/result/url", "/result/last_error_message">};
    spec.hook.place.tell = &placeTelegram;
    spec.hook.place.end = &chatPost<"/deleteWebhook">;
    spec.acknowledge = {&chatPostWith<"/answerCallbackQuery", "callback_query_id", "id">, &readDone};
    spec.parse = &parseNumbered<telegramUpdates>;
    spec.media = {{&chatSearchWith<"/getFile", "file_id", "file_id">, &readForNext<"/result/file_path", "file_path">},
                  {&chatFileBeside<"file_path">}};
    spec.abilities = takingFiles(quoting(markedTexts(4096)), 1, 1024);
    spec.limit = {30, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.chatWaits = true;
    spec.typing = {
        &filledPost<"/sendChatAction", R"({"chat_id":"#{chat}","message_thread_id":"#{topic}","action":"typing"})">};
    spec.send = {&sendToTelegram, &readSentAs<"{/result/chat/id}:{/result/message_id}">};
    spec.files.send = spec.send;
    spec.change.words.write =
        &tellAs<"/editMessageText", R"({"chat_id":"#{changed.0}","message_id":"#{changed.1}","text":"{text}"})",
                &withEntities>;
    spec.change.words.soAlready = u"message is not modified"_s;
    return spec;
}

} // namespace

ChatConnectorInfo chat_telegram(const ConnectorServices &services) { return makeChatInfo<&telegram>(services); }

} // namespace patchbay
