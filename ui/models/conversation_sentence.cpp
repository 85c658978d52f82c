#include "ui/models/conversation_sentence.h"

#include "ui/models/words.h"

#include <QtCore/QCoreApplication>

namespace patchbay {

namespace {

struct ConversationWords {
    Q_DECLARE_TR_FUNCTIONS(patchbay::ConversationListModel)
};

} // namespace

QString conversationSentence(const conversations::Summary &summary, bool hasLeft)
{
    const Conversation &c = summary.conversation;
    QStringList parts;
    if (c.unread)
        parts << ConversationWords::tr("Unread");
    parts << words::oneLine(summary.contactName.isEmpty() ? summary.contactAddress : summary.contactName);
    parts << ConversationWords::tr("on %1").arg(words::oneLine(summary.channelName));
    if (!c.subject.isEmpty())
        parts << words::oneLine(c.subject);
    if (c.awaitingUs && c.awaitingSince)
        parts << ConversationWords::tr("awaiting us for %1").arg(words::duration(words::now() - c.awaitingSince));
    if (c.status == ConversationStatus::Done)
        parts << ConversationWords::tr("done");
    if (c.status == ConversationStatus::Snoozed)
        parts << (c.snoozeUntil ? ConversationWords::tr("snoozed until %1").arg(words::fullTime(c.snoozeUntil))
                                : ConversationWords::tr("snoozed until somebody writes"));
    if (!summary.categoryName.isEmpty())
        parts << (c.confidence > 0 ? ConversationWords::tr("category %1, %2 sure")
                                         .arg(words::oneLine(summary.categoryName), words::percent(c.confidence))
                                   : ConversationWords::tr("category %1").arg(words::oneLine(summary.categoryName)));
    if (c.priority >= Priority::High)
        parts << ConversationWords::tr("priority %1").arg(words::priority(c.priority));
    if (!summary.assigneeName.isEmpty())
        parts << ConversationWords::tr("assigned to %1").arg(words::oneLine(summary.assigneeName));
    if (summary.hasPendingSuggestion)
        parts << ConversationWords::tr("a suggestion waits");
    if (summary.hasDraft)
        parts << ConversationWords::tr("has your draft");
    if (summary.failedDeliveries > 0)
        parts << ConversationWords::tr("%n delivery(ies) with a problem", nullptr, summary.failedDeliveries);
    if (hasLeft)
        parts << ConversationWords::tr("no longer in this view");
    return parts.join(QStringLiteral(", "));
}

} // namespace patchbay
