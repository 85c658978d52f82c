#include "ui/widgets/fixed_row_list.h"

#include <QtGui/QPaintEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace patchbay {

FixedRowList::FixedRowList(QWidget *parent)
    : QListView(parent)
{
    setVerticalScrollMode(ScrollPerPixel);
    setSelectionMode(SingleSelection);
}

int FixedRowList::rowHeight() const
{
    if (m_rowHeight == 0 && model() && model()->rowCount(rootIndex()) > 0)
        m_rowHeight = qMax(1, sizeHintForRow(0));
    return qMax(1, m_rowHeight);
}

int FixedRowList::rowAt(int y) const { return (y + verticalOffset()) / rowHeight(); }

int FixedRowList::verticalOffset() const { return verticalScrollBar()->value(); }

QRect FixedRowList::visualRect(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    return {0, index.row() * rowHeight() - verticalOffset(), viewport()->width(), rowHeight()};
}

QModelIndex FixedRowList::indexAt(const QPoint &point) const
{
    if (!model() || point.y() + verticalOffset() < 0)
        return {};
    return model()->index(rowAt(point.y()), 0, rootIndex()); // invalid below the last one
}

void FixedRowList::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    if (!index.isValid())
        return;
    const int top = index.row() * rowHeight();
    const int room = viewport()->height();
    QScrollBar *bar = verticalScrollBar();
    if (hint == PositionAtTop || (hint == EnsureVisible && top < bar->value()))
        bar->setValue(top);
    else if (hint == PositionAtBottom || (hint == EnsureVisible && top + rowHeight() > bar->value() + room))
        bar->setValue(top + rowHeight() - room);
    else if (hint == PositionAtCenter)
        bar->setValue(top + (rowHeight() - room) / 2);
}

void FixedRowList::doItemsLayout()
{
    m_rowHeight = 0; // fonts and styles change it
    QAbstractItemView::doItemsLayout();
}

void FixedRowList::reset()
{
    m_rowHeight = 0;
    QListView::reset();
}

void FixedRowList::updateGeometries()
{
    QAbstractItemView::updateGeometries();
    const int rows = model() ? model()->rowCount(rootIndex()) : 0;
    const int room = viewport()->height();
    QScrollBar *bar = verticalScrollBar();
    bar->setSingleStep(rowHeight());
    bar->setPageStep(room);
    bar->setRange(0, qMax(0, rows * rowHeight() - room));
    horizontalScrollBar()->setRange(0, 0);
}

void FixedRowList::resizeEvent(QResizeEvent *event)
{
    QAbstractItemView::resizeEvent(event); // QListView would lay out all rows
    updateGeometries();
}

void FixedRowList::rowsInserted(const QModelIndex &parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    updateGeometries();
    viewport()->update();
}

void FixedRowList::rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
    scheduleDelayedItemsLayout();
}

void FixedRowList::dataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles)
{
    Q_UNUSED(roles)
    // Qt's own unites the places of all rows between the two.
    if (first.isValid() && first.row() <= rowAt(viewport()->height()) && last.row() >= rowAt(0))
        viewport()->update();
}

void FixedRowList::paintEvent(QPaintEvent *event)
{
    const int count = model() ? model()->rowCount(rootIndex()) : 0;
    const int first = qMax(0, rowAt(event->rect().top()));
    const int last = qMin(count - 1, rowAt(event->rect().bottom()));
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QPoint pointer = viewport()->mapFromGlobal(QCursor::pos());
    const int under = viewport()->underMouse() && viewport()->rect().contains(pointer) ? rowAt(pointer.y()) : -1;
    const QStyle::State state = option.state;
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = model()->index(row, 0, rootIndex());
        option.rect = visualRect(index);
        option.state = state;
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
        option.state.setFlag(QStyle::State_MouseOver, row == under);
        option.state.setFlag(QStyle::State_HasFocus, hasFocus() && index == currentIndex());
        itemDelegate()->paint(&painter, option, index);
    }
}

QModelIndex FixedRowList::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    Q_UNUSED(modifiers)
    const int count = model() ? model()->rowCount(rootIndex()) : 0;
    if (count == 0)
        return {};
    const int page = qMax(1, viewport()->height() / rowHeight() - 1);
    int row = currentIndex().isValid() ? currentIndex().row() : -1;
    switch (action) {
    case MoveHome: row = 0; break;
    case MoveEnd: row = count - 1; break;
    case MovePageUp: row -= page; break;
    case MovePageDown: row += page; break;
    case MoveUp:
    case MovePrevious: --row; break;
    case MoveDown:
    case MoveNext: ++row; break;
    case MoveLeft:
    case MoveRight: break;
    }
    return model()->index(std::clamp(row, 0, count - 1), 0, rootIndex());
}

void FixedRowList::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags)
{
    const QModelIndex at = indexAt(rect.topLeft());
    if (at.isValid())
        selectionModel()->select(at, flags);
}

QRegion FixedRowList::visualRegionForSelection(const QItemSelection &selection) const
{
    QRegion region;
    for (const QItemSelectionRange &range : selection)
        region += QRect(visualRect(range.topLeft()).topLeft(), visualRect(range.bottomRight()).bottomRight());
    return region;
}

} // namespace patchbay
