#pragma once

#include <QtCore/QList>

class QAbstractItemModel;
class QAbstractItemView;
class QString;
class QTableView;

namespace patchbay {

/// A table of rows to choose one from: no grid, no row numbers, rows of one height, `stretch` takes what is left.
void setUpRowTable(QTableView *table, const QString &name, QAbstractItemModel *model, const QList<int> &widths,
                   int stretch);

/// In a dialog: Enter in the rows is theirs alone (it activates the current one). Qt would hand it on to the dialog,
/// which presses its default button, be that Save or Undo.
void keepEnterInRows(QAbstractItemView *rows);

} // namespace patchbay
