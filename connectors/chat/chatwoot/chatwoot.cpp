#include "connectors/chat/chatwoot/chatwoot.h"

#include "connectors/kit/calls.h"
#include "connectors/kit/chat_sweep.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/signatures.h"
#include "core/base/log.h"
#include "core/model/names.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t chatwootPage = 100; // messages after an id, as app/finders/message_finder.rb hands them out
constexpr size_t chatwootLatest = 20; // without one, and before one

QString chatwootAccount(const QJsonObject &settings)
{
    return QString::number(settingNumber(settings, u"account_id"_s).value_or(0));
}

QString chatwootPath(const QJsonObject &settings, const QString &rest)
{
    return u"/api/v1/accounts/"_s + pathPart(chatwootAccount(settings)) + rest;
}

Result<QJsonObject> readChatwootMe(JsonReader &reply, const ChatContext &context)
{
    const QString account = chatwootAccount(context.settings);
    bool isMember = false;
    for (JsonReader &one : reply.array(u"/accounts"_s))
        isMember = isMember || one.id(u"/id"_s) == account;
    const QString name = textOr(reply, u"/available_name"_s, textOr(reply, u"/name"_s));
    if (reply.ok() && !isMember) {
        return makeError(Error::Kind::Refused,
                         u"%1 is no agent of account %2 in Chatwoot: enter the number that stands in its address, "
                         "/app/accounts/NUMBER."_s.arg(name.left(100), account.left(40)));
    }
    const QString pubsub = reply.text(u"/pubsub_token"_s);
    registerSecret(pubsub);
    return reply.finish(QJsonObject{{u"id"_s, context.base.host() + u'/' + account},
                                    {u"name"_s, name},
                                    {u"user"_s, reply.id(u"/id"_s)},
                                    {u"pubsub_token"_s, pubsub}});
}

/// The list of conversations, or the messages of the next one that has news.
Result<Request> lookAtChatwoot(const ChatContext &context)
{
    const ChatSweep sweep = ChatSweep::from(context.cursor);
    if (sweep.isListing()) {
        return getFrom(chatwootPath(context.settings, u"/conversations"_s),
                       {{u"status"_s, sweep.isFirst() ? u"open"_s : u"all"_s},
                        {u"assignee_type"_s, u"all"_s},
                        {u"inbox_id"_s, settingText(context.settings, u"inbox_id"_s)},
                        {u"page"_s, QString::number(sweep.page())}});
    }
    const ChatSweep::Wanted &wanted = sweep.wanted();
    return getFrom(chatwootPath(context.settings, u"/conversations/%1/messages"_s.arg(pathPart(wanted.chat))),
                   {{u"after"_s, wanted.known.section(u':', 0, 0)}, {u"before"_s, wanted.before}});
}

/// A message's id, and behind it how it fares where it is ours: when that changes, it is news.
QString chatwootNewest(JsonReader &message)
{
    const QString status = chatwootStatusKey(message);
    return status.isEmpty() ? message.id(u"/id"_s) : status.section(u':', 1);
}

void addChatwootStatus(ChatPage &page, JsonReader &message, const QByteArray &raw)
{
    const QString key = chatwootStatusKey(message);
    if (!key.isEmpty())
        page.items.push_back({key, raw});
}

/// Behind a whole round it tells what turned.
void goOnInChatwoot(ChatPage &page, ChatSweep &sweep, Timestamp now)
{
    for (const auto &[chat, status, activity] : sweep.leadOn(page, now)) {
        const QJsonObject state{{u"id"_s, chat}, {u"status"_s, nameOf(status)}, {u"last_activity_at"_s, activity}};
        page.items.push_back({u"state:%1:%2:%3"_s.arg(chat, nameOf(status)).arg(activity),
                              QJsonDocument(state).toJson(QJsonDocument::Compact)});
    }
}

