#pragma once

#include "core/engine/taxonomy_follow.h"
#include "core/store/category_edits.h"
#include "core/store/store.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// A category with what there is under it.
struct CategoryRow {
    Category category = {};
    CategoryCounts counts = {};
};

/// All categories in their order, the retired ones last. GUI thread.
class CategoryListModel final : public RowsModel<CategoryRow> {
    Q_OBJECT

public:
    enum Column { Name, Description, Priority_, Words, Conversations, Lessons, State, ColumnCount };

    explicit CategoryListModel(Store &store, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();
    /// Counts cost something: they are read again after a change only while somebody looks.
    void follow(bool follows);
    /// Those in use other than Unsorted and this one.
    Taxonomy others(CategoryId than) const;

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const CategoryRow &row) const override { return row.category.id.value; }

private:
    Store &m_store;
    quint64 m_epoch = 0;
    bool m_follows = true;
    bool m_stale = false;
    QTimer m_timer;
};

/// "Conversations 12, lessons 3" and the names that follow, for previews.
QString namedByText(const NamedBy &named);

} // namespace patchbay
