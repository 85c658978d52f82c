#include "ui/models/conversation_find.h"

#include "core/mail/bounded_body.h"
#include "ui/models/body_document.h"
#include "ui/models/when_done.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr int findPage = 200; ///< messages in one read
constexpr int findLimit = 999;

messages::Position findPosition(const Message &message) { return {message.sortAt, message.id}; }

} // namespace

ConversationFind::ConversationFind(Store &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    m_changeTimer.setSingleShot(true);
    m_changeTimer.setInterval(50);
    connect(&m_changeTimer, &QTimer::timeout, this, &ConversationFind::readNewer);
    connect(&store, &Store::changed, this, &ConversationFind::applyChanges);
}

void ConversationFind::start(ConversationId conversation, const QString &text, Timestamp reading)
{
    stop();
    m_conversation = conversation;
    m_folded = foldedText(text).text;
    m_reading = reading;
    begin();
    Q_EMIT changed();
}

void ConversationFind::begin()
{
    if (m_conversation && !m_folded.isEmpty()) {
        m_loading = true;
        readOlder();
    }
}

void ConversationFind::stop()
{
    m_cancel.cancel();
    m_cancel = {};
    m_changeTimer.stop();
    m_folded.clear();
    m_hits.clear();
    m_current = -1;
    m_oldest = m_newest = {};
    m_loading = m_capped = false;
    m_messages = 0;
    m_readsNewer = false;
    m_kept.reset();
}

const FindHit *ConversationFind::current() const
{
    return m_current >= 0 && m_current < count() ? &m_hits[size_t(m_current)] : nullptr;
}

int ConversationFind::number() const { return current() ? count() - m_current : 0; }

void ConversationFind::move(int steps)
{
    if (m_hits.empty())
        return;
    m_current = current() ? (m_current - steps % count() + count()) % count() : 0;
    Q_EMIT currentChanged();
    Q_EMIT changed();
}

std::vector<FindHit> ConversationFind::hitsIn(const Message &message, const QString &folded, int limit)
{
    std::vector<FindHit> hits;
    if (message.direction == Direction::Event)
        return hits;
    int unfolded = 0;
    for (const BodyBlock &block : boundedBody(message.body).blocks) {
        for (const QString &line : searchLines(block)) {
            const int places = int(occurrencesOf(folded, line, limit - int(hits.size())).size());
            for (int i = 0; i < places; ++i) {
                FindHit hit{message.id, message.sortAt, block.part != BodyBlock::Part::Text, int(hits.size()),
                            unfolded};
                unfolded += !hit.folded;
                hits.push_back(hit);
            }
        }
    }
    return hits;
}

ConversationFind::Page ConversationFind::pageOf(const std::vector<Message> &all, const QString &folded, int limit,
                                                CancelToken cancel)
{
    Page page;
    page.full = int(all.size()) >= findPage;
    if (all.empty())
        return page;
    page.messages = qint64(all.size());
    page.oldest = findPosition(all.front());
    page.newest = findPosition(all.back());
    for (auto message = all.rbegin(); message != all.rend() && !cancel.isCancelled(); ++message) {
        const std::vector<FindHit> hits = hitsIn(*message, folded, limit);
        page.hits.insert(page.hits.end(), hits.rbegin(), hits.rend());
        if (int(page.hits.size()) > limit)
            break;
    }
    return page;
}

void ConversationFind::readOlder()
{
    auto work = [conversation = m_conversation, from = m_oldest, folded = m_folded, cancel = m_cancel,
                 limit = findLimit + 1 - count()](Database &db) -> Result<Page> {
        return db.finish(pageOf(messages::before(db, conversation, from, findPage), folded, limit, cancel));
    };
    whenDone(this, m_store.read(std::move(work), m_cancel), [this, cancel = m_cancel](const Result<Page> &page) {
        if (cancel.isCancelled())
            return;
        if (page) {
            takeOlder(*page);
            return;
        }
        m_loading = false;
        Q_EMIT failed(page.error().message);
        Q_EMIT changed();
    });
}

void ConversationFind::takeOlder(const Page &page)
{
    if (page.messages > 0) {
        m_newest = m_newest.value_or(page.newest);
        m_oldest = page.oldest;
    }
    m_messages += page.messages;
    for (const FindHit &hit : page.hits)
        m_hits.push_back(hit);
    m_capped = count() > findLimit;
    if (m_capped)
        m_hits.resize(findLimit);
    m_loading = page.full && !m_capped;
    chooseFirst(!m_loading);
    if (m_loading)
        readOlder();
    Q_EMIT changed();
}

/// The first place at or after where one reads, once what is read reaches that far; else the newest.
void ConversationFind::chooseFirst(bool complete)
{
    if (m_kept && !current()) {
        const auto same = std::find(m_hits.begin(), m_hits.end(), *m_kept);
        if (same != m_hits.end())
            m_current = int(same - m_hits.begin());
        else if (!complete)
            return;
        m_kept.reset();
    }
    if (current() || m_hits.empty() || (!complete && m_oldest && m_oldest->sortAt > m_reading))
        return;
    const auto before =
        std::find_if(m_hits.begin(), m_hits.end(), [this](const FindHit &hit) { return hit.sortAt < m_reading; });
    m_current = qMax(0, int(before - m_hits.begin()) - 1);
    Q_EMIT currentChanged();
}

void ConversationFind::applyChanges(const ChangeSet &changes)
{
    if (m_folded.isEmpty() || !m_conversation)
        return;
    if (changes.everything)
        again();
    else if (changes.timelines.contains(m_conversation) && !m_changeTimer.isActive())
        m_changeTimer.start();
}

/// From the begin, without leaving the place one looks at while it is there.
void ConversationFind::again()
{
    const std::optional<FindHit> kept = current() ? std::optional(*current()) : m_kept;
    const QString folded = m_folded;
    stop();
    m_folded = folded;
    m_kept = kept;
    m_reading = kept ? kept->sortAt : m_reading;
    begin();
    Q_EMIT changed();
}

void ConversationFind::readNewer()
{
    if (m_readsNewer || (m_loading && !m_newest)) {
        m_changeTimer.start();
        return;
    }
    const messages::Position from = m_newest.value_or(messages::Position{});
    auto work = [conversation = m_conversation, from, folded = m_folded,
                 cancel = m_cancel](Database &db) -> Result<Page> {
        Page page = pageOf(messages::after(db, conversation, from, findPage), folded, findLimit + 1, cancel);
        page.inAll = messages::count(db, conversation);
        return db.finish(std::move(page));
    };
    m_readsNewer = true;
    whenDone(this, m_store.read(std::move(work), m_cancel), [this, cancel = m_cancel](const Result<Page> &page) {
        if (cancel.isCancelled())
            return;
        m_readsNewer = false;
        if (page)
            takeNewer(*page);
    });
}

void ConversationFind::takeNewer(const Page &page)
{
    if (page.messages > 0)
        m_newest = page.newest;
    m_messages += page.messages;
    if (!m_loading && !m_capped && !page.full && m_messages != page.inAll)
        return again(); // one was removed, or came in between older ones
    for (auto hit = page.hits.rbegin(); hit != page.hits.rend(); ++hit) {
        m_hits.push_front(*hit);
        if (m_current >= 0)
            ++m_current;
    }
    // The place one looks at stays, even when newer ones push the oldest out.
    m_capped = m_capped || count() > findLimit;
    while (count() > findLimit && m_current < count() - 1)
        m_hits.pop_back();
    chooseFirst(!m_loading);
    if (page.full)
        m_changeTimer.start();
    Q_EMIT changed();
}

} // namespace patchbay
