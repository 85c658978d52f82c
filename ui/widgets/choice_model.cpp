#include "ui/widgets/choice_model.h"

#include "ui/models/words.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>

namespace patchbay {

QVariant ChoiceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Choice &choice = m_choices[size_t(index.row())];
    if (role == Qt::DisplayRole)
        return words::oneLine(choice.text);
    if (role == Qt::AccessibleTextRole)
        return choice.checked ? tr("%1, chosen").arg(words::oneLine(choice.text))
                              : QStringLiteral("%1 %2").arg(words::oneLine(choice.text), choice.hint).trimmed();
    return {};
}

void ChoiceModel::setChoices(std::vector<Choice> choices)
{
    beginResetModel();
    m_choices = std::move(choices);
    endResetModel();
}

int ChoiceModel::checkedRow() const
{
    for (size_t i = 0; i < m_choices.size(); ++i) {
        if (m_choices[i].checked)
            return int(i);
    }
    return 0;
}

QSize ChoiceDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {200, QFontMetrics(option.font).height() + 14};
}

void ChoiceDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *model = qobject_cast<const ChoiceModel *>(index.model());
    if (!model)
        return;
    const Choice choice = model->choice(index.row());
    const ThemeColors &colors = themeOf(option.widget);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.state & QStyle::State_Selected ? colors.selected : colors.hover);
        painter->drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 6, 6);
    }
    QRect line = option.rect.adjusted(10, 0, -10, 0);
    painter->setFont(option.font);
    if (!choice.hint.isEmpty()) {
        painter->setPen(colors.muted);
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, choice.hint);
        line.setRight(line.right() - QFontMetrics(option.font).horizontalAdvance(choice.hint) - 12);
    }
    painter->setPen(choice.enabled ? colors.text : colors.faint);
    const QString text = (choice.checked ? QStringLiteral("✓ ") : QString()) + words::oneLine(choice.text);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      QFontMetrics(option.font).elidedText(text, Qt::ElideRight, line.width()));
    painter->restore();
}

} // namespace patchbay
