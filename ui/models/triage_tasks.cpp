#include "ui/models/triage.h"
#include "ui/models/words.h"

namespace patchbay {

void Triage::taskCreated(const Commands::Accepted &made)
{
    pushUndo(tr("The task was taken back."), made.canUndoUntil,
             [this, task = made.task] { return m_context.commands.cancelTask(task); });
    Q_EMIT said({tr("Created: the task goes to %1").arg(words::oneLine(made.targets.join(QStringLiteral(", ")))), true,
                 made.canUndoUntil});
}

void Triage::recordLinked(const Commands::LinkedRecord &linked)
{
    pushUndo(tr("The link was taken back."), {},
             [this, task = linked.task] { return m_context.commands.unlinkRecord(task); });
    Q_EMIT said({tr("Linked to “%1” in %2; nothing was sent")
                     .arg(words::oneLine(linked.title, 60), words::oneLine(linked.target, 40)),
                 true,
                 {}});
}

void Triage::taskLinked(const Commands::Linked &linked)
{
    pushUndo(tr("The link was taken back."), {},
             [this, suggestion = linked.suggestion] { return m_context.commands.unlink(suggestion); });
    Q_EMIT said({tr("Linked to the open task “%1”").arg(words::oneLine(linked.title, 60)), true, {}});
}

void Triage::unlinkRecord(TaskId task)
{
    deed(m_context.commands.unlinkRecord(task), tr("The link was taken back; the record over there stays"));
}

} // namespace patchbay