/// Newest activity first. What happened to the newest message of ours is told right here.
Result<ChatPage> readChatwootList(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    ChatPage page;
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> list = in.array(u"/data/payload"_s);
    const std::vector<QByteArray> raw = rawElements(reply, u"/data/payload"_s);
    bool goesOn = !list.empty();
    for (size_t i = 0; i < list.size() && i < raw.size(); ++i) {
        JsonReader &one = list[i];
        const QString chat = one.id(u"/id"_s);
        const qint64 activity = one.optionalInteger(u"/last_activity_at"_s).value_or(0);
        goesOn = goesOn && activity >= sweep.since();
        sweep.stands(chat, textOr(one, u"/status"_s) == u"resolved"_s, activity);
        if (!one.has(u"/messages/0"_s))
            continue;
        JsonReader last = one.object(u"/messages/0"_s);
        const QString newest = chatwootNewest(last);
        const QString known = sweep.known(chat);
        if (!known.isEmpty() && known != newest && known.section(u':', 0, 0) == newest.section(u':', 0, 0)) {
            addChatwootStatus(page, last, rawElements(raw[i], u"/messages"_s).front());
            sweep.keep(chat, newest);
        }
        sweep.listed(chat, newest, activity);
    }
    sweep.listRead(goesOn);
    goOnInChatwoot(page, sweep, now);
    return in.finish(std::move(page));
}

/// The customer's words first, so that they open the conversation; what happened to it and notes last.
int chatwootRank(JsonReader &message)
{
    const qint64 type = message.integer(u"/message_type"_s);
    if (message.optionalBoolean(u"/private"_s).value_or(false))
        return 3;
    return type == 0 ? 0 : type == 2 ? 2 : 1;
}

Result<ChatPage> readChatwootMessages(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    ChatPage page;
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> list = in.array(u"/payload"_s);
    const std::vector<QByteArray> raw = rawElements(reply, u"/payload"_s);
    const bool forward = !sweep.wanted().known.isEmpty();
    const bool backward = !forward && !sweep.isFirst();
    bool goesOn = forward ? list.size() >= chatwootPage : backward && list.size() >= chatwootLatest;
    for (int rank = 0; rank < 4; ++rank) {
        for (size_t i = 0; i < list.size() && i < raw.size(); ++i) {
            if (chatwootRank(list[i]) != rank)
                continue;
            const bool isOld = backward && list[i].optionalInteger(u"/created_at"_s).value_or(0) < sweep.since();
            goesOn = goesOn && !isOld;
            if (isOld)
                continue;
            page.items.push_back({u"message:"_s + list[i].id(u"/id"_s), raw[i]});
            addChatwootStatus(page, list[i], raw[i]);
        }
    }
    const QString newest = list.empty() ? QString() : chatwootNewest(list.back());
    if (goesOn && forward)
        sweep.goOnAfter(newest);
    else if (goesOn)
        sweep.goOnBefore(list.front().id(u"/id"_s));
    else
        sweep.chatRead(forward ? newest : QString());
    goOnInChatwoot(page, sweep, now);
    return in.finish(std::move(page));
}

Result<ChatPage> readChatwoot(const QByteArray &reply, const ChatContext &context)
{
    ChatSweep sweep = ChatSweep::from(context.cursor);
    return sweep.isListing() ? readChatwootList(reply, std::move(sweep), context.now)
                             : readChatwootMessages(reply, std::move(sweep), context.now);
}

/// The conversation was deleted while its messages were about to be read.
ChatPage passChatwoot(const ChatContext &context)
{
    ChatSweep sweep = ChatSweep::from(context.cursor);
    ChatPage page;
    if (sweep.isListing())
        return page;
    sweep.chatRead();
    goOnInChatwoot(page, sweep, context.now);
    return page;
}

