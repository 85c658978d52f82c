#include "ui/models/conversation_list_model.h"

#include "ui/models/conversation_sentence.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>
#include <chrono>

namespace patchbay {

namespace {

constexpr int listBatch = 60;
constexpr size_t listWantedLimit = 240; ///< what was painted before these has been scrolled past
constexpr int listCacheLimit = 4000;
constexpr int listFirstPage = 500; ///< on screen at once
constexpr int listPage = 20'000; ///< the rest, behind
constexpr int listChangesAtOnce = 200; ///< more are placed in turns, so that no turn is long
constexpr int listLookAhead = 2000; ///< rows that one key press looks through
constexpr auto listChangePause = std::chrono::milliseconds(30);

} // namespace

ConversationListModel::ConversationListModel(Store &store, OperatorId me, QObject *parent)
    : QAbstractListModel(parent)
    , m_store(store)
    , m_me(me)
{
    m_fetchTimer.setSingleShot(true);
    m_fetchTimer.setInterval(0);
    connect(&m_fetchTimer, &QTimer::timeout, this, &ConversationListModel::fetchWanted);
    m_changeTimer.setSingleShot(true);
    m_changeTimer.setInterval(listChangePause);
    connect(&m_changeTimer, &QTimer::timeout, this, &ConversationListModel::askAgain);
    connect(&store, &Store::changed, this, &ConversationListModel::applyChanges);
}

int ConversationListModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : m_order.size(); }

QVariant ConversationListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ConversationId id = m_order.at(index.row()).id;
    if (role == IdRole)
        return id.value;
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    const conversations::Summary *found = summary(index.row());
    if (!found)
        return tr("Loading…");
    return role == Qt::DisplayRole ? words::oneLine(found->contactName)
                                   : conversationSentence(*found, m_left.contains(id));
}

const conversations::Summary *ConversationListModel::summary(int row) const
{
    if (row < 0 || row >= m_order.size())
        return nullptr;
    const ConversationId id = m_order.at(row).id;
    const auto found = m_cache.constFind(id);
    if (found == m_cache.constEnd() || m_stale.contains(id))
        want(id);
    return found == m_cache.constEnd() ? nullptr : &*found;
}

ConversationId ConversationListModel::idAt(int row) const
{
    return row >= 0 && row < m_order.size() ? m_order.at(row).id : ConversationId();
}

ConversationId ConversationListModel::nextAwaiting(int row) const
{
    const int count = rowCount();
    int asked = 0;
    for (int step = 1; step <= std::min(count, listLookAhead) && asked < listBatch; ++step) {
        const int candidate = (row + step + count) % count;
        const ConversationId id = m_order.at(candidate).id;
        if (candidate == row || m_left.contains(id))
            continue;
        const auto found = m_cache.constFind(id);
        if (m_view == conversations::View::AwaitingUs)
            return id; // all that is in this view waits
        if (found == m_cache.constEnd()) {
            want(id);
            ++asked;
            continue;
        }
        if (found->conversation.awaitingUs && found->conversation.status == ConversationStatus::Open)
            return id;
    }
    return {};
}

void ConversationListModel::setView(conversations::View view)
{
    m_view = view;
    m_source = sourceOfView(view, m_me);
    m_pinned = {};
    reload();
}

void ConversationListModel::reload()
{
    ++m_epoch;
    beginResetModel();
    m_order.clear();
    m_heldIds.clear();
    m_left.clear();
    m_inFlight.clear();
    m_wanted.clear();
    m_changed.clear();
    m_complete = false;
    endResetModel();
    setState(State::Loading);
    Q_EMIT heldChanged(0);
    loadPage(std::nullopt);
}

