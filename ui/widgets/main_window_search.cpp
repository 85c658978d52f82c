#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/search_pane.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int searchNameShown = 60;

} // namespace

void MainWindow::registerSearch()
{
    using Scope = ActionScope;
    const QString group = tr("Search");
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const auto active = [this] { return m_search->isActive(); };
    const auto writable = [this] { return currentSearch() && !m_ctx.store.isReadOnly(); };
    const auto inRail = [&](const char *id, const QString &title, const QStringList &keys,
                            std::function<void(const SavedSearch &)> run) {
        addAction_(
            id, group, title, keys, Scope::Rail, [this, run = std::move(run)] { run(*currentSearch()); }, writable);
    };
    registerFind();
    addAction_("search.start", group, tr("Search everything"), key("/"), Scope::OutsideText, [this] { startSearch(); });
    addAction_("search.start_anywhere", group, tr("Search everything, also while writing"), key("Ctrl+Shift+F"),
               Scope::Everywhere, [this] { startSearch(); });
    addAction_(
        "search.best", group, tr("Best matches, or newest"), key("Ctrl+B"), Scope::OutsideComposer,
        [this] { m_search->setBest(!m_search->isBest()); }, active);
    addAction_(
        "search.details", group, tr("What was searched"), {}, Scope::Everywhere, [this] { m_search->toggleDetails(); },
        active);
    addAction_(
        "search.save", group, tr("Save search…"), key("Ctrl+S"), Scope::Everywhere, [this] { saveSearch(); },
        [this] { return m_search->isActive() && !m_ctx.store.isReadOnly(); });
    inRail("saved_search.rename", tr("Rename the saved search"), key("F2"),
           [this](const SavedSearch &search) { renameSearch(search); });
    inRail("saved_search.remove", tr("Remove the saved search"), key("Del"),
           [this](const SavedSearch &search) { removeSearch(search); });
    inRail("saved_search.up", tr("Move the saved search up"), key("Ctrl+Shift+Up"),
           [this](const SavedSearch &search) { moveSearch(search, -1); });
    inRail("saved_search.down", tr("Move the saved search down"), key("Ctrl+Shift+Down"),
           [this](const SavedSearch &search) { moveSearch(search, 1); });
}

void MainWindow::connectSearch()
{
    m_search->field()->setPlaceholderText(tr("Search (%1)").arg(m_actions.keyText(QStringLiteral("search.start"))));
    connect(m_search, &SearchPane::activeChanged, this, &MainWindow::searchActive);
    connect(m_search, &SearchPane::picked, this, &MainWindow::showHit);
    connect(m_search, &SearchPane::activated, this, [this] { m_thread->view()->setFocus(); });
    connect(m_rail, &RailPane::menuWanted, this,
            [this](const RailRow &row, const QPoint &at) { searchMenu(row.search, at); });
}

void MainWindow::startSearch()
{
    if (!m_search->isActive())
        m_before = {m_pages->currentWidget(), m_triage.current()};
    m_pages->setCurrentWidget(m_conversations);
    m_search->start();
}

bool MainWindow::leaveSearch()
{
    SearchField *field = m_search->field();
    if (field->isOffering()) {
        field->closeOffers();
        return true;
    }
    const bool inside = field->hasFocus() || m_search->list()->hasFocus() || m_search->isAncestorOf(focusWidget());
    if (!inside || (!m_search->isActive() && m_before.page == nullptr))
        return false;
    QWidget *page = m_before.page;
    m_search->leave();
    m_before = {};
    if (page && page != m_conversations) {
        m_pages->setCurrentWidget(page);
        if (page->focusProxy() || page->focusPolicy() != Qt::NoFocus)
            page->setFocus();
        else if (auto *table = page->findChild<QAbstractItemView *>())
            table->setFocus();
        return true;
    }
    m_list->list()->setFocus();
    return true;
}

/// Coming back, the view shows again what it showed.
void MainWindow::searchActive(bool active)
{
    if (active) {
        if (!m_before.page)
            m_before = {m_conversations, m_triage.current()};
        return;
    }
    m_thread->view()->setHighlights({});
    if (const int row = m_rail->model().rowOfView(m_list->model().view()); row >= 0)
        m_rail->list()->setCurrentIndex(m_rail->model().index(row, 0));
    const ConversationId was = m_list->current() ? m_list->current() : m_before.conversation;
    if (was && was != m_triage.current())
        m_triage.open(was);
}

/// The one place where a hit is opened: the thread begins at the message that matches, with the words marked.
void MainWindow::showHit(ConversationId conversation, MessageId message)
{
    m_triage.open(conversation);
    m_thread->view()->setHighlights(m_search->model().words());
    if (message)
        m_thread->view()->showMessage(message);
    m_seen.start();
}

QWidget *MainWindow::listInFront() const
{
    if (!m_search->isActive())
        return m_list->list();
    return m_search->model().rowCount() > 0 ? static_cast<QWidget *>(m_search->list()) : m_search->field();
}

