#include "ui/widgets/main_window.h"
#include "ui/widgets/composer.h"

#include "core/store/conversation_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/categories_page.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/find_bar.h"
#include "ui/widgets/first_run_page.h"
#include "ui/widgets/import_strip.h"
#include "ui/widgets/language.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/rules_page.h"
#include "ui/widgets/search_pane.h"
#include "ui/widgets/tasks_page.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/trial_page.h"
#include "ui/widgets/work_pages.h"
#include "ui/widgets/workspace_page.h"

#include <QtGui/QCloseEvent>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTextEdit>

namespace patchbay {

namespace {

constexpr int windowSeenAfter = 900; ///< milliseconds a conversation is looked at before it counts as read

bool windowIsTextField(const QWidget *widget)
{
    if (const auto *line = qobject_cast<const QLineEdit *>(widget))
        return !line->isReadOnly();
    if (const auto *edit = qobject_cast<const QPlainTextEdit *>(widget))
        return !edit->isReadOnly();
    if (const auto *edit = qobject_cast<const QTextEdit *>(widget))
        return !edit->isReadOnly();
    if (const auto *combo = qobject_cast<const QComboBox *>(widget))
        return combo->isEditable();
    return qobject_cast<const QAbstractSpinBox *>(widget) != nullptr;
}

} // namespace

MainWindow::MainWindow(const ConsoleContext &context, QWidget *parent)
    : QMainWindow(parent)
    , m_ctx(context)
    , m_theme((installLanguage(*qApp), *qApp)) // texts first: everything below has some
    , m_triage(context)
    , m_opinion(m_triage)
    , m_imports(context)
{
    words::followClock(context.store.isShared() ? &context.store.clock() : nullptr);
    resize(1280, 800);
    setMinimumSize(860, 520);
    setWindowIcon(QIcon(QStringLiteral(":/patchbay/ui/icons/patchbay-128.png")));
    registerTriage();
    registerMoves();
    registerSearch();
    registerWork();
    registerCare();
    registerPeople();
    registerRules();
    registerLearning();
    registerModels();
    registerTaxonomy();
    registerTemplates();
    registerWriting();
    registerTrial();
    registerTasks();
    buildPages();
    buildMenu();
    connectPanes();
    connectSearch();
    connectRules();
    connectReasons();
    connectTasks();
    m_seen.setSingleShot(true);
    m_seen.setInterval(windowSeenAfter);
    connect(&m_seen, &QTimer::timeout, this, [this] {
        if (isActiveWindow() && m_pages->currentWidget() == m_conversations)
            m_triage.markSeen();
    });
    qApp->installEventFilter(this);
    updateTitle();
    m_theme.apply();
    showView(conversations::View::AwaitingUs);
    m_list->list()->setFocus();
}

MainWindow::~MainWindow()
{
    qApp->removeEventFilter(this);
    words::followClock(nullptr);
}

void MainWindow::buildPages()
{
    m_rail = new RailPane(m_ctx, this);
    m_list = new ConversationListPane(m_ctx.store, m_ctx.me.id, this);
    m_search = new SearchPane(m_ctx.store, m_ctx.me.id, m_list, this);
    m_thread = new ThreadPane(m_triage, m_actions, this);
    m_context = new ContextPanel(m_triage, m_opinion, m_actions, this);
    m_outbox = new OutboxPage(m_triage, m_actions, this);
    m_tasks = new TasksPage(m_triage, m_actions, this);
    m_localTasks = new LocalTasksPage(m_triage, this);
    m_quarantine = new QuarantinePage(m_triage, this);
    m_workspace = new WorkspacePage(m_ctx.store, *m_care, m_actions, this);
    m_rules = new RulesPage(m_ctx, m_actions, this);
    m_firstRun = new FirstRunPage(this);

    m_conversations = new QSplitter(Qt::Horizontal, this);
    m_conversations->setHandleWidth(1);
    m_conversations->setChildrenCollapsible(false);
    m_conversations->addWidget(m_search);
    m_conversations->addWidget(m_thread);
    m_conversations->addWidget(m_context);
    m_search->setMinimumWidth(260);
    m_thread->setMinimumWidth(320);
    m_context->setMinimumWidth(250);
    m_conversations->setStretchFactor(0, 1);
    m_conversations->setStretchFactor(1, 6); // a wide window widens the list a little and the thread most
    m_conversations->setStretchFactor(2, 0);
    m_conversations->setSizes({330, 450, 290});
    m_pages = new QStackedWidget(this);
    for (QWidget *page : std::initializer_list<QWidget *>{m_conversations, m_outbox, m_tasks, m_localTasks,
                                                          m_quarantine, m_rules, m_workspace, m_firstRun})
        m_pages->addWidget(page);

    auto *split = new QSplitter(Qt::Horizontal, this);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_rail);
    split->addWidget(m_pages);
    m_rail->setMinimumWidth(170);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({206, 1074});
    m_importStrip = new ImportStrip(m_imports, this);
    auto *center = new QWidget(this);
    auto *column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(split, 1);
    column->addWidget(m_importStrip);
    setCentralWidget(center);
    setAcceptDrops(true);
    m_toast = new Toast(this);
    connect(&m_clock, &QTimer::timeout, this, &MainWindow::tick);
    m_clock.start(std::chrono::seconds(30));
}

