// Written after Chatwoot's OpenAPI and source (message_finder.rb, room_channel.rb, action_cable_listener.rb,
// controllers of conversations). A thread is the conversation's number; message ids count per installation.
#include "connectors/kit/action_cable.h"
#include "connectors/kit/calls.h"
#include "connectors/kit/change_calls.h"
#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_files.h"
#include "connectors/kit/chat_hook.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/stored_files.h"
#include "connectors/kit/swept_inbox.h"
#include "connectors/kit/told_addresses.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr Literal chatwootList = "/api/v1/accounts/{account_id}/conversations";
constexpr Literal chatwootChat = "/api/v1/accounts/{account_id}/conversations/{thread}";
constexpr Literal chatwootMessages = "/api/v1/accounts/{account_id}/conversations/{thread}/messages";
constexpr Literal chatwootLabels = "/api/v1/accounts/{account_id}/conversations/{thread}/labels";
constexpr Literal chatwootAgents = "/api/v1/accounts/{account_id}/agents";

/// "private": a note to colleagues would never reach the customer.
constexpr Literal chatwootAnswer = R"({"content": "{text}", "message_type": "outgoing", "private": false,
    "echo_id": "{key}", "content_attributes": {"in_reply_to": "#{answered}"}})";

bool isChatwootOurs(qint64 type) { return type == 1 || type == 3; } // outgoing, template

QString chatwootAccount(const QJsonObject &settings)
{
    return QString::number(settingNumber(settings, u"account_id"_s).value_or(0));
}

Result<QJsonObject> readChatwootMe(JsonReader &reply, const ChatContext &context)
{
    const QString account = chatwootAccount(context.settings);
    bool isMember = false;
    for (JsonReader &one : reply.array(u"/accounts"_s))
        isMember = isMember || one.id(u"/id"_s) == account;
    const QString name = textOr(reply, u"/available_name"_s, textOr(reply, u"/name"_s));
    if (reply.ok() && !isMember)
        return refusal(u"%1 is no agent of account %2 in Chatwoot: enter the number that stands in its address, "
                       "/app/accounts/NUMBER."_s.arg(name.left(100), account.left(40)));
    const QString pubsub = reply.text(u"/pubsub_token"_s);
    registerSecret(pubsub);
    return reply.finish(QJsonObject{{u"id"_s, context.base.host() + u'/' + account},
                                    {u"name"_s, name},
                                    {u"user"_s, reply.id(u"/id"_s)},
                                    {u"pubsub_token"_s, pubsub}});
}

/// What a message of ours has come to over there; empty where there is nothing to tell yet.
QString chatwootStatusKey(JsonReader &message)
{
    const bool counts = isChatwootOurs(message.optionalInteger(u"/message_type"_s).value_or(-1))
        && !message.optionalBoolean(u"/private"_s).value_or(false);
    return counts ? fateKey(message, textOr(message, u"/status"_s)) : QString();
}

/// The customer's words first, so that they open the conversation; what happened to it and notes last.
int chatwootRank(JsonReader &message)
{
    const qint64 type = message.integer(u"/message_type"_s);
    return message.optionalBoolean(u"/private"_s).value_or(false) ? 3 : type == 0 ? 0 : type == 2 ? 2 : 1;
}

ChatStates chatwootStates() { return {u"open"_s, u"resolved"_s, u"snoozed"_s}; }

SweptInbox chatwootInbox()
{
    SweptInbox inbox;
    inbox.askChats = chatwootList.string() + u"?status=all&assignee_type=all&inbox_id={inbox_id}&page={remote.page}"_s;
    inbox.askFirst = QString(inbox.askChats).replace(u"status=all"_s, u"status=open"_s);
    inbox.askMessages = chatwootChat.string() + u"/messages?after={remote.after}&before={remote.before}"_s;
    inbox.chats = u"/data/payload"_s;
    inbox.activity = u"/last_activity_at"_s;
    inbox.last = u"/messages"_s;
    inbox.messages = u"/payload"_s;
    inbox.written = u"/created_at"_s;
    inbox.after = 100;
    inbox.latest = 20;
    inbox.fate = &chatwootStatusKey;
    inbox.rank = &chatwootRank;
    inbox.state = u"/status"_s;
    inbox.states = chatwootStates();
    inbox.until = u"/snoozed_until"_s;
    inbox.assignee = u"/meta/assignee/email"_s;
    inbox.labels = u"/labels"_s;
    return inbox;
}

