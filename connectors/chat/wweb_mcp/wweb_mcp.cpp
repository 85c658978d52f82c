#include "connectors/kit/calls.h"
#include "connectors/kit/chat_calls.h"
#include "connectors/kit/chat_patterns.h"
#include "connectors/kit/chat_sweep.h"
#include "connectors/kit/chat_text.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/text_marks.h"
#include "connectors/kit/told_addresses.h"
#include "connectors/kit/whatsapp_web.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 wwebFirst = 24 * 3600; // seconds of history that are read of a chat that is seen the first time
constexpr int wwebFewest = 50; // messages of one look into a chat; more where that is not enough
constexpr int wwebMost = 800;

qint64 wwebSeconds(const QString &time) { return QDateTime::fromString(time, Qt::ISODateWithMs).toSecsSinceEpoch(); }

/// What changes when a chat has something new: the time of its last message, and its text, as a hash. The name stands
/// behind them, because messages do not have it.
QString wwebNewest(JsonReader &chat)
{
    const QByteArray text = textOr(chat, u"/lastMessage"_s).toUtf8();
    const QByteArray hash = QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex().left(12);
    return textOr(chat, u"/timestamp"_s) + u'|' + QString::fromLatin1(hash) + u'|' + textOr(chat, u"/name"_s);
}

Result<Request> lookAtWweb(const ChatContext &context)
{
    const ChatSweep sweep = ChatSweep::from(context.cursor);
    if (sweep.isListing())
        return getFrom(u"/chats"_s);
    const ChatSweep::Wanted &wanted = sweep.wanted();
    const QString limit = wanted.before.isEmpty() ? QString::number(wwebFewest) : wanted.before;
    const QString path = isGroupJid(wanted.chat) ? u"/groups/%1/messages"_s : u"/messages/%1"_s;
    return getFrom(path.arg(pathPart(wanted.chat)), {{u"limit"_s, limit}});
}

/// All chats at once. One is read whenever it has another last message, also one that was written some time ago:
/// WhatsApp hands on late what waited for a telephone.
Result<ChatPage> readWwebChats(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const qint64 oldest = now.us / 1000000 - wwebFirst;
    for (JsonReader &one : in.array({})) {
        const QString chat = one.text(u"/id"_s);
        const QString newest = wwebNewest(one);
        const qint64 at = wwebSeconds(newest.section(u'|', 0, 0));
        const bool isRead = chat.endsWith("@c.us"_L1) || isGroupJid(chat); // the server finds no others
        const bool isOld = sweep.known(chat).isEmpty() && at < oldest;
        if (isRead && !newest.startsWith(u'|') && !isOld)
            sweep.listed(chat, newest, std::max(at, sweep.since()));
    }
    sweep.listRead(false);
    ChatPage page;
    sweep.leadOn(page, now);
    return in.finish(std::move(page));
}

/// {"chat": id, "name": of the chat, "message": as it came}
QByteArray wwebItem(const ChatSweep::Wanted &wanted, const QByteArray &message)
{
    const QJsonObject chat{{u"chat"_s, wanted.chat}, {u"name"_s, wanted.newest.section(u'|', 2)}};
    return QJsonDocument(chat).toJson(QJsonDocument::Compact).chopped(1) + ",\"message\":" + message + '}';
}

/// The newest ones. Where they do not reach back to what is stored, more are asked for.
Result<ChatPage> readWwebMessages(const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const ChatSweep::Wanted wanted = sweep.wanted();
    const QString known = wanted.known.section(u'|', 0, 0);
    const qint64 from = known.isEmpty() ? now.us / 1000000 - wwebFirst : wwebSeconds(known);
    std::vector<JsonReader> list = in.array({});
    const std::vector<QByteArray> raw = rawElements(reply, {});
    const int limit = wanted.before.isEmpty() ? wwebFewest : wanted.before.toInt();
    bool reachesBack = int(list.size()) < limit || limit >= wwebMost;
    ChatPage page;
    for (size_t i = 0; i < list.size() && i < raw.size(); ++i) {
        const bool isOld = wwebSeconds(list[i].text(u"/timestamp"_s)) < from;
        reachesBack = reachesBack || isOld;
        if (!isOld)
            page.items.push_back({u"message:"_s + list[i].text(u"/id"_s), wwebItem(wanted, raw[i])});
    }
    if (reachesBack)
        sweep.chatRead();
    else
        sweep.goOnBefore(QString::number(std::min(limit * 4, wwebMost)));
    sweep.leadOn(page, now);
    return in.finish(std::move(page));
}

