#include "ui/widgets/tasks_page.h"

#include "core/store/account_table.h"
#include "ui/models/body_document.h"
#include "ui/models/task_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/connector_icon.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/task_board.h"

#include <QtCore/QLocale>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

TasksPage::TasksPage(Triage &triage, const ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_triage(triage)
    , m_actions(actions)
    , m_model(new TaskListModel(triage.context().store, this))
    , m_table(new QTableView(this))
    , m_board(new TaskBoard(triage.context().store, this))
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_text(new QLineEdit(this))
    , m_target(new QComboBox(this))
    , m_category(new QComboBox(this))
    , m_mine(new QCheckBox(tr("Only mine"), this))
    , m_asBoard(textButton(tr("Board"), "tab", this))
    , m_details(plainLabel({}, "muted", this, true))
{
    m_state->setFocusPolicy(Qt::StrongFocus); // the keys of the page work while it is empty, too
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    setUpRowTable(m_table, tr("Tasks"), m_model, {240, 100, 90, 90, 145, 120, 60, 90, 65, 115}, TaskListModel::Title);
    m_table->setFocusPolicy(Qt::StrongFocus);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_board);
    m_stack->addWidget(m_state);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildFilters());
    layout->addWidget(m_stack, 1);
    layout->addWidget(surface("line", this));
    layout->addWidget(buildDetails());
    follow();
}

void TasksPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (std::exchange(m_loaded, true))
        return;
    loadTargets();
    applyFilter();
}

QWidget *TasksPage::buildFilters()
{
    auto *holder = new QWidget(this);
    auto *column = new QVBoxLayout(holder);
    column->setContentsMargins(18, 13, 18, 9);
    column->setSpacing(6);
    column->addWidget(plainLabel(tr("Tasks"), "title", this));
    column->addWidget(plainLabel(
        tr("Every task with how it stands at its targets, in their own words and with the age of that word."), "muted",
        this, true));
    auto *states = new QHBoxLayout;
    states->setSpacing(0);
    for (const task_list::State state : task_list::allStates) {
        auto *tab = textButton(words::taskState(state), "tab", this);
        tab->setCheckable(true);
        tab->setAutoExclusive(true);
        tab->setChecked(state == m_chosen);
        connect(tab, &QPushButton::clicked, this, [this, state] { setState(state); });
        states->addWidget(tab);
        m_tabs << tab;
    }
    states->addStretch(1);
    auto *filters = new QHBoxLayout;
    m_text->setPlaceholderText(tr("Title, person or id over there"));
    m_text->setAccessibleName(tr("Find in tasks"));
    m_text->setMaxLength(200);
    m_text->setClearButtonEnabled(true);
    nameChoices(m_target, tr("Target of the tasks"));
    nameChoices(m_category, tr("Category of the tasks"));
    for (QComboBox *box : {m_target, m_category}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
    }
    m_target->addItem(tr("All targets"));
    m_category->addItem(tr("All categories"));
    m_asBoard->setCheckable(true);
    filters->addWidget(m_text, 1);
    filters->addWidget(m_target);
    filters->addWidget(m_category);
    filters->addWidget(m_mine);
    filters->addWidget(m_asBoard);
    column->addLayout(states);
    column->addLayout(filters);
    return holder;
}

QWidget *TasksPage::buildDetails()
{
    auto *holder = new QWidget(this);
    holder->setProperty("surface", QStringLiteral("window"));
    holder->setAttribute(Qt::WA_StyledBackground);
    auto *column = new QVBoxLayout(holder);
    column->setContentsMargins(18, 8, 18, 8);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setFocusPolicy(Qt::NoFocus); // selecting is the mouse's; the keys belong to the list
    m_details->setMinimumHeight(m_details->fontMetrics().lineSpacing() * 2);
    column->addWidget(m_details);
    auto *row = new QHBoxLayout;
    for (const char *id : {"tasks.conversation", "tasks.record", "tasks.refresh", "tasks.retry", "tasks.settle"}) {
        const QString action = QLatin1String(id);
        auto *button = textButton(m_actions.titleWithKey(action), "normal", this);
        connect(button, &QPushButton::clicked, this, [this, action] { m_actions.trigger(action); });
        row->addWidget(button);
        m_deeds << button;
    }
    row->addStretch(1);
    column->addLayout(row);
    return holder;
}

void TasksPage::follow()
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(150);
    connect(&m_typing, &QTimer::timeout, this, &TasksPage::applyFilter);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_text, &QLineEdit::returnPressed, this, [this] {
        applyFilter();
        main()->setFocus();
    });
    for (QComboBox *box : {m_target, m_category})
        connect(box, &QComboBox::activated, this, [this] {
            applyFilter();
            main()->setFocus();
        });
    connect(m_mine, &QCheckBox::toggled, this, &TasksPage::applyFilter);
    connect(m_asBoard, &QPushButton::clicked, this, [this](bool board) { showBoard(board); });
    connect(m_model, &TaskListModel::stateChanged, this, &TasksPage::showState);
    connect(m_model, &TaskListModel::countsChanged, this, &TasksPage::showCounts);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &TasksPage::showDetails);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TasksPage::showDetails);
    connect(m_table, &QTableView::activated, this, &TasksPage::openConversation);
    connect(m_board, &TaskBoard::activated, this, &TasksPage::openConversation);
    connect(&m_board->model(), &TaskBoardModel::loaded, this, &TasksPage::showState);
    connect(&m_board->model(), &TaskBoardModel::failed, this, [this](const QString &why) {
        m_state->show(Glyph::Warning, tr("The tasks could not be read"), why, tr("Try again"),
                      [this] { m_board->model().reload(); });
        m_stack->setCurrentWidget(m_state);
    });
    connect(&m_triage.context().store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (m_loaded && (changes.targets || changes.everything))
            loadTargets();
    });
}

