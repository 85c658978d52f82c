#pragma once

#include <QtWidgets/QListView>

namespace patchbay {

/// A list view whose rows all have the height of the first one. QListView lays out every row after every change, which
/// takes a frame at 150,000 rows; here a row's place is a multiplication. A QListView still, so that screen readers,
/// keys and selection are Qt's. GUI thread.
class FixedRowList final : public QListView {
    Q_OBJECT

public:
    explicit FixedRowList(QWidget *parent = nullptr);

    QRect visualRect(const QModelIndex &index) const override;
    QModelIndex indexAt(const QPoint &point) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    void doItemsLayout() override;
    void reset() override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void updateGeometries() override;
    void rowsInserted(const QModelIndex &parent, int start, int end) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end) override;
    void dataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int verticalOffset() const override;
    int horizontalOffset() const override { return 0; }
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags) override;
    QRegion visualRegionForSelection(const QItemSelection &selection) const override;

private:
    int rowHeight() const;
    int rowAt(int y) const;

    mutable int m_rowHeight = 0; ///< 0: not measured yet
};

} // namespace patchbay
