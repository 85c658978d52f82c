#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

#include <map>

namespace patchbay::channels {

/// What went through one channel. Functions of the database alone.
struct Figures {
    int received = 0; ///< items of the last 24 hours that became messages, or will
    int doubled = 0; ///< items of the last 24 hours that were there already
    bool isAtLeast = false; ///< so much came that not all of the 24 hours was counted
    int unreadable = 0; ///< quarantined, whenever they came
    int pending = 0; ///< stored and not read yet
    int sent = 0; ///< replies of the last 24 hours that arrived over there
    int waiting = 0; ///< replies that are queued or on their way
    int retrying = 0; ///< failed, and tried again by itself
    int unknown = 0; ///< nobody knows whether they arrived
    int notSent = 0; ///< failed, and not tried again by itself
    /// The median time between arrivals of the last seven days; 0: too few to say. What arrives within a second of the
    /// one before counts as one arrival.
    std::chrono::seconds usualGap{0};

    bool operator==(const Figures &) const = default;
};

/// By channel id; a channel without any is not in it. Looks at the newest 20,000 items and 5,000 replies at most, so it
/// stays quick at any size. Imported history is no traffic.
std::map<qint64, Figures> allFigures(Database &db, Timestamp now);

} // namespace patchbay::channels
