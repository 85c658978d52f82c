#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_files.h"
#include "connectors/kit/chat_names.h"
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/interactions.h"
#include "connectors/kit/signatures.h"
#include "connectors/kit/text_marks.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

const QString discordCreated = u"MESSAGE_CREATE"_s;
const FileFields discordFile{u"/filename"_s, u"/content_type"_s, u"/size"_s, u"url"_s};
const std::vector<LineForm> discordLines{{u"/sticker_items"_s, u"Sticker: {/name}"_s},
                                         {u"/poll"_s, u"Poll: {/poll/question/text}"_s}};

/// The name in the server, the person's own, or the account's.
Address discordPerson(JsonReader &in, const QString &user)
{
    const QString name = textOr(in, user + u"/global_name"_s, in.text(user + u"/username"_s));
    return {textOr(in, u"/member/nick"_s, name), in.id(user + u"/id"_s)};
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

void readDiscordMessage(InboundMessage &message, JsonReader &in, const QString &self, bool isNew)
{
    static const QList<qint64> written{0, 19, 20, 21, 23}; // the others say that somebody joined, pinned, called
    const QString edited = textOr(in, u"/edited_timestamp"_s);
    const bool isEmpty = !isNew && (edited.isEmpty() || !in.has(u"/author"_s)); // a preview came to it
    if (isEmpty || !written.contains(in.optionalInteger(u"/type"_s).value_or(0))) {
        message.kind = InboundKind::Nothing;
        return;
    }
    message.externalId = message.dedupeKey = in.id(u"/id"_s);
    message.from = discordPerson(in, u"/author"_s);
    message.fromSelf = message.from.address == self;
    message.automatic = in.optionalBoolean(u"/author/bot"_s).value_or(false) && !message.fromSelf;
    setChatText(message, discordText(in));
    addChatLines(message, in, discordLines);
    addChatFiles(message, in, discordFile, {{u"/attachments"_s}});
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Discord.)"_s);
    if (!isNew)
        return becomeEdit(message, edited, chatTimeIso(edited));
    message.answers = in.optionalId(u"/message_reference/message_id"_s).value_or(QString());
    message.providerAt = chatTimeIso(in.text(u"/timestamp"_s));
}

/// What of an event is stored.
std::vector<GatewayItem> discordItems(const QString &event, JsonReader &frame)
{
    std::vector<GatewayItem> items;
    if (event == interactionEvent) {
        JsonReader interaction = frame.object(u"/d"_s);
        return interactionItems(interaction);
    }
    if (event == u"MESSAGE_DELETE_BULK"_s) {
        for (JsonReader &id : frame.optionalArray(u"/d/ids"_s))
            items.push_back({id.id({})});
    } else if (event.startsWith(u"MESSAGE_"_s)) {
        items.push_back({});
    }
    return items;
}

Result<InboundMessage> parseDiscordEvent(const RawItem &item, const AccountConfig &)
{
    const NamedItem named = namedItem(item.raw);
    JsonReader whole = JsonReader::parse(named.item, u"event"_s);
    const QString one = textOr(whole, u"/one"_s);
    const QString type = whole.text(u"/frame/t"_s);
    JsonReader in = whole.object(u"/frame/d"_s);
    InboundMessage message = nothingTold(item.sourceKey);
    message.threadKey = in.id(u"/channel_id"_s);
    const bool isMessage = type == discordCreated || type == u"MESSAGE_UPDATE"_s;
    if (isMessage || type == interactionEvent) {
        message.kind = InboundKind::Message;
        const QString name = named.names.value(u"channel:"_s + message.threadKey).toString(message.threadKey);
        if (in.has(u"/guild_id"_s))
            message.subject = u'#' + textOr(in, u"/channel/name"_s, name);
    }
    if (isMessage) {
        readDiscordMessage(message, in, textOr(whole, u"/self"_s), type == discordCreated);
    } else if (type == interactionEvent) {
        message.from = discordPerson(in, in.has(u"/user"_s) ? u"/user"_s : u"/member/user"_s);
        readInteraction(message, in);
    } else if (type.startsWith(u"MESSAGE_DELETE"_s)) {
        becomeDeletion(message, one.isEmpty() ? in.id(u"/id"_s) : one);
    } else if (type == u"MESSAGE_REACTION_ADD"_s || type == u"MESSAGE_REACTION_REMOVE"_s) {
        message.externalId = in.id(u"/message_id"_s);
        message.from = {textOr(in, u"/member/nick"_s, textOr(in, u"/member/user/username"_s)), in.id(u"/user_id"_s)};
        becomeReaction(message, type.endsWith(u"ADD"_s) ? in.text(u"/emoji/name"_s) : QString(), item.sourceKey);
    }
    return whole.finish(std::move(message));
}

