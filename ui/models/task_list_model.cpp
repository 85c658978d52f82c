#include "ui/models/task_list_model.h"

#include "ui/models/task_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>
#include <functional>

namespace patchbay {

namespace {

constexpr size_t taskBatch = 60;
constexpr size_t taskWantedLimit = 240; ///< what was painted before these has been scrolled past
constexpr int taskCacheLimit = 4000;
constexpr int taskFirstPage = 500; ///< on screen at once
constexpr int taskPage = 20'000; ///< the rest, behind
constexpr size_t taskChangesAtOnce = 200;

} // namespace

TaskListModel::TaskListModel(Store &store, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_counts(std::size(task_list::allStates), 0)
{
    const auto once = [this](QTimer &timer, int ms, auto method) {
        timer.setSingleShot(true);
        timer.setInterval(ms);
        connect(&timer, &QTimer::timeout, this, method);
    };
    once(m_fetchTimer, 0, &TaskListModel::fetchWanted);
    once(m_changeTimer, 50, &TaskListModel::askAgain);
    once(m_figuresTimer, 200, &TaskListModel::loadFigures);
    connect(&store, &Store::changed, this, &TaskListModel::applyChanges);
}

QVariant TaskListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    const task_list::Entry *found = entry(index.row());
    if (!found)
        return index.column() == Title ? tr("Loading…") : QString();
    if (role == Qt::DisplayRole || index.column() != Title)
        return text(*found, index.column());
    return tr("Task %1, for %2, in %3: %4. %5. Read %6")
        .arg(text(*found, Title), text(*found, Person), text(*found, Targets), text(*found, Delivery_),
             text(*found, Status), text(*found, Read));
}

QString TaskListModel::text(const task_list::Entry &entry, int column) const
{
    const Timestamp now = words::now();
    switch (column) {
    case Title: return words::oneLine(entry.task.payload.title);
    case Person: return words::oneLine(entry.contactName, 60);
    case Targets: return words::taskTargets(entry);
    case Delivery_: return words::taskDelivery(entry);
    case Status: return words::taskStatuses(entry);
    case Place: return words::taskPlace(entry.place());
    case Due: return words::taskDue(entry.task, now);
    case Category_: return words::oneLine(entry.task.payload.category, 60);
    case Created: return words::shortTime(entry.task.createdAt, now);
    case Read: return words::taskReadAt(entry, now);
    default: return {};
    }
}

QVariant TaskListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title: return tr("Task");
    case Person: return tr("For");
    case Targets: return tr("Target");
    case Delivery_: return tr("Delivery");
    case Status: return tr("Status over there");
    case Place: return tr("State");
    case Due: return tr("Due");
    case Category_: return tr("Category");
    case Created: return tr("Made");
    case Read: return tr("Read");
    default: return {};
    }
}

const task_list::Entry *TaskListModel::entry(int row) const
{
    const TaskId id = idAt(row);
    if (!id)
        return nullptr;
    const auto found = m_cache.constFind(id);
    if (found == m_cache.constEnd() || m_stale.contains(id))
        want(id);
    return found == m_cache.constEnd() ? nullptr : &*found;
}

TaskId TaskListModel::idAt(int row) const
{
    return row >= 0 && size_t(row) < m_ids.size() ? m_ids[size_t(row)] : TaskId();
}

int TaskListModel::rowOf(TaskId id) const
{
    const auto at = std::lower_bound(m_ids.begin(), m_ids.end(), id, std::greater<>());
    return at == m_ids.end() || *at != id ? -1 : int(at - m_ids.begin());
}

void TaskListModel::setFilter(const task_list::Filter &filter)
{
    if (filter == m_filter && m_state != State::Failed && m_epoch > 0)
        return;
    m_filter = filter;
    reload();
}

void TaskListModel::reload()
{
    ++m_epoch;
    beginResetModel();
    m_ids.clear();
    m_cache.clear();
    m_stale.clear();
    m_inFlight.clear();
    m_wanted.clear();
    m_changed.clear();
    m_complete = false;
    endResetModel();
    setState(State::Loading);
    loadPage({});
    loadFigures();
}

void TaskListModel::loadPage(TaskId before)
{
    const int limit = before ? taskPage : taskFirstPage;
    auto work = [filter = m_filter, before, limit](Database &db) -> Result<std::vector<TaskId>> {
        return db.finish(task_list::page(db, filter, before, limit));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, first = !before, limit, epoch = m_epoch](const Result<std::vector<TaskId>> &page) {
                 if (epoch != m_epoch)
                     return;
                 if (!page)
                     return setState(State::Failed, page.error().message);
                 m_complete = int(page->size()) < limit;
                 takePage(*page, first);
                 if (!m_complete)
                     loadPage(page->back());
             });
}

void TaskListModel::takePage(const std::vector<TaskId> &page, bool first)
{
    if (first) {
        beginResetModel();
        m_ids = page;
        endResetModel();
    } else if (!page.empty()) {
        beginInsertRows({}, rowCount(), rowCount() + int(page.size()) - 1);
        m_ids.insert(m_ids.end(), page.begin(), page.end());
        endInsertRows();
    }
    setState(State::Ready);
    if (m_complete && !m_changed.isEmpty())
        m_changeTimer.start();
}

