#include "core/store/account_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/channel_gallery.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/cheat_sheet.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/routes_dialog.h"
#include "ui/widgets/target_gallery.h"
#include "ui/widgets/targets_dialog.h"
#include "ui/widgets/task_dialog.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

void MainWindow::pickAssignee()
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return;
    std::vector<Choice> choices;
    for (const Operator &person : details->operators) {
        if (person.isSystem)
            continue;
        Choice choice;
        choice.text = words::oneLine(person.name);
        choice.hint = person.id == m_ctx.me.id ? tr("you") : QString();
        choice.value = person.id.value;
        choice.checked = person.id == details->conversation.assignee;
        choices.push_back(choice);
    }
    Choice nobody;
    nobody.text = tr("Nobody");
    nobody.value = qint64(0);
    choices.push_back(nobody);
    auto *picker = new Picker(tr("Assign to"), std::move(choices), this);
    connect(picker, &Picker::chosen, this,
            [this](const QVariant &value) { m_triage.assign(OperatorId{value.toLongLong()}); });
    picker->openOver(this);
}

void MainWindow::pickLabel()
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return;
    std::vector<Choice> choices;
    for (const QString &label : details->allLabels) {
        Choice choice;
        choice.text = words::oneLine(label);
        choice.value = label;
        choice.checked = details->labels.contains(label);
        choice.hint = choice.checked ? tr("Enter removes it") : QString();
        choices.push_back(choice);
    }
    auto *picker = new Picker(tr("Label"), std::move(choices), this);
    picker->allowNew(tr("Enter makes the new label “%1”"));
    picker->setPlaceholder(tr("Type to find or to make a label"));
    connect(picker, &Picker::chosen, this, [this, has = details->labels](const QVariant &value) {
        m_triage.setLabel(value.toString(), !has.contains(value.toString()));
    });
    connect(picker, &Picker::chosenNew, this, [this](const QString &text) { m_triage.setLabel(text, true); });
    picker->openOver(this);
}

void MainWindow::pickCategory()
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return;
    std::vector<Choice> choices;
    for (const Category &category : details->taxonomy) {
        if (category.isRetired())
            continue;
        Choice choice;
        choice.text = words::oneLine(category.name);
        choice.hint = words::oneLine(category.description, 34);
        choice.value = category.id.value;
        choice.checked = category.id == details->conversation.category;
        choices.push_back(choice);
    }
    auto *picker = new Picker(tr("Category: the model learns from your choice"), std::move(choices), this);
    connect(picker, &Picker::chosen, this,
            [this](const QVariant &value) { m_triage.overrideCategory(CategoryId{value.toLongLong()}); });
    picker->openOver(this);
}

void MainWindow::pickRoute()
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return;
    std::vector<Choice> choices;
    for (const Route &route : details->routes) {
        Choice choice;
        choice.text = words::oneLine(route.name);
        choice.hint = words::routeHint(route, details->targets);
        choice.value = route.id.value;
        choice.checked = details->suggestion && details->suggestion->route == route.id;
        choices.push_back(choice);
    }
    auto *picker = new Picker(tr("Route"), std::move(choices), this);
    connect(picker, &Picker::chosen, this,
            [this](const QVariant &value) { m_triage.setRoute(RouteId{value.toLongLong()}); });
    picker->openOver(this);
}

void MainWindow::showRoutes() { (new RoutesDialog(m_ctx, m_triage.current(), this))->open(); }

void MainWindow::openTaskDialog()
{
    if (!m_triage.details())
        return;
    auto *dialog = new TaskDialog(m_ctx, m_triage.current(), this);
    connect(dialog, &TaskDialog::created, &m_triage, &Triage::taskCreated);
    connect(dialog, &TaskDialog::recordLinked, &m_triage, &Triage::recordLinked);
    connect(dialog, &TaskDialog::taskLinked, &m_triage, &Triage::taskLinked);
    dialog->open();
}

void MainWindow::pickOpenTask(const Commands::OpenTask &open, bool thenNext)
{
    const QString state = open.remoteStatus.isEmpty() ? words::deliveryState(open.state) : open.remoteStatus;
    Choice link;
    link.text = tr("Link to “%1”").arg(words::oneLine(open.title, 60));
    link.hint = tr("in %1: %2").arg(words::oneLine(open.target, 30), words::oneLine(state, 30));
    link.value = qlonglong(open.task.value);
    Choice another;
    another.text = tr("Make another task");
    another.hint = tr("in %1").arg(words::oneLine(open.target, 30));
    another.value = qlonglong(0);
    auto *picker = new Picker(tr("A task is open for this already"), {link, another}, this);
    const ConversationId asked = m_triage.current();
    connect(picker, &Picker::chosen, this, [this, thenNext, asked](const QVariant &value) {
        if (m_triage.current() != asked)
            return;
        if (const TaskId task{value.toLongLong()})
            m_triage.linkTo(task, thenNext);
        else
            m_triage.accept(thenNext, Commands::IfOpen::Another);
    });
    picker->openOver(this);
}

void MainWindow::pickSnooze()
{
    if (!m_triage.details())
        return;
    const QDateTime now = QDateTime::currentDateTime();
    const QDate today = now.date();
    const QDate monday = today.addDays(8 - today.dayOfWeek());
    const std::pair<QString, QDateTime> times[] = {
        {tr("In one hour"), now.addSecs(3600)},
        {tr("In three hours"), now.addSecs(3 * 3600)},
        {tr("This evening"), QDateTime(today, QTime(18, 0))},
        {tr("Tomorrow morning"), QDateTime(today.addDays(1), QTime(9, 0))},
        {tr("Monday morning"), QDateTime(monday, QTime(9, 0))},
        {tr("In a week"), QDateTime(today.addDays(7), QTime(9, 0))},
    };
    std::vector<Choice> choices;
    for (const auto &[text, at] : times) {
        if (at <= now)
            continue;
        Choice choice;
        choice.text = text;
        choice.hint = QLocale().toString(at, tr("ddd d MMM HH:mm", "date format"));
        choice.value = at.toUTC();
        choices.push_back(choice);
    }
    auto *picker = new Picker(tr("Snooze until"), std::move(choices), this);
    connect(picker, &Picker::chosen, this,
            [this](const QVariant &value) { m_triage.snooze(Timestamp::from(value.toDateTime())); });
    picker->openOver(this);
}