void MainWindow::connectPanes()
{
    connect(m_thread->composer(), &Composer::templateWanted, this, &MainWindow::sendATemplate);
    connect(m_rail, &RailPane::chosen, this, &MainWindow::railChosen);
    connect(&m_rail->model(), &RailModel::loaded, this, [this] {
        updateTitle();
        maybeFirstRun();
    });
    connect(m_list, &ConversationListPane::picked, this, [this](ConversationId id) {
        m_triage.open(id);
        m_seen.start();
    });
    connect(m_list, &ConversationListPane::activated, this, [this] { m_thread->view()->setFocus(); });
    for (QTableView *table : {m_outbox->table(), m_localTasks->table(), m_quarantine->table()})
        table->setFocusPolicy(Qt::StrongFocus);
    connect(&m_triage, &Triage::nextWanted, this, [this](ConversationId after) {
        if (m_search->isActive())
            m_search->advance(after);
        else
            m_list->advance(after);
    });
    connect(&m_triage, &Triage::openTaskFound, this, &MainWindow::pickOpenTask);
    connect(&m_triage, &Triage::said, m_toast, &Toast::say);
    connect(&m_triage, &Triage::failed, m_toast, &Toast::complain);
    connect(m_toast, &Toast::undoWanted, &m_triage, &Triage::undo);
    connect(m_context, &ContextPanel::conversationWanted, this, &MainWindow::openConversation);
    connect(m_context, &ContextPanel::settleWanted, this, &MainWindow::settle);
    connect(m_thread, &ThreadPane::settleWanted, this, &MainWindow::settle);
    connect(m_outbox, &OutboxPage::conversationWanted, this, &MainWindow::openConversation);
    connect(m_localTasks, &LocalTasksPage::backLinkWanted, this, &MainWindow::followBackLink);
    connect(m_firstRun, &FirstRunPage::sampleWanted, this, &MainWindow::sampleWorkspaceWanted);
    connect(m_firstRun, &FirstRunPage::mailboxWanted, this, [this] { addChannel(QStringLiteral("mail")); });
    connect(m_firstRun, &FirstRunPage::importWanted, this, [this] { chooseFiles(); });
    connect(m_importStrip, &ImportStrip::reportWanted, this, &MainWindow::showImports);
    connect(&m_imports, &ImportRunner::failed, m_toast, &Toast::complain);
}

FocusPlace MainWindow::focusPlace() const
{
    const QWidget *focus = focusWidget();
    FocusPlace place;
    place.inText = windowIsTextField(focus);
    place.inComposer = focus == m_thread->composer()->editor();
    place.inFind = focus == m_thread->findBar()->field();
    place.inList = focus == m_list->list() || focus == m_search->list();
    place.inRail = focus == m_rail->list();
    place.onConversations = m_pages->currentWidget() == m_conversations;
    place.onOutbox = m_pages->currentWidget() == m_outbox;
    place.onTasks = m_pages->currentWidget() == m_tasks;
    place.onRules = m_pages->currentWidget() == m_rules;
    place.onTrial = m_trial && m_pages->currentWidget() == static_cast<QWidget *>(m_trial);
    place.onCategories = m_categories && m_pages->currentWidget() == static_cast<QWidget *>(m_categories);
    return place;
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress || !watched->isWidgetType())
        return QMainWindow::eventFilter(watched, event);
    auto *widget = static_cast<QWidget *>(watched);
    if (widget->window() != this || widget != (focusWidget() ? focusWidget() : this))
        return QMainWindow::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const KeyChord chord = chordOf(*key);
    const FocusPlace place = focusPlace();
    if (const ConsoleAction *action = m_actions.match(chord, place)) {
        // Held down, only moves repeat: nobody accepts ten suggestions by leaning on Y.
        const bool moves = action->id.startsWith(QLatin1String("move."));
        if (!key->isAutoRepeat() || moves)
            m_actions.trigger(QString(action->id));
        return true;
    }
    // Letters without a meaning must not make a list jump by its own type-ahead.
    if (qobject_cast<QAbstractItemView *>(widget) && chord.editsText() && !key->text().isEmpty()
        && key->text().front().isPrint() && chord.key != Qt::Key_Space)
        return true;
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::showView(conversations::View view)
{
    m_pages->setCurrentWidget(m_conversations);
    m_search->leave();
    const int row = m_rail->model().rowOfView(view);
    m_rail->list()->setCurrentIndex(m_rail->model().index(row, 0));
    m_list->setView(view, m_rail->model().at(row)->title);
    m_list->list()->setFocus();
}

