#include "connectors/kit/timed_rounds.h"

#include "connectors/kit/chat_patterns.h"
#include "connectors/kit/raw_json.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostRoundPages = 400;

/// How far such an inbox is read: its cursor. Times are seconds since 1970.
struct TimedRound {
    qint64 since = 0; ///< what came before the round that began then is read
    qint64 from = 0; ///< of this round
    qint64 now = 0; ///< when it began; 0: it has not
    int page = 1; ///< 0: all of them are read

    static TimedRound of(const ChatContext &context, const TimedSearch &search);
    QByteArray cursor() const;
};

qint64 roundSeconds(const ChatContext &context) { return context.now.us / 1000000; }

QString roundTime(qint64 seconds)
{
    return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODateWithMs);
}

TimedRound TimedRound::of(const ChatContext &context, const TimedSearch &search)
{
    const QJsonObject json = QJsonDocument::fromJson(context.cursor).object();
    const qint64 now = roundSeconds(context);
    TimedRound round{json.value("since"_L1).toInteger(now), json.value("from"_L1).toInteger(),
                     json.value("now"_L1).toInteger(), json.value("page"_L1).toInt(1)};
    if (round.now == 0) {
        round.now = now;
        round.from = round.since - (context.patient ? search.overlap : search.overlapAtStart).count();
    }
    return round;
}

QByteArray TimedRound::cursor() const
{
    QJsonObject json{{u"since"_s, since}};
    if (now > 0)
        json = {{u"since"_s, since}, {u"from"_s, from}, {u"now"_s, now}, {u"page"_s, page}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

/// The oldest message first.
Result<ChatPage> readRoundPage(const QByteArray &reply, TimedRound round, const TimedSearch &search)
{
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    std::vector<JsonReader> messages = in.array(search.list);
    const std::vector<QByteArray> raw = rawElements(reply, search.list);
    bool goesOn = int(messages.size()) >= search.page && round.page < mostRoundPages;
    ChatPage page;
    for (size_t i = std::min(messages.size(), raw.size()); i-- > 0;) {
        const qint64 at = messages[i].optionalInteger(search.time).value_or(round.from);
        goesOn = goesOn && at >= round.from; // a server that does not know the filter gives everything
        if (at >= round.from)
            search.add(page, messages[i], raw[i]);
    }
    round.page = goesOn ? round.page + 1 : 0;
    page.cursor = round.cursor();
    page.more = true;
    return in.finish(std::move(page));
}

} // namespace

Result<Request> askTimed(const ChatContext &context, const TimedSearch &search)
{
    const TimedRound round = TimedRound::of(context, search);
    if (round.page == 0)
        return search.whole.build(context);
    const Result<QUrl> address = filledChatAddress(search.address, context);
    if (!address)
        return address.error();
    const NamedValue values = [&](const QString &name) {
        if (name == u"from"_s)
            return roundTime(round.from);
        if (name == u"to"_s)
            return roundTime(round.now + search.overlapAtStart.count());
        return name == u"page"_s ? QString::number(round.page) : chatValue(name, context);
    };
    return Request("POST", *address).json(filledJson(search.body, {values, values}).toObject()).reading();
}

Result<ChatPage> readTimed(const QByteArray &reply, const ChatContext &context, const TimedSearch &search)
{
    const TimedRound round = TimedRound::of(context, search);
    if (round.page > 0)
        return readRoundPage(reply, round, search);
    JsonReader in = JsonReader::parse(reply, u"reply"_s);
    const Result<Done> whole = search.whole.read(in, context);
    if (!whole)
        return whole.error();
    // While it had to wait for that, messages waited as well: they come with the times at which they were written.
    const bool hadToWait = roundSeconds(context) - round.now > search.overlap.count();
    TimedRound next;
    next.since = hadToWait ? round.from : std::max(round.since, round.now);
    ChatPage page;
    page.cursor = next.cursor();
    return page;
}

} // namespace patchbay
