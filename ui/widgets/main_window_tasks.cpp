#include "core/engine/task_status.h"
#include "core/store/conversation_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/tasks_page.h"
#include "ui/widgets/toast.h"

#include <QtWidgets/QTableView>

// Tasks in the window: their page and its actions, the way back to a conversation, settling, how often statuses are
// read.

namespace patchbay {

void MainWindow::registerTasks()
{
    using Scope = ActionScope;
    const QString group = tr("Tasks");
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const auto on = [&](const char *id, const QString &title, const char *keys, Handler run) {
        addAction_(id, group, title, key(keys), Scope::Tasks, std::move(run));
    };
    addAction_("go.tasks", group, tr("Tasks"), key("Ctrl+T"), Scope::Everywhere,
               [this] { showPage(RailRow::Kind::Tasks); });
    on("tasks.conversation", tr("Open conversation"), "Return", [this] { m_tasks->openConversation(); });
    on("tasks.record", tr("Open its page over there"), "O", [this] { m_tasks->openRecord(); });
    on("tasks.refresh", tr("Read status again"), "U", [this] { m_tasks->readAgain(); });
    on("tasks.retry", tr("Try again"), "R", [this] { m_tasks->retry(); });
    on("tasks.settle", tr("Settle"), "S", [this] { m_tasks->settle(); });
    on("tasks.board", tr("List or board"), "B", [this] { m_tasks->showBoard(!m_tasks->isBoard()); });
    on("tasks.find", tr("Find in tasks"), "F", [this] { m_tasks->find(); });
    on("tasks.target", tr("Only one target"), "T", [this] { m_tasks->pickTarget(); });
    on("tasks.category", tr("Only one category"), "C", [this] { m_tasks->pickCategory(); });
    on("tasks.mine", tr("Only mine, or all"), "M", [this] { m_tasks->toggleMine(); });
    const std::pair<task_list::State, const char *> states[] = {
        {task_list::State::All, "tasks.state1"},     {task_list::State::Open, "tasks.state2"},
        {task_list::State::Closed, "tasks.state3"},  {task_list::State::Waiting, "tasks.state4"},
        {task_list::State::Unknown, "tasks.state5"}, {task_list::State::Failed, "tasks.state6"},
        {task_list::State::Overdue, "tasks.state7"}};
    const QString titles[] = {
        tr("All tasks"),     tr("Open tasks"),   tr("Closed tasks"), tr("Tasks waiting to be sent"),
        tr("Unknown tasks"), tr("Failed tasks"), tr("Overdue tasks")};
    int number = 0;
    for (const auto &[state, id] : states) {
        addAction_(id, group, titles[number], {QString::number(number + 1)}, Scope::Tasks,
                   [this, state = state] { m_tasks->setState(state); });
        ++number;
    }
    addAction_(
        "conversation.task_status", group, tr("Read the status of its tasks"), key("Shift+U"), Scope::Conversations,
        [this] { m_triage.refreshTaskStatus(); },
        [this] { return m_triage.details() && !m_triage.details()->tasks.empty() && !m_ctx.store.isReadOnly(); });
    addAction_(
        "setup.task_status", tr("Set up"), tr("How often statuses are read…"), {}, Scope::Everywhere,
        [this] { pickStatusReading(); }, [this] { return !m_ctx.store.isReadOnly(); });
}

void MainWindow::connectTasks()
{
    connect(m_tasks, &TasksPage::conversationWanted, this, &MainWindow::openConversation);
    connect(m_tasks, &TasksPage::failed, m_toast, &Toast::complain);
}

void MainWindow::followBackLink(const QString &link)
{
    const QString uid = link.section(QLatin1Char('/'), -1);
    auto work = [uid](Database &db) { return conversations::byUid(db, uid); };
    whenDone(this, m_ctx.store.read(std::move(work)), [this](const Result<Conversation> &found) {
        if (found)
            openConversation(found->id);
        else
            m_toast->complain(found.error().message);
    });
}

void MainWindow::settle(DeliveryId delivery)
{
    const ConversationDetails *details = m_triage.details();
    OutboxPage::askSettle(this, m_triage, delivery, details ? details->conversation.subject : QString());
}

void MainWindow::pickStatusReading()
{
    auto work = [](Database &db) -> Result<int> { return db.finish(watchSettings(db).minutes); };
    whenDone(this, m_ctx.store.read(std::move(work)), [this](const Result<int> &now) {
        if (!now)
            return m_toast->complain(now.error().message);
        std::vector<Choice> choices;
        for (const int minutes : {2, 5, 15, 60, 0}) {
            Choice choice;
            choice.text = minutes == 0
                ? tr("Only when a person asks")
                : tr("%1 after sending, then more and more rarely").arg(words::duration(std::chrono::minutes(minutes)));
            choice.value = minutes;
            choice.checked = minutes == *now;
            choices.push_back(choice);
        }
        auto *picker = new Picker(tr("How often statuses of tasks are read"), std::move(choices), this);
        connect(picker, &Picker::chosen, this, [this](const QVariant &value) {
            auto change = [minutes = value.toInt()](Database &db) -> Result<Done> {
                setWatchSettings(db, {minutes});
                return db.finish(Done{});
            };
            whenDone(this, m_ctx.store.write(std::move(change)), [this](const Result<Done> &done) {
                if (!done)
                    return m_toast->complain(done.error().message);
                Said said;
                said.text = tr("Changed for the whole workspace");
                m_toast->say(said);
            });
        });
        picker->openOver(this);
    });
}

} // namespace patchbay
