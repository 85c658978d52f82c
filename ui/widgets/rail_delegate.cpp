#include "ui/widgets/rail_delegate.h"

#include "ui/models/words.h"
#include "ui/widgets/connector_icon.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QToolTip>

namespace patchbay {

namespace {

Glyph railGlyph(const RailRow &row)
{
    using View = conversations::View;
    switch (row.kind) {
    case RailRow::Kind::Outbox: return Glyph::Outbox;
    case RailRow::Kind::SavedSearch: return Glyph::Search;
    case RailRow::Kind::Tasks:
    case RailRow::Kind::LocalTasks: return Glyph::Tasks;
    case RailRow::Kind::Quarantine: return Glyph::Warning;
    case RailRow::Kind::Rules: return Glyph::Route;
    case RailRow::Kind::Workspace: return Glyph::Panel;
    case RailRow::Kind::Categories: return Glyph::Note;
    case RailRow::Kind::Channel: return channelGlyph(row.channel.connector);
    case RailRow::Kind::Target: return targetGlyph(row.targetConnector);
    default: break;
    }
    switch (row.view) {
    case View::MyQueue: return Glyph::Queue;
    case View::AwaitingUs: return Glyph::Awaiting;
    case View::Unassigned: return Glyph::Unassigned;
    case View::Snoozed: return Glyph::Snoozed;
    case View::All: return Glyph::All;
    case View::Done: return Glyph::Done;
    }
    return Glyph::All;
}

QColor railHealthColor(Health health, const ThemeColors &colors)
{
    switch (health) {
    case Health::Ok: return colors.good;
    case Health::Failed: return colors.danger;
    case Health::Offline:
    case Health::CatchingUp: return colors.warning;
    default: return colors.muted;
    }
}

bool railIsAccount(const RailRow &row)
{
    return row.kind == RailRow::Kind::Channel || row.kind == RailRow::Kind::Target;
}

const RailRow *railRowOf(const QModelIndex &index)
{
    const auto *model = qobject_cast<const RailModel *>(index.model());
    return model ? model->at(index) : nullptr;
}

} // namespace

QSize RailDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const RailRow *row = railRowOf(index);
    const int line = QFontMetrics(option.font).height();
    return {140, row && row->kind == RailRow::Kind::Header ? line + 20 : qMax(32, line + 14)};
}

void RailDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const RailRow *row = railRowOf(index);
    if (!row)
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const ThemeColors &colors = themeOf(option.widget);
    if (row->kind == RailRow::Kind::Header) {
        QFont font = option.font;
        font.setPointSizeF(font.pointSizeF() * 0.85);
        font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(colors.muted);
        painter->drawText(option.rect.adjusted(16, 8, -8, -2), Qt::AlignLeft | Qt::AlignVCenter,
                          words::oneLine(row->title));
    } else {
        paintRow(*painter, option, *row);
    }
    painter->restore();
}

void RailDelegate::paintRow(QPainter &painter, const QStyleOptionViewItem &option, const RailRow &row) const
{
    const ThemeColors &colors = themeOf(option.widget);
    const bool selected = option.state & QStyle::State_Selected;
    const QRectF box = QRectF(option.rect).adjusted(8, 1, -8, -1);
    if (selected || (option.state & QStyle::State_MouseOver)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(selected ? colors.selected : colors.hover);
        painter.drawRoundedRect(box, 7, 7);
    }
    if (selected && option.widget && option.widget->hasFocus()) {
        painter.setPen(QPen(colors.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6);
    }
    const QColor ink = selected ? colors.accent : colors.text;
    paintConnector(painter, row.targetConnector, railGlyph(row), QRectF(box.left() + 8, box.center().y() - 8.5, 17, 17),
                   selected ? colors.accent : colors.muted);
    QRectF line = box.adjusted(34, 0, -9, 0);
    const auto right = [&](const QString &text, const QColor &color, bool strong) {
        QFont font = option.font;
        font.setPointSizeF(font.pointSizeF() * 0.9);
        font.setWeight(strong ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, text);
        line.setRight(line.right() - QFontMetricsF(font).horizontalAdvance(text) - 8);
    };
    if (railIsAccount(row)) {
        // Sign and, where it is not simply well, a word: never colour alone.
        const bool well = row.health == Health::Ok;
        right(well ? words::healthSign(row.health)
                   : words::healthSign(row.health) + QLatin1Char(' ') + words::health(row.health),
              railHealthColor(row.health, colors), !well);
    } else {
        if (row.problems > 0)
            right(QStringLiteral("⚠ %1").arg(row.problems), colors.danger, true);
        else if (row.count > 0)
            right(words::count(row.count, row.more), selected ? colors.accent : colors.muted,
                  row.view == conversations::View::AwaitingUs);
    }
    QFont font = option.font;
    font.setWeight(selected ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetrics(font).elidedText(words::oneLine(row.title), Qt::ElideRight, int(line.width())));
}

bool RailDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                             const QModelIndex &index)
{
    const RailRow *row = railRowOf(index);
    if (event->type() != QEvent::ToolTip || !row || row->kind == RailRow::Kind::Header)
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QStringList lines;
    if (railIsAccount(*row))
        lines << QStringLiteral("%1: %2").arg(words::oneLine(row->title), words::health(row->health));
    if (!row->detail.isEmpty())
        lines << words::oneLine(row->detail, 300);
    if (row->kind == RailRow::Kind::Channel) {
        lines << tr("Caught up: %1").arg(words::fullTime(row->channel.caughtUpAt));
        lines << tr("Last message: %1").arg(words::fullTime(row->channel.lastReceivedAt));
    }
    QToolTip::showText(event->globalPos(), plainTip(lines.join(QLatin1Char('\n'))), view);
    return true;
}

} // namespace patchbay
