#include "ui/widgets/conversation_delegate.h"

#include "ui/models/conversation_list_model.h"
#include "ui/models/search_list_model.h"
#include "ui/models/words.h"
#include "ui/widgets/glyphs.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QToolTip>

namespace patchbay {

namespace {

constexpr int rowMargin = 12;
constexpr int rowAvatar = 34;
constexpr int rowGap = 10;
constexpr double rowSure = 0.75; ///< below it the chip says how sure

const conversations::Summary *rowSummary(const QModelIndex &index)
{
    if (const auto *found = qobject_cast<const SearchListModel *>(index.model()))
        return found->summary(index.row());
    const auto *model = qobject_cast<const ConversationListModel *>(index.model());
    return model ? model->summary(index.row()) : nullptr;
}

/// None in a view, and where the conversation itself was found rather than words in it.
const search::Hit *rowHit(const QModelIndex &index)
{
    const auto *found = qobject_cast<const SearchListModel *>(index.model());
    const search::Hit *hit = found ? found->hit(index.row()) : nullptr;
    return hit && hit->at ? hit : nullptr;
}

bool rowHasLeft(const QModelIndex &index, ConversationId id)
{
    if (const auto *found = qobject_cast<const SearchListModel *>(index.model()))
        return found->hasLeft(id);
    const auto *model = qobject_cast<const ConversationListModel *>(index.model());
    return model && model->hasLeft(id);
}

/// A line that can be cut into pieces: control and bidi characters become spaces, so that marks keep their places.
QString rowPlain(QString text)
{
    for (QChar &c : text) {
        const QChar::Category category = c.category();
        if (category == QChar::Other_Control || category == QChar::Other_Format || c.isSpace())
            c = QLatin1Char(' ');
    }
    return text;
}

QString rowName(const conversations::Summary &row)
{
    const QString name = row.contactName.isEmpty() ? row.contactAddress : row.contactName;
    return words::oneLine(name, 80);
}

} // namespace

/// Where a row is painted: the room that is left shrinks from the right.
struct ConversationDelegate::Canvas {
    QPainter &painter;
    const ThemeColors &colors;
    QRect line;
    QFont font;
    bool selected = false;
    bool left_ = false; ///< no longer in this view
    const search::Hit *hit = nullptr;

    QFont sized(double factor, bool strong) const
    {
        QFont made = font;
        made.setPointSizeF(font.pointSizeF() * factor);
        made.setWeight(strong ? QFont::DemiBold : QFont::Normal);
        return made;
    }
    /// Text at the right end of the line; the line gets shorter.
    void right(const QString &text, const QFont &with, const QColor &color)
    {
        painter.setFont(with);
        painter.setPen(color);
        const int width = QFontMetrics(with).horizontalAdvance(text);
        painter.drawText(QRect(line.right() - width, line.top(), width + 1, line.height()),
                         Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, text);
        line.setRight(line.right() - width - 8);
    }
    /// `text` is cut to fit the limit, `suffix` never is.
    void rightChip(const QString &text, const QFont &with, const QColor &color, const QColor &back, int limit,
                   const QString &suffix = {})
    {
        const QFontMetrics metrics(with);
        const QString shown =
            metrics.elidedText(text, Qt::ElideRight, limit - metrics.horizontalAdvance(suffix)) + suffix;
        const int width = metrics.horizontalAdvance(shown) + 12;
        const QRect box(line.right() - width, line.center().y() - metrics.height() / 2 - 1, width,
                        metrics.height() + 3);
        painter.setPen(Qt::NoPen);
        painter.setBrush(back);
        painter.drawRoundedRect(box, 5, 5);
        painter.setFont(with);
        painter.setPen(color);
        painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, shown);
        line.setRight(line.right() - width - 6);
    }
    void left(const QString &text, const QFont &with, const QColor &color)
    {
        painter.setFont(with);
        painter.setPen(color);
        const QFontMetrics metrics(with);
        const QString shown = metrics.elidedText(text, Qt::ElideRight, line.width());
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
        line.setLeft(line.left() + metrics.horizontalAdvance(shown) + 5);
    }
    /// What was found in the text's colour and bold, what stands around it muted.
    void leftMarked(const Snippet &snippet, const QFont &with, const QFont &strong)
    {
        const QString text = rowPlain(snippet.text);
        int at = 0;
        const auto piece = [&](int end, bool marked) {
            end = qBound(at, end, int(text.size()));
            const QString part = text.mid(at, end - at);
            const QFont &font = marked ? strong : with;
            const QFontMetrics metrics(font);
            if (!part.isEmpty() && line.width() > metrics.horizontalAdvance(QChar(0x2026))) {
                painter.setFont(font);
                painter.setPen(marked ? colors.text : colors.muted);
                painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                                 metrics.elidedText(part, Qt::ElideRight, line.width()));
                line.setLeft(line.left() + metrics.horizontalAdvance(part));
            }
            at = end;
        };
        for (const TextMark &mark : snippet.marks) {
            piece(mark.from, false);
            piece(mark.from + mark.length, true);
        }
        piece(int(text.size()), false);
    }
};

