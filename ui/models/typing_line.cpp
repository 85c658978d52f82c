#include "ui/models/typing_line.h"

#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr qsizetype mostTyping = 50;
constexpr qsizetype longestTypingName = 60;

} // namespace

TypingLine::TypingLine(Triage &triage, QObject *parent)
    : QObject(parent)
    , m_triage(triage)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &TypingLine::end);
    connect(&triage.context().channels, &Channels::typed, this, &TypingLine::typed);
    connect(&triage, &Triage::currentChanged, this, &TypingLine::forget);
    connect(&triage, &Triage::detailsChanged, this, [this] {
        const ConversationDetails *details = m_triage.details();
        const MessageId newest = details && details->newestInbound ? details->newestInbound->id : MessageId{};
        if (std::exchange(m_newest, newest) != newest)
            forget();
    });
}

void TypingLine::typed(ChannelId channel, const ChatTyping &who)
{
    const ConversationDetails *details = m_triage.details();
    if (!details || details->conversation.channel != channel || details->threadKey != who.threadKey)
        return;
    const QString name = words::oneLine(who.name.isEmpty() ? details->contact.name : who.name, longestTypingName);
    if (!who.isTyping)
        m_names.remove(name);
    else if (m_names.size() < mostTyping)
        m_names.insert(name, QDeadlineTimer(m_lasting));
    end();
}

/// Takes out whose time is over, and looks again when the next one's is.
void TypingLine::end()
{
    for (auto it = m_names.begin(); it != m_names.end();)
        it = it->hasExpired() ? m_names.erase(it) : std::next(it);
    qint64 next = 0;
    for (const QDeadlineTimer &until : std::as_const(m_names))
        next = std::max(next == 0 ? until.remainingTime() : std::min(next, until.remainingTime()), qint64(1));
    if (next > 0)
        m_timer.start(std::chrono::milliseconds(next));
    else
        m_timer.stop();
    Q_EMIT changed();
}

void TypingLine::forget()
{
    m_names.clear();
    end();
}

QString TypingLine::text() const
{
    if (m_names.isEmpty())
        return {};
    return m_names.size() == 1 ? tr("%1 is writing…").arg(m_names.firstKey())
                               : tr("%1 and others are writing…").arg(m_names.firstKey());
}

} // namespace patchbay
