#include "ui/widgets/conversation_list_pane.h"

#include "ui/models/words.h"
#include "ui/widgets/conversation_delegate.h"
#include "ui/widgets/fixed_row_list.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QEvent>
#include <QtCore/QTimer>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStackedWidget>

namespace patchbay {

ConversationListPane::ConversationListPane(Store &store, OperatorId me, QWidget *parent)
    : QWidget(parent)
    , m_model(new ConversationListModel(store, me, this))
    , m_title(plainLabel({}, "title", this))
    , m_count(plainLabel({}, "muted", this))
    , m_bar(textButton({}, "flat", this))
    , m_stack(new QStackedWidget(this))
    , m_list(new FixedRowList(this))
    , m_state(new StatePage(this))
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ConversationDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(tr("Conversations"));
    m_list->viewport()->installEventFilter(this);
    m_bar->setVisible(false);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(14, 12, 14, 10);
    head->addWidget(m_title, 1);
    head->addWidget(m_count);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_state);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(surface("line", this));
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);

    connect(m_model, &ConversationListModel::stateChanged, this, &ConversationListPane::showState);
    connect(m_model, &ConversationListModel::heldChanged, this, &ConversationListPane::updateBar);
    connect(m_model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { rowsShift(first, last, 1); });
    connect(m_model, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { rowsShift(first, last, -1); });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        if (m_selectFirst && m_model->rowCount() > 0) {
            m_selectFirst = false;
            m_list->setCurrentIndex(m_model->index(0));
        }
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &now) {
        const ConversationId id = now.isValid() ? m_model->idAt(now.row()) : ConversationId();
        // Later: the model must not change rows inside the view's own change.
        QTimer::singleShot(0, this, [this] { m_model->setPinned(current()); });
        Q_EMIT picked(id);
    });
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex &at) { Q_EMIT activated(m_model->idAt(at.row())); });
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value == 0 && m_above > 0) {
            m_above = 0;
            updateBar();
        }
    });
    connect(m_bar, &QPushButton::clicked, this, [this] {
        m_model->releaseHeld();
        m_above = 0;
        m_list->scrollToTop();
        updateBar();
    });
    auto *clock = new QTimer(this); // relative times grow older
    connect(clock, &QTimer::timeout, m_list->viewport(), qOverload<>(&QWidget::update));
    clock->start(30000);
}

void ConversationListPane::setView(conversations::View view, const QString &title)
{
    m_view = view;
    setPlain(m_title, title);
    m_above = 0;
    m_selectFirst = true;
    m_model->setView(view);
}

ConversationId ConversationListPane::current() const
{
    const QModelIndex at = m_list->currentIndex();
    return at.isValid() ? m_model->idAt(at.row()) : ConversationId();
}

void ConversationListPane::move(int steps)
{
    const int count = m_model->rowCount();
    if (count == 0)
        return;
    const int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + steps : 0;
    m_list->setCurrentIndex(m_model->index(qBound(0, row, count - 1)));
}

void ConversationListPane::advance(ConversationId after)
{
    if (current() != after)
        return;
    const int row = m_model->rowOf(after);
    const int count = m_model->rowCount();
    if (row + 1 < count)
        m_list->setCurrentIndex(m_model->index(row + 1));
    else if (row > 0)
        m_list->setCurrentIndex(m_model->index(row - 1));
    // Without another row it stays open: the person sees what became of it.
}

void ConversationListPane::toNextAwaiting()
{
    const ConversationId next = m_model->nextAwaiting(m_list->currentIndex().row());
    if (next)
        select(next);
}

bool ConversationListPane::select(ConversationId id)
{
    const int row = m_model->rowOf(id);
    if (row >= 0)
        m_list->setCurrentIndex(m_model->index(row));
    return row >= 0;
}

bool ConversationListPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list->viewport()) {
        if (event->type() == QEvent::Enter)
            m_model->setHeld(true);
        else if (event->type() == QEvent::Leave)
            m_model->setHeld(false);
    }
    return QWidget::eventFilter(watched, event);
}

void ConversationListPane::rowsShift(int first, int last, int sign)
{
    const QModelIndex top = m_list->indexAt({2, 2});
    const bool shifts = m_list->currentIndex().isValid()
        ? first <= m_list->currentIndex().row() && m_list->currentIndex().row() >= top.row()
        : first < top.row();
    if (!shifts || m_stack->currentWidget() != m_list)
        return;
    const int height = m_list->sizeHintForRow(0) * (last - first + 1);
    QScrollBar *bar = m_list->verticalScrollBar();
    const int wanted = bar->value() + sign * height;
    if (sign > 0) {
        m_above += last - first + 1;
        updateBar();
    }
    QTimer::singleShot(0, this, [bar, wanted] { bar->setValue(qMax(0, wanted)); });
}

void ConversationListPane::updateBar()
{
    const int count = m_model->heldCount() + m_above;
    const QString text = tr("↑ %n new", nullptr, count);
    m_bar->setText(text);
    m_bar->setAccessibleName(text);
    m_bar->setVisible(count > 0);
}

void ConversationListPane::showState()
{
    using View = conversations::View;
    const int count = m_model->rowCount();
    const bool loading = m_model->state() == ConversationListModel::State::Loading;
    setPlain(m_count, loading ? QString() : words::count(count, !m_model->isComplete()));
    if (m_model->state() == ConversationListModel::State::Failed) {
        m_state->show(Glyph::Warning, tr("The list could not be read"), m_model->failure(), tr("Try again"),
                      [this] { m_model->reload(); });
        m_stack->setCurrentWidget(m_state);
        return;
    }
    if (count > 0 || loading) {
        m_stack->setCurrentWidget(m_list);
        return;
    }
    switch (m_view) {
    case View::MyQueue:
        m_state->show(Glyph::Done, tr("Your queue is empty"), tr("Conversations assigned to you appear here."));
        break;
    case View::AwaitingUs:
        m_state->show(Glyph::Done, tr("All answered"), tr("Nothing that came in waits for an answer."));
        break;
    case View::Unassigned:
        m_state->show(Glyph::Done, tr("Everything is taken"), tr("No open conversation is without an assignee."));
        break;
    case View::Snoozed:
        m_state->show(Glyph::Snoozed, tr("Nothing is snoozed"), tr("H puts a conversation away until later."));
        break;
    case View::All:
        m_state->show(Glyph::Queue, tr("No conversation yet"), tr("What comes in through the channels appears here."));
        break;
    case View::Done:
        m_state->show(Glyph::Done, tr("Nothing is done yet"), tr("E marks a conversation as done."));
        break;
    }
    m_stack->setCurrentWidget(m_state);
}

} // namespace patchbay
