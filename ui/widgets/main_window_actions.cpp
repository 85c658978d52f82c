#include "ui/widgets/attachment_strip.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/gateway_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/route_card.h"
#include "ui/widgets/search_pane.h"
#include "ui/widgets/targets_dialog.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QStackedWidget>

namespace patchbay {

void MainWindow::addAction_(const char *id, const QString &group, const QString &title, const QStringList &keys,
                            ActionScope scope, Handler run, std::function<bool()> enabled)
{
    ConsoleAction action;
    action.id = QLatin1String(id);
    action.group = group;
    action.title = title;
    action.keys = keys;
    action.scope = scope;
    action.run = std::move(run);
    action.enabled = std::move(enabled);
    const bool added = m_actions.add(std::move(action));
    Q_ASSERT(added);
    Q_UNUSED(added)
}

void MainWindow::registerTriage()
{
    using Scope = ActionScope;
    const QString group = tr("Conversation");
    const auto writable = [this] { return m_triage.details() && !m_ctx.store.isReadOnly(); };
    const auto add = [&](const char *id, const QString &title, const QStringList &keys, Handler run) {
        addAction_(id, group, title, keys, Scope::Conversations, std::move(run), writable);
    };
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    add("conversation.accept", tr("Accept"), key("Y"), [this] { m_triage.accept(false); });
    add("conversation.accept_next", tr("Accept and next"), key("Shift+Y"), [this] { m_triage.accept(true); });
    add("conversation.category", tr("Change category"), key("C"), [this] { pickCategory(); });
    add("conversation.route", tr("Change route"), {}, [this] { pickRoute(); });
    add("conversation.dismiss", tr("Dismiss suggestion"), key("X"), [this] { m_triage.dismiss(); });
    add("conversation.task", tr("Task…"), key("T"), [this] { openTaskDialog(); });
    add("conversation.suggest", tr("Suggest a task"), key("Shift+X"), [this] { m_triage.suggestAgain(); });
    add("conversation.why", tr("Why is this here"), key("W"), [this] { toggleWhy(); });
    add("conversation.reply", tr("Reply"), key("R"), [this] { m_thread->composer()->beginReply(); });
    add("conversation.load_files", tr("Load all files"), {}, [this] { m_thread->loadFiles(); });
    add("conversation.note", tr("Write a note"), key("M"), [this] { m_thread->composer()->beginNote(); });
    add("conversation.done", tr("Done"), key("E"), [this] {
        if (m_triage.details()->conversation.status == ConversationStatus::Done)
            m_triage.reopen();
        else
            m_triage.finish(true);
    });
    add("conversation.snooze", tr("Snooze"), key("H"), [this] { pickSnooze(); });
    add("conversation.assign", tr("Assign"), key("A"), [this] { pickAssignee(); });
    add("conversation.assign_me", tr("Assign to me"), key("Shift+A"), [this] { m_triage.assign(m_ctx.me.id); });
    add("conversation.label", tr("Label"), key("L"), [this] { pickLabel(); });
    add("conversation.unread", tr("Mark unread or read"), key("U"), [this] {
        m_seen.stop();
        m_triage.toggleUnread();
    });
    addAction_("compose.send", group, tr("Send"), key("Ctrl+Return"), Scope::Composer,
               [this] { m_thread->composer()->send(false); });
    addAction_("compose.send_done", group, tr("Send, done and next"), key("Ctrl+Shift+Return"), Scope::Composer,
               [this] { m_thread->composer()->send(true); });
    addAction_(
        "compose.attach", group, tr("Attach file…"), key("Ctrl+Shift+A"), Scope::Everywhere,
        [this] {
            m_thread->composer()->beginReply();
            m_thread->composer()->files()->choose();
        },
        [this] { return m_triage.takesFiles() && !m_ctx.store.isReadOnly(); });
    addAction_("compose.toggle", group, tr("Switch reply and note"), key("Ctrl+Shift+M"), Scope::Composer,
               [this] { m_thread->composer()->toggleMode(); });
    addAction_("edit.undo", group, tr("Undo"), key("Z"), Scope::OutsideText, [this] { m_triage.undo(); });
}

void MainWindow::registerMoves()
{
    using Scope = ActionScope;
    const QString group = tr("Go");
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    addAction_("move.next", group, tr("Next conversation"), {QStringLiteral("J")}, Scope::Conversations,
               [this] { moveInList(1); });
    addAction_("move.previous", group, tr("Previous conversation"), {QStringLiteral("K")}, Scope::Conversations,
               [this] { moveInList(-1); });
    addAction_("move.next_anywhere", group, tr("Next conversation, also while writing"),
               {QStringLiteral("Alt+Down"), QStringLiteral("Ctrl+PgDown")}, Scope::Everywhere,
               [this] { moveInList(1); });
    addAction_("move.previous_anywhere", group, tr("Previous conversation, also while writing"),
               {QStringLiteral("Alt+Up"), QStringLiteral("Ctrl+PgUp")}, Scope::Everywhere, [this] { moveInList(-1); });
    addAction_("go.awaiting", group, tr("Next that awaits us"), key("N"), Scope::Conversations,
               [this] { m_search->isActive() ? m_search->toNextAwaiting() : m_list->toNextAwaiting(); });
    addAction_("go.open", group, tr("Open"), key("Return"), Scope::List, [this] { m_thread->view()->setFocus(); });
    addAction_("go.back", group, tr("Back"), key("Esc"), Scope::Everywhere, [this] { back(); });
    addAction_("go.pane", group, tr("Next pane"), key("F6"), Scope::Everywhere, [this] { cyclePanes(1); });
    addAction_("go.pane_back", group, tr("Previous pane"), key("Shift+F6"), Scope::Everywhere,
               [this] { cyclePanes(-1); });
    addAction_("go.palette", group, tr("Do anything…"), key("Ctrl+K"), Scope::Everywhere, [this] { pickAction(); });
    using View = conversations::View;
    const std::pair<View, const char *> views[] = {{View::MyQueue, "go.view1"},    {View::AwaitingUs, "go.view2"},
                                                   {View::Unassigned, "go.view3"}, {View::Snoozed, "go.view4"},
                                                   {View::All, "go.view5"},        {View::Done, "go.view6"}};
    const QString titles[] = {tr("My queue"), tr("Awaiting us"), tr("Unassigned"),
                              tr("Snoozed"),  tr("All"),         tr("Done conversations")};
    int number = 1;
    for (const auto &[view, id] : views) {
        addAction_(id, group, titles[number - 1], {QStringLiteral("Ctrl+%1").arg(number)}, Scope::Everywhere,
                   [this, view = view] { showView(view); });
        ++number;
    }
    addAction_("go.outbox", group, tr("Outbox"), key("Ctrl+7"), Scope::Everywhere,
               [this] { showPage(RailRow::Kind::Outbox); });
    addAction_("go.local_tasks", group, tr("Local tasks"), key("Ctrl+8"), Scope::Everywhere,
               [this] { showPage(RailRow::Kind::LocalTasks); });
    addAction_("go.quarantine", group, tr("What could not be read"), key("Ctrl+9"), Scope::Everywhere,
               [this] { showPage(RailRow::Kind::Quarantine); });
}

void MainWindow::registerWork()
{
    using Scope = ActionScope;
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const QString outbox = tr("Outbox");
    addAction_("outbox.details", outbox, tr("Details"), key("Return"), Scope::Outbox,
               [this] { m_outbox->showDetails(); });
    addAction_("outbox.retry", outbox, tr("Try again"), key("R"), Scope::Outbox, [this] { m_outbox->retry(); });
    addAction_("outbox.settle", outbox, tr("Settle"), key("S"), Scope::Outbox, [this] { m_outbox->settle(); });
    addAction_("outbox.cancel", outbox, tr("Do not send"), key("Del"), Scope::Outbox, [this] { m_outbox->cancel(); });

    const QString setup = tr("Set up");
    const auto writable = [this] { return !m_ctx.store.isReadOnly(); };
    addAction_(
        "setup.channel", setup, tr("Add channel…"), {}, Scope::Everywhere, [this] { addChannel(); }, writable);
    addAction_(
        "setup.target", setup, tr("Add target…"), {}, Scope::Everywhere, [this] { addTarget(); }, writable);
    addAction_("setup.channels", setup, tr("Channels…"), key("Ctrl+Shift+C"), Scope::Everywhere,
               [this] { (new ChannelsDialog(m_ctx, {}, this))->open(); });
    addAction_("setup.targets", setup, tr("Targets…"), key("Ctrl+Shift+T"), Scope::Everywhere,
               [this] { (new TargetsDialog(m_ctx, {}, this))->open(); });
    addAction_(
        "setup.gateway", setup, tr("Gateway…"), {}, Scope::Everywhere,
        [this] { (new GatewayDialog(m_ctx, this))->open(); }, [this] { return m_ctx.gateway != nullptr; });
    addAction_(
        "setup.import", setup, tr("Import files…"), {}, Scope::Everywhere, [this] { chooseFiles(); }, writable);
    addAction_(
        "setup.import_folder", setup, tr("Import a folder…"), {}, Scope::Everywhere, [this] { chooseFiles(true); },
        writable);
    addAction_(
        "setup.my_mail", setup, tr("My mail address…"), {}, Scope::Everywhere, [this] { pickMyMail(); }, writable);
    addAction_("setup.routes", setup, tr("Routes…"), {}, Scope::Everywhere, [this] { showRoutes(); });
    addAction_("setup.imports", setup, tr("What was imported"), {}, Scope::Everywhere, [this] { showImports(); });
    addAction_(
        "setup.import_cancel", setup, tr("Cancel the import"), {}, Scope::Everywhere, [this] { m_imports.cancel(); },
        [this] { return m_imports.isRunning(); });
    addAction_("setup.sample", setup, tr("Open the sample workspace"), {}, Scope::Everywhere,
               [this] { Q_EMIT sampleWorkspaceWanted(); });

    const QString view = tr("View");
    addAction_("view.context", view, tr("Context panel"), key("]"), Scope::OutsideText, [this] {
        m_context->setVisible(!m_context->isVisible());
        markEvidence();
    });
    addAction_("view.system", view, tr("Colours of the system"), {}, Scope::Everywhere,
               [this] { m_theme.set(Theme::Scheme::System); });
    addAction_("view.light", view, tr("Light colours"), {}, Scope::Everywhere,
               [this] { m_theme.set(Theme::Scheme::Light); });
    addAction_("view.dark", view, tr("Dark colours"), {}, Scope::Everywhere,
               [this] { m_theme.set(Theme::Scheme::Dark); });
    addAction_("view.keys", view, tr("All keys"), {QStringLiteral("?")}, Scope::OutsideText, [this] { showKeys(); });
    addAction_("view.keys_anywhere", view, tr("All keys, also while writing"), {QStringLiteral("F1")},
               Scope::Everywhere, [this] { showKeys(); });
    addAction_("app.quit", view, tr("Quit"), key("Ctrl+Q"), Scope::Everywhere, [this] { close(); });
}

void MainWindow::buildMenu()
{
    // Keys stand after a tab: shown by the menu, handled by the registry alone.
    QHash<QString, QMenu *> menus;
    for (const ConsoleAction &action : m_actions.all()) {
        QMenu *&menu = menus[action.group];
        if (!menu)
            menu = menuBar()->addMenu(action.group);
        const QString key = m_actions.keyText(action.id);
        QAction *entry = menu->addAction(key.isEmpty() ? action.title : action.title + QLatin1Char('\t') + key);
        entry->setMenuRole(action.id == QLatin1String("app.quit") ? QAction::QuitRole : QAction::NoRole);
        connect(entry, &QAction::triggered, this, [this, id = action.id] { m_actions.trigger(id); });
        connect(menu, &QMenu::aboutToShow, entry, [this, entry, id = action.id] {
            const ConsoleAction *now = m_actions.byId(id);
            entry->setEnabled(now && patchbay::isEnabled(*now));
        });
    }
}

} // namespace patchbay