void MainWindow::railChosen(const RailRow &row)
{
    switch (row.kind) {
    case RailRow::Kind::View: showView(row.view); break;
    case RailRow::Kind::SavedSearch: openSearch(row.search); break;
    case RailRow::Kind::Outbox:
    case RailRow::Kind::Tasks:
    case RailRow::Kind::LocalTasks:
    case RailRow::Kind::Quarantine:
    case RailRow::Kind::Rules:
    case RailRow::Kind::Workspace: showPage(row.kind); break;
    case RailRow::Kind::Categories: showCategories(); break;
    case RailRow::Kind::Channel: channelMenu(row.channel); break;
    case RailRow::Kind::Target: targetMenu(row); break;
    case RailRow::Kind::Header: break;
    }
}

void MainWindow::openConversation(ConversationId id)
{
    m_pages->setCurrentWidget(m_conversations);
    if (!(m_search->isActive() ? m_search->select(id) : m_list->select(id))) {
        // It is not in this list: shown, but nothing in the list pretends to be it.
        (m_search->isActive() ? m_search->list() : m_list->list())->setCurrentIndex({});
        m_triage.open(id);
    }
    m_thread->view()->setFocus();
}

void MainWindow::updateTitle()
{
    const int waiting = m_rail->model().countOf(conversations::View::AwaitingUs);
    QString title = words::oneLine(m_ctx.store.workspaceName(), 60);
    if (m_ctx.store.isSample())
        title += tr(" [sample]");
    title += QStringLiteral(" – Patchbay");
    setWindowTitle(waiting > 0 ? QStringLiteral("(%1) %2").arg(waiting).arg(title) : title);
}

void MainWindow::maybeFirstRun()
{
    using View = conversations::View;
    const RailModel &rail = m_rail->model();
    const bool empty =
        !rail.hasChannels() && rail.countOf(View::All) + rail.countOf(View::Done) + rail.countOf(View::Snoozed) == 0;
    if (!m_firstRunDecided && empty) {
        m_pages->setCurrentWidget(m_firstRun);
    } else if (m_pages->currentWidget() == m_firstRun && !empty) {
        showView(View::AwaitingUs);
    }
    m_firstRunDecided = true;
}

void MainWindow::back()
{
    if (m_pages->currentWidget() == m_tasks && focusWidget() == m_tasks->field())
        return m_tasks->main()->setFocus();
    if (m_pages->currentWidget() != m_conversations) {
        if (m_search->isActive()) {
            m_pages->setCurrentWidget(m_conversations);
            listInFront()->setFocus();
        } else if (m_pages->currentWidget() != m_firstRun) {
            showView(m_list->model().view());
        }
        return;
    }
    if (focusWidget() == m_thread->composer()->editor() && m_thread->composer()->leaveAbout())
        return;
    if (!leaveFind() && !leaveSearch())
        listInFront()->setFocus();
}

void MainWindow::cyclePanes(int direction)
{
    QList<QWidget *> panes{m_rail->list()};
    if (m_pages->currentWidget() == m_conversations) {
        panes << listInFront() << m_thread->view();
        if (m_thread->composer()->isVisible())
            panes << m_thread->composer()->editor();
        if (m_context->isVisible())
            panes << m_context;
    } else {
        panes << mainOf(m_pages->currentWidget());
    }
    int at = -1;
    for (int i = 0; i < panes.size(); ++i) {
        if (panes[i] == focusWidget() || panes[i]->isAncestorOf(focusWidget()))
            at = i;
    }
    panes[(at + direction + panes.size()) % panes.size()]->setFocus(Qt::TabFocusReason);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_toast->place();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    DraftKeeper &drafts = m_triage.drafts();
    drafts.flush();
    const bool saved = !drafts.isSaving() && !drafts.hasUnsaved();
    event->setAccepted(saved || m_losesDrafts);
    if (!event->isAccepted())
        connect(&drafts, &DraftKeeper::settled, this, &MainWindow::closeWhenSaved,
                Qt::ConnectionType(Qt::UniqueConnection | Qt::QueuedConnection));
}

void MainWindow::closeWhenSaved()
{
    disconnect(&m_triage.drafts(), &DraftKeeper::settled, this, &MainWindow::closeWhenSaved);
    if (!m_triage.drafts().hasUnsaved()) {
        close();
        return;
    }
    ask(this, tr("Close and lose what you wrote?"),
        tr("A draft could not be saved. Keep the window open, mend what the message below says, and it is saved."),
        tr("Close and lose it"), [this] {
            m_losesDrafts = true;
            close();
        });
}

void MainWindow::tick()
{
    m_list->list()->viewport()->update(); // the rows paint how long ago
    m_search->list()->viewport()->update();
    m_thread->showTimes();
    m_tasks->tick();
    if (!m_context->isAncestorOf(focusWidget()))
        m_context->refresh();
}

} // namespace patchbay
