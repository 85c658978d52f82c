#include "ui/widgets/thread_view.h"

#include "ui/widgets/plain.h"

#include <QtCore/QEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int threadLoadMargin = 1200; ///< pixels from either end at which the next page is asked for
constexpr int threadSide = 16; ///< room beside the cards
constexpr int threadStates = 1000; ///< opened cards that are remembered; nobody opens more by hand
constexpr int threadEdge = 12; ///< room above the first and below the last

} // namespace

ThreadView::ThreadView(TimelineModel &model, CardWishes wishes, BlobStore &files, QWidget *parent)
    : QScrollArea(parent)
    , m_model(model)
    , m_wishes(std::move(wishes))
    , m_files(files)
    , m_content(new QWidget(this))
    , m_jump(textButton({}, "primary", this))
{
    m_content->setProperty("surface", QStringLiteral("window"));
    m_content->setAttribute(Qt::WA_StyledBackground);
    setWidget(m_content);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // its coming and going would change every width
    setFocusPolicy(Qt::StrongFocus);
    setProperty("pane", true);
    setAccessibleName(tr("Messages of the conversation"));
    verticalScrollBar()->setSingleStep(40);
    m_jump->hide();
    connect(m_jump, &QPushButton::clicked, this, &ThreadView::toEnd);
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &ThreadView::arrange);
    m_ahead.setSingleShot(true);
    m_ahead.setInterval(4);
    connect(&m_ahead, &QTimer::timeout, this, &ThreadView::readAhead);

    connect(&model, &QAbstractItemModel::modelReset, this, &ThreadView::reset);
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int a, int b) { inserted(a, b); });
    connect(&model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int a, int b) { removed(a, b); });
    connect(&model, &QAbstractItemModel::rowsMoved, this, &ThreadView::reset);
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &a, const QModelIndex &b) { changed(a.row(), b.row()); });
    connect(&model, &TimelineModel::opened, this, &ThreadView::opened);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        if (m_arranging)
            return;
        m_hitWanted = false; // one scrolls oneself
        rememberPlace();
        arrange();
    });
}

MessageCard *ThreadView::card(int row) const
{
    const ThreadRow *widget = m_places[size_t(row)].row;
    return widget ? widget->card() : nullptr;
}

int ThreadView::topOf(int row) const { return top(row) - verticalScrollBar()->value(); }

void ThreadView::build(int row)
{
    Place &place = m_places[size_t(row)];
    if (!place.row) {
        place.row = new ThreadRow(*m_model.at(row), m_wishes, m_files, m_content);
        connect(place.row, &ThreadRow::heightChanged, this, [this, widget = place.row] {
            for (Place &one : m_places) {
                if (one.row == widget)
                    one.measured = false;
            }
            m_later.start();
        });
        showDays(row, row);
        place.row->card()->restore(m_states.value(m_model.at(row)->messages.front().id));
        place.row->card()->setHighlights(m_terms);
        paintEvidence(*place.row->card());
        paintFind(*place.row->card());
        if (m_marked && m_model.at(row)->messages.front().id == m_marked)
            place.row->setMarked(true);
        place.row->setGeometry(threadSide, top(row), m_content->width() - 2 * threadSide, place.height);
        place.row->show(); // fonts and styles come with it
        place.measured = false;
    }
    if (!place.measured)
        measure(row);
}

void ThreadView::measure(int row)
{
    Place &place = m_places[size_t(row)];
    place.height = place.row->heightAt(m_content->width() - 2 * threadSide);
    place.measured = true;
}

void ThreadView::drop(int row)
{
    Place &place = m_places[size_t(row)];
    if (!place.row)
        return;
    keepState(*place.row->card());
    place.row->hide();
    place.row->disconnect(this);
    place.row->deleteLater(); // it may be the one that asked for this
    place.row = nullptr;
}

/// For when the card is made again.
void ThreadView::keepState(const MessageCard &card)
{
    const MessageId id = card.item().messages.front().id;
    const CardState state = card.state();
    if (state.isPlain())
        m_states.remove(id);
    else if (m_states.size() < threadStates || m_states.contains(id))
        m_states.insert(id, state);
}

int ThreadView::rowOf(MessageId message) const
{
    for (int row = 0; row < m_model.rowCount() && message; ++row) {
        const std::vector<Message> &messages = m_model.at(row)->messages;
        if (std::any_of(messages.begin(), messages.end(), [&](const Message &one) { return one.id == message; }))
            return row;
    }
    return -1;
}

int ThreadView::top(int row) const
{
    int y = threadEdge;
    for (int i = 0; i < row; ++i)
        y += m_places[size_t(i)].height;
    // A short thread stands at the bottom, over the composer.
    int all = y;
    for (size_t i = size_t(row); i < m_places.size(); ++i)
        all += m_places[i].height;
    return y + qMax(0, viewport()->height() - all - threadEdge);
}