/// New messages come by asking. What is told of one that may be long here comes along with this frame.
void hearChatwoot(SocketStep &step, JsonReader &in, const QByteArray &frame, const ChatContext &context)
{
    static const QStringList news{u"message.created"_s, u"conversation.created"_s, u"conversation.status_changed"_s,
                                  u"conversation.updated"_s, u"assignee.changed"_s};
    const QString event = in.text(u"/event"_s);
    const QString own = chatwootAccount(context.settings);
    const QString inbox = settingText(context.settings, u"inbox_id"_s);
    const bool isOther = !inbox.isEmpty() && in.optionalId(u"/data/inbox_id"_s).value_or(inbox) != inbox;
    if (in.optionalId(u"/data/account_id"_s).value_or(own) != own || isOther)
        return;
    step.news = news.contains(event);
    if (event.startsWith(u"conversation.typing_"_s) && !in.optionalBoolean(u"/data/is_private"_s).value_or(false))
        step.typing = {{in.id(u"/data/conversation/id"_s), textOr(in, u"/data/user/name"_s), event.endsWith(u"_on"_s)}};
    if (event != u"message.updated"_s)
        return;
    JsonReader message = in.object(u"/data"_s);
    const bool isGone = message.value(u"/content_attributes/deleted"_s).toBool();
    const QString key = isGone ? u"deleted:"_s + message.id(u"/id"_s) : chatwootStatusKey(message);
    if (!key.isEmpty() && message.ok())
        step.items.push_back({key, rawJsonAt(frame, u"/message/data"_s)});
}

CableSpec chatwootCable()
{
    const auto room = [](const ChatContext &context) -> QJsonObject {
        return {{u"channel"_s, u"RoomChannel"_s},
                {u"pubsub_token"_s, context.known.value(u"pubsub_token"_s)},
                {u"account_id"_s, chatwootAccount(context.settings).toLongLong()},
                {u"user_id"_s, context.known.value(u"user"_s).toString().toLongLong()}};
    };
    return {u"Chatwoot"_s, room, &hearChatwoot};
}

/// What the asking does not bring: that an older message is gone. Everything else makes us ask.
std::vector<RawItem> readChatwootHook(const HookRequest &request, const AccountConfig &account)
{
    JsonReader in = JsonReader::parse(request.body, u"request"_s);
    const QString event = in.text(u"/event"_s);
    if (!in.ok())
        return unreadableHook(request);
    const QString own = chatwootAccount(account.settings);
    const bool isOurs = in.optionalId(u"/account/id"_s).value_or(own) == own;
    if (!isOurs || event != u"message_updated"_s || !in.value(u"/content_attributes/deleted"_s).toBool())
        return {};
    return {RawItem{u"deleted:"_s + in.id(u"/id"_s), request.body}};
}

void addChatwootFile(InboundMessage &message, JsonReader &file)
{
    const QString type = textOr(file, u"/file_type"_s);
    const QString title = textOr(file, u"/fallback_title"_s);
    if (type == u"location"_s)
        addChatLine(message, filledIn(file, u"Location: {/fallback_title} {/coordinates_lat}, {/coordinates_long}"_s));
    else if (type == u"contact"_s)
        addChatLine(message, u"Contact: %1"_s.arg(title));
    else
        addStoredFile(message, title, textOr(file, u"/data_url"_s), file.optionalInteger(u"/file_size"_s).value_or(0));
}

void readChatwootContent(InboundMessage &message, JsonReader &in)
{
    setChatText(message, in.optionalText(u"/content"_s).value_or(QString()));
    addChatLines(message, in, {{u"/content_attributes/items"_s, u"- {/title}"_s}});
    if (const QString subject = textOr(in, u"/content_attributes/email/subject"_s); !subject.isEmpty())
        addChatNotice(message, u"Subject: %1"_s.arg(subject));
    for (JsonReader &file : in.optionalArray(u"/attachments"_s))
        addChatwootFile(message, file);
    if (message.text.isEmpty() && message.attachments.empty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Chatwoot.)"_s);
    if (in.value(u"/content_attributes/deleted"_s).toBool())
        addChatNotice(message, u"Deleted in Chatwoot."_s);
}

