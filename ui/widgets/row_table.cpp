#include "ui/widgets/row_table.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableView>

namespace patchbay {

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
