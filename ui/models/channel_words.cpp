#include "ui/models/channel_words.h"

#include "ui/models/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

namespace patchbay::words {

namespace {

struct ChannelWords {
    Q_DECLARE_TR_FUNCTIONS(ChannelWords)
};

/// Of today the time alone.
QString moment(Timestamp at, Timestamp now)
{
    const QDateTime when = at.toDateTime().toLocalTime();
    const bool isToday = when.date() == now.toDateTime().toLocalTime().date();
    return isToday ? QLocale().toString(when.time(), QStringLiteral("HH:mm:ss")) : logTime(at);
}

constexpr int silenceFactor = 10;
constexpr std::chrono::minutes shortestSilence{30};
constexpr std::chrono::hours soonOver{14 * 24};
constexpr int lagFactor = 10;
constexpr std::chrono::seconds shortestLag{30};

QString pace(std::chrono::seconds length)
{
    if (length.count() == 0)
        return ChannelWords::tr("less than a second");
    return length < std::chrono::minutes(1) ? ChannelWords::tr("%n second(s)", nullptr, int(length.count()))
                                            : duration(length);
}

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

bool isUnusuallyBehind(const channels::Lag &lag)
{
    return lag.usual && lag.now && *lag.now > lagFactor * *lag.usual && *lag.now > shortestLag;
}

QString behind(const channels::Lag &lag, Health health)
{
    if (health == Health::CatchingUp)
        return lag.catchingUp ? ChannelWords::tr("the newest message came %1 late").arg(pace(*lag.catchingUp))
                              : QString();
    if (!lag.usual)
        return {};
    return isUnusuallyBehind(lag) ? ChannelWords::tr("usually %1 behind, now %2").arg(pace(*lag.usual), pace(*lag.now))
                                  : ChannelWords::tr("usually %1 behind").arg(pace(*lag.usual));
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

QString arrival(const ChatConnectorInfo &info)
{
    if (!info.canSend && !info.formats.empty())
        return ChannelWords::tr("from files that are imported");
    if (!info.takesHooks)
        return ChannelWords::tr("works behind a firewall");
    return info.asksToo ? ChannelWords::tr("works behind a firewall, or by the gateway")
                        : ChannelWords::tr("by the gateway: needs a public address");
}

QString answering(const ChatConnectorInfo &info)
{
    const int hours = int(info.abilities.answerWindow.count());
    if (!info.canSend)
        return ChannelWords::tr("receives only");
    if (hours == 0)
        return ChannelWords::tr("at any time");
    return info.abilities.templates ? ChannelWords::tr("for %n hour(s), then templates", nullptr, hours)
                                    : ChannelWords::tr("for %n hour(s) after a message", nullptr, hours);
}

QStringList standing(const ChannelStanding &standing, const QString &platform, Timestamp now)
{
    QStringList said;
    if (standing.signInUntil && standing.signInUntil <= now)
        said << ChannelWords::tr("sign-in expired on %1: sign in again").arg(logTime(standing.signInUntil));
    else if (standing.refusedAt)
        said << ChannelWords::tr("sign-in refused since %1: sign in again").arg(moment(standing.refusedAt, now));
    else if (standing.signInUntil && standing.signInUntil - now < soonOver)
        said << ChannelWords::tr("sign-in ends in %1").arg(duration(standing.signInUntil - now));
    else if (standing.signInUntil)
        said << ChannelWords::tr("sign-in lasts until %1").arg(logTime(standing.signInUntil));
    if (standing.waitsUntil > now)
        said << ChannelWords::tr("waits until %1, as %2 asked").arg(moment(standing.waitsUntil, now), platform);
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