Result<ChatPage> readWweb(const QByteArray &reply, const ChatContext &context)
{
    ChatSweep sweep = ChatSweep::from(context.cursor);
    return sweep.isListing() ? readWwebChats(reply, std::move(sweep), context.now)
                             : readWwebMessages(reply, std::move(sweep), context.now);
}

Result<QJsonObject> readWwebMe(JsonReader &reply, const ChatContext &)
{
    if (reply.text(u"/status"_s) != u"connected"_s && reply.ok()) {
        return makeError(Error::Kind::Conflict,
                         u"The server is not connected to WhatsApp. Scan the code that it shows where it runs."_s);
    }
    return reply.finish(QJsonObject{{u"id"_s, reply.text(u"/info/wid/user"_s)},
                                    {u"name"_s, textOr(reply, u"/info/pushname"_s, u"WhatsApp"_s)}});
}

/// Who wrote in a group. The server strips what says whether "contact" is a number or WhatsApp's own id for somebody
/// who hides theirs; the message's id still has it.
Address wwebMember(const QString &id, const QString &contact)
{
    const QString jid = id.section(u'_', 3);
    const QString address = jid.isEmpty() && !contact.isEmpty() ? u"member:"_s + contact : whatsAppPerson(jid);
    return {contact, address};
}

/// "false_<chat>_<id>" and, in groups, "_<author>"; what is sent gets the id alone.
Result<InboundMessage> parseWwebItem(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    const QString chat = in.text(u"/chat"_s);
    const QString id = in.text(u"/message/id"_s);
    message.externalId = id.section(u'_', 2, 2);
    if (message.externalId.isEmpty())
        in.fault(u"/message/id"_s, u"is no id of WhatsApp"_s);
    message.threadKey = threadOfJid(chat);
    message.dedupeKey = message.threadKey + u':' + message.externalId;
    if (isGroupJid(chat))
        message.subject = textOr(in, u"/name"_s);
    message.fromSelf = in.boolean(u"/message/fromMe"_s);
    const QString author = textOr(in, u"/message/contact"_s);
    if (!message.fromSelf)
        message.from = isGroupJid(chat) ? wwebMember(id, author) : Address{textOr(in, u"/name"_s), message.threadKey};
    message.providerAt = Timestamp::from(QDateTime::fromString(in.text(u"/message/timestamp"_s), Qt::ISODateWithMs));
    setChatText(message, textOr(in, u"/message/body"_s));
    const QString type = textOr(in, u"/message/type"_s, u"chat"_s);
    if (type != u"chat"_s)
        addChatLine(message, u"(With a file or of another kind: %1. Open it in WhatsApp.)"_s.arg(type.left(40)));
    else if (message.text.isEmpty())
        addChatLine(message, u"(A kind of message that is not shown here. Open it in WhatsApp.)"_s);
    if (!message.fromSelf && message.from.address.isEmpty())
        in.fault(u"/message/contact"_s, u"names nobody who wrote"_s);
    return in.finish(std::move(message));
}

Result<Request> sendToWweb(const ChatContext &context)
{
    return isGroupJid(context.message.threadKey)
        ? filledPost<"/groups/{thread}/send", R"({"message": "{text}"})">(context)
        : filledPost<"/send", R"({"number": "{thread}", "message": "{text}"})">(context);
}

ChatSpec wwebSpec()
{
    ChatSpec spec;
    spec.id = u"wweb_mcp"_s;
    spec.title = u"WWEB-MCP (WhatsApp Web)"_s;
    spec.form = {ownAddressField(QT_TRANSLATE_NOOP("form", "With /api at its end: https://whatsapp.example.org/api")),
                 secretField("api_key", QT_TRANSLATE_NOOP("form", "API key"), true,
                             QT_TRANSLATE_NOOP("form", "The server writes it into its log when it starts"))};
    spec.contract = {false, u"Source of wweb-mcp 0.2.5"_s, {}};
    spec.auth = &bearerOf<"api_key">;
    spec.me = {&chatGet<"/status">, &readWwebMe};
    spec.poll.build = &lookAtWweb;
    spec.poll.read = &readWweb;
    spec.poll.pause = std::chrono::seconds(20);
    spec.parse = &parseWwebItem;
    spec.addresses = Addresses::Phones;
    spec.abilities = markedTexts(65536, &writtenForWhatsapp);
    spec.limit = {2, std::chrono::seconds(1)};
    spec.chatLimit = {1, std::chrono::seconds(1)};
    spec.send = {&sendToWweb, &readSentAs<"{/messageId}">};
    return spec;
}

} // namespace

ChatConnectorInfo chat_wweb_mcp(const ConnectorServices &services) { return makeChatInfo<&wwebSpec>(services); }

} // namespace patchbay