void TasksPage::loadTargets()
{
    auto work = [](Database &db) -> Result<std::vector<Target>> { return db.finish(targets::all(db)); };
    whenDone(this, m_triage.context().store.read(std::move(work)), [this](const Result<std::vector<Target>> &all) {
        if (!all)
            return;
        const QVariant chosen = m_target->currentData();
        while (m_target->count() > 1)
            m_target->removeItem(1);
        for (const Target &target : *all)
            m_target->addItem(connectorIcon(target.connector, targetGlyph(target.connector)),
                              words::oneLine(target.name, 60), target.id.value);
        m_target->setCurrentIndex(qMax(0, m_target->findData(chosen)));
    });
}

void TasksPage::applyFilter()
{
    m_typing.stop();
    task_list::Filter filter;
    filter.state = m_chosen;
    filter.text = m_text->text().trimmed();
    filter.target = TargetId{m_target->currentData().toLongLong()};
    filter.category = m_category->currentData().toString();
    if (m_mine->isChecked())
        filter.acceptedBy = m_triage.context().me.id;
    m_model->setFilter(filter);
    m_board->model().setFilter(filter);
}

void TasksPage::setState(task_list::State state)
{
    m_chosen = state;
    m_tabs[int(state)]->setChecked(true);
    applyFilter();
}

bool TasksPage::isBoard() const { return m_asBoard->isChecked(); }

QWidget *TasksPage::main() const
{
    if (m_stack->currentWidget() == m_state)
        return m_state;
    QWidget *list = isBoard() ? m_board->list() : m_table;
    return list ? list : m_state;
}

void TasksPage::showBoard(bool board)
{
    m_asBoard->setChecked(board);
    m_board->model().setShown(board);
    showState();
    showDetails();
    main()->setFocus();
}

void TasksPage::showState()
{
    using State = TaskListModel::State;
    if (m_model->state() == State::Failed) {
        m_state->show(Glyph::Warning, tr("The tasks could not be read"), m_model->failure(), tr("Try again"),
                      [this] { m_model->reload(); });
        m_stack->setCurrentWidget(m_state);
    } else if (isBoard() && m_board->list()) {
        m_stack->setCurrentWidget(m_board);
        if (m_board->isAncestorOf(window()->focusWidget()))
            m_board->list()->setFocus();
    } else if (!isBoard() && m_model->rowCount() > 0) {
        m_stack->setCurrentWidget(m_table);
        // The focus alone makes a row current, which is not seen.
        if (!m_table->selectionModel()->hasSelection())
            m_table->selectRow(qMax(0, m_table->currentIndex().row()));
    } else if (!isBoard() && m_model->state() == State::Ready) {
        task_list::Filter none;
        none.state = m_model->filter().state;
        const bool narrowed = !(m_model->filter() == none);
        m_state->show(Glyph::Tasks, narrowed ? tr("No task fits the filter") : tr("No task here"),
                      narrowed ? tr("Other states, targets or words may have some.")
                               : tr("%1 in a conversation makes one, and so does %2 on its suggestion.")
                                     .arg(m_actions.keyText(QStringLiteral("conversation.task")),
                                          m_actions.keyText(QStringLiteral("conversation.accept"))));
        m_stack->setCurrentWidget(m_state);
    } else {
        m_state->show(Glyph::Tasks, tr("Loading…"), {});
        m_stack->setCurrentWidget(m_state);
    }
    showDetails();
}

void TasksPage::showCounts()
{
    for (int i = 0; i < m_tabs.size(); ++i)
        m_tabs[i]->setText(QStringLiteral("%1 %2").arg(words::taskState(task_list::allStates[i]),
                                                       QLocale().toString(m_model->counts()[size_t(i)])));
    const QString chosen = m_category->currentData().toString();
    while (m_category->count() > 1)
        m_category->removeItem(1);
    for (const QString &name : m_model->categories())
        m_category->addItem(words::oneLine(name, 60), name);
    m_category->setCurrentIndex(qMax(0, chosen.isEmpty() ? 0 : m_category->findData(chosen)));
}

const task_list::Entry *TasksPage::current() const
{
    return isBoard() ? m_board->current() : m_model->entry(m_table->currentIndex().row());
}

void TasksPage::tick()
{
    m_model->tick();
    m_board->model().tick();
    showDetails();
}

} // namespace patchbay
