// What stands in the way of an answer, and what is to be known before it is sent.
#include "ui/widgets/composer.h"

#include "core/engine/chat_replies.h"
#include "core/engine/reply_recipients.h"
#include "ui/models/message_words.h"
#include "ui/models/words.h"
#include "ui/widgets/attachment_strip.h"
#include "ui/widgets/catch_up_guard.h"
#include "ui/widgets/plain.h"

#include <QtCore/QLocale>
#include <QtWidgets/QLabel>

namespace patchbay {

const ChatConnectorInfo *Composer::connector() const
{
    const ConversationDetails *details = m_triage.details();
    return details && details->channel ? m_triage.context().catalog.chat(details->channel->connector) : nullptr;
}

QString Composer::chatObstacle(const ChatConnectorInfo &info) const
{
    const ChatAbilities abilities = this->abilities();
    const qsizetype length = lengthFor(abilities, written());
    const int longest = abilities.longestText;
    if (longest > 0 && length > longest) {
        const QString said = abilities.countsBytes
            ? tr("△ %1 takes at most %2 bytes in one message, and this one has %3: send it in parts.")
            : tr("△ %1 takes at most %2 characters in one message, and this one has %3: send it in parts.");
        return said.arg(info.title, QLocale().toString(longest), QLocale().toString(length));
    }
    if (abilities.answerWindow.count() <= 0 || m_mode == QLatin1String("change"))
        return {};
    const auto &newest = m_triage.details()->newestInbound;
    const int hours = int(abilities.answerWindow.count());
    if (!newest)
        return tr("△ %1 takes an answer only after the customer wrote, and the customer has not written yet.")
            .arg(info.title);
    if (words::now() >= answerUntil(abilities, newest->sortAt))
        return abilities.templates
            ? tr("△ %1 takes a free answer only within %2 hours after the customer wrote, and that time is over. Send "
                 "an "
                 "approved template, or wait until the customer writes again. A note (M) stays here.")
                  .arg(info.title)
                  .arg(hours)
            : tr("△ %1 takes a free answer only within %2 hours after the customer wrote, and that time is over. Wait "
                 "until the customer writes again, or reach them another way. A note (M) stays here.")
                  .arg(info.title)
                  .arg(hours);
    return {};
}

QString Composer::obstacle() const
{
    if (m_triage.context().store.isReadOnly())
        return tr("This workspace is opened for reading only: another program holds it.");
    const ConversationDetails *details = m_triage.details();
    if (m_mode == QLatin1String("note") || !details || !details->channel)
        return {};
    if (const QString why = m_files->obstacle(); m_mode == QLatin1String("reply") && !why.isEmpty())
        return why;
    const ChatConnectorInfo *info = connector();
    if (info && info->canSend && info->isChat)
        return chatObstacle(*info);
    if (info && !info->canSend)
        return tr("△ %1 holds imported messages only: no reply can be sent through it. A note (M) stays here.")
            .arg(words::oneLine(details->channel->name, 40));
    return {};
}

QStringList Composer::people() const
{
    const ConversationDetails &details = *m_triage.details();
    const ChatConnectorInfo *info = connector();
    QStringList all;
    if (info && info->isChat) // a person there has no address that one writes to
        return {words::oneLine(
            details.conversation.subject.isEmpty() ? details.contact.name : details.conversation.subject, 90)};
    for (const Address &one : details.recipients)
        all << words::oneLine(one.name.isEmpty() ? one.address : QStringLiteral("%1 <%2>").arg(one.name, one.address),
                              90);
    return all;
}

void Composer::showGuard()
{
    showRoom();
    const ConversationDetails *details = m_triage.details();
    QString told;
    const bool isReply = details && m_mode == QLatin1String("reply");
    m_catchUp->follow(m_conversation, isReply && details->channel ? &*details->channel : nullptr);
    if (isReply)
        told = warning(people().join(QStringLiteral(", ")),
                       details->channel ? words::oneLine(details->channel->name, 40) : QString());
    setPlain(m_guardText, told);
    m_guard->setVisible(!told.isEmpty());
}

void Composer::showRoom()
{
    const ChatConnectorInfo *info = connector();
    QStringList parts;
    Timestamp until;
    if (info && info->isChat && m_mode == QLatin1String("reply")) {
        const ChatAbilities abilities = this->abilities();
        const qsizetype length = lengthFor(abilities, written());
        const int longest = abilities.longestText;
        if (longest > 0 && length * 5 >= qsizetype(longest) * 4) {
            const QString said = abilities.countsBytes ? tr("%1 of %2 bytes") : tr("%1 of %2 characters");
            parts << said.arg(QLocale().toString(length), QLocale().toString(longest));
        }
        if (const auto &newest = m_triage.details()->newestInbound)
            until = answerUntil(abilities, newest->sortAt);
        const qint64 minutes = (until.us - words::now().us) / 60000000;
        if (until && minutes >= 0)
            parts << tr("free answers until %1 (%2 h %3 min)")
                         .arg(words::momentAhead(until, words::now()))
                         .arg(minutes / 60)
                         .arg(minutes % 60);
    }
    setPlain(m_room, parts.join(QStringLiteral("  ·  ")));
    m_room->setVisible(!parts.isEmpty());
    if (until)
        m_clock.start();
    else
        m_clock.stop();
}

QString Composer::warning(const QString &people, const QString &channel) const
{
    if (const QString why = obstacle(); !why.isEmpty())
        return why;
    const ConversationDetails *details = m_triage.details();
    const ChatConnectorInfo *info = connector();
    if (!(info && info->isChat) && details->newestInbound && repliesElsewhere(*details->newestInbound))
        return tr("⚠ The newest message asks for answers to %1. Yours goes to: %2.")
            .arg(words::oneLine(details->newestInbound->replyTo), people);
    if (const QString otherwise = formatWarning(); !otherwise.isEmpty())
        return otherwise;
    if (!details->channel)
        return {};
    if (details->channel->health == Health::Offline || details->channel->health == Health::Failed)
        return tr("△ %1 is not connected: your reply waits in the Outbox until it is.").arg(channel);
    return {};
}

} // namespace patchbay