void TaskListModel::setState(State state, const QString &failure)
{
    m_state = state;
    m_failure = failure;
    Q_EMIT stateChanged();
}

void TaskListModel::loadFigures()
{
    const quint64 epoch = ++m_figuresEpoch;
    auto work = [filter = m_filter](Database &db) -> Result<Figures> {
        return db.finish(Figures{task_list::counts(db, filter), task_list::categories(db)});
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Figures> &figures) {
        if (epoch != m_figuresEpoch || !figures) // the list says what cannot be read
            return;
        m_counts = figures->counts;
        m_categories = figures->categories;
        Q_EMIT countsChanged();
    });
}

void TaskListModel::applyChanges(const ChangeSet &changes)
{
    if (m_epoch == 0)
        return; // nobody looked at it yet
    if (changes.everything)
        return reload();
    m_changed.unite(changes.tasks);
    if (changes.targets) { // a name may be another
        for (auto it = m_cache.constBegin(); it != m_cache.constEnd(); ++it)
            m_stale.insert(it.key());
    }
    if (!m_changed.isEmpty() && !m_changeTimer.isActive())
        m_changeTimer.start();
}

void TaskListModel::askAgain()
{
    if (m_state == State::Failed)
        return reload();
    if (!m_complete)
        return; // the last page starts this again
    QSet<TaskId> asked;
    for (auto it = m_changed.begin(); it != m_changed.end() && size_t(asked.size()) < taskChangesAtOnce;
         it = m_changed.erase(it))
        asked.insert(*it);
    if (!m_changed.isEmpty())
        m_changeTimer.start();
    for (const TaskId id : asked)
        m_stale.insert(id);
    auto work = [filter = m_filter,
                 ids = std::vector<TaskId>(asked.begin(), asked.end())](Database &db) -> Result<std::vector<TaskId>> {
        return db.finish(task_list::among(db, filter, ids));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, asked, epoch = m_epoch](const Result<std::vector<TaskId>> &present) {
                 if (epoch != m_epoch)
                     return;
                 if (!present)
                     return setState(State::Failed, present.error().message);
                 place(asked, *present);
             });
    if (!m_figuresTimer.isActive())
        m_figuresTimer.start();
}

void TaskListModel::place(const QSet<TaskId> &asked, const std::vector<TaskId> &present)
{
    const QSet<TaskId> here(present.begin(), present.end());
    for (const TaskId id : asked) {
        const int row = rowOf(id);
        if (row >= 0 && !here.contains(id)) {
            beginRemoveRows({}, row, row);
            m_ids.erase(m_ids.begin() + row);
            endRemoveRows();
        } else if (row < 0 && here.contains(id)) {
            const int at = int(std::lower_bound(m_ids.begin(), m_ids.end(), id, std::greater<>()) - m_ids.begin());
            beginInsertRows({}, at, at);
            m_ids.insert(m_ids.begin() + at, id);
            endInsertRows();
        } else if (row >= 0) {
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
    Q_EMIT stateChanged();
}

void TaskListModel::want(TaskId id) const
{
    if (m_inFlight.contains(id) || std::find(m_wanted.begin(), m_wanted.end(), id) != m_wanted.end())
        return;
    if (m_wanted.size() >= taskWantedLimit)
        m_wanted.erase(m_wanted.begin(), m_wanted.begin() + taskBatch);
    m_wanted.push_back(id);
    if (!m_fetchTimer.isActive())
        m_fetchTimer.start();
}

void TaskListModel::fetchWanted()
{
    const size_t count = std::min(m_wanted.size(), taskBatch);
    const std::vector<TaskId> ids(m_wanted.end() - std::ptrdiff_t(count), m_wanted.end());
    m_wanted.resize(m_wanted.size() - count);
    if (ids.empty())
        return;
    for (const TaskId id : ids) {
        m_inFlight.insert(id);
        m_stale.remove(id);
    }
    if (!m_wanted.empty())
        m_fetchTimer.start();
    auto work = [ids](Database &db) -> Result<std::vector<task_list::Entry>> {
        return db.finish(task_list::entries(db, ids));
    };
    whenDone(this, m_store.read(std::move(work)),
             [this, ids, epoch = m_epoch](const Result<std::vector<task_list::Entry>> &read) {
                 if (epoch != m_epoch)
                     return;
                 for (const TaskId id : ids)
                     m_inFlight.remove(id);
                 if (!read)
                     return setState(State::Failed, read.error().message);
                 takeEntries(*read);
             });
}

void TaskListModel::takeEntries(std::vector<task_list::Entry> entries)
{
    if (m_cache.size() > taskCacheLimit)
        m_cache.clear();
    for (task_list::Entry &entry : entries) {
        const TaskId id = entry.task.id;
        m_cache.insert(id, std::move(entry));
        if (const int row = rowOf(id); row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void TaskListModel::tick()
{
    if (!m_ids.empty())
        Q_EMIT dataChanged(index(0, Due), index(rowCount() - 1, Read), {Qt::DisplayRole});
}

} // namespace patchbay
