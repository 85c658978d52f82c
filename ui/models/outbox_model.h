#pragma once

#include "core/store/delivery_table.h"
#include "core/store/store.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// The Outbox as a table; follows commits and keeps its rows in place. GUI thread.
class OutboxModel final : public RowsModel<deliveries::Entry> {
    Q_OBJECT

public:
    enum Column { State, What, To, Attempts, NextTry, Words, ColumnCount };

    explicit OutboxModel(Store &store, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setFilter(deliveries::Filter filter);
    deliveries::Filter filter() const { return m_filter; }
    void reload();
    /// Of all rows of the filter; the model holds the newest ones.
    int total() const { return m_total; }

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const deliveries::Entry &row) const override { return row.delivery.id.value; }

private:
    struct Page {
        std::vector<deliveries::Entry> rows = {};
        int total = 0;
    };
    void tick();

    Store &m_store;
    deliveries::Filter m_filter = deliveries::Filter::Open;
    quint64 m_epoch = 0;
    int m_total = 0;
    QTimer m_timer;
    QTimer m_second; ///< runs while something can be taken back
};

} // namespace patchbay
