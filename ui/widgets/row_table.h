#pragma once

#include <QtCore/QList>

class QAbstractItemModel;
class QString;
class QTableView;

namespace patchbay {

/// A table of rows to choose one from: no grid, no row numbers, rows of one height, `stretch` takes what is left.
void setUpRowTable(QTableView *table, const QString &name, QAbstractItemModel *model, const QList<int> &widths,
                   int stretch);

} // namespace patchbay
