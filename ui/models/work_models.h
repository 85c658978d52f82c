#pragma once

#include "core/store/raw_message_table.h"
#include "core/store/store.h"
#include "core/store/task_table.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// The tasks of the built-in target. GUI thread.
class LocalTasksModel final : public RowsModel<LocalTask> {
    Q_OBJECT

public:
    enum Column { State, Title, Priority_, Category_, Contact, Created, ColumnCount };

    explicit LocalTasksModel(Store &store, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setWithDone(bool withDone);
    void reload();
    /// Of all tasks; the model holds the newest ones.
    int total() const { return m_total; }

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const LocalTask &row) const override { return row.id.value; }

private:
    struct Page {
        std::vector<LocalTask> rows = {};
        int total = 0;
    };

    Store &m_store;
    int m_total = 0;
    bool m_withDone = false;
    quint64 m_epoch = 0;
    QTimer m_timer;
};

/// What came in and could not be read. GUI thread.
class QuarantineModel final : public RowsModel<raw_messages::RawMessage> {
    Q_OBJECT

public:
    enum Column { Received, Reason, Source, Attempts, ColumnCount };

    explicit QuarantineModel(Store &store, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();
    /// Of everything that is held; the model holds the newest ones.
    int total() const { return m_total; }

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const raw_messages::RawMessage &row) const override { return row.id.value; }

private:
    struct Page {
        std::vector<raw_messages::RawMessage> rows = {};
        int total = 0;
    };

    Store &m_store;
    int m_total = 0;
    quint64 m_epoch = 0;
    QTimer m_timer;
};

} // namespace patchbay
