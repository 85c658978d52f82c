#include "connectors/kit/calls.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/hook_proofs.h"
#include "connectors/kit/services.h"
#include "core/mail/html_body.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 lineTokenMs = 50000; // of the minute some is left for the way

std::vector<FormField> lineForm()
{
    return {
        secretField("channel_secret", QT_TRANSLATE_NOOP("form", "Channel secret"), true,
                    QT_TRANSLATE_NOOP("form", "LINE signs its requests with it")),
        secretField("access_token", QT_TRANSLATE_NOOP("form", "Channel access token"), true,
                    QT_TRANSLATE_NOOP("form", "Long-lived, of the Messaging API")),
        apiAddressField("https://api.line.me"),
    };
}

Result<Done> lineVerify(const HookRequest &request, const AccountConfig &account, Timestamp)
{
    const SignatureForm form{"x-line-signature", QCryptographicHash::Sha256, true, {}};
    return checkSignature(request, form, account.secrets.value(u"channel_secret"_s));
}

/// The verification of the address has no events.
std::vector<RawItem> lineRead(const HookRequest &request, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    std::vector<RawItem> items;
    for (JsonReader &event : in.array(u"/events"_s))
        items.push_back(hookItem(event.optionalId(u"/webhookEventId"_s).value_or(QString()), event.value()));
    return in.ok() ? items : unreadableHook(request);
}

/// A group, a room, or the person.
QString lineThread(JsonReader &event)
{
    const QString group = firstTextAt(event, {u"/source/groupId"_s, u"/source/roomId"_s});
    return group.isEmpty() ? event.text(u"/source/userId"_s) : group;
}

QString lineStickerText(JsonReader &event)
{
    QStringList words;
    if (const auto text = event.optionalText(u"/message/text"_s))
        words << *text;
    for (JsonReader &word : event.optionalArray(u"/message/keywords"_s))
        words << word.text({});
    return words.isEmpty() ? u"Sticker"_s : u"Sticker: %1"_s.arg(words.join(u", "_s));
}

QString lineLocationText(JsonReader &event)
{
    return placeText({textOr(event, u"/message/title"_s), textOr(event, u"/message/address"_s)},
                     event.number(u"/message/latitude"_s), event.number(u"/message/longitude"_s));
}

/// A file that LINE keeps for a while, or the address of one that another server has.
void addLineFile(JsonReader &event, const QString &kind, InboundMessage &message)
{
    static const QHash<QString, QPair<QString, QString>> known{{u"image"_s, {u"image.jpg"_s, u"image/jpeg"_s}},
                                                               {u"video"_s, {u"video.mp4"_s, u"video/mp4"_s}},
                                                               {u"audio"_s, {u"audio.m4a"_s, u"audio/mp4"_s}}};
    const QString elsewhere = textOr(event, u"/message/contentProvider/originalContentUrl"_s);
    if (!elsewhere.isEmpty())
        return setChatText(message, u"File: %1"_s.arg(elsewhere));
    const auto [name, type] = known.value(kind, {u"file"_s, u"application/octet-stream"_s});
    message.attachments.push_back(remoteFile(textOr(event, u"/message/fileName"_s, name), type,
                                             event.optionalInteger(u"/message/fileSize"_s).value_or(0),
                                             {{u"id"_s, event.id(u"/message/id"_s)}}));
}

void readLineMessage(JsonReader &event, InboundMessage &message)
{
    const QString kind = event.text(u"/message/type"_s);
    if (kind == "text"_L1)
        setChatText(message, event.text(u"/message/text"_s));
    else if (kind == "sticker"_L1)
        setChatText(message, lineStickerText(event));
    else if (kind == "location"_L1)
        setChatText(message, lineLocationText(event));
    else if (kind == "image"_L1 || kind == "video"_L1 || kind == "audio"_L1 || kind == "file"_L1)
        addLineFile(event, kind, message);
    else
        setChatText(message, unknownKindText(kind));
}

Result<InboundMessage> lineParse(const RawItem &item, const AccountConfig &)
{
    JsonReader event = JsonReader::parse(item.raw, u"event"_s);
    const QString type = event.text(u"/type"_s);
    const bool edited = type == "messageEdited"_L1;
    if (event.ok() && type != "message"_L1 && type != "unsend"_L1 && !edited)
        return nothingToShow(item); // follows, joins, and kinds of events that are not known
    InboundMessage message;
    message.threadKey = lineThread(event);
    message.from.address = event.optionalText(u"/source/userId"_s).value_or(message.threadKey);
    message.providerAt = chatTimeMs(event.integer(u"/timestamp"_s));
    if (type == "unsend"_L1) {
        message.kind = InboundKind::Deletion;
        message.about = event.id(u"/unsend/messageId"_s);
        message.dedupeKey = u"deletion:"_s + message.about;
        return event.finish(std::move(message));
    }
    const QString id = event.id(u"/message/id"_s);
    readLineMessage(event, message);
    message.answers = event.optionalId(u"/message/quotedMessageId"_s).value_or(QString());
    if (edited) {
        message.kind = InboundKind::Edit;
        message.about = id;
        message.dedupeKey = u"edit:%1:%2"_s.arg(id).arg(message.providerAt.us);
    } else {
        message.externalId = id;
        message.dedupeKey = id;
    }
    return event.finish(std::move(message));
}