int ThreadView::rowAt(int y, int *rowTop) const
{
    int at = top(0);
    for (int row = 0; row < cardCount(); ++row) {
        const int next = at + m_places[size_t(row)].height;
        if (next > y) {
            *rowTop = at;
            return row;
        }
        at = next;
    }
    *rowTop = at;
    return cardCount();
}

void ThreadView::placeRows()
{
    int y = top(0);
    int all = 2 * threadEdge;
    for (const Place &place : m_places)
        all += place.height;
    m_content->resize(viewport()->width(), qMax(all, viewport()->height()));
    for (const Place &place : m_places) {
        if (place.row)
            place.row->setGeometry(threadSide, y, m_content->width() - 2 * threadSide, place.height);
        y += place.height;
    }
}

void ThreadView::keepPlace()
{
    QScrollBar *bar = verticalScrollBar();
    const int row = m_followEnd ? -1 : rowOf(m_anchor);
    if (m_followEnd)
        bar->setValue(bar->maximum());
    else if (row >= 0)
        bar->setValue(top(row) - m_anchorOffset);
}

void ThreadView::arrange()
{
    if (m_arranging)
        return;
    m_arranging = true;
    m_later.stop();
    if (m_content->width() != viewport()->width()) {
        for (Place &place : m_places)
            place.measured = false;
        m_content->resize(viewport()->width(), m_content->height());
    }
    const int room = viewport()->height();
    // What is made is taller or lower than was thought, and so moves others in or out: until nothing is missing.
    for (bool again = true; again;) {
        placeRows();
        keepPlace();
        again = false;
        const int from = verticalScrollBar()->value();
        int y = 0;
        for (int row = rowAt(from, &y); row < cardCount() && y < from + room && !again; ++row) {
            again = !m_places[size_t(row)].row || !m_places[size_t(row)].measured;
            if (again)
                build(row);
            y += m_places[size_t(row)].height;
        }
    }
    const int from = verticalScrollBar()->value();
    int y = top(0);
    for (int row = 0; row < cardCount(); ++row) {
        Place &place = m_places[size_t(row)];
        const bool far = y + place.height < from - 3 * room || y > from + 4 * room;
        if (far && place.row && !place.row->isAncestorOf(QApplication::focusWidget()))
            drop(row);
        y += place.height;
    }
    m_arranging = false;
    if (!m_anchor && !m_followEnd)
        rememberPlace();
    if (m_hitWanted)
        scrollToPlace();
    m_ahead.start();
    askForPages();
}

/// One row a turn, so that no turn is long: what is within a screen of what is seen, the nearer end first.
void ThreadView::readAhead()
{
    const int room = viewport()->height();
    const int from = verticalScrollBar()->value();
    int y = top(0);
    int nearest = -1;
    int distance = room;
    for (int row = 0; row < cardCount(); ++row) {
        const Place &place = m_places[size_t(row)];
        const int away = y > from ? y - (from + room) : from - (y + place.height);
        if (away < distance && (!place.row || !place.measured)) {
            nearest = row;
            distance = away;
        }
        y += place.height;
    }
    if (nearest < 0)
        return;
    build(nearest);
    arrange();
}

void ThreadView::rememberPlace()
{
    const QScrollBar *bar = verticalScrollBar();
    m_followEnd = bar->value() >= bar->maximum() - 8 && !m_model.hasNewer();
    if (m_followEnd)
        m_below = 0;
    m_jump->setVisible(!m_followEnd);
    if (m_below == 0)
        m_jump->setText(tr("↓ To the end"));
    int y = 0;
    const int row = rowAt(bar->value(), &y);
    m_anchor = row < cardCount() ? m_model.at(row)->messages.front().id : MessageId();
    m_anchorOffset = y - bar->value();
}

void ThreadView::askForPages()
{
    const QScrollBar *bar = verticalScrollBar();
    if (cardCount() == 0)
        return;
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
    arrange();
}

void ThreadView::page(int direction)
{
    QScrollBar *bar = verticalScrollBar();
    bar->setValue(bar->value() + direction * bar->pageStep() * 9 / 10);
}

void ThreadView::showMessage(MessageId message) { m_model.openAt(m_model.conversation(), message); }

void ThreadView::setHighlights(const std::vector<QString> &foldedTerms)
{
    m_terms = foldedTerms;
    for (int row = 0; row < cardCount(); ++row) {
        if (MessageCard *shown = card(row))
            shown->setHighlights(m_terms);
    }
}

void ThreadView::showTimes()
{
    for (int row = 0; row < cardCount(); ++row) {
        if (MessageCard *shown = card(row))
            shown->showTime();
    }
}

void ThreadView::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    m_jump->adjustSize();
    m_jump->move((width() - m_jump->width()) / 2, height() - m_jump->height() - 12);
    m_jump->raise();
    arrange();
}

bool ThreadView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange) {
        for (Place &place : m_places)
            place.measured = false;
        m_later.start();
    }
    return QScrollArea::viewportEvent(event);
}

} // namespace patchbay