Result<InboundMessage> parseChatwootItem(const RawItem &item, const AccountConfig &)
{
    if (const auto told = parseSwept(item, u"/content_attributes/external_error"_s))
        return *told;
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    const qint64 type = in.integer(u"/message_type"_s);
    const bool isNote = in.optionalBoolean(u"/private"_s).value_or(false);
    const QString author = in.optionalId(u"/sender/id"_s).value_or(QString());
    const QString kind = textOr(in, u"/sender/type"_s, isChatwootOurs(type) ? u"user"_s : u"contact"_s);
    message.externalId = message.dedupeKey = in.id(u"/id"_s);
    message.threadKey = in.id(u"/conversation_id"_s);
    message.providerAt = chatTime(in.integer(u"/created_at"_s));
    message.from = {textOr(in, u"/sender/name"_s, textOr(in, u"/sender/available_name"_s)),
                    author.isEmpty() ? QString() : kind + u':' + author};
    message.alsoAt = toldAddresses(in, {u"/sender/email"_s, u"/sender/phone_number"_s});
    if (isNote)
        message.kind = InboundKind::Note;
    else if (type == 2)
        message.kind = InboundKind::Event;
    else if (type == 0 && author.isEmpty())
        in.fault(u"/sender"_s, u"is not there"_s);
    message.fromSelf = !isNote && isChatwootOurs(type);
    message.automatic = type == 3 || kind == u"agent_bot"_s;
    message.answers = in.optionalId(u"/content_attributes/in_reply_to"_s).value_or(QString());
    readChatwootContent(message, in);
    return in.finish(std::move(message));
}

ChatSpec chatwoot()
{
    ChatSpec spec;
    spec.id = u"chatwoot"_s;
    spec.title = u"Chatwoot"_s;
    spec.form = {ownAddressField(QT_TRANSLATE_NOOP("form", "For example https://app.chatwoot.com")),
                 numberField("account_id", QT_TRANSLATE_NOOP("form", "Account number"), true,
                             QT_TRANSLATE_NOOP("form", "Stands in Chatwoot's address: /app/accounts/NUMBER")),
                 secretField("access_token", QT_TRANSLATE_NOOP("form", "Access token"), true,
                             QT_TRANSLATE_NOOP("form", "Profile settings, at the end of the page")),
                 numberField("inbox_id", QT_TRANSLATE_NOOP("form", "Only this inbox"), false,
                             QT_TRANSLATE_NOOP("form", "Its number; empty: all inboxes of the agent")),
                 byGateway(secretField("hook_secret", QT_TRANSLATE_NOOP("form", "Secret of the webhook"), true,
                                       QT_TRANSLATE_NOOP("form", "Chatwoot's, or one of yours; the help says which")))};
    spec.contract = {true, u"Chatwoot API (OpenAPI)"_s, u"2025-05"_s};
    spec.auth = &headerOf<"api_access_token", "access_token">;
    spec.me = {&chatGet<"/api/v1/profile">, &readChatwootMe};
    spec.poll = sweptPoll<&chatwootInbox>(std::chrono::seconds(30));
    spec.socket = cableSocket<&chatwootCable, "/cable">();
    spec.hook.verify = &isSignedOrHasSecret<"x-chatwoot-signature", "x-chatwoot-timestamp", "sha256=", "hook_secret">;
    spec.hook.read = &readChatwootHook;
    spec.hook.besideAsking = true;
    spec.check = [](const AccountConfig &one) { return checkHookSecret(one, chatwoot().form, u"hook_secret"_s); };
    spec.parse = &parseChatwootItem;
    spec.media = {{&loadStoredFile, nullptr}};
    spec.addresses = Addresses::Written;
    // WhatsApp behind Chatwoot gets the first file alone, and no text with sound (whatsapp_cloud_service.rb).
    spec.abilities = takingFiles({.longestText = 150000, .quotes = true}, 1, 0);
    spec.limit = {20, std::chrono::seconds(1)};
    spec.chatLimit = {2, std::chrono::seconds(1)};
    spec.send = {&filledPost<chatwootMessages, chatwootAnswer>, &readSentAs<"{/id}">};
    spec.files.send = {&filesFormAt<chatwootMessages, "attachments[]", "message_type=outgoing", "private=false",
                                    "echo_id={key}", "content_attributes[in_reply_to]={answered}">,
                       spec.send.read};
    spec.change.status = {{{&filledGet<chatwootChat>, &isState<"/status", &chatwootStates>}},
                          &filledPostOf<chatwootChat + Literal("/toggle_status"),
                                        &stateBody<"status", "snoozed_until", &chatwootStates>>};
    spec.change.assignee = {{{&filledGet<chatwootAgents>, &readAgent<"", "Chatwoot">, &assignsSomebody},
                             {&filledGet<chatwootChat>, &isAgent<"/meta/assignee/id">}},
                            &filledPostOf<chatwootChat + Literal("/assignments"), &agentBody<"assignee_id">>};
    spec.change.label = {{{&filledGet<chatwootLabels>, &readLabels<"/payload">}},
                         &filledPostOf<chatwootLabels, &labelsBody<"labels">>};
    spec.typing = {&filledPost<chatwootChat + Literal("/toggle_typing_status"), R"({"typing_status":"on"})">};
    return spec;
}

} // namespace

ChatConnectorInfo chat_chatwoot(const ConnectorServices &services) { return makeChatInfo<&chatwoot>(services); }

} // namespace patchbay
