#pragma once

#include "core/store/store.h"
#include "core/store/task_list.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// The cards of one column of the board: the newest of what is true of these tasks. GUI thread.
class TaskColumnModel final : public RowsModel<task_list::Entry> {
    Q_OBJECT

public:
    using RowsModel::RowsModel;

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex &index, int role) const override;
    void show(std::vector<task_list::Entry> cards) { assign(std::move(cards)); }
    void tick();

protected:
    qint64 key(const task_list::Entry &row) const override { return row.task.id.value; }
};

/// What the board's columns are, and their cards: Waiting, Needs a person, Open, Closed; where one target is filtered,
/// Open is a column for each of that target's own words. Nothing is moved here: a column says what is so. GUI thread.
class TaskBoardModel final : public QObject {
    Q_OBJECT

public:
    struct Column {
        task_list::Place place = task_list::Place::Open;
        std::optional<QString> word = {}; ///< the target's own
        int count = 0; ///< of all, the model holds the newest
        TaskColumnModel *cards = nullptr;

        QString title() const;
    };

    explicit TaskBoardModel(Store &store, QObject *parent = nullptr);
    /// Follows commits while it is shown.
    void setShown(bool shown);
    void setFilter(const task_list::Filter &filter);
    const std::vector<Column> &columns() const { return m_columns; }
    void reload();
    void tick();

Q_SIGNALS:
    /// The columns are others now.
    void columnsChanged();
    void loaded();
    void failed(const QString &sentence);

private:
    struct Read;
    static Result<std::vector<Read>> read(Database &db, const task_list::Filter &filter);
    void take(std::vector<Read> read);

    Store &m_store;
    task_list::Filter m_filter;
    std::vector<Column> m_columns;
    quint64 m_epoch = 0;
    bool m_shown = false;
    QTimer m_timer;
};

} // namespace patchbay
