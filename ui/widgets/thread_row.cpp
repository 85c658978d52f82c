#include "ui/widgets/thread_row.h"

#include "ui/widgets/plain.h"

#include <QtCore/QEvent>
#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>

namespace patchbay {

namespace {

constexpr int threadReadingWidth = 880;

} // namespace

QDate threadDay(const TimelineItem &item) { return item.messages.front().sortAt.toDateTime().toLocalTime().date(); }

ThreadRow::ThreadRow(const TimelineItem &item, const CardWishes &wishes, BlobStore &files, QWidget *parent)
    : QWidget(parent)
    , m_card(new MessageCard(item, wishes, files, this))
    , m_day(plainLabel(QLocale().toString(threadDay(item), QLocale::LongFormat), "section", this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 8);
    layout->setSpacing(6);
    m_day->setAlignment(Qt::AlignCenter);
    layout->addWidget(m_day);
    m_card->setMaximumWidth(threadReadingWidth);
    const bool mine = item.messages.front().direction == Direction::Outbound;
    auto *line = new QHBoxLayout;
    line->setContentsMargins(mine ? 36 : 0, 0, mine || item.isEvents() ? 0 : 36, 0);
    if (mine)
        line->addStretch(1);
    line->addWidget(m_card, 1000);
    if (!mine)
        line->addStretch(1);
    layout->addLayout(line);
}

void ThreadRow::showDay(bool show) { m_day->setVisible(show); }

void ThreadRow::setMarked(bool marked) { setLook(m_card, "marked", marked ? "yes" : "no"); }

int ThreadRow::heightAt(int width)
{
    m_measuring = true;
    const int height = layout()->totalHeightForWidth(width);
    m_measuring = false;
    return height > 0 ? height : layout()->totalSizeHint().height();
}

bool ThreadRow::event(QEvent *event)
{
    const bool handled = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest && !m_measuring)
        Q_EMIT heightChanged();
    return handled;
}

} // namespace patchbay
