#include "connectors/chat/discord/discord.h"

#include "connectors/kit/chat_names.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/rest.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QUrlQuery>

#include <cmath>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Credentials discordAuth(const AccountConfig &account)
{
    return Credentials::scheme("Bot", account.secrets.value(u"token"_s));
}

/// 429 with {"retry_after": 0.65}; a 403 is about the chat, not about the bot.
std::optional<VendorFailure> discordFailure(const Reply &reply, Timestamp)
{
    if (reply.status != 429 && reply.status != 403)
        return std::nullopt;
    VendorFailure failure;
    failure.words = commonWords(reply.body);
    if (reply.status == 403)
        return failure;
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const double seconds = in.ok() ? in.optionalNumber(u"/retry_after"_s).value_or(1) : 1;
    failure.kind = Error::Kind::RateLimited;
    failure.retryAfter = std::chrono::milliseconds(qint64(std::ceil(std::clamp(seconds, 0.001, 21600.0) * 1000)));
    return failure;
}

Result<QJsonObject> readDiscordMe(JsonReader &reply, const ChatContext &)
{
    return reply.finish(QJsonObject{{u"id"_s, reply.id(u"/id"_s)}, {u"name"_s, reply.text(u"/username"_s)}});
}

/// Where the session goes on, or the common address; each with the version and form that the dialogue speaks.
Result<QUrl> readDiscordAddress(JsonReader &reply, const ChatContext &context)
{
    const QJsonObject place = QJsonDocument::fromJson(context.cursor).object();
    const QString common = reply.text(u"/url"_s);
    const QString own = place.value(u"session"_s).toString().isEmpty() ? QString() : place.value(u"url"_s).toString();
    if (reply.optionalInteger(u"/session_start_limit/remaining"_s).value_or(1) <= 0 && own.isEmpty()) {
        Error busy = makeError(Error::Kind::RateLimited, u"Discord allows no more sign-ins of this bot today."_s);
        busy.retryAfter = std::chrono::milliseconds(
            std::max<qint64>(1000, reply.optionalInteger(u"/session_start_limit/reset_after"_s).value_or(1000)));
        return busy;
    }
    QUrl address(own.isEmpty() ? common : own, QUrl::StrictMode);
    QUrlQuery query;
    query.addQueryItem(u"v"_s, u"10"_s);
    query.addQueryItem(u"encoding"_s, u"json"_s);
    address.setQuery(query);
    return reply.finish(address);
}

/// A nonce folds a repeat within minutes; nobody is called by an @ in what is sent.
Result<Request> sendToDiscord(const ChatContext &context)
{
    QJsonObject body{{u"content"_s, context.message.text},
                     {u"nonce"_s, QString(context.key).remove(u'-').right(25)},
                     {u"enforce_nonce"_s, true},
                     {u"allowed_mentions"_s, QJsonObject{{u"parse"_s, QJsonArray()}}}};
    if (!context.message.inReplyTo.isEmpty()) {
        body.insert(u"message_reference"_s,
                    QJsonObject{{u"message_id"_s, context.message.inReplyTo}, {u"fail_if_not_exists"_s, false}});
    }
    return postTo(u"/channels/%1/messages"_s.arg(pathPart(context.message.threadKey)), body);
}

Result<Receipt> readDiscordSent(JsonReader &reply, const ChatContext &)
{
    Receipt receipt;
    receipt.externalId = reply.id(u"/id"_s);
    return reply.finish(receipt);
}

Result<Request> loadDiscordFile(const ChatContext &context)
{
    return Request("GET", QUrl(context.remote.value(u"url"_s).toString(), QUrl::StrictMode));
}

/// The channel of a server, "channel:500"; people have names in their messages.
QStringList namesLackingInDiscord(const RawItem &item)
{
    JsonReader in = JsonReader::parse(item.raw, u"event"_s);
    const bool isWanted = in.ok() && in.has(u"/frame/d/guild_id"_s) && in.has(u"/frame/d/author"_s);
    const QString channel = isWanted ? in.optionalId(u"/frame/d/channel_id"_s).value_or(QString()) : QString();
    return channel.isEmpty() ? QStringList() : QStringList{u"channel:"_s + channel};
}

Result<Request> askDiscordName(const ChatContext &context)
{
    return getFrom(u"/channels/"_s + pathPart(context.remote.value(u"id"_s).toString().section(u':', 1)));
}

Result<QString> readDiscordName(JsonReader &reply, const ChatContext &) { return reply.finish(reply.text(u"/name"_s)); }

// --- reading

Address discordAuthor(JsonReader &in)
{
    const QString name = textOr(in, u"/author/global_name"_s, in.text(u"/author/username"_s));
    return {textOr(in, u"/member/nick"_s, name), in.id(u"/author/id"_s)};
}

/// "<@123>" as the name of the person who is meant.
QString discordText(JsonReader &in)
{
    QString text = textOr(in, u"/content"_s);
    for (JsonReader &one : in.optionalArray(u"/mentions"_s)) {
        const QString name = u'@' + textOr(one, u"/global_name"_s, one.text(u"/username"_s));
        const QString id = one.id(u"/id"_s);
        text.replace(u"<@%1>"_s.arg(id), name).replace(u"<@!%1>"_s.arg(id), name);
    }
    return text;
}