void ConversationListModel::loadPage(std::optional<conversations::Ordered> before)
{
    using Entries = ConversationSource::Entries;
    const int limit = before ? listPage : listFirstPage;
    auto work = [page = m_source.page, before, limit](Database &db) -> Result<Entries> {
        return db.finish(page(db, before, limit));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, first = !before, limit, epoch = m_epoch](const Result<Entries> &page) {
                 if (epoch != m_epoch)
                     return;
                 if (!page)
                     return setState(State::Failed, page.error().message);
                 const bool last = int(page->size()) < limit;
                 takePage(*page, first, last);
                 if (!last && epoch == m_epoch)
                     loadPage(page->back());
             });
}

void ConversationListModel::takePage(const std::vector<conversations::Ordered> &page, bool first, bool last)
{
    m_complete = last;
    if (first) {
        beginResetModel();
        m_order.append(page);
        endResetModel();
    } else {
        // Each page is a transaction of its own: what moved between two of them must not stand here twice.
        std::vector<conversations::Ordered> fresh;
        fresh.reserve(page.size());
        for (const conversations::Ordered &entry : page) {
            if (!m_order.contains(entry.id))
                fresh.push_back(entry);
        }
        if (!fresh.empty()) {
            beginInsertRows({}, m_order.size(), m_order.size() + int(fresh.size()) - 1);
            m_order.append(fresh);
            endInsertRows();
        }
    }
    setState(State::Ready);
    if (m_complete && !m_changed.isEmpty())
        m_changeTimer.start();
}

void ConversationListModel::setState(State state, const QString &failure)
{
    m_state = state;
    m_failure = failure;
    Q_EMIT stateChanged();
}

void ConversationListModel::want(ConversationId id) const
{
    if (m_inFlight.contains(id) || std::find(m_wanted.begin(), m_wanted.end(), id) != m_wanted.end())
        return;
    if (m_wanted.size() >= listWantedLimit)
        m_wanted.erase(m_wanted.begin(), m_wanted.begin() + listBatch);
    m_wanted.push_back(id);
    if (!m_fetchTimer.isActive())
        m_fetchTimer.start();
}

void ConversationListModel::fetchWanted()
{
    const size_t count = std::min(m_wanted.size(), size_t(listBatch));
    const std::vector<ConversationId> ids(m_wanted.end() - std::ptrdiff_t(count), m_wanted.end());
    m_wanted.resize(m_wanted.size() - count);
    if (ids.empty())
        return;
    for (const ConversationId id : ids) {
        m_inFlight.insert(id);
        m_stale.remove(id);
    }
    if (!m_wanted.empty())
        m_fetchTimer.start();
    auto work = [ids, me = m_me](Database &db) -> Result<std::vector<conversations::Summary>> {
        return db.finish(conversations::summaries(db, me, ids));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, ids, epoch = m_epoch](const Result<std::vector<conversations::Summary>> &read) {
                 if (epoch == m_epoch) {
                     for (const ConversationId id : ids)
                         m_inFlight.remove(id);
                 }
                 if (!read)
                     return setState(State::Failed, read.error().message);
                 takeRows(*read);
             });
}

void ConversationListModel::takeRows(const std::vector<conversations::Summary> &rows)
{
    if (m_cache.size() > listCacheLimit)
        m_cache.clear();
    for (const conversations::Summary &row : rows)
        m_cache.insert(row.conversation.id, row);
    for (const conversations::Summary &row : rows) {
        const QModelIndex at = index(rowOf(row.conversation.id)); // invalid when it is not in this list
        if (at.isValid())
            Q_EMIT dataChanged(at, at);
    }
}

void ConversationListModel::markStale(const QSet<ConversationId> &ids)
{
    for (const ConversationId id : ids) {
        if (m_cache.contains(id))
            m_stale.insert(id);
    }
}