void MainWindow::pickAction()
{
    std::vector<Choice> choices;
    for (const ConsoleAction &action : m_actions.all()) {
        Choice choice;
        choice.text = QStringLiteral("%1: %2").arg(action.group, action.title);
        choice.hint = m_actions.keyText(action.id);
        choice.value = action.id;
        choice.enabled = patchbay::isEnabled(action);
        choices.push_back(choice);
    }
    std::stable_partition(choices.begin(), choices.end(), [](const Choice &choice) { return choice.enabled; });
    auto *picker = new Picker(tr("What do you want to do?"), std::move(choices), this);
    connect(picker, &Picker::chosen, this, [this](const QVariant &value) {
        // After the palette is gone, so that the deed acts on the window below it.
        QTimer::singleShot(0, this, [this, id = value.toString()] { m_actions.trigger(id); });
    });
    picker->openOver(this);
}

void MainWindow::showKeys()
{
    auto *sheet = new CheatSheet(m_actions, this);
    sheet->open();
}

void MainWindow::addChannel(const QString &connector)
{
    if (connector.isEmpty()) {
        auto *gallery = new ChannelGallery(m_ctx.catalog, this);
        connect(gallery, &ChannelGallery::chosen, this, [this](const QString &chosen) { addChannel(chosen); });
        gallery->open();
        return;
    }
    openAccount(new AccountDialog(m_ctx, AccountDialog::Kind::Channel, connector, this), tr("Channel %1 is added"));
}

void MainWindow::addTarget(const QString &connector)
{
    if (connector.isEmpty()) {
        auto *gallery = new TargetGallery(m_ctx.catalog, this);
        connect(gallery, &TargetGallery::chosen, this, [this](const QString &chosen) { addTarget(chosen); });
        gallery->open();
        return;
    }
    openAccount(new AccountDialog(m_ctx, AccountDialog::Kind::Target, connector, this), tr("Target %1 is added"));
}

void MainWindow::openAccount(AccountDialog *dialog, const QString &done)
{
    connect(dialog, &AccountDialog::saved, this, [this, done](const QString &name) {
        m_toast->say({done.arg(words::oneLine(name)), false, {}});
    });
    connect(dialog, &AccountDialog::failed, m_toast, &Toast::complain);
    dialog->open();
}

void MainWindow::targetMenu(const RailRow &row)
{
    const QString text =
        QStringLiteral("%1\n\n%2").arg(words::health(row.health), words::oneLine(row.detail, 600)).trimmed();
    auto work = [id = row.target](Database &db) { return db.finish(targets::byId(db, id)); };
    whenDone(this, m_ctx.store.read(std::move(work)), [this, text](const Result<std::optional<Target>> &target) {
        if (!target || !target->has_value()) {
            m_toast->complain(target ? tr("This target is not in the workspace any more.") : target.error().message);
            return;
        }
        const Target known = **target;
        const CrmConnectorInfo *info = m_ctx.catalog.crm(known.connector);
        const bool hasSettings = info && !info->form.empty(); // the tasks of this workspace have none
        QStringList answers{tr("All targets…")};
        if (hasSettings)
            answers.prepend(tr("Settings…"));
        askChoice(this, words::oneLine(known.name), text, answers, [this, known, hasSettings](int answer) {
            if (hasSettings && answer == 0)
                openAccount(new AccountDialog(m_ctx, known, this), tr("Target %1 is changed"));
            else
                (new TargetsDialog(m_ctx, known.id, this))->open();
        });
    });
}

void MainWindow::channelMenu(const Channel &channel)
{
    const QString name = words::oneLine(channel.name);
    const Health health = channel.paused ? Health::Paused : channel.health;
    QString text =
        tr("%1.\nCaught up: %2\nLast message: %3")
            .arg(words::health(health), words::fullTime(channel.caughtUpAt), words::fullTime(channel.lastReceivedAt));
    if (!channel.healthDetail.isEmpty())
        text += QStringLiteral("\n\n") + words::oneLine(channel.healthDetail, 400);
    askChoice(this, name, text,
              {tr("Fetch now"), channel.paused ? tr("Start") : tr("Stop"), tr("Settings…"), tr("All channels…")},
              [this, channel, name](int answer) {
                  if (answer == 2) {
                      openAccount(new AccountDialog(m_ctx, channel, this), tr("Channel %1 is changed"));
                      return;
                  }
                  if (answer == 3) {
                      (new ChannelsDialog(m_ctx, channel.id, this))->open();
                      return;
                  }
                  if (answer == 0) {
                      whenDone(this, m_ctx.channels.fetchOnce(channel.id), [this, name](const Result<Done> &fetched) {
                          if (fetched)
                              m_toast->say({tr("%1 is caught up").arg(name), false, {}});
                          else
                              m_toast->complain(fetched.error().message);
                      });
                      return;
                  }
                  whenDone(this, m_ctx.commands.setChannelPaused(channel.id, !channel.paused),
                           [this](const Result<Done> &set) {
                               if (!set)
                                   m_toast->complain(set.error().message);
                           });
              });
}

} // namespace patchbay
