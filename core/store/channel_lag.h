#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

#include <chrono>
#include <map>
#include <optional>

namespace patchbay::channels {

/// How far behind its platform a channel is: from the time that the platform gives a message to the time at which it
/// was stored here. What was written while the channel was not connected says nothing of its pace: it had to be caught
/// up, and counts apart.
struct Lag {
    int of = 0; ///< so many messages tell the usual one: the newest 200 of the last seven days
    std::optional<std::chrono::seconds> usual = {}; ///< the median of those; none: too few to say
    /// The median of the newest three of those, where they came in the last quarter of an hour.
    std::optional<std::chrono::seconds> now = {};
    /// Of the newest message, where that came in the last quarter of an hour and had to be caught up.
    std::optional<std::chrono::seconds> catchingUp = {};

    bool operator==(const Lag &) const = default;
};

/// By channel id; a channel of which nothing is known is not in it. Only of use where a message's time is the
/// platform's own (of mail it is the sender's). A function of the database alone; looks at the newest 5,000 items at
/// most. Imported history has no lag.
std::map<qint64, Lag> allLags(Database &db, Timestamp now);

} // namespace patchbay::channels
