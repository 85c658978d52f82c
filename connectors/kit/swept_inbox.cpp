#include "connectors/kit/swept_inbox.h"

#include "connectors/kit/chat_parts.h"
#include "connectors/kit/chat_patterns.h"
#include "connectors/kit/raw_json.h"
#include "connectors/kit/rest.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int sweptRanks = 4;

void addSweptFate(const SweptInbox &inbox, ChatPage &page, JsonReader &message, const QByteArray &raw)
{
    const QString key = inbox.fate(message);
    if (!key.isEmpty())
        page.items.push_back({key, raw});
}

/// A message's id, and behind it how it fares where it is ours: when that changes, it is news.
QString sweptNewest(const SweptInbox &inbox, JsonReader &message)
{
    const QString key = inbox.fate(message);
    return key.isEmpty() ? message.id(u"/id"_s) : key.section(u':', 1);
}

ChatSweep::Standing sweptStanding(const SweptInbox &inbox, const JsonReader &chat)
{
    const QString state = textOr(chat, inbox.state);
    if (state != inbox.states.snoozed)
        return {state == inbox.states.done ? ConversationStatus::Done : ConversationStatus::Open, {}};
    const QJsonValue until = chat.value(inbox.until);
    const qint64 seconds = until.isString() ? chatTimeIso(until.toString()).us / 1000000 : until.toInteger();
    return {ConversationStatus::Snoozed, chatTime(seconds)};
}

/// What happened to the newest message of ours is told right here.
void listSweptChat(const SweptInbox &inbox, ChatPage &page, ChatSweep &sweep, JsonReader &chat, const QByteArray &raw)
{
    const QString id = chat.id(u"/id"_s);
    const qint64 activity = chat.optionalInteger(inbox.activity).value_or(0);
    sweep.stands(id, sweptStanding(inbox, chat), activity);
    ChatSweep::Marks marks{textOr(chat, inbox.assignee), {}};
    for (JsonReader &label : chat.optionalArray(inbox.labels))
        marks.labels << label.text({});
    sweep.marked(id, marks, activity);
    std::vector<JsonReader> newestFirst = chat.optionalArray(inbox.last);
    if (newestFirst.empty())
        return;
    JsonReader &last = newestFirst.front();
    const QString newest = sweptNewest(inbox, last);
    const QString known = sweep.known(id);
    if (!known.isEmpty() && known != newest && known.section(u':', 0, 0) == newest.section(u':', 0, 0)) {
        addSweptFate(inbox, page, last, rawElements(raw, inbox.last).front());
        sweep.keep(id, newest);
    }
    sweep.listed(id, newest, activity);
}

Result<ChatPage> readSweptChats(const SweptInbox &inbox, const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    ChatPage page;
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> chats = in.array(inbox.chats);
    const std::vector<QByteArray> raw = rawElements(reply, inbox.chats);
    bool goesOn = !chats.empty();
    for (size_t i = 0; i < chats.size() && i < raw.size(); ++i) {
        goesOn = goesOn && chats[i].optionalInteger(inbox.activity).value_or(0) >= sweep.since();
        listSweptChat(inbox, page, sweep, chats[i], raw[i]);
    }
    sweep.listRead(goesOn);
    sweep.lead(page, now);
    return in.finish(std::move(page));
}

Result<ChatPage> readSweptMessages(const SweptInbox &inbox, const QByteArray &reply, ChatSweep sweep, Timestamp now)
{
    ChatPage page;
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> list = in.array(inbox.messages);
    const std::vector<QByteArray> raw = rawElements(reply, inbox.messages);
    const bool forward = !sweep.wanted().known.isEmpty();
    const bool backward = !forward && !sweep.isFirst();
    bool goesOn = forward ? list.size() >= inbox.after : backward && list.size() >= inbox.latest;
    for (int rank = 0; rank < sweptRanks; ++rank) {
        for (size_t i = 0; i < list.size() && i < raw.size(); ++i) {
            if (inbox.rank(list[i]) != rank)
                continue;
            const bool isOld = backward && list[i].optionalInteger(inbox.written).value_or(0) < sweep.since();
            goesOn = goesOn && !isOld;
            if (isOld)
                continue;
            page.items.push_back({u"message:"_s + list[i].id(u"/id"_s), raw[i]});
            addSweptFate(inbox, page, list[i], raw[i]);
        }
    }
    const QString newest = list.empty() ? QString() : sweptNewest(inbox, list.back());
    if (goesOn && forward)
        sweep.goOnAfter(newest);
    else if (goesOn)
        sweep.goOnBefore(list.front().id(u"/id"_s));
    else
        sweep.chatRead(forward ? newest : QString());
    sweep.lead(page, now);
    return in.finish(std::move(page));
}

} // namespace

QString fateKey(JsonReader &message, const QString &fate)
{
    static const QStringList told{u"delivered"_s, u"read"_s, u"failed"_s};
    return told.contains(fate) ? u"status:%1:%2"_s.arg(message.id(u"/id"_s), fate) : QString();
}

std::optional<Result<InboundMessage>> parseSwept(const RawItem &item, const QString &trouble)
{
    const bool isFate = item.sourceKey.startsWith("status:"_L1);
    if (!isFate && !item.sourceKey.startsWith("deleted:"_L1))
        return parseTurn(item);
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    if (isFate)
        becomeReceipt(message, in.id(u"/id"_s), item.sourceKey.section(u':', -1), textOr(in, trouble));
    else
        becomeDeletion(message, in.id(u"/id"_s));
    message.dedupeKey = item.sourceKey;
    return in.finish(std::move(message));
}

Result<Request> askSwept(const SweptInbox &inbox, const ChatContext &context)
{
    const ChatSweep sweep = ChatSweep::from(context.cursor);
    ChatContext about = context;
    if (sweep.isListing()) {
        about.remote = {{u"page"_s, sweep.page()}};
        return filledCall("GET", sweep.isFirst() ? inbox.askFirst : inbox.askChats, about);
    }
    const ChatSweep::Wanted &wanted = sweep.wanted();
    about.message.threadKey = wanted.chat;
    about.remote = {{u"after"_s, wanted.known.section(u':', 0, 0)}, {u"before"_s, wanted.before}};
    return filledCall("GET", inbox.askMessages, about);
}

Result<ChatPage> readSwept(const SweptInbox &inbox, const QByteArray &reply, const ChatContext &context)
{
    ChatSweep sweep = ChatSweep::from(context.cursor);
    return sweep.isListing() ? readSweptChats(inbox, reply, std::move(sweep), context.now)
                             : readSweptMessages(inbox, reply, std::move(sweep), context.now);
}

} // namespace patchbay