void ConversationListModel::applyChanges(const ChangeSet &changes)
{
    m_changed.unite(changes.conversations);
    m_changed.unite(changes.timelines);
    // These do not say whose they are: rows on screen are asked for again when they are painted.
    if (!changes.deliveries.isEmpty() || changes.taxonomy || changes.channels || changes.everything) {
        for (auto it = m_cache.constBegin(); it != m_cache.constEnd(); ++it)
            m_stale.insert(it.key());
        if (!m_order.isEmpty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
    if (changes.everything)
        return reload();
    if (!m_changed.isEmpty() && !m_changeTimer.isActive())
        m_changeTimer.start();
}

void ConversationListModel::askAgain()
{
    if (m_state == State::Failed)
        return reload();
    if (!m_complete)
        return; // the last page starts this again
    QSet<ConversationId> asked;
    for (auto it = m_changed.begin(); it != m_changed.end() && asked.size() < listChangesAtOnce;
         it = m_changed.erase(it))
        asked.insert(*it);
    markStale(asked);
    if (!m_changed.isEmpty())
        m_changeTimer.start();
    using Entries = ConversationSource::Entries;
    auto work = [among = m_source.among, ids = std::vector<ConversationId>(asked.begin(), asked.end())](
                    Database &db) -> Result<Entries> { return db.finish(among(db, ids)); };
    whenDone(this, m_store.read(std::move(work)), [this, asked, epoch = m_epoch](const Result<Entries> &present) {
        if (epoch != m_epoch)
            return;
        if (!present)
            return setState(State::Failed, present.error().message);
        place(asked, *present);
    });
}

void ConversationListModel::place(const QSet<ConversationId> &asked, const std::vector<conversations::Ordered> &present)
{
    QHash<ConversationId, conversations::Ordered> now;
    for (const conversations::Ordered &entry : present)
        now.insert(entry.id, entry);
    for (const ConversationId id : asked) {
        const auto is = now.constFind(id);
        placeOne(id, is == now.constEnd() ? nullptr : &*is);
    }
    Q_EMIT heldChanged(heldCount());
    Q_EMIT stateChanged();
}

void ConversationListModel::placeOne(ConversationId id, const conversations::Ordered *now)
{
    const int row = rowOf(id);
    if (!now) {
        m_heldIds.remove(id);
        if (row < 0)
            return;
        if (id == m_pinned) {
            m_left.insert(id);
            Q_EMIT dataChanged(index(row), index(row));
        } else {
            removeRow(row);
        }
        return;
    }
    m_left.remove(id);
    if (row < 0) {
        if (m_held)
            m_heldIds.insert(id);
        else
            insertRow(*now);
        return;
    }
    if (m_order.at(row).sortAt != now->sortAt) {
        if (m_held || id == m_pinned) {
            m_heldIds.insert(id);
        } else {
            removeRow(row);
            insertRow(*now);
            return;
        }
    }
    Q_EMIT dataChanged(index(row), index(row));
}

void ConversationListModel::insertRow(const conversations::Ordered &entry)
{
    const int row = m_order.positionFor(entry);
    beginInsertRows({}, row, row);
    m_order.insert(entry);
    endInsertRows();
}

void ConversationListModel::removeRow(int row)
{
    beginRemoveRows({}, row, row);
    m_order.removeAt(row);
    endRemoveRows();
}

int ConversationListModel::heldCount() const { return int(m_heldIds.size()) - (m_heldIds.contains(m_pinned) ? 1 : 0); }

void ConversationListModel::setHeld(bool held)
{
    m_held = held;
    if (!held)
        releaseHeld();
}

void ConversationListModel::releaseHeld()
{
    m_held = false;
    m_changed.unite(m_heldIds);
    m_heldIds.clear();
    if (!m_changed.isEmpty())
        m_changeTimer.start();
    Q_EMIT heldChanged(0);
}

void ConversationListModel::setPinned(ConversationId id)
{
    const ConversationId before = std::exchange(m_pinned, id);
    if (before == id || !before)
        return;
    if (m_left.remove(before)) {
        const int row = rowOf(before);
        if (row >= 0)
            removeRow(row);
        Q_EMIT stateChanged();
    }
    if (!m_held && m_heldIds.remove(before)) {
        m_changed.insert(before);
        m_changeTimer.start();
    }
}

} // namespace patchbay
