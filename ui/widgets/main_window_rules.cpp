#include "ui/models/words.h"
#include "ui/widgets/categories_page.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/rules_page.h"
#include "ui/widgets/tasks_page.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/work_pages.h"
#include "ui/widgets/workspace_page.h"

#include <QtWidgets/QListView>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

void MainWindow::showPage(RailRow::Kind kind)
{
    QWidget *page = m_quarantine;
    switch (kind) {
    case RailRow::Kind::Outbox: page = m_outbox; break;
    case RailRow::Kind::Tasks: page = m_tasks; break;
    case RailRow::Kind::LocalTasks: page = m_localTasks; break;
    case RailRow::Kind::Workspace: page = m_workspace; break;
    case RailRow::Kind::Rules: page = m_rules; break;
    default: break;
    }
    m_triage.drafts().flush();
    m_pages->setCurrentWidget(page);
    if (const int row = m_rail->model().rowOfKind(kind); row >= 0)
        m_rail->list()->setCurrentIndex(m_rail->model().index(row, 0));
    mainOf(page)->setFocus();
}

QWidget *MainWindow::mainOf(QWidget *page) const
{
    if (auto *table = qobject_cast<TablePage *>(page))
        return table->table();
    if (page == m_rules)
        return m_rules->table();
    if (page == m_tasks)
        return m_tasks->main();
    if (m_categories && page == static_cast<QWidget *>(m_categories))
        return m_categories->table();
    return page == m_workspace ? static_cast<QWidget *>(m_workspace->list()) : page;
}

void MainWindow::registerRules()
{
    using Scope = ActionScope;
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const QString group = tr("Rules");
    const auto editable = [this] { return m_rules && m_rules->editor().canEdit(); };
    const auto withRules = [this, editable] { return editable() && !m_rules->editor().rules().rules.empty(); };
    const auto withDraft = [this, editable] { return editable() && m_rules->editor().isDraft(); };
    addAction_("go.rules", group, tr("Rules"), key("Ctrl+Shift+R"), Scope::Everywhere,
               [this] { showPage(RailRow::Kind::Rules); });
    addAction_(
        "rules.add", group, tr("Add a rule"), key("N"), Scope::Rules, [this] { m_rules->addRule(); }, editable);
    addAction_(
        "rules.remove", group, tr("Remove"), key("Del"), Scope::Rules, [this] { m_rules->removeRule(); }, withRules);
    addAction_(
        "rules.up", group, tr("Earlier"), key("Ctrl+Up"), Scope::Rules, [this] { m_rules->moveRule(-1); }, withRules);
    addAction_(
        "rules.down", group, tr("Later"), key("Ctrl+Down"), Scope::Rules, [this] { m_rules->moveRule(1); }, withRules);
    addAction_(
        "rules.undo", group, tr("Undo the change"), key("Ctrl+Z"), Scope::Rules, [this] { m_rules->editor().undo(); },
        [this, editable] { return editable() && m_rules->editor().canUndo(); });
    addAction_(
        "rules.try", group, tr("Try on history"), key("T"), Scope::Rules, [this] { m_rules->tryOnHistory(); },
        [this] { return m_rules && m_rules->editor().isLoaded(); });
    addAction_(
        "rules.publish", group, tr("Publish…"), key("P"), Scope::Rules, [this] { m_rules->publish(); }, withDraft);
    addAction_(
        "rules.discard", group, tr("Discard the draft…"), {}, Scope::Rules, [this] { m_rules->discard(); }, withDraft);
    addAction_(
        "rules.shadow", group, tr("Beside the live rules…"), {}, Scope::Rules, [this] { m_rules->startShadow(); },
        withDraft);
    addAction_(
        "rules.second_person", group, tr("Who publishes a draft…"), {}, Scope::Rules,
        [this] { m_rules->askForSecondPerson(); }, editable);
    addAction_(
        "rules.versions", group, tr("Versions…"), key("V"), Scope::Rules, [this] { m_rules->showVersions(); },
        [this] { return m_rules && m_rules->editor().isLoaded(); });
}

void MainWindow::connectRules()
{
    connect(m_rules, &RulesPage::conversationWanted, this, &MainWindow::openConversation);
    connect(m_rules, &RulesPage::failed, m_toast, &Toast::complain);
    connect(m_rules, &RulesPage::said, this, [this](const QString &sentence) {
        Said said;
        said.text = sentence;
        m_toast->say(said);
    });
    connect(&m_triage, &Triage::detailsChanged, this, [this] {
        const ConversationDetails *details = m_triage.details();
        if (!details)
            return m_rules->setConversation({}, {});
        m_rules->setConversation(details->conversation.id,
                                 tr("%1: %2").arg(words::oneLine(details->contact.name, 60),
                                                  words::oneLine(details->conversation.subject, 120)));
    });
}

} // namespace patchbay
