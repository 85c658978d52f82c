#include "ui/widgets/find_bar.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/thread_pane.h"

#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>

namespace patchbay {

// Finding a text in the conversation that is open.

void MainWindow::registerFind()
{
    using Scope = ActionScope;
    const QString group = tr("Find");
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const auto there = [this] { return m_pages->currentWidget() == m_conversations && m_triage.current(); };
    const auto open = [this] { return m_thread->findBar()->isOpen(); };
    const auto next = [this] { m_thread->findBar()->move(1); };
    const auto previous = [this] { m_thread->findBar()->move(-1); };
    addAction_(
        "find.start", group, tr("Find in the conversation"), key("Ctrl+F"), Scope::Everywhere,
        [this] { m_thread->startFind(); }, there);
    addAction_("find.next", group, tr("Next place found"), key("F3"), Scope::Everywhere, next, open);
    addAction_("find.previous", group, tr("Previous place found"), key("Shift+F3"), Scope::Everywhere, previous, open);
    addAction_("find.next_here", group, tr("Next place, while typing what to find"), key("Return"), Scope::Find, next,
               open);
    addAction_("find.previous_here", group, tr("Previous place, while typing what to find"), key("Shift+Return"),
               Scope::Find, previous, open);
    addAction_(
        "find.close", group, tr("Close the find line"), {}, Scope::Everywhere, [this] { m_thread->findBar()->close(); },
        open);
}

bool MainWindow::leaveFind()
{
    FindBar *bar = m_thread->findBar();
    const QWidget *focus = focusWidget();
    if (!bar->isOpen() || !(bar->isAncestorOf(focus) || m_thread->isAncestorOf(focus)))
        return false;
    bar->close();
    return true;
}

} // namespace patchbay
