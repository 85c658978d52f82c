// How a reply looks: bold, italic and so on, where the chat's platform shows it.
#include "ui/widgets/composer.h"
#include "ui/widgets/marked_edit.h"

#include <QtWidgets/QPlainTextEdit>

namespace patchbay {

namespace {

/// Stands in the draft of a change behind the message that it is about; no text that is typed has it.
constexpr QChar changeEnds(0x1D);

} // namespace

ChatAbilities Composer::abilities() const
{
    const ChatConnectorInfo *info = connector();
    return info && info->isChat ? abilitiesOf(*info, m_triage.details()->channel->settings) : ChatAbilities();
}

MarkedText Composer::written() const { return trimmed(writtenIn(*m_edit)); }

QString Composer::wordsOfDraft(const QString &draft) { return draft.mid(draft.indexOf(changeEnds) + 1); }

QString Composer::changeDraft(MessageId message, const QString &words)
{
    return QString::number(message.value) + changeEnds + words;
}

QString Composer::draft() const
{
    if (m_mode == QLatin1String("note"))
        return m_edit->toPlainText();
    const QString words = asDraft(writtenIn(*m_edit));
    const bool isChange = m_mode == QLatin1String("change") && m_changes.contains(m_conversation);
    return isChange ? changeDraft(m_changes.value(m_conversation).message, words) : words;
}

void Composer::format(Mark mark)
{
    const ChatConnectorInfo *info = connector();
    if (!info || m_edit->isReadOnly())
        return;
    if (m_mode == QLatin1String("note"))
        return Q_EMIT m_triage.failed(tr("A note is kept as plain text."));
    if (!info->isChat)
        return Q_EMIT m_triage.failed(tr("Mail goes out as plain text, which every reader shows alike."));
    const ChatAbilities abilities = this->abilities();
    if (!abilities.marks.contains(mark))
        return Q_EMIT m_triage.failed(tr("%1 shows plain text only.").arg(info->title));
    toggleMark(*m_edit, mark, abilities.written != nullptr);
    m_edit->setFocus();
}

QString Composer::formatWarning() const
{
    const ChatAbilities abilities = this->abilities();
    const ChatConnectorInfo *info = connector();
    if (!info || !abilities.written)
        return {};
    const MarkedText wanted = written();
    const WrittenText there = writtenFor(abilities, wanted);
    if (trimmed(there.shown).marks != wanted.marks)
        return tr("△ %1 formats whole words of one line, without its signs * _ ~ ` in them: some of what is formatted "
                  "here goes out plain.")
            .arg(info->title);
    if (there.misread)
        return tr("△ %1 takes the signs * _ ~ ` around words for formatting, so the customer may see this otherwise.")
            .arg(info->title);
    return {};
}

} // namespace patchbay
