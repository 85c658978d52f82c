#pragma once

#include "ui/models/rail_model.h"

#include <QtWidgets/QStyledItemDelegate>

namespace patchbay {

/// Rows of the rail: a sign, a name, a count; trouble in its colour and with a word. GUI thread.
class RailDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

private:
    void paintRow(QPainter &painter, const QStyleOptionViewItem &option, const RailRow &row) const;
};

} // namespace patchbay
