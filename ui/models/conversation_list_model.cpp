#include "ui/models/conversation_list_model.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>
#include <chrono>

namespace patchbay {

namespace {

constexpr int listBatch = 60;
constexpr int listCacheLimit = 4000;
constexpr auto listChangePause = std::chrono::milliseconds(30);

bool listComesFirst(const conversations::Ordered &a, const conversations::Ordered &b)
{
    return a.sortAt != b.sortAt ? a.sortAt > b.sortAt : a.id > b.id;
}

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

int ConversationListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_order.size());
}

QVariant ConversationListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ConversationId id = m_order[size_t(index.row())].id;
    if (role == IdRole)
        return id.value;
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    const conversations::Summary *found = summary(index.row());
    if (!found)
        return tr("Loading…");
    return role == Qt::DisplayRole ? words::oneLine(found->contactName) : sentence(*found);
}

const conversations::Summary *ConversationListModel::summary(int row) const
{
    if (row < 0 || size_t(row) >= m_order.size())
        return nullptr;
    const ConversationId id = m_order[size_t(row)].id;
    const auto found = m_cache.constFind(id);
    if (found == m_cache.constEnd() || m_stale.contains(id))
        want(id);
    return found == m_cache.constEnd() ? nullptr : &*found;
}

ConversationId ConversationListModel::idAt(int row) const
{
    return row >= 0 && size_t(row) < m_order.size() ? m_order[size_t(row)].id : ConversationId();
}

int ConversationListModel::rowOf(ConversationId id) const
{
    const auto found = std::find_if(m_order.begin(), m_order.end(), [id](const auto &entry) { return entry.id == id; });
    return found == m_order.end() ? -1 : int(found - m_order.begin());
}

ConversationId ConversationListModel::nextAwaiting(int row) const
{
    const int count = rowCount();
    for (int step = 1; step <= count; ++step) {
        const int candidate = (row + step + count) % count;
        const auto found = m_cache.constFind(m_order[size_t(candidate)].id);
        if (found == m_cache.constEnd()) {
            want(m_order[size_t(candidate)].id);
            continue;
        }
        if (found->conversation.awaitingUs && found->conversation.status == ConversationStatus::Open
            && !m_left.contains(found->conversation.id) && candidate != row)
            return found->conversation.id;
    }
    return {};
}

void ConversationListModel::setView(conversations::View view)
{
    m_view = view;
    m_pinned = {};
    reload();
}

void ConversationListModel::reload()
{
    const quint64 epoch = ++m_epoch;
    beginResetModel();
    m_order.clear();
    m_heldIds.clear();
    m_left.clear();
    m_inFlight.clear();
    m_wanted.clear();
    m_changed.clear();
    endResetModel();
    setState(State::Loading);
    Q_EMIT heldChanged(0);
    auto work = [view = m_view, me = m_me](Database &db) -> Result<std::vector<conversations::Ordered>> {
        return db.finish(conversations::ordered(db, view, me));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, epoch](const Result<std::vector<conversations::Ordered>> &all) {
                 if (epoch != m_epoch)
                     return;
                 if (!all)
                     return setState(State::Failed, all.error().message);
                 beginResetModel();
                 m_order = *all;
                 std::sort(m_order.begin(), m_order.end(), listComesFirst);
                 endResetModel();
                 setState(State::Ready);
             });
}

void ConversationListModel::setState(State state, const QString &failure)
{
    m_state = state;
    m_failure = failure;
    Q_EMIT stateChanged();
}

void ConversationListModel::want(ConversationId id) const
{
    if (m_inFlight.contains(id))
        return;
    m_wanted.insert(id);
    if (!m_fetchTimer.isActive())
        m_fetchTimer.start();
}