QSize ConversationDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {200, qMax(60, QFontMetrics(option.font).height() * 2 + 28)};
}

void ConversationDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const ThemeColors &colors = themeOf(option.widget);
    const bool selected = option.state & QStyle::State_Selected;
    const bool focused =
        selected && (option.state & QStyle::State_Active) && option.widget && option.widget->hasFocus();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor back =
        selected ? colors.selected : (option.state & QStyle::State_MouseOver ? colors.hover : colors.base);
    painter->fillRect(option.rect, back);
    if (selected)
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), colors.accentFill);
    if (focused) {
        painter->setPen(QPen(colors.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    painter->setPen(colors.border);
    if (!selected)
        painter->drawLine(option.rect.left() + rowMargin, option.rect.bottom(), option.rect.right(),
                          option.rect.bottom());

    const QRect inner = option.rect.adjusted(rowMargin, 9, -rowMargin, -10);
    Canvas canvas{*painter, colors, inner, option.font, selected};
    const conversations::Summary *row = rowSummary(index);
    if (!row) {
        paintPlaceholder(canvas);
        painter->restore();
        return;
    }
    canvas.left_ = rowHasLeft(index, row->conversation.id);
    canvas.hit = rowHit(index);
    paintAvatar(canvas, *row);
    const int textLeft = inner.left() + rowAvatar + rowGap;
    const int half = inner.height() / 2;
    canvas.line = QRect(textLeft, inner.top(), inner.right() - textLeft, half);
    paintFirstLine(canvas, *row);
    canvas.line = QRect(textLeft, inner.top() + half, inner.right() - textLeft, inner.height() - half);
    paintSecondLine(canvas, *row);
    painter->restore();
}

void ConversationDelegate::paintAvatar(Canvas &on, const conversations::Summary &row) const
{
    const QRectF circle(on.line.left(), on.line.top() + (on.line.height() - rowAvatar) / 2.0, rowAvatar, rowAvatar);
    const QString name = rowName(row);
    on.painter.setPen(Qt::NoPen);
    on.painter.setBrush(avatarColor(row.contactAddress + name, on.colors.dark));
    on.painter.drawEllipse(circle);
    on.painter.setPen(on.colors.text);
    on.painter.setFont(on.sized(0.9, true));
    on.painter.drawText(circle, Qt::AlignCenter, words::initials(name));
    const QRectF badge(circle.right() - 13, circle.bottom() - 13, 16, 16);
    on.painter.setPen(Qt::NoPen);
    on.painter.setBrush(on.selected ? on.colors.selected : on.colors.base);
    on.painter.drawEllipse(badge);
    paintGlyph(on.painter, channelGlyph(row.channelConnector), badge.adjusted(2, 2, -2, -2), on.colors.muted);
}

void ConversationDelegate::paintFirstLine(Canvas &on, const conversations::Summary &row) const
{
    const Conversation &c = row.conversation;
    on.right(words::shortTime(on.hit ? on.hit->at : c.sortAt, words::now()), on.sized(0.88, c.unread),
             c.unread ? on.colors.accent : on.colors.muted);
    if (on.left_)
        on.rightChip(on.hit ? tr("↷ no match now") : tr("↷ left this view"), on.sized(0.82, false), on.colors.muted,
                     on.colors.hover, 140);
    if (c.priority >= Priority::High) {
        const bool urgent = c.priority == Priority::Urgent;
        on.rightChip(urgent ? tr("‼ Urgent") : tr("! High"), on.sized(0.82, true),
                     urgent ? on.colors.danger : on.colors.warning,
                     urgent ? on.colors.dangerSoft : on.colors.warningSoft, 90);
    }
    on.left(rowName(row), on.sized(1.0, c.unread), on.colors.text);
}

void ConversationDelegate::paintSecondLine(Canvas &on, const conversations::Summary &row) const
{
    const Conversation &c = row.conversation;
    if (c.unread) {
        on.painter.setPen(Qt::NoPen);
        on.painter.setBrush(on.colors.accentFill);
        on.painter.drawEllipse(QPointF(on.line.right() - 4, on.line.center().y() + 1), 4, 4);
        on.line.setRight(on.line.right() - 14);
    }
    if (!row.assigneeName.isEmpty() && !on.hit)
        on.rightChip(words::initials(row.assigneeName), on.sized(0.8, true), on.colors.muted, on.colors.hover, 40);
    if (row.failedDeliveries > 0)
        on.rightChip(tr("✕ Not sent"), on.sized(0.82, true), on.colors.danger, on.colors.dangerSoft, 90);
    if (c.status == ConversationStatus::Snoozed)
        on.rightChip(QStringLiteral("◷ ")
                         + (c.snoozeUntil ? words::shortTime(c.snoozeUntil, words::now()) : tr("until they write")),
                     on.sized(0.82, false), on.colors.muted, on.colors.hover, 110);
    if (!row.categoryName.isEmpty() && !on.hit) { // what was found needs the room
        const QString doubt =
            c.confidence > 0 && c.confidence < rowSure ? QLatin1Char(' ') + words::percent(c.confidence) : QString();
        const bool waits = row.hasPendingSuggestion;
        on.rightChip(words::oneLine(row.categoryName, 60), on.sized(0.82, waits),
                     waits ? on.colors.accent : on.colors.muted, waits ? on.colors.accentSoft : on.colors.hover,
                     on.line.width() / 2, doubt);
    }
    if (row.hasDraft)
        on.left(tr("Draft:"), on.sized(0.95, true), on.colors.danger);
    const QString subject = words::oneLine(c.subject, 120);
    const QString snippet = words::oneLine(c.snippet, 200);
    if (!subject.isEmpty() && !on.hit)
        on.left(subject, on.sized(0.95, c.unread), on.colors.text);
    if (on.hit && !on.hit->snippet.text.isEmpty())
        on.leftMarked(on.hit->snippet, on.sized(0.95, false), on.sized(0.95, true));
    else if (on.line.width() > 40 && !snippet.isEmpty())
        on.left(snippet, on.sized(0.95, false), on.colors.muted);
}

void ConversationDelegate::paintPlaceholder(Canvas &on) const
{
    on.painter.setPen(Qt::NoPen);
    on.painter.setBrush(on.colors.hover);
    const double top = on.line.top() + (on.line.height() - rowAvatar) / 2.0;
    on.painter.drawEllipse(QRectF(on.line.left(), top, rowAvatar, rowAvatar));
    const double left = on.line.left() + rowAvatar + rowGap;
    on.painter.drawRoundedRect(QRectF(left, top + 2, on.line.width() * 0.4, 10), 4, 4);
    on.painter.drawRoundedRect(QRectF(left, top + 21, on.line.width() * 0.65, 9), 4, 4);
}

bool ConversationDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                                     const QModelIndex &index)
{
    const conversations::Summary *row = rowSummary(index);
    if (event->type() != QEvent::ToolTip || !row)
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const Conversation &c = row->conversation;
    QStringList lines{tr("Last message: %1").arg(words::fullTime(c.sortAt)),
                      tr("%1 on %2").arg(words::oneLine(row->contactAddress), words::oneLine(row->channelName))};
    if (c.awaitingUs && c.awaitingSince)
        lines << tr("Awaiting us for %1").arg(words::duration(words::now() - c.awaitingSince));
    if (!row->assigneeName.isEmpty())
        lines << tr("Assigned to %1").arg(words::oneLine(row->assigneeName));
    if (row->failedDeliveries > 0)
        lines << tr("%n delivery(ies) with a problem: see the Outbox", nullptr, row->failedDeliveries);
    QToolTip::showText(event->globalPos(), plainTip(lines.join(QLatin1Char('\n'))), view);
    return true;
}

} // namespace patchbay
