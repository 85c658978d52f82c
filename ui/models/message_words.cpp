#include "ui/models/message_words.h"

#include "ui/models/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QHash>
#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay::words {

namespace {

struct MessageWords {
    Q_DECLARE_TR_FUNCTIONS(MessageWords)
};

QString personOf(const MessageEvent &event)
{
    return oneLine(event.author.name.isEmpty() ? event.author.address : event.author.name, 40);
}

} // namespace

QString fateSentence(const MessageEvent &receipt, Timestamp now)
{
    const QString at = shortTime(receipt.at, now);
    switch (receipt.fate) {
    case MessageFate::Accepted: return MessageWords::tr("✓ Accepted over there, %1").arg(at);
    case MessageFate::Delivered: return MessageWords::tr("✓✓ Delivered, %1").arg(at);
    case MessageFate::Read: return MessageWords::tr("✓✓ Read, %1").arg(at);
    case MessageFate::Failed: break;
    }
    const QString said = oneLine(receipt.text, 400);
    return said.isEmpty() ? MessageWords::tr("✕ It did not arrive, %1").arg(at)
                          : MessageWords::tr("✕ It did not arrive, %1: %2").arg(at, said);
}

QString momentAhead(Timestamp at, Timestamp now)
{
    const QDateTime when = at.toDateTime().toLocalTime();
    const QString clock = QLocale().toString(when.time(), QStringLiteral("HH:mm"));
    if (when.date() == now.toDateTime().toLocalTime().date())
        return clock;
    return QStringLiteral("%1 %2").arg(QLocale().dayName(when.date().dayOfWeek(), QLocale::ShortFormat), clock);
}

QString reactions(const MessageStory &story)
{
    QStringList signs;
    QHash<QString, QStringList> people;
    for (const MessageEvent &one : story.reactions) {
        const QString sign = oneLine(one.text, 40);
        if (!signs.contains(sign))
            signs << sign;
        people[sign] << personOf(one);
    }
    QStringList parts;
    for (const QString &sign : std::as_const(signs))
        parts << QStringLiteral("%1 %2").arg(sign, people.value(sign).mid(0, 20).join(QStringLiteral(", ")));
    return parts.join(QStringLiteral("  ·  "));
}

QString storySentence(const MessageStory &story)
{
    QStringList parts;
    if (story.deletion)
        parts << MessageWords::tr("Deleted by the sender, %1").arg(fullTime(story.deletion->at));
    if (story.editedAt)
        parts << MessageWords::tr("Edited, %1").arg(fullTime(story.editedAt));
    if (!story.reactions.empty())
        parts << MessageWords::tr("Reactions: %1").arg(reactions(story));
    if (story.receipt)
        parts << fateSentence(*story.receipt, now());
    return parts.join(QStringLiteral(". "));
}

} // namespace patchbay::words
