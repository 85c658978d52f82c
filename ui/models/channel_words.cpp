#include "ui/models/channel_words.h"

#include "ui/models/words.h"

#include <QtCore/QCoreApplication>

namespace patchbay::words {

namespace {

struct ChannelWords {
    Q_DECLARE_TR_FUNCTIONS(ChannelWords)
};

constexpr int silenceFactor = 10;
constexpr std::chrono::minutes shortestSilence{30};

} // namespace

bool isUnusuallySilent(const channels::Figures &figures, Timestamp lastReceivedAt, Timestamp now)
{
    const std::chrono::microseconds silent = now - lastReceivedAt;
    return figures.usualGap.count() > 0 && lastReceivedAt && silent > silenceFactor * figures.usualGap
        && silent > shortestSilence;
}

QString rhythm(const channels::Figures &figures, Timestamp lastReceivedAt, Timestamp now)
{
    if (figures.usualGap.count() <= 0)
        return {};
    const QString usual = figures.usualGap < std::chrono::minutes(1)
        ? ChannelWords::tr("usually several a minute")
        : ChannelWords::tr("usually every %1").arg(duration(figures.usualGap));
    const std::chrono::microseconds silent = now - lastReceivedAt;
    if (!lastReceivedAt || silent < std::chrono::minutes(1))
        return usual;
    return ChannelWords::tr("%1, silent for %2").arg(usual, duration(silent));
}

QString arrived(const channels::Figures &figures)
{
    QStringList parts{ChannelWords::tr("%1 in").arg(count(figures.received, figures.isAtLeast))};
    if (figures.doubled > 0)
        parts << ChannelWords::tr("%1 doubled").arg(count(figures.doubled, figures.isAtLeast));
    if (figures.pending > 0)
        parts << ChannelWords::tr("%n being read", nullptr, figures.pending);
    if (figures.unreadable > 0)
        parts << ChannelWords::tr("%n unreadable", nullptr, figures.unreadable);
    return parts.join(QStringLiteral(", "));
}

QString replied(const channels::Figures &figures)
{
    QStringList parts{ChannelWords::tr("%n sent", nullptr, figures.sent)};
    if (figures.waiting > 0)
        parts << ChannelWords::tr("%n waiting", nullptr, figures.waiting);
    if (figures.retrying > 0)
        parts << ChannelWords::tr("%n failed, will retry", nullptr, figures.retrying);
    if (figures.notSent > 0)
        parts << ChannelWords::tr("%n failed, not sent", nullptr, figures.notSent);
    if (figures.unknown > 0)
        parts << ChannelWords::tr("%n unknown", nullptr, figures.unknown);
    return parts.join(QStringLiteral("; "));
}

} // namespace patchbay::words