/// TYPING_START; in direct conversations without a name.
std::optional<ChatTyping> discordTyping(const QString &event, JsonReader &frame)
{
    if (event != u"TYPING_START"_s)
        return std::nullopt;
    const QString name = textOr(frame, u"/d/member/user/global_name"_s, textOr(frame, u"/d/member/user/username"_s));
    return ChatTyping{frame.id(u"/d/channel_id"_s), textOr(frame, u"/d/member/nick"_s, name)};
}

/// Messages, reactions and typing in guilds and in direct conversations, with their content.
constexpr int discordIntents = 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15;

/// After these codes a new connection fails as well (docs: Gateway close event codes).
const std::vector<OpcodeGateway::End> discordEnds{
    {4004, Error::Kind::Unauthorized, u"Discord does not accept the bot's token. Enter it again."_s},
    {4014, Error::Kind::Refused,
     u"Discord does not let the bot read messages: switch on “Message Content Intent” for it, under Bot at "
     "discord.com/developers/applications."_s},
    {4010},
    {4011},
    {4012},
    {4013}};

/// A 403 is about the chat, not about the bot.
std::optional<VendorFailure> discordFailure(const Reply &reply, Timestamp)
{
    if (reply.status == 403)
        return VendorFailure{Error::Kind::Refused, commonWords(reply.body)};
    return tooManyInside(reply, u"/retry_after"_s);
}

/// The bot's own limit, or a block of the address, whose answer is of another form (docs: Rate Limits).
bool discordAccountWaits(const Reply &reply)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    return !in.ok() || in.optionalBoolean(u"/global"_s).value_or(true);
}

std::unique_ptr<SocketDialogue> discordDialogue(const ChatContext &context, const AccountConfig &account,
                                                std::function<double()> random)
{
    const QJsonObject properties{{u"os"_s, u"linux"_s}, {u"browser"_s, u"Patchbay"_s}, {u"device"_s, u"Patchbay"_s}};
    const QJsonObject identify{{u"intents"_s, discordIntents}, {u"properties"_s, properties}};
    return makeOpcodeDialogue({u"Discord"_s, identify, &discordItems, discordEnds, &discordTyping}, context,
                              account.secrets.value(u"token"_s), std::move(random));
}

/// The channel of a server, "channel:500"; people have names in their messages.
QStringList namesLackingInDiscord(const RawItem &item)
{
    JsonReader in = JsonReader::parse(item.raw, u"event"_s);
    const bool isWanted = in.ok() && in.has(u"/frame/d/guild_id"_s) && in.has(u"/frame/d/author"_s);
    const QString channel = isWanted ? in.optionalId(u"/frame/d/channel_id"_s).value_or(QString()) : QString();
    return channel.isEmpty() ? QStringList() : QStringList{u"channel:"_s + channel};
}

/// 10 MiB of a file without a boost, and a whole request of 25 MB (docs: Uploading Files).
const FileAbilities discordTakes{
    .most = 10, .largest = 10 * 1024 * 1024, .together = 24'000'000, .longestCaption = 2000};

