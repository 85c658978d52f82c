#include "ui/models/channel_words.h"

#include "ui/models/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

namespace patchbay::words {

namespace {

struct ChannelWords {
    Q_DECLARE_TR_FUNCTIONS(ChannelWords)
};

constexpr int silenceFactor = 10;
constexpr std::chrono::minutes shortestSilence{30};
constexpr std::chrono::hours soonOver{14 * 24};

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

QStringList standing(const ChannelStanding &standing, const QString &platform, Timestamp now)
{
    QStringList said;
    if (standing.signInUntil && standing.signInUntil <= now)
        said << ChannelWords::tr("sign-in expired on %1: sign in again").arg(logTime(standing.signInUntil));
    else if (standing.refusedAt)
        said << ChannelWords::tr("sign-in refused since %1: sign in again").arg(logTime(standing.refusedAt));
    else if (standing.signInUntil && standing.signInUntil - now < soonOver)
        said << ChannelWords::tr("sign-in ends in %1").arg(duration(standing.signInUntil - now));
    else if (standing.signInUntil)
        said << ChannelWords::tr("sign-in lasts until %1").arg(logTime(standing.signInUntil));
    if (standing.waitsUntil > now) {
        const QDateTime until = standing.waitsUntil.toDateTime().toLocalTime();
        const bool isToday = until.date() == now.toDateTime().toLocalTime().date();
        said << ChannelWords::tr("waits until %1, as %2 asked")
                    .arg(isToday ? until.toString(QStringLiteral("HH:mm:ss")) : logTime(standing.waitsUntil), platform);
    }
    return said;
}

QString happened(const ChannelEvent &event)
{
    switch (event.kind) {
    case ChannelEvent::Kind::Connecting: return ChannelWords::tr("◌ connecting");
    case ChannelEvent::Kind::Connected: return ChannelWords::tr("● connected");
    case ChannelEvent::Kind::Lost: return ChannelWords::tr("⚠ no connection");
    case ChannelEvent::Kind::Stopped: return ChannelWords::tr("‖ stopped here");
    case ChannelEvent::Kind::Waits: return ChannelWords::tr("⚠ asked to wait");
    case ChannelEvent::Kind::SignInRefused: return ChannelWords::tr("⚠ sign-in refused");
    case ChannelEvent::Kind::Fetched: return ChannelWords::tr("%n fetched", nullptr, event.times);
    case ChannelEvent::Kind::Doubled: return ChannelWords::tr("%n here already", nullptr, event.times);
    case ChannelEvent::Kind::Unreadable: return ChannelWords::tr("⚠ %n unreadable", nullptr, event.times);
    case ChannelEvent::Kind::RequestRefused: return ChannelWords::tr("⚠ %n request(s) unproved", nullptr, event.times);
    case ChannelEvent::Kind::RequestNotStored:
        return ChannelWords::tr("⚠ %n request(s) not taken", nullptr, event.times);
    case ChannelEvent::Kind::Sent: return ChannelWords::tr("%n sent", nullptr, event.times);
    case ChannelEvent::Kind::TypingNotShown: return ChannelWords::tr("⚠ writing not shown");
    case ChannelEvent::Kind::NotSent: return ChannelWords::tr("⚠ %n not sent", nullptr, event.times);
    }
    return {};
}

QString logTime(Timestamp at)
{
    return at ? QLocale().toString(at.toDateTime().toLocalTime(), QStringLiteral("d MMM yyyy HH:mm:ss")) : QString();
}

} // namespace patchbay::words
