#pragma once

#include "core/store/store.h"
#include "core/store/taxonomy_table.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// What the model was taught, newest first, with what was undone. GUI thread.
class LessonsModel final : public RowsModel<lessons::Listed> {
    Q_OBJECT

public:
    enum Column { When, From, To, By, Text, State, ColumnCount };

    explicit LessonsModel(Store &store, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();
    /// How many of the rows were learned since midnight and were not undone.
    int learnedToday() const;
    /// True when there are older ones than those that are listed.
    bool hasMore() const { return m_more; }

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const lessons::Listed &row) const override { return row.lesson.id.value; }
    bool same(const lessons::Listed &a, const lessons::Listed &b) const override;

private:
    Store &m_store;
    QTimer m_timer;
    bool m_more = false;
    quint64 m_epoch = 0;
};

} // namespace patchbay
