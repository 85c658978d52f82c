#include "ui/models/triage.h"

#include "core/engine/task_watch.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr size_t triageUndoDepth = 20;

} // namespace

Triage::Triage(const ConsoleContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_drafts([this](ConversationId conversation, QString kind, QString text) {
        return m_context.commands.saveDraft(conversation, kind, text);
    })
    , m_files(m_context.commands, m_drafts)
{
    connect(&m_files, &DraftFiles::refused, this, &Triage::failed);
    m_changeTimer.setSingleShot(true);
    m_changeTimer.setInterval(20);
    connect(&m_changeTimer, &QTimer::timeout, this, &Triage::reload);
    connect(&m_context.store, &Store::changed, this, &Triage::applyChanges);
    connect(&m_drafts, &DraftKeeper::failed, this,
            [this](const QString &why) { Q_EMIT failed(tr("The draft is not saved yet: %1").arg(why)); });
}

void Triage::open(ConversationId conversation)
{
    if (conversation == m_current)
        return;
    m_drafts.flush();
    m_current = conversation;
    m_details.reset();
    Q_EMIT currentChanged();
    Q_EMIT detailsChanged();
    reload();
    if (m_context.taskWatch)
        m_context.taskWatch->show(conversation);
}

void Triage::reload()
{
    const quint64 epoch = ++m_epoch;
    if (!m_current)
        return;
    const quint64 stamp = m_drafts.stamp();
    auto work = [id = m_current, me = m_context.me.id](Database &db) { return loadDetails(db, id, me); };
    whenDone(
        this, m_context.store.read(std::move(work)), [this, epoch, stamp](const Result<ConversationDetails> &read) {
            if (epoch != m_epoch)
                return;
            if (!read) {
                Q_EMIT detailsFailed(read.error().message);
                return;
            }
            m_details = *read;
            for (const QString &kind : {QStringLiteral("reply"), QStringLiteral("note"), QStringLiteral("template"),
                                        QStringLiteral("change"), QString(draftedFiles)})
                m_drafts.restore(m_current, kind, m_details->draft(kind), stamp);
            Q_EMIT detailsChanged();
        });
}

void Triage::applyChanges(const ChangeSet &changes)
{
    const bool ours =
        changes.everything || changes.conversations.contains(m_current) || changes.timelines.contains(m_current);
    if (ours || !changes.deliveries.isEmpty() || !changes.tasks.isEmpty() || changes.taxonomy || changes.targets
        || changes.rules || changes.channels)
        m_changeTimer.start();
}

void Triage::deed(QFuture<Result<Done>> command, const QString &text, std::function<QFuture<Result<Done>>()> undo,
                  bool thenNext)
{
    whenDone(this, std::move(command), [=, this, id = m_current](const Result<Done> &answer) {
        if (!answer) {
            Q_EMIT failed(answer.error().message);
            return;
        }
        if (undo)
            pushUndo(tr("Undone: %1").arg(text), {}, undo);
        if (!text.isEmpty())
            Q_EMIT said({text, bool(undo), {}});
        if (thenNext)
            Q_EMIT nextWanted(id);
    });
}

void Triage::pushUndo(const QString &text, Timestamp until, std::function<QFuture<Result<Done>>()> run)
{
    m_undo.push_back({text, until, std::move(run)});
    if (m_undo.size() > triageUndoDepth)
        m_undo.erase(m_undo.begin());
}

bool Triage::canUndo() const { return !m_undo.empty(); }

void Triage::undo()
{
    const Timestamp now = words::now();
    while (!m_undo.empty() && m_undo.back().until && m_undo.back().until <= now)
        m_undo.pop_back();
    if (m_undo.empty()) {
        Q_EMIT failed(tr("There is nothing left that can be undone."));
        return;
    }
    Undo last = std::move(m_undo.back());
    m_undo.pop_back();
    whenDone(this, last.run(), [this, text = last.text](const Result<Done> &answer) {
        if (!answer) {
            Q_EMIT failed(answer.error().message);
            return;
        }
        Q_EMIT said({text, false, {}});
    });
}

bool Triage::canAccept() const
{
    return m_details && m_details->isPending() && m_details->plan && !m_accepting.contains(m_current)
        && !m_context.store.isReadOnly();
}

void Triage::accept(bool thenNext, Commands::IfOpen ifOpen)
{
    if (!m_details)
        return;
    if (!m_details->isPending()) {
        Q_EMIT failed(tr("No suggestion waits here. T writes a task, Shift+X suggests one."));
        return;
    }
    if (!m_details->plan) {
        Q_EMIT failed(m_details->planProblem);
        return;
    }
    if (m_accepting.contains(m_current))
        return;
    m_accepting.insert(m_current);
    auto future = m_context.commands.accept(m_current, m_details->suggestion->version, ifOpen);
    whenDone(this, std::move(future), [=, this, id = m_current](const Result<Commands::Accepted> &answer) {
        m_accepting.remove(id);
        acceptAnswered(id, thenNext, answer);
    });
}

void Triage::acceptAnswered(ConversationId conversation, bool thenNext, const Result<Commands::Accepted> &answer)
{
    if (!answer) {
        Q_EMIT failed(answer.error().message);
        reload();
        return;
    }
    if (answer->open) {
        if (conversation == m_current)
            Q_EMIT openTaskFound(*answer->open, thenNext);
        return;
    }
    pushUndo(tr("The task was taken back."), answer->canUndoUntil,
             [this, task = answer->task] { return m_context.commands.cancelTask(task); });
    Q_EMIT said({tr("Accepted: the task goes to %1").arg(words::oneLine(answer->targets.join(QStringLiteral(", ")))),
                 true, answer->canUndoUntil});
    if (thenNext)
        Q_EMIT nextWanted(conversation);
}

void Triage::linkTo(TaskId task, bool thenNext)
{
    if (!m_details || !m_details->isPending() || m_accepting.contains(m_current)) {
        Q_EMIT failed(tr("No suggestion waits here."));
        return;
    }
    m_accepting.insert(m_current);
    auto future = m_context.commands.link(m_current, m_details->suggestion->version, task);
    whenDone(this, std::move(future), [=, this, id = m_current](const Result<Commands::Linked> &answer) {
        m_accepting.remove(id);
        if (!answer) {
            Q_EMIT failed(answer.error().message);
            reload();
            return;
        }
        pushUndo(tr("The link was taken back."), {},
                 [this, suggestion = answer->suggestion] { return m_context.commands.unlink(suggestion); });
        Q_EMIT said({tr("Linked to the open task “%1”").arg(words::oneLine(answer->title, 60)), true, {}});
        if (thenNext)
            Q_EMIT nextWanted(id);
    });
}

void Triage::dismiss()
{
    if (!m_details || !m_details->isPending()) {
        Q_EMIT failed(tr("No suggestion waits here."));
        return;
    }
    deed(m_context.commands.dismiss(m_current, m_details->suggestion->version), tr("Suggestion dismissed"),
         [this, id = m_current] { return m_context.commands.suggestAgain(id); });
}

void Triage::suggestAgain()
{
    if (m_current)
        deed(m_context.commands.suggestAgain(m_current), tr("A new suggestion was made"));
}

void Triage::overrideCategory(CategoryId category)
{
    if (!m_details)
        return;
    const ConversationId id = m_current;
    const QString name = words::oneLine(m_details->categoryName(category));
    const bool teaches = std::any_of(m_details->taxonomy.begin(), m_details->taxonomy.end(),
                                     [category](const Category &one) { return one.id == category && !one.isUnsorted; });
    deed(m_context.commands.overrideCategory(id, category),
         teaches ? tr("Category is now %1; the model learned from it").arg(name) : tr("Category is now %1").arg(name),
         [this, id, category] { return m_context.commands.takeBackCategory(id, category); });
}

void Triage::setRoute(RouteId route)
{
    if (m_current)
        deed(m_context.commands.setRoute(m_current, route), tr("Route changed"));
}

void Triage::finish(bool thenNext)
{
    if (!m_current)
        return;
    const ConversationId id = m_current;
    deed(
        m_context.commands.done(id), tr("Done"), [this, id] { return m_context.commands.reopen(id); }, thenNext);
}

void Triage::reopen()
{
    if (!m_current)
        return;
    const ConversationId id = m_current;
    deed(m_context.commands.reopen(id), tr("Open again"), [this, id] { return m_context.commands.done(id); });
}

void Triage::snooze(Timestamp until)
{
    if (!m_current)
        return;
    const ConversationId id = m_current;
    deed(
        m_context.commands.snooze(id, until), tr("Snoozed until %1").arg(words::fullTime(until)),
        [this, id] { return m_context.commands.reopen(id); }, true);
}

void Triage::assign(OperatorId to)
{
    if (!m_details)
        return;
    const ConversationId id = m_current;
    const OperatorId before = m_details->conversation.assignee;
    const QString name = words::oneLine(m_details->operatorName(to));
    deed(m_context.commands.assign(id, to), to ? tr("Assigned to %1").arg(name) : tr("Assigned to nobody"),
         [this, id, before] { return m_context.commands.assign(id, before); });
}

void Triage::setLabel(const QString &label, bool on)
{
    if (!m_current || label.trimmed().isEmpty())
        return;
    const ConversationId id = m_current;
    const QString name = words::oneLine(label.trimmed());
    deed(m_context.commands.setLabel(id, name, on),
         on ? tr("Label %1 added").arg(name) : tr("Label %1 removed").arg(name),
         [this, id, name, on] { return m_context.commands.setLabel(id, name, !on); });
}

void Triage::toggleUnread()
{
    if (m_details)
        deed(m_context.commands.markRead(m_current, m_details->conversation.unread),
             m_details->conversation.unread ? tr("Marked as read") : tr("Marked as unread"));
}

void Triage::markSeen()
{
    if (m_details && m_details->conversation.unread && !m_context.store.isReadOnly())
        deed(m_context.commands.markRead(m_current, true), {});
}

void Triage::includeParticipant(const QString &address, bool included)
{
    if (!m_current)
        return;
    const ConversationId id = m_current;
    const QString shown = words::oneLine(address);
    deed(m_context.commands.includeParticipant(id, address, included),
         included ? tr("Replies go to %1 too").arg(shown) : tr("Replies no longer go to %1").arg(shown),
         [this, id, address, included] { return m_context.commands.includeParticipant(id, address, !included); });
}

void Triage::refreshTaskStatus(ConversationId conversation)
{
    if (const ConversationId of = conversation ? conversation : m_current)
        deed(m_context.targets.refreshStatus(of), tr("Task status read again"));
}

void Triage::retryDelivery(DeliveryId delivery)
{
    deed(m_context.commands.retryDelivery(delivery), tr("It is tried again"));
}

void Triage::settleDelivery(DeliveryId delivery, Settlement as)
{
    m_drafts.flush(); // what was written since stays, below a text that comes back
    deed(m_context.commands.settleDelivery(delivery, as),
         as == Settlement::Sent            ? tr("Settled: it was sent")
             : as == Settlement::SendAgain ? tr("Settled: it was not sent, and is sent again now")
                                           : tr("Settled: it was not sent, and will not be"));
}

void Triage::cancelDelivery(DeliveryId delivery)
{
    m_drafts.flush();
    deed(m_context.commands.cancelDelivery(delivery), tr("Taken back"));
}

void Triage::setLocalTaskDone(LocalTaskId task, bool done)
{
    deed(m_context.commands.setLocalTaskDone(task, done), done ? tr("Task done") : tr("Task open again"),
         [this, task, done] { return m_context.commands.setLocalTaskDone(task, !done); });
}

void Triage::requeueRaw(RawMessageId raw)
{
    whenDone(this, m_context.commands.requeueRaw(raw), [this](const Result<Done> &answer) {
        if (!answer) {
            Q_EMIT failed(answer.error().message);
            return;
        }
        Q_EMIT said({tr("It is read again"), false, {}});
        whenDone(this, m_context.intake.drain(), [this](const Result<Done> &read) {
            if (!read)
                Q_EMIT failed(read.error().message);
        });
    });
}

} // namespace patchbay