/// "private": a note to colleagues would never reach the customer.
Result<Request> sendToChatwoot(const ChatContext &context)
{
    QJsonObject body{{u"content"_s, context.message.text},
                     {u"message_type"_s, u"outgoing"_s},
                     {u"private"_s, false},
                     {u"echo_id"_s, context.key}};
    if (const qint64 answered = context.message.inReplyTo.toLongLong(); answered > 0)
        body.insert(u"content_attributes"_s, QJsonObject{{u"in_reply_to"_s, answered}});
    return postTo(
        chatwootPath(context.settings, u"/conversations/%1/messages"_s.arg(pathPart(context.message.threadKey))), body);
}

Result<Receipt> readChatwootSent(JsonReader &reply, const ChatContext &)
{
    return reply.finish(Receipt{reply.id(u"/id"_s)});
}

/// Files are signed addresses of the server; there they redirect to wherever it keeps them, or hand them out themselves
/// (Rails, ActiveStorage: /blobs/proxy/). Only the latter is asked, at the address that the channel has.
Result<Request> loadChatwootFile(const ChatContext &context)
{
    QString path = context.remote.value(u"path"_s).toString();
    return Request("GET", QUrl(path.replace("/blobs/redirect/"_L1, "/blobs/proxy/"_L1), QUrl::StrictMode));
}

std::vector<FormField> chatwootForm()
{
    return {ownAddressField(QT_TRANSLATE_NOOP("form", "For example https://app.chatwoot.com")),
            numberField("account_id", QT_TRANSLATE_NOOP("form", "Account number"), true,
                        QT_TRANSLATE_NOOP("form", "Stands in Chatwoot's address: /app/accounts/NUMBER")),
            secretField("access_token", QT_TRANSLATE_NOOP("form", "Access token"), true,
                        QT_TRANSLATE_NOOP("form", "Profile settings, at the end of the page")),
            numberField("inbox_id", QT_TRANSLATE_NOOP("form", "Only this inbox"), false,
                        QT_TRANSLATE_NOOP("form", "Its number; empty: all inboxes of the agent")),
            byGateway(secretField("hook_secret", QT_TRANSLATE_NOOP("form", "Secret of the webhook"), true,
                                  QT_TRANSLATE_NOOP("form", "Chatwoot's, or one of yours; the help says which")))};
}

Result<Done> checkChatwoot(const AccountConfig &account)
{
    return checkHookSecret(account, chatwootForm(), u"hook_secret"_s);
}

ChatSpec chatwoot()
{
    ChatSpec spec;
    spec.id = u"chatwoot"_s;
    spec.title = u"Chatwoot"_s;
    spec.form = chatwootForm();
    spec.contract = {true, u"Chatwoot API (OpenAPI)"_s, u"2025-05"_s};
    spec.auth = &headerOf<"api_access_token", "access_token">;
    spec.me = {[](const ChatContext &) -> Result<Request> { return getFrom(u"/api/v1/profile"_s); }, &readChatwootMe};
    spec.poll.build = &lookAtChatwoot;
    spec.poll.read = &readChatwoot;
    spec.poll.gone = &passChatwoot;
    spec.poll.pause = std::chrono::seconds(30);
    spec.socket.fixed = &chatwootCable;
    spec.socket.headers = &chatwootOrigin;
    spec.socket.dialogue = &makeChatwootDialogue;
    spec.hook = {&verifyChatwoot, nullptr, false, &readChatwootHook};
    spec.hook.besideAsking = true;
    spec.check = &checkChatwoot;
    spec.parse = &parseChatwootItem;
    spec.media = {{&loadChatwootFile, nullptr}};
    spec.addresses = Addresses::Written;
    spec.abilities.longestText = 150000;
    spec.limit = {20, std::chrono::seconds(1)};
    spec.chatLimit = {2, std::chrono::seconds(1)};
    spec.send = {&sendToChatwoot, &readChatwootSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_chatwoot(const ConnectorServices &services) { return makeChatInfo<&chatwoot>(services); }

} // namespace patchbay