void ConversationListModel::fetchWanted()
{
    std::vector<ConversationId> ids;
    for (auto it = m_wanted.begin(); it != m_wanted.end() && ids.size() < listBatch;) {
        ids.push_back(*it);
        m_inFlight.insert(*it);
        m_stale.remove(*it);
        it = m_wanted.erase(it);
    }
    if (ids.empty())
        return;
    if (!m_wanted.isEmpty())
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
                 if (m_cache.size() > listCacheLimit)
                     m_cache.clear();
                 QSet<ConversationId> fresh;
                 for (const conversations::Summary &row : *read) {
                     m_cache.insert(row.conversation.id, row);
                     fresh.insert(row.conversation.id);
                 }
                 for (size_t i = 0; i < m_order.size() && !fresh.isEmpty(); ++i) {
                     if (!fresh.remove(m_order[i].id))
                         continue;
                     const QModelIndex at = index(int(i));
                     Q_EMIT dataChanged(at, at);
                 }
             });
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
        if (!m_order.empty())
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
    if (m_state != State::Ready) {
        m_changeTimer.start();
        return;
    }
    const QSet<ConversationId> asked = std::exchange(m_changed, {});
    markStale(asked);
    const std::vector<ConversationId> ids(asked.begin(), asked.end());
    auto work = [ids, view = m_view, me = m_me](Database &db) -> Result<std::vector<conversations::Ordered>> {
        return db.finish(conversations::orderedAmong(db, view, me, ids));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, asked, epoch = m_epoch](const Result<std::vector<conversations::Ordered>> &present) {
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
    // One pass finds where they stand; later passes search by the position found here.
    QHash<ConversationId, conversations::Ordered> before;
    for (const conversations::Ordered &entry : m_order) {
        if (asked.contains(entry.id))
            before.insert(entry.id, entry);
    }
    for (const ConversationId id : asked) {
        const auto was = before.constFind(id);
        const int row = was == before.constEnd() ? -1 : positionFor(*was);
        const auto is = now.constFind(id);
        placeOne(id, row, is == now.constEnd() ? nullptr : &*is);
    }
    Q_EMIT heldChanged(heldCount());
    Q_EMIT stateChanged();
}

void ConversationListModel::placeOne(ConversationId id, int row, const conversations::Ordered *now)
{
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
    if (m_order[size_t(row)].sortAt != now->sortAt) {
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

int ConversationListModel::positionFor(const conversations::Ordered &entry) const
{
    return int(std::lower_bound(m_order.begin(), m_order.end(), entry, listComesFirst) - m_order.begin());
}

void ConversationListModel::insertRow(const conversations::Ordered &entry)
{
    const int row = positionFor(entry);
    beginInsertRows({}, row, row);
    m_order.insert(m_order.begin() + row, entry);
    endInsertRows();
}

void ConversationListModel::removeRow(int row)
{
    beginRemoveRows({}, row, row);
    m_order.erase(m_order.begin() + row);
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

QString ConversationListModel::sentence(const conversations::Summary &summary) const
{
    const Conversation &c = summary.conversation;
    QStringList parts;
    if (c.unread)
        parts << tr("Unread");
    parts << words::oneLine(summary.contactName.isEmpty() ? summary.contactAddress : summary.contactName);
    parts << tr("on %1").arg(words::oneLine(summary.channelName));
    if (!c.subject.isEmpty())
        parts << words::oneLine(c.subject);
    if (c.awaitingUs && c.awaitingSince)
        parts << tr("awaiting us for %1").arg(words::duration(words::now() - c.awaitingSince));
    if (c.status == ConversationStatus::Done)
        parts << tr("done");
    if (c.status == ConversationStatus::Snoozed)
        parts << tr("snoozed until %1").arg(words::fullTime(c.snoozeUntil));
    if (!summary.categoryName.isEmpty())
        parts << tr("category %1, %2 sure").arg(words::oneLine(summary.categoryName), words::percent(c.confidence));
    if (c.priority >= Priority::High)
        parts << tr("priority %1").arg(words::priority(c.priority));
    if (!summary.assigneeName.isEmpty())
        parts << tr("assigned to %1").arg(words::oneLine(summary.assigneeName));
    if (summary.hasPendingSuggestion)
        parts << tr("a suggestion waits");
    if (summary.hasDraft)
        parts << tr("has your draft");
    if (summary.failedDeliveries > 0)
        parts << tr("%n delivery(ies) with a problem", nullptr, summary.failedDeliveries);
    if (m_left.contains(c.id))
        parts << tr("no longer in this view");
    return parts.join(QStringLiteral(", "));
}

} // namespace patchbay
