#pragma once

#include "core/model/account.h"
#include "core/model/channel_event.h"
#include "core/ports/catalog.h"
#include "core/store/channel_figures.h"
#include "core/store/channel_lag.h"

#include <QtCore/QString>

namespace patchbay::words {

/// "usually every 4 minutes, silent for 3 hours"; empty while there is too little to say so.
QString rhythm(const channels::Figures &figures, Timestamp lastReceivedAt, Timestamp now);
/// Whether the channel is silent for much longer than it usually is: ten times, and half an hour at least.
bool isUnusuallySilent(const channels::Figures &figures, Timestamp lastReceivedAt, Timestamp now);
/// "usually 2 seconds behind, now 4 minutes", "the newest message came 3 hours late"; empty where nothing is known.
QString behind(const channels::Lag &lag, Health health);
/// Whether what comes in now needs much longer than it usually does: ten times, and half a minute at least.
bool isUnusuallyBehind(const channels::Lag &lag);
/// "12 in, 1 doubled": what came in the last 24 hours.
QString arrived(const channels::Figures &figures);
/// "3 sent; 1 unknown": the replies of the last 24 hours, and those that are not over.
QString replied(const channels::Figures &figures);

/// How the messages of a kind of channel come in: whether it needs an address that the platform can call.
QString arrival(const ChatConnectorInfo &info);
/// Whether it answers, and for how long after the customer's last message.
QString answering(const ChatConnectorInfo &info);

/// What the platform told of the sign-in and of its limits, while that is news: "sign-in ends in 3 days", "waits until
/// 14:03, as Slack asked".
QStringList standing(const ChannelStanding &standing, const QString &platform, Timestamp now);
/// "fetched 12 items", with its sign.
QString happened(const ChannelEvent &event);
/// "21 Nov 2026 14:03:12": to the second, for logs.
QString logTime(Timestamp at);

} // namespace patchbay::words
