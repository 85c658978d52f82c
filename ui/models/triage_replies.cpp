// What Triage does with what is written to the customer.
#include "ui/models/triage.h"
#include "ui/models/when_done.h"

namespace patchbay {

void Triage::sendReply(const QString &draft, bool thenDone, MessageId quoted)
{
    if (!m_current || draft.trimmed().isEmpty() || m_sending.contains(m_current))
        return;
    const ConversationId id = m_current;
    m_sending.insert(id);
    m_drafts.flush(); // before the reply in the store's queue: a later save would bring the sent text back
    whenDone(this, m_context.commands.reply(id, markedFromDraft(draft), quoted),
             [=, this](const Result<Commands::Reply> &answer) {
                 m_sending.remove(id);
                 sendAnswered(id, QStringLiteral("reply"), draft, thenDone, answer);
             });
}

void Triage::sendAnswered(ConversationId conversation, const QString &kind, const QString &text, bool thenDone,
                          const Result<Commands::Reply> &answer)
{
    if (!answer) {
        Q_EMIT failed(tr("The reply is not sent and still here: %1").arg(answer.error().message));
        return;
    }
    m_drafts.sent(conversation, kind, text);
    const DeliveryId delivery = answer->delivery;
    pushUndo(tr("The reply was taken back; its text is in the composer."), answer->canUndoUntil, [this, delivery] {
        m_drafts.flush(); // what was written since stays, below the text that comes back
        return m_context.commands.cancelDelivery(delivery);
    });
    Q_EMIT replySent(conversation);
    Q_EMIT said({tr("Reply queued"), true, answer->canUndoUntil});
    if (thenDone)
        deed(m_context.commands.done(conversation), {}, {}, conversation == m_current);
}

void Triage::changeMessage(MessageId message, const MarkedText &text, const QString &kept)
{
    if (!m_current || m_sending.contains(m_current))
        return;
    const ConversationId id = m_current;
    m_sending.insert(id);
    m_drafts.flush();
    whenDone(this, m_context.commands.changeMessage(message, text), [=, this](const Result<Done> &answer) {
        m_sending.remove(id);
        if (!answer) {
            Q_EMIT failed(tr("The change is not saved and still here: %1").arg(answer.error().message));
            return;
        }
        m_drafts.sent(id, QStringLiteral("change"), kept);
        Q_EMIT messageChanged(id);
        Q_EMIT said({tr("Change queued"), false, {}});
    });
}

} // namespace patchbay