void MainWindow::moveInList(int steps)
{
    if (m_search->isActive())
        m_search->move(steps);
    else
        m_list->move(steps);
}

void MainWindow::saveSearch()
{
    const QString query = m_search->field()->text().simplified();
    std::vector<Choice> choices;
    for (const SavedSearch &search : m_rail->model().searches()) {
        Choice choice;
        choice.text = words::oneLine(search.name, searchNameShown);
        choice.hint = tr("Enter replaces its search");
        choice.value = search.id.value;
        choices.push_back(choice);
    }
    auto *picker =
        new Picker(tr("Save the search “%1”").arg(words::oneLine(query, searchNameShown)), std::move(choices), this);
    picker->allowNew(tr("Enter saves it as “%1”"));
    picker->setPlaceholder(tr("Type a name"));
    connect(picker, &Picker::chosen, this, [this, query](const QVariant &value) {
        searchDone(m_ctx.commands.changeSearch(SavedSearchId{value.toLongLong()}, query), tr("The search is saved"));
    });
    connect(picker, &Picker::chosenNew, this, [this, query](const QString &name) {
        searchDone(m_ctx.commands.saveSearch(name, query),
                   tr("Saved as “%1”: it is in the rail").arg(words::oneLine(name, searchNameShown)));
    });
    picker->openOver(this);
}

void MainWindow::openSearch(const SavedSearch &search)
{
    startSearch();
    m_search->open(search.query);
    if (const int row = m_rail->model().rowOfSearch(search.id); row >= 0)
        m_rail->list()->setCurrentIndex(m_rail->model().index(row, 0));
}

void MainWindow::renameSearch(const SavedSearch &search)
{
    auto *picker = new Picker(tr("Rename “%1”").arg(words::oneLine(search.name, searchNameShown)), {}, this);
    picker->allowNew(tr("Enter names it “%1”"));
    picker->setPlaceholder(tr("Type a name"));
    picker->field()->setText(search.name);
    picker->field()->selectAll();
    connect(picker, &Picker::chosenNew, this, [this, id = search.id](const QString &name) {
        searchDone(m_ctx.commands.renameSearch(id, name), tr("The saved search is renamed"));
    });
    picker->openOver(this);
}

void MainWindow::removeSearch(const SavedSearch &search)
{
    ask(this, tr("Remove the saved search “%1”?").arg(words::oneLine(search.name, searchNameShown)),
        tr("It goes for everybody in this workspace. No conversation is touched."), tr("Remove"),
        [this, id = search.id] { searchDone(m_ctx.commands.removeSearch(id), tr("The saved search is removed")); });
}

void MainWindow::moveSearch(const SavedSearch &search, int steps)
{
    const std::vector<SavedSearch> all = m_rail->model().searches();
    const auto at = std::find_if(all.begin(), all.end(), [&](const SavedSearch &one) { return one.id == search.id; });
    const int place = int(at - all.begin()) + 1 + steps;
    if (at != all.end() && place >= 1 && place <= int(all.size()))
        searchDone(m_ctx.commands.moveSearch(search.id, place), {});
}

void MainWindow::searchMenu(const SavedSearch &search, const QPoint &at)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool writable = !m_ctx.store.isReadOnly();
    const auto add = [&](const QString &title, const char *action, Handler run, bool enabled) {
        const QString key = m_actions.keyText(QLatin1String(action));
        QAction *entry = menu->addAction(key.isEmpty() ? title : title + QLatin1Char('\t') + key);
        entry->setEnabled(enabled);
        connect(entry, &QAction::triggered, this, std::move(run));
    };
    add(
        tr("Open"), "", [this, search] { openSearch(search); }, true);
    add(
        tr("Rename…"), "saved_search.rename", [this, search] { renameSearch(search); }, writable);
    add(
        tr("Move up"), "saved_search.up", [this, search] { moveSearch(search, -1); }, writable);
    add(
        tr("Move down"), "saved_search.down", [this, search] { moveSearch(search, 1); }, writable);
    add(
        tr("Remove…"), "saved_search.remove", [this, search] { removeSearch(search); }, writable);
    menu->popup(at);
}

void MainWindow::searchDone(QFuture<Result<Done>> command, const QString &done)
{
    whenDone(this, std::move(command), [this, done](const Result<Done> &result) {
        if (!result)
            m_toast->complain(result.error().message);
        else if (!done.isEmpty())
            m_toast->say({done, false, {}});
    });
}

std::optional<SavedSearch> MainWindow::currentSearch() const
{
    const RailRow *row = m_rail ? m_rail->model().at(m_rail->list()->currentIndex()) : nullptr;
    return row && row->kind == RailRow::Kind::SavedSearch ? std::optional(row->search) : std::nullopt;
}

} // namespace patchbay