Result<Request> lineMe(const ChatContext &) { return getFrom(u"/v2/bot/info"_s); }

Result<QJsonObject> lineWho(JsonReader &reply, const ChatContext &)
{
    return reply.finish(
        QJsonObject{{u"id"_s, reply.text(u"/userId"_s)}, {u"name"_s, textOr(reply, u"/displayName"_s)}});
}

/// What the event opens: a token to reply with, free of charge and once. LINE takes it for about a minute ("must be
/// used within one minute"); a repeated event has an old time, so its token is left alone.
QJsonObject lineHandle(const QByteArray &raw)
{
    JsonReader event = JsonReader::parse(raw, u"event"_s);
    const QString token = event.ok() ? textOr(event, u"/replyToken"_s) : QString();
    const qint64 sent = event.ok() ? event.optionalInteger(u"/timestamp"_s).value_or(0) : 0;
    if (token.isEmpty() || sent <= 0)
        return {};
    return {{u"token"_s, token}, {u"until"_s, sent + lineTokenMs}};
}

Timestamp lineHandleUntil(const QJsonObject &handle) { return chatTimeMs(handle.value(u"until"_s).toInteger()); }

QJsonArray lineMessages(const ChatContext &context)
{
    return {QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, context.message.text}}};
}

/// Without a key: LINE refuses one here.
Result<Request> lineReply(const ChatContext &context)
{
    const QJsonValue token = context.message.replyHandle.value(u"token"_s);
    return postTo(u"/v2/bot/message/reply"_s,
                  QJsonObject{{u"replyToken"_s, token}, {u"messages"_s, lineMessages(context)}});
}

/// A push, which LINE folds by our key.
Result<Request> linePush(const ChatContext &context)
{
    const QJsonObject body{{u"to"_s, context.message.threadKey}, {u"messages"_s, lineMessages(context)}};
    return postTo(u"/v2/bot/message/push"_s, body).header("X-Line-Retry-Key", context.key.toLatin1());
}

/// The same of a repeat, which is refused as such: it has what the first one sent.
Result<Receipt> lineSent(JsonReader &reply, const ChatContext &)
{
    return reply.finish(Receipt{reply.id(u"/sentMessages/0/id"_s)});
}

bool isLineRepeat(const Reply &reply)
{
    return reply.status == 409 && !reply.header("x-line-accepted-request-id").isEmpty();
}

/// LINE says with 429 that the second or the month is full, and how long to wait nowhere.
std::optional<VendorFailure> lineFailure(const Reply &reply, Timestamp)
{
    const QString words = commonWords(reply.body);
    const bool month = words.contains("monthly limit"_L1);
    return tooMany(reply, month ? std::chrono::hours(6) : std::chrono::seconds(60));
}

/// Files have a host of their own; behind a proxy all of LINE is at one address.
Result<Request> lineFile(const ChatContext &context)
{
    const QString host = context.base.host() == "api.line.me"_L1 ? u"https://api-data.line.me"_s : QString();
    const QString id = pathPart(context.remote.value(u"id"_s).toString());
    return Request("GET", QUrl(host + u"/v2/bot/message/%1/content"_s.arg(id)));
}

ChatSpec lineSpec()
{
    ChatSpec spec;
    spec.id = u"line"_s;
    spec.title = u"LINE"_s;
    spec.form = lineForm();
    spec.contract = {true, u"LINE Messaging API (OpenAPI)"_s, {}};
    spec.check = &hasHookSecret<&lineForm, "channel_secret">;
    spec.auth = &bearerOf<"access_token">;
    spec.failure = &lineFailure;
    spec.isAnswer = &isLineRepeat;
    spec.me = {&lineMe, &lineWho};
    spec.hook = {&lineVerify, nullptr, false, &lineRead, {}};
    spec.parse = &lineParse;
    spec.media = {{&lineFile, nullptr}};
    spec.fileHosts = {u"api-data.line.me"_s};
    spec.abilities.longestText = 5000;
    spec.idempotency = Idempotency::Native;
    spec.limit = RateLimit{100, std::chrono::seconds(1)};
    spec.chatLimit = RateLimit{10, std::chrono::seconds(1)};
    spec.replyWay = {&lineHandle, &lineHandleUntil, {&lineReply, &lineSent}};
    spec.send = {&linePush, &lineSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_line(const ConnectorServices &services) { return makeChatInfo<&lineSpec>(services); }

} // namespace patchbay