void fillDiscord(InboundMessage &message, JsonReader &in, const QString &self)
{
    message.from = discordAuthor(in);
    message.fromSelf = message.from.address == self;
    message.automatic = in.optionalBoolean(u"/author/bot"_s).value_or(false) && !message.fromSelf;
    setChatText(message, discordText(in));
    for (JsonReader &one : in.optionalArray(u"/sticker_items"_s))
        addChatLine(message, u"Sticker: %1"_s.arg(one.text(u"/name"_s)));
    if (in.has(u"/poll"_s))
        addChatLine(message, u"Poll: %1"_s.arg(textOr(in, u"/poll/question/text"_s)));
    for (JsonReader &file : in.optionalArray(u"/attachments"_s)) {
        message.attachments.push_back(remoteFile(file.text(u"/filename"_s), textOr(file, u"/content_type"_s),
                                                 file.optionalInteger(u"/size"_s).value_or(0),
                                                 {{u"url"_s, file.text(u"/url"_s)}}));
    }
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Discord.)"_s);
}

Timestamp discordTime(const QString &iso) { return Timestamp::from(QDateTime::fromString(iso, Qt::ISODateWithMs)); }

void readDiscordMessage(InboundMessage &message, JsonReader &in, const QString &self, const QJsonObject &names,
                        bool isNew)
{
    static const QList<qint64> written{0, 19, 20, 21, 23}; // the others say that somebody joined, pinned, called
    const qint64 type = in.optionalInteger(u"/type"_s).value_or(0);
    const QString edited = textOr(in, u"/edited_timestamp"_s);
    if (!written.contains(type) || (!isNew && (edited.isEmpty() || !in.has(u"/author"_s)))) {
        message.kind = InboundKind::Nothing;
        return;
    }
    const QString id = in.id(u"/id"_s);
    fillDiscord(message, in, self);
    if (in.has(u"/guild_id"_s)) {
        const QString name = names.value(u"channel:"_s + message.threadKey).toString();
        message.subject = u'#' + (name.isEmpty() ? message.threadKey : name);
    }
    if (isNew) {
        message.externalId = message.dedupeKey = id;
        message.answers = in.optionalId(u"/message_reference/message_id"_s).value_or(QString());
        message.providerAt = discordTime(in.text(u"/timestamp"_s));
        return;
    }
    message.kind = InboundKind::Edit;
    message.about = id;
    message.dedupeKey = u"edit:%1:%2"_s.arg(id, edited);
    message.providerAt = discordTime(edited);
}

ChatSpec discord()
{
    ChatSpec spec;
    spec.id = u"discord"_s;
    spec.title = u"Discord"_s;
    spec.form = {secretField("token", QT_TRANSLATE_NOOP("form", "Token of the bot"), true,
                             QT_TRANSLATE_NOOP("form", "Under Bot, Reset Token; shown once.")),
                 apiAddressField("https://discord.com/api/v10")};
    spec.contract = {true, u"Discord REST v10 (OpenAPI)"_s, {}};
    spec.auth = &discordAuth;
    spec.headers = {{"User-Agent", "DiscordBot (Patchbay, 0.1)"}};
    spec.failure = &discordFailure;
    spec.me = {[](const ChatContext &) -> Result<Request> { return getFrom(u"/users/@me"_s); }, &readDiscordMe};
    spec.socket.address = {[](const ChatContext &) -> Result<Request> { return getFrom(u"/gateway/bot"_s); },
                           &readDiscordAddress};
    spec.socket.dialogue = &makeDiscordDialogue;
    spec.names = {&namesLackingInDiscord, {&askDiscordName, &readDiscordName}};
    spec.parse = &parseDiscordEvent;
    spec.media = {{&loadDiscordFile}};
    spec.abilities.longestText = 2000;
    spec.limit = {40, std::chrono::seconds(1)};
    spec.chatLimit = {5, std::chrono::seconds(5)};
    spec.send = {&sendToDiscord, &readDiscordSent};
    return spec;
}

} // namespace

Result<InboundMessage> parseDiscordEvent(const RawItem &item, const AccountConfig &)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader whole = JsonReader::parse(named.item, u"event"_s);
    const QString self = textOr(whole, u"/self"_s);
    const QString one = textOr(whole, u"/one"_s);
    const QString type = whole.text(u"/frame/t"_s);
    JsonReader in = whole.object(u"/frame/d"_s);
    InboundMessage message;
    message.dedupeKey = item.sourceKey;
    message.threadKey = in.id(u"/channel_id"_s);
    if (type == u"MESSAGE_CREATE"_s || type == u"MESSAGE_UPDATE"_s) {
        readDiscordMessage(message, in, self, named.names, type == u"MESSAGE_CREATE"_s);
    } else if (type == u"MESSAGE_DELETE"_s || type == u"MESSAGE_DELETE_BULK"_s) {
        message.kind = InboundKind::Deletion;
        message.about = one.isEmpty() ? in.id(u"/id"_s) : one;
        message.dedupeKey = u"deletion:"_s + message.about;
    } else if (type == u"MESSAGE_REACTION_ADD"_s || type == u"MESSAGE_REACTION_REMOVE"_s) {
        message.kind = InboundKind::Reaction;
        message.about = in.id(u"/message_id"_s);
        message.dedupeKey = u"reaction:%1:%2"_s.arg(message.about, item.sourceKey);
        message.from = {textOr(in, u"/member/nick"_s, textOr(in, u"/member/user/username"_s)), in.id(u"/user_id"_s)};
        message.text = type == u"MESSAGE_REACTION_ADD"_s ? in.text(u"/emoji/name"_s) : QString();
    } else {
        message.kind = InboundKind::Nothing;
    }
    return whole.finish(std::move(message));
}

ChatConnectorInfo chat_discord(const ConnectorServices &services) { return makeChatInfo<&discord>(services); }

} // namespace patchbay
