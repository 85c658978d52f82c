// No contract of the vendor's is at hand: what is asked and read here was seen in programs of others.
#include "connectors/kit/calls.h"
#include "connectors/kit/chat_spec.h"
#include "connectors/kit/chat_sweep.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int umnicoPage = 50;
constexpr qint64 umnicoFirst = 24 * 3600; // seconds of history that are read the first time

/// A number of seconds or milliseconds since 1970.
Timestamp umnicoTime(qint64 number) { return number > 100'000'000'000 ? chatTimeMs(number) : chatTime(number); }

qint64 umnicoSeconds(JsonReader &message)
{
    return umnicoTime(message.optionalInteger(u"/datetime"_s).value_or(0)).us / 1000000;
}

/// The list of leads; of a lead that has news its sources ("<lead>"); of a source the messages ("<lead>:<source>").
Result<Request> lookAtUmnico(const ChatContext &context)
{
    const ChatSweep sweep = ChatSweep::from(context.cursor);
    if (sweep.isListing()) {
        return getFrom(u"/leads/inbox"_s,
                       {{u"offset"_s, QString::number((sweep.page() - 1) * umnicoPage)},
                        {u"limit"_s, QString::number(umnicoPage)},
                        {u"source_types"_s, u"message"_s}});
    }
    const QString lead = pathPart(sweep.wanted().chat.section(u':', 0, 0));
    const QString source = sweep.wanted().chat.section(u':', 1);
    if (source.isEmpty())
        return getFrom(u"/messaging/%1/sources"_s.arg(lead));
    return searchAt(u"/messaging/%1/history/%2"_s.arg(lead, pathPart(source)), {});
}

Result<ChatPage> finishedUmnico(const JsonReader &in, ChatPage page, ChatSweep sweep, Timestamp now)
{
    sweep.leadOn(page, now);
    return in.finish(std::move(page));
}

Result<ChatPage> readUmnicoLeads(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> leads = in.array({});
    const qint64 oldest = sweep.isFirst() ? now.us / 1000000 - umnicoFirst : sweep.since();
    bool goesOn = int(leads.size()) >= umnicoPage;
    for (JsonReader &one : leads) {
        const QString lead = one.id(u"/id"_s);
        if (!one.has(u"/message"_s))
            continue;
        JsonReader last = one.object(u"/message"_s);
        const qint64 at = umnicoSeconds(last);
        goesOn = goesOn && at >= oldest;
        if (at >= oldest)
            sweep.listed(lead, last.optionalId(u"/messageId"_s).value_or(QString::number(at)), at);
    }
    sweep.listRead(goesOn);
    return finishedUmnico(in, {}, std::move(sweep), now);
}

Result<ChatPage> readUmnicoSources(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const ChatSweep::Wanted lead = sweep.wanted();
    sweep.chatRead();
    for (JsonReader &one : in.array({}))
        sweep.listed(lead.chat + u':' + one.id(u"/realId"_s), lead.newest, sweep.since());
    return finishedUmnico(in, {}, std::move(sweep), now);
}

Result<ChatPage> readUmnicoHistory(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const QString thread = sweep.wanted().chat;
    const qint64 from = sweep.isFirst() ? now.us / 1000000 - umnicoFirst : sweep.since();
    std::vector<JsonReader> list = in.array(u"/messages"_s);
    const std::vector<QByteArray> raw = rawElements(reply, u"/messages"_s);
    ChatPage page;
    for (size_t i = 0; i < list.size() && i < raw.size(); ++i) {
        if (umnicoSeconds(list[i]) >= from)
            page.items.push_back({thread + u':' + list[i].id(u"/messageId"_s), raw[i]});
    }
    sweep.chatRead();
    return finishedUmnico(in, std::move(page), std::move(sweep), now);
}

Result<ChatPage> readUmnico(const QByteArray &answer, const ChatContext &context)
{
    ChatSweep sweep = ChatSweep::from(context.cursor);
    const bool isHistory = !sweep.isListing() && sweep.wanted().chat.contains(u':');
    const QByteArray nothing = isHistory ? R"({"messages":[]})" : "[]";
    const QByteArray reply = answer.isEmpty() ? nothing : answer; // 204
    if (sweep.isListing())
        return readUmnicoLeads(reply, std::move(sweep), context.now);
    return isHistory ? readUmnicoHistory(reply, std::move(sweep), context.now)
                     : readUmnicoSources(reply, std::move(sweep), context.now);
}

/// An answer has an employee who gives it: the one in the form, else the owner of the account.
Result<QJsonObject> readUmnicoMe(JsonReader &reply, const ChatContext &context)
{
    const QString wanted = settingText(context.settings, u"user_id"_s);
    QJsonObject known;
    for (JsonReader &one : reply.array({})) {
        const QString id = one.id(u"/id"_s);
        const bool isMe = wanted.isEmpty() ? known.isEmpty() || textOr(one, u"/role"_s) == u"owner"_s : id == wanted;
        if (isMe)
            known = {{u"id"_s, id}, {u"name"_s, textOr(one, u"/name"_s, textOr(one, u"/login"_s, id))}};
    }
    if (known.isEmpty() && reply.ok()) {
        return makeError(
            Error::Kind::Refused,
            u"Umnico has no employee with the number %1. Look under Employees there."_s.arg(wanted.left(40)));
    }
    return reply.finish(known);
}

/// The source key has the lead and the source in front, which the message itself need not have.
Result<InboundMessage> parseUmnicoItem(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    message.threadKey = item.sourceKey.section(u':', 0, -2);
    message.externalId = message.dedupeKey = message.threadKey + u':' + in.id(u"/messageId"_s);
    message.fromSelf = !in.boolean(u"/incoming"_s);
    message.from = {textOr(in, u"/sender/name"_s, textOr(in, u"/sender/login"_s)),
                    in.optionalId(u"/sender/id"_s).value_or(message.fromSelf ? QString() : message.threadKey)};
    message.providerAt = umnicoTime(in.optionalInteger(u"/datetime"_s).value_or(0));
    setChatText(message, textOr(in, u"/message/text"_s));
    for (JsonReader &file : in.optionalArray(u"/message/attachments"_s))
        addChatLine(message, u"File: %1"_s.arg(textOr(file, u"/url"_s, textOr(file, u"/type"_s))));
    if (message.text.isEmpty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in Umnico.)"_s);
    if (message.threadKey.isEmpty())
        in.fault({}, u"names no chat"_s);
    return in.finish(std::move(message));
}

Result<Request> sendToUmnico(const ChatContext &context)
{
    const QString lead = context.message.threadKey.section(u':', 0, 0);
    return postTo(u"/messaging/%1/send"_s.arg(pathPart(lead)),
                  {{u"message"_s, QJsonObject{{u"text"_s, context.message.text}}},
                   {u"source"_s, context.message.threadKey.section(u':', 1)},
                   {u"userId"_s, context.known.value(u"id"_s).toString().toLongLong()},
                   {u"customId"_s, context.key}});
}

/// The message, or a list of those that it became.
Result<Receipt> readUmnicoSent(JsonReader &reply, const ChatContext &context)
{
    const QString at = reply.has(u"/0"_s) ? u"/0/messageId"_s : u"/messageId"_s;
    return reply.finish(Receipt{context.message.threadKey + u':' + reply.id(at)});
}

ChatSpec umnico()
{
    ChatSpec spec;
    spec.id = u"umnico"_s;
    spec.title = u"Umnico"_s;
    spec.form = {secretField("token", QT_TRANSLATE_NOOP("form", "API token"), true,
                             QT_TRANSLATE_NOOP("form", "Umnico, Settings, API")),
                 numberField("user_id", QT_TRANSLATE_NOOP("form", "Employee who answers"), false,
                             QT_TRANSLATE_NOOP("form", "The number in Umnico; empty: the owner of the account")),
                 apiAddressField("https://api.umnico.com/v1.3")};
    spec.contract = {false, u"Seen in programs of others"_s, {}};
    spec.auth = &bearerOf<"token">;
    spec.me = {[](const ChatContext &) -> Result<Request> { return getFrom(u"/managers"_s); }, &readUmnicoMe};
    spec.poll.build = &lookAtUmnico;
    spec.poll.read = &readUmnico;
    spec.poll.gone = &passSwept; // the lead, or the source
    spec.poll.pause = std::chrono::seconds(20);
    spec.parse = &parseUmnicoItem;
    spec.abilities.longestText = 4000;
    spec.limit = {2, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.send = {&sendToUmnico, &readUmnicoSent};
    return spec;
}

} // namespace

ChatConnectorInfo chat_umnico(const ConnectorServices &services) { return makeChatInfo<&umnico>(services); }

} // namespace patchbay
