#include "ui/widgets/task_dialog.h"

#include "core/ports/repeats.h"
#include "ui/models/target_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/existing_view.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/task_fields.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

// Where the task would go, and what links a record instead.

namespace patchbay {

void TaskDialog::plan()
{
    m_pause.stop();
    if (!m_ready)
        return;
    const quint64 epoch = ++m_planEpoch;
    const Result<TaskForm> form = m_fields->form();
    if (!form)
        return showPlan(form.error());
    whenDone(this, m_context.commands.planTask(m_conversation, *form), [this, epoch](const Result<TaskPlan> &plan) {
        if (epoch == m_planEpoch)
            showPlan(plan);
    });
}

void TaskDialog::showPlan(const Result<TaskPlan> &plan)
{
    m_planGood = plan.ok();
    m_planned = plan ? plan->targets() : std::vector<TargetId>();
    const TargetId first = m_planned.empty() ? TargetId{} : m_planned.front();
    if (plan || m_existing->target()->count() == 0)
        m_existing->setTargets(m_around.targets, first);
    refreshCreate();
    m_requests->setVisible(plan.ok());
    if (!plan) {
        setLook(m_goes, "role", "warning");
        setPlain(m_goes, QStringLiteral("⚠ ") + plan.error().message);
        return;
    }
    showTargets(*plan);
    showRequests(*plan);
    std::vector<Target> targets;
    for (const std::vector<PlannedTask> *list : {&plan->first, &plan->backups}) {
        for (const PlannedTask &one : *list)
            targets.push_back(one.target);
    }
    m_model.ask(targets, m_start.suggestion.draft);
}

/// Each target with its health and the class of a repeat, and what the route's mapping makes of the fields.
void TaskDialog::showTargets(const TaskPlan &plan)
{
    QStringList lines;
    const QString title = m_fields->title()->text().simplified();
    for (const std::vector<PlannedTask> *list : {&plan.first, &plan.backups}) {
        for (const PlannedTask &one : *list) {
            const QString name = words::oneLine(one.target.name, 60);
            const CrmConnectorInfo *info = m_context.catalog.crm(one.target.connector);
            lines << QStringLiteral("%1 %2: %3; %4")
                         .arg(words::healthSign(one.target.health),
                              list == &plan.first ? name : tr("%1, as the backup").arg(name),
                              words::health(one.target.health),
                              info ? words::repeats(repeatsOf(*info, one.target.settings))
                                   : tr("this build has no connector for it"));
            if (one.payload.title != title)
                lines << tr("    The route gives it the title “%1” there.").arg(words::oneLine(one.payload.title, 160));
            if (!one.payload.fields.isEmpty())
                lines << tr("    Filled by the route: %1.")
                             .arg(words::oneLine(one.payload.fields.keys().join(QStringLiteral(", ")), 300));
        }
    }
    setLook(m_goes, "role", "");
    setPlain(m_goes, lines.join(QLatin1Char('\n')));
}

void TaskDialog::showRequests(const TaskPlan &plan)
{
    QStringList parts;
    for (const std::vector<PlannedTask> *list : {&plan.first, &plan.backups}) {
        for (const PlannedTask &one : *list) {
            const QString name = words::oneLine(one.target.name, 60);
            parts << (list == &plan.first ? name : tr("%1, as the backup").arg(name));
            const Result<QString> request =
                m_context.targets.preview(one.target.id, one.payload, tr("(key made when you create it)"));
            parts << (request ? *request : tr("It cannot be shown: %1").arg(request.error().message)) << QString();
        }
    }
    const QString text = parts.join(QLatin1Char('\n'));
    if (text == m_requestText)
        return;
    m_requestText = text;
    m_requests->clear();
    auto *label = plainLabel(text, "mono", m_requests, true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setFocusPolicy(Qt::NoFocus);
    m_requests->content()->addWidget(label);
}

void TaskDialog::link(const ExistingRow &row)
{
    if (m_busy || m_context.store.isReadOnly())
        return;
    const bool isHere = row.ours && row.ours->task.conversation == m_conversation;
    if (isHere && m_start.version == 0)
        return say(tr("This is a task of this conversation already."), "muted");
    if (isHere)
        return unlessEdited([this, task = row.ours->task.id] { linkOurs(task); });
    if (row.record.externalId.isEmpty() || (row.ours && row.ours->delivery.state != DeliveryState::Sent))
        return say(tr("This task is not at its target yet, so there is nothing to link."), "warning");
    linkTyped(row.target, row.record.externalId, row.record.title);
}

/// A link makes no task, so what was written for one would be gone without a word.
void TaskDialog::unlessEdited(std::function<void()> link)
{
    if (!isEdited())
        return link();
    ask(this, tr("Link without a new task?"), tr("What you wrote here is lost: a link takes nothing of it."),
        tr("Link"), std::move(link));
}

void TaskDialog::linkOurs(TaskId task)
{
    setBusy(true);
    whenDone(this, m_context.commands.link(m_conversation, m_start.version, task),
             [this](const Result<Commands::Linked> &linked) {
                 setBusy(false);
                 if (!linked) {
                     say(linked.error().message, "danger");
                     return load();
                 }
                 Q_EMIT taskLinked(*linked);
                 QDialog::accept();
             });
}

void TaskDialog::linkTyped(TargetId target, const QString &typed, const QString &title)
{
    if (m_busy || !m_ready || m_context.store.isReadOnly())
        return;
    if (!m_newsFrame->isHidden())
        return say(tr("Say first what becomes of the change above."), "warning");
    unlessEdited([this, target, typed, title] { readRecord(target, typed, title); });
}

void TaskDialog::readRecord(TargetId target, const QString &typed, const QString &title)
{
    setBusy(true);
    say(tr("The record is being read…"), "muted");
    whenDone(this, m_model.records().read(target, typed), [this, target, title](const Result<RemoteRecord> &read) {
        Result<RemoteRecord> record = read;
        if (record && record->title.isEmpty())
            record->title = title;
        linkRead(target, record);
    });
}

void TaskDialog::linkRead(TargetId target, const Result<RemoteRecord> &record)
{
    if (!record) {
        setBusy(false);
        return say(record.error().message, "danger");
    }
    whenDone(this, m_context.commands.linkRecord(m_conversation, m_start.version, target, *record),
             [this](const Result<Commands::LinkedRecord> &linked) {
                 setBusy(false);
                 if (!linked) {
                     say(linked.error().message, "danger");
                     return load();
                 }
                 Q_EMIT recordLinked(*linked);
                 QDialog::accept();
             });
}

} // namespace patchbay