/// A nonce folds a repeat within minutes; nobody is called by an @ in what is sent; an interaction is no message.
Result<Request> sendToDiscord(const ChatContext &context)
{
    QJsonObject body{{u"content"_s, context.message.text},
                     {u"nonce"_s, QString(context.key).remove(u'-').right(25)},
                     {u"enforce_nonce"_s, true},
                     {u"allowed_mentions"_s, QJsonObject{{u"parse"_s, QJsonArray()}}}};
    const QString answered = context.message.inReplyTo;
    if (!answered.isEmpty() && !answered.contains(u':'))
        body.insert(u"message_reference"_s, QJsonObject{{u"message_id"_s, answered}, {u"fail_if_not_exists"_s, false}});
    if (context.files.empty())
        return postTo(u"/channels/%1/messages"_s.arg(pathPart(context.message.threadKey)), body);
    QJsonArray names; // those of the form are for its parts (docs: Uploading Files)
    for (const FileInHand &one : context.files)
        names.append(QJsonObject{{u"id"_s, QString::number(names.size())}, {u"filename"_s, one.file.name}});
    body.insert(u"attachments"_s, names);
    return filesFormOf(context, u"/channels/{thread}/messages"_s, u"files[#]"_s, {{u"payload_json"_s, body}});
}

ChatSpec discord()
{
    ChatSpec spec;
    spec.id = u"discord"_s;
    spec.title = u"Discord"_s;
    spec.form = {secretField("token", QT_TRANSLATE_NOOP("form", "Token of the bot"), true,
                             QT_TRANSLATE_NOOP("form", "Under Bot, Reset Token; shown once.")),
                 byGateway(textField("public_key", QT_TRANSLATE_NOOP("form", "Public key of the application"), true,
                                     QT_TRANSLATE_NOOP("form", "Under General Information: 64 digits and letters"))),
                 proposedField("received", QT_TRANSLATE_NOOP("form", "Shown after a command"), "Received.",
                               QT_TRANSLATE_NOOP("form", "At once, and only to the person who gave it")),
                 apiAddressField("https://discord.com/api/v10")};
    spec.rules = {{u"public_key"_s, &isEd25519Key, u"public_key"_s}};
    spec.contract = {true, u"Discord REST v10 (OpenAPI)"_s, {}};
    spec.auth = [](const AccountConfig &account) { return Credentials::scheme("Bot", account.secrets[u"token"_s]); };
    spec.headers = {{"User-Agent", "DiscordBot (Patchbay, 0.1)"}};
    spec.failure = &discordFailure;
    spec.me = {&chatGet<"/users/@me">, &readWho<"/id", "{/username}">};
    spec.socket.address = {&chatGet<"/gateway/bot">, [](JsonReader &reply, const ChatContext &context) {
                               return readOpcodeAddress(reply, context, u"Discord"_s, u"v=10&encoding=json"_s);
                           }};
    spec.socket.dialogue = &discordDialogue;
    spec.hook = interactionHook();
    spec.acknowledge = {&answerInteraction, &readDone};
    spec.names = {&namesLackingInDiscord, {&chatGetNamed<"/channels/">, &readTextAt<"/name">}};
    spec.parse = &parseDiscordEvent;
    spec.media = {{&chatFileAt<"url">}};
    spec.abilities = quoting(markedTexts(2000, &writtenForDiscord));
    spec.abilities.files = discordTakes;
    spec.limit = {40, std::chrono::seconds(1)};
    spec.chatLimit = {5, std::chrono::seconds(5)};
    spec.chatWaits = true;
    spec.accountWaits = &discordAccountWaits;
    spec.typing = {&filledPost<"/channels/{thread}/typing", "{}">, std::chrono::seconds(9)};
    spec.send = {&sendToDiscord, &readSentAs<"{/id}">};
    spec.files.send = spec.send;
    spec.change.words.write = &filledPatch<"/channels/{thread}/messages/{changed}",
                                           R"({"content":"{text}","allowed_mentions":{"parse":[]}})">;
    return spec;
}

} // namespace

ChatConnectorInfo chat_discord(const ConnectorServices &services) { return makeChatInfo<&discord>(services); }

} // namespace patchbay
