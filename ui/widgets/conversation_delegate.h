#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace patchbay {

namespace conversations {
struct Summary;
}
struct ThemeColors;

/// Paints two-line rows of one fixed height: who, when; what, and the marks. GUI thread.
class ConversationDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

private:
    struct Canvas;
    void paintAvatar(Canvas &on, const conversations::Summary &row) const;
    void paintFirstLine(Canvas &on, const conversations::Summary &row) const;
    void paintSecondLine(Canvas &on, const conversations::Summary &row) const;
    void paintPlaceholder(Canvas &on) const;
};

} // namespace patchbay
