// The message that a reply quotes, and the one whose words are changed.
#include "ui/models/words.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

void Composer::buildAbout()
{
    auto *row = new QHBoxLayout(m_about);
    row->setContentsMargins(9, 2, 5, 2);
    row->addWidget(m_aboutText, 1);
    auto *leave = textButton(tr("Cancel (Esc)"), "flat", m_about);
    row->addWidget(leave);
    connect(leave, &QPushButton::clicked, this, [this] {
        leaveAbout();
        m_edit->setFocus();
    });
    m_about->hide();
    connect(&m_triage, &Triage::replySent, this, [this](ConversationId conversation) {
        m_quotes.remove(conversation);
        showAbout();
    });
    connect(&m_triage, &Triage::messageChanged, this, [this](ConversationId conversation) {
        m_changes.remove(conversation);
        m_modes.insert(conversation, QStringLiteral("reply"));
        if (conversation == m_conversation)
            setMode(QStringLiteral("reply"));
    });
}

void Composer::showAbout()
{
    const bool isChange = m_mode == QLatin1String("change");
    const About about = isChange ? m_changes.value(m_conversation) : m_quotes.value(m_conversation);
    const bool shows = about.message && m_mode != QLatin1String("note");
    setPlain(m_aboutText, shows ? about.line : QString());
    m_about->setVisible(shows);
    // Who cannot see the line above hears it with the field.
    m_edit->setAccessibleDescription(shows ? about.line : QString());
    if (isChange)
        setPlain(m_hint, tr("Ctrl+Enter saves the change · Esc leaves the message as it is"));
}

void Composer::answerTo(const TimelineItem &item)
{
    const ChatConnectorInfo *info = connector();
    if (!info || !m_conversation)
        return;
    const Message &message = item.messages.front();
    if (!canQuote())
        return Q_EMIT m_triage.failed(
            tr("%1 does not show which message is answered: write the answer alone.").arg(info->title));
    const bool isSaid = message.direction == Direction::Inbound || message.direction == Direction::Outbound;
    if (!isSaid || message.externalId.isEmpty())
        return Q_EMIT m_triage.failed(
            tr("%1 does not know this message, so an answer cannot show it.").arg(info->title));
    const bool isOurs = message.direction == Direction::Outbound && !item.operatorName.isEmpty();
    const QString author = words::oneLine(isOurs ? item.operatorName : message.author.name, 40);
    m_quotes.insert(m_conversation,
                    {message.id, tr("↪ Answers %1: %2").arg(author, words::oneLine(message.text, 160))});
    beginReply();
}

QString Composer::whyUnchangeable(const TimelineItem &item) const
{
    const ChatConnectorInfo *info = connector();
    const Message &message = item.messages.front();
    if (!info || !info->takesChanges.contains(ChatChange::What::Words))
        return tr("What was sent through %1 cannot be changed any more.").arg(info ? info->title : tr("this channel"));
    if (message.direction != Direction::Outbound || !message.operatorId)
        return tr("Only what was written here can be changed.");
    if (message.externalId.isEmpty())
        return tr("%1 has not got this message yet: take it back (Z) while it waits.").arg(info->title);
    if (item.story.deletion)
        return tr("This message is deleted over there.");
    return {};
}

bool Composer::canChange(const TimelineItem &item) const { return whyUnchangeable(item).isEmpty(); }

void Composer::change(const TimelineItem &item)
{
    if (!m_conversation || m_edit->isReadOnly())
        return;
    if (const QString why = whyUnchangeable(item); !why.isEmpty())
        return Q_EMIT m_triage.failed(why);
    const Message &message = item.messages.front();
    m_changes.insert(m_conversation,
                     {message.id, tr("✎ Changes what you wrote: %1").arg(words::oneLine(message.text, 160))});
    // One that was begun for this message is gone on with.
    const QString begun = m_triage.drafts().text(m_conversation, QStringLiteral("change"));
    if (!begun.startsWith(changeDraft(message.id, {})))
        m_triage.drafts().put(m_conversation, QStringLiteral("change"),
                              changeDraft(message.id, asDraft(markedText(message.text, message.body))));
    begin(QStringLiteral("change"));
}

bool Composer::leaveAbout()
{
    if (m_mode == QLatin1String("change")) {
        m_changes.remove(m_conversation);
        m_triage.drafts().put(m_conversation, QStringLiteral("change"), {});
        setMode(QStringLiteral("reply"));
        return true;
    }
    const bool quoted = m_mode == QLatin1String("reply") && m_quotes.remove(m_conversation);
    showAbout();
    return quoted;
}

} // namespace patchbay
