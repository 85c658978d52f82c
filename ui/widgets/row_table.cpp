#include "ui/widgets/row_table.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

class EnterInRows final : public QObject {
public:
    explicit EnterInRows(QAbstractItemView *rows)
        : QObject(rows)
        , m_rows(rows)
    {
        rows->installEventFilter(this);
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const int key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent *>(event)->key() : 0;
        if (key != Qt::Key_Return && key != Qt::Key_Enter)
            return QObject::eventFilter(watched, event);
        if (const QModelIndex at = m_rows->currentIndex(); at.isValid())
            Q_EMIT m_rows->activated(at);
        return true;
    }

private:
    QAbstractItemView *m_rows;
};

} // namespace

void keepEnterInRows(QAbstractItemView *rows) { new EnterInRows(rows); }

void setUpRowTable(QTableView *table, const QString &name, QAbstractItemModel *model, const QList<int> &widths,
                   int stretch)
{
    table->setAccessibleName(name);
    table->setModel(model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(34);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (int column = 0; column < widths.size(); ++column)
        table->setColumnWidth(column, widths[column]);
    table->horizontalHeader()->setSectionResizeMode(stretch, QHeaderView::Stretch);
}

} // namespace patchbay
