#pragma once

#include "ui/models/choice_filter.h"

#include <QtCore/QAbstractListModel>
#include <QtWidgets/QStyledItemDelegate>

namespace patchbay {

/// The choices that fit, for a picker's list. GUI thread.
class ChoiceModel final : public QAbstractListModel {
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_choices.size()); }
    QVariant data(const QModelIndex &index, int role) const override;
    void setChoices(std::vector<Choice> choices);
    Choice choice(int row) const { return m_choices[size_t(row)]; }
    int checkedRow() const;

private:
    std::vector<Choice> m_choices;
};

/// One line: a check mark, the text, and the hint at the right.
class ChoiceDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace patchbay
