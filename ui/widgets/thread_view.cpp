#include "ui/widgets/thread_view.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QEvent>
#include <QtCore/QLocale>
#include <QtCore/QTimer>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

namespace patchbay {

namespace {

constexpr int threadLoadMargin = 400; ///< pixels from either end at which the next page is asked for
constexpr int threadReadingWidth = 880;

QDate threadDay(const TimelineItem &item) { return item.messages.front().sortAt.toDateTime().toLocalTime().date(); }

} // namespace

ThreadView::ThreadView(TimelineModel &model, CardWishes wishes, BlobStore &files, QWidget *parent)
    : QScrollArea(parent)
    , m_model(model)
    , m_wishes(std::move(wishes))
    , m_files(files)
    , m_content(new QWidget(this))
    , m_layout(new QVBoxLayout(m_content))
    , m_jump(textButton({}, "primary", this))
{
    m_content->setProperty("surface", QStringLiteral("window"));
    m_content->setAttribute(Qt::WA_StyledBackground);
    m_layout->setContentsMargins(16, 12, 16, 16);
    m_layout->setSpacing(8);
    m_layout->addStretch(1);
    setWidget(m_content);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setProperty("pane", true);
    setAccessibleName(tr("Messages of the conversation"));
    m_jump->hide();
    connect(m_jump, &QPushButton::clicked, this, &ThreadView::toEnd);

    connect(&model, &QAbstractItemModel::modelReset, this, &ThreadView::reset);
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int a, int b) { inserted(a, b); });
    connect(&model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int a, int b) { removed(a, b); });
    connect(&model, &QAbstractItemModel::rowsMoved, this, &ThreadView::reset);
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &a, const QModelIndex &b) { changed(a.row(), b.row()); });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &ThreadView::keepPlace);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &ThreadView::rememberPlace);
}

QWidget *ThreadView::makeRow(int row)
{
    const TimelineItem &item = *m_model.at(row);
    auto *holder = new QWidget(m_content);
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    const TimelineItem *before = m_model.at(row - 1);
    if (!before || threadDay(*before) != threadDay(item)) {
        auto *day = plainLabel(QLocale().toString(threadDay(item), QLocale::LongFormat), "section", holder);
        day->setAlignment(Qt::AlignCenter);
        layout->addWidget(day);
    }
    auto *card = new MessageCard(item, m_wishes, m_files, holder);
    card->setMaximumWidth(threadReadingWidth);
    const bool mine = item.messages.front().direction == Direction::Outbound;
    auto *line = new QHBoxLayout;
    line->setContentsMargins(mine ? 36 : 0, 0, mine || item.isEvents() ? 0 : 36, 0);
    if (mine)
        line->addStretch(1);
    line->addWidget(card, 1000);
    if (!mine)
        line->addStretch(1);
    layout->addLayout(line);
    m_cards.insert(m_cards.begin() + row, card);
    m_rows.insert(m_rows.begin() + row, holder);
    return holder;
}

void ThreadView::inserted(int first, int last)
{
    const bool atEnd = last == m_model.rowCount() - 1 && !m_cards.empty();
    for (int row = first; row <= last; ++row)
        m_layout->insertWidget(row + 1, makeRow(row)); // the stretch above comes first
    if (atEnd && !m_followEnd) {
        m_below += last - first + 1;
        m_jump->setText(tr("↓ %n new", nullptr, m_below));
        m_jump->setAccessibleName(m_jump->text());
    }
    keepPlace();
}

void ThreadView::removed(int first, int last)
{
    for (int row = last; row >= first; --row) {
        delete m_rows[size_t(row)];
        m_rows.erase(m_rows.begin() + row);
        m_cards.erase(m_cards.begin() + row);
    }
}

void ThreadView::reset()
{
    m_placing = true;
    qDeleteAll(m_rows);
    m_rows.clear();
    m_cards.clear();
    m_anchor = nullptr;
    m_followEnd = true;
    m_below = 0;
    m_jump->hide();
    if (m_model.rowCount() > 0)
        inserted(0, m_model.rowCount() - 1);
    m_placing = false;
    keepPlace();
}

void ThreadView::changed(int first, int last)
{
    for (int row = first; row <= last && row < cardCount(); ++row)
        m_cards[size_t(row)]->update(*m_model.at(row));
}

void ThreadView::keepPlace()
{
    if (m_placing)
        return;
    m_placing = true;
    QScrollBar *bar = verticalScrollBar();
    if (m_followEnd)
        bar->setValue(bar->maximum());
    else if (m_anchor)
        bar->setValue(m_anchor->y() - m_anchorOffset);
    m_placing = false;
}

void ThreadView::rememberPlace()
{
    if (m_placing)
        return;
    const QScrollBar *bar = verticalScrollBar();
    m_followEnd = bar->value() >= bar->maximum() - 8 && !m_model.hasNewer();
    if (m_followEnd)
        m_below = 0;
    m_jump->setVisible(!m_followEnd);
    if (m_below == 0)
        m_jump->setText(tr("↓ To the end"));
    m_anchor = nullptr;
    for (QWidget *row : m_rows) {
        if (row->y() + row->height() < bar->value())
            continue;
        m_anchor = row;
        m_anchorOffset = row->y() - bar->value();
        break;
    }
    if (bar->value() < threadLoadMargin)
        m_model.loadOlder();
    if (bar->value() > bar->maximum() - threadLoadMargin)
        m_model.loadNewer();
}

void ThreadView::toEnd()
{
    if (m_model.hasNewer()) {
        m_model.open(m_model.conversation());
        return;
    }
    m_followEnd = true;
    m_below = 0;
    m_jump->hide();
    keepPlace();
}

void ThreadView::page(int direction)
{
    QScrollBar *bar = verticalScrollBar();
    bar->setValue(bar->value() + direction * bar->pageStep() * 9 / 10);
}

void ThreadView::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    m_jump->adjustSize();
    m_jump->move((width() - m_jump->width()) / 2, height() - m_jump->height() - 12);
    m_jump->raise();
}

bool ThreadView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        QTimer::singleShot(0, this, &ThreadView::keepPlace);
    return QScrollArea::viewportEvent(event);
}

} // namespace patchbay
