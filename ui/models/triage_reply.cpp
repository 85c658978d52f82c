// What Triage does with what the operator writes: replies, their files, notes.
#include "ui/models/triage.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QBuffer>

namespace patchbay {

void Triage::sendReply(const QString &draft, bool thenDone, MessageId quoted)
{
    const std::vector<OutboundFile> files = m_files.of(m_current);
    const bool isEmpty = draft.trimmed().isEmpty() && files.empty();
    if (!m_current || isEmpty || m_sending.contains(m_current) || m_files.reading(m_current) > 0)
        return;
    const ConversationId id = m_current;
    m_sending.insert(id);
    m_drafts.flush(); // before the reply in the store's queue: a later save would bring the sent text back
    whenDone(this, m_context.commands.reply(id, markedFromDraft(draft), files, quoted),
             [=, this](const Result<Commands::Reply> &answer) {
                 m_sending.remove(id);
                 if (answer)
                     m_files.sent(id, files);
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
    const std::vector<DeliveryId> deliveries = answer->deliveries;
    pushUndo(tr("The reply was taken back; it is in the composer."), answer->canUndoUntil, [this, deliveries] {
        m_drafts.flush(); // what was written since stays, below the text that comes back
        return m_context.commands.takeReplyBack(deliveries);
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

void Triage::addNote(const QString &text)
{
    if (!m_current || text.trimmed().isEmpty() || m_noting.contains(m_current))
        return;
    const ConversationId id = m_current;
    m_noting.insert(id);
    m_drafts.flush();
    whenDone(this, m_context.commands.note(id, text), [=, this](const Result<Done> &answer) {
        m_noting.remove(id);
        if (!answer) {
            Q_EMIT failed(tr("The note is not kept yet: %1").arg(answer.error().message));
            return;
        }
        m_drafts.sent(id, QStringLiteral("note"), text);
        Q_EMIT said({tr("Note added"), false, {}});
    });
}

FileAbilities Triage::fileAbilities() const
{
    const ChatConnectorInfo *info =
        m_details && m_details->channel ? m_context.catalog.chat(m_details->channel->connector) : nullptr;
    return info && info->canSend ? abilitiesOf(*info, m_details->channel->settings).files : FileAbilities();
}

QString Triage::platform() const
{
    const ChatConnectorInfo *info =
        m_details && m_details->channel ? m_context.catalog.chat(m_details->channel->connector) : nullptr;
    return info ? info->title : tr("This channel");
}

std::optional<Error> Triage::whyNotAttached(const OutboundFile &file) const
{
    return m_details ? whyNotTaken(platform(), fileAbilities(), file) : std::nullopt;
}

bool Triage::mayAttach()
{
    if (!m_current || !m_details)
        return false;
    if (m_context.store.isReadOnly())
        Q_EMIT failed(tr("This workspace is opened for reading only: another program holds it."));
    else if (fileAbilities().most <= 0)
        Q_EMIT failed(tr("%1 takes no files from here: send a link to the file.").arg(platform()));
    else
        return true;
    return false;
}

void Triage::attachFiles(const QStringList &paths)
{
    if (!mayAttach())
        return;
    m_files.add(m_current, paths, [abilities = fileAbilities(), title = platform()](const OutboundFile &file) {
        return whyNotTaken(title, abilities, file);
    });
}

void Triage::attachPicture(const QImage &picture)
{
    if (!mayAttach())
        return;
    const QString name =
        tr("Picture %1").arg(words::now().toDateTime().toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH.mm.ss")));
    const auto make = [picture] {
        QByteArray bytes;
        QBuffer out(&bytes);
        picture.save(&out, "PNG");
        return bytes;
    };
    m_files.addMade(m_current, name + QStringLiteral(".png"), make,
                    [abilities = fileAbilities(), title = platform()](const OutboundFile &file) {
                        return whyNotTaken(title, abilities, file);
                    });
}

} // namespace patchbay
