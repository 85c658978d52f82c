#pragma once

#include "core/store/store.h"
#include "core/store/task_list.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QSet>
#include <QtCore/QTimer>

namespace patchbay {

/// All tasks that a filter lets through: their ids in order in memory, the newest at once and the rest in pages behind,
/// rows fetched when they are painted. A commit moves exactly the rows it touched. GUI thread.
class TaskListModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Title, Person, Targets, Delivery_, Status, Place, Due, Category_, Created, Read, ColumnCount };
    enum class State { Loading, Ready, Failed };

    explicit TaskListModel(Store &store, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_ids.size()); }
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setFilter(const task_list::Filter &filter);
    const task_list::Filter &filter() const { return m_filter; }
    void reload();
    State state() const { return m_state; }
    QString failure() const { return m_failure; }
    /// Every page is here.
    bool isComplete() const { return m_complete; }
    /// How many tasks each of task_list::allStates has with the rest of the filter.
    const std::vector<int> &counts() const { return m_counts; }
    const QStringList &categories() const { return m_categories; }
    /// Nothing while it is being fetched.
    const task_list::Entry *entry(int row) const;
    TaskId idAt(int row) const;
    int rowOf(TaskId id) const; ///< -1 when it is not here
    /// Ages grow without a commit.
    void tick();

Q_SIGNALS:
    void stateChanged();
    void countsChanged();

private:
    struct Figures {
        std::vector<int> counts = {};
        QStringList categories = {};
    };
    void loadPage(TaskId before);
    void takePage(const std::vector<TaskId> &page, bool first);
    void loadFigures();
    void applyChanges(const ChangeSet &changes);
    void askAgain();
    void place(const QSet<TaskId> &asked, const std::vector<TaskId> &present);
    void want(TaskId id) const;
    void fetchWanted();
    void takeEntries(std::vector<task_list::Entry> entries);
    void setState(State state, const QString &failure = {});
    QString text(const task_list::Entry &entry, int column) const;

    Store &m_store;
    task_list::Filter m_filter;
    State m_state = State::Loading;
    QString m_failure;
    bool m_complete = false;
    quint64 m_epoch = 0; ///< answers to questions of an earlier filter are dropped
    quint64 m_figuresEpoch = 0;
    std::vector<TaskId> m_ids; ///< newest first, which is by falling id
    QHash<TaskId, task_list::Entry> m_cache;
    mutable std::vector<TaskId> m_wanted; ///< what was painted last is fetched first
    QSet<TaskId> m_inFlight;
    QSet<TaskId> m_stale;
    QSet<TaskId> m_changed;
    std::vector<int> m_counts;
    QStringList m_categories;
    mutable QTimer m_fetchTimer;
    QTimer m_changeTimer;
    QTimer m_figuresTimer;
};

} // namespace patchbay
