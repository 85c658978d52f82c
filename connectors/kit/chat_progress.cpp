#include "connectors/kit/chat_progress.h"

#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr std::chrono::hours timeOfLookStored{1};
constexpr int longestChatWait = 300; // times the first one: 5 minutes
constexpr int chatWidening = 2; // the first wait is up to 8 s: when everybody was dropped, few come back in one second
constexpr double chatSpread = 5; // times the first wait

QString gapTime(Timestamp at) { return at.toDateTime().toString(u"yyyy-MM-dd hh:mm"_s) + u" UTC"_s; }

bool chatNeedsPerson(Error::Kind kind)
{
    return kind == Error::Kind::Unauthorized || kind == Error::Kind::Refused || kind == Error::Kind::NotFound;
}

} // namespace

ChatProgress::ChatProgress(QString title, std::chrono::hours keeps)
    : m_title(std::move(title))
    , m_keeps(keeps)
{
}

void ChatProgress::begin(const QByteArray &stored)
{
    m_cursor.clear();
    m_lookedAt = m_storedAt = {};
    m_gap.clear();
    const qsizetype mark = stored.indexOf(';');
    bool isNumber = false;
    const qint64 ms = stored.left(mark).toLongLong(&isNumber);
    if (mark > 0 && isNumber) {
        m_cursor = stored.mid(mark + 1);
        m_lookedAt = m_storedAt = {ms * 1000};
    } else if (!stored.isEmpty()) { // what is stored already is recognised
        logWarning("channels", u"%1: the stored place in the inbox cannot be read. Beginning anew."_s.arg(m_title));
    }
}

void ChatProgress::looked(Timestamp now)
{
    if (m_keeps.count() > 0 && m_lookedAt && now - m_lookedAt > m_keeps) {
        noteGap(now - m_keeps, u"%1 keeps what nobody fetched for %2 hours only"_s.arg(m_title).arg(m_keeps.count()));
    }
    m_lookedAt = std::max(m_lookedAt, now);
}

void ChatProgress::missed(Timestamp now)
{
    if (m_lookedAt)
        noteGap(now, u"%1 does not send them again"_s.arg(m_title));
    m_lookedAt = std::max(m_lookedAt, now);
}

void ChatProgress::noteGap(Timestamp until, const QString &why)
{
    m_gap = u"Messages from %1 to %2 may be missing: %3."_s.arg(gapTime(m_lookedAt), gapTime(until), why);
    logWarning("channels", m_gap);
}

bool ChatProgress::isDue() const { return m_lookedAt && m_lookedAt - m_storedAt > timeOfLookStored; }

Batch ChatProgress::batch(std::vector<RawItem> items, const QByteArray &cursor) const
{
    Batch made;
    made.items = std::move(items);
    made.cursor = QByteArray::number(m_lookedAt.us / 1000) + ';' + (cursor.isEmpty() ? m_cursor : cursor);
    return made;
}

void ChatProgress::stored(const QByteArray &cursor)
{
    if (!cursor.isEmpty())
        m_cursor = cursor;
    m_storedAt = m_lookedAt;
}

ChatPatience::ChatPatience(milliseconds first, std::function<double()> random)
    : m_first(first)
    , m_random(random)
    , m_short(first, first * longestChatWait, random, chatWidening)
    , m_long(first * longestChatWait, first * longestChatWait * 12, random)
{
}

milliseconds ChatPatience::after(const Error &error)
{
    return std::max(chatNeedsPerson(error.kind) ? m_long.next() : m_short.next(), error.retryAfter);
}

milliseconds ChatPatience::spread() const
{
    return milliseconds(qint64(double(m_first.count()) * chatSpread * (m_random ? m_random() : 0.0)));
}

void ChatPatience::reset()
{
    m_short.reset();
    m_long.reset();
}

Health healthAfter(const Error &error)
{
    const bool failed = chatNeedsPerson(error.kind) || error.kind == Error::Kind::Storage
        || error.kind == Error::Kind::Conflict || error.kind == Error::Kind::Protocol;
    return failed ? Health::Failed : Health::Offline;
}

QString againSentence(const Error &error, milliseconds wait)
{
    const qint64 seconds = (wait.count() + 999) / 1000;
    const bool isEnded = error.message.endsWith(u'.') || error.message.endsWith(u'!') || error.message.endsWith(u'?');
    return u"%1%2 Trying again in %3."_s.arg(
        error.message, isEnded ? QString() : u"."_s, // the other side's own words may stand at the end
        seconds < 120 ? u"%1 s"_s.arg(seconds) : u"%1 min"_s.arg((seconds + 30) / 60));
}

} // namespace patchbay
