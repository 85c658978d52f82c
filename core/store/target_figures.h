#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

namespace patchbay::targets {

/// The tasks of one target that are neither there nor given up by a person, counted as the Outbox words them.
struct Figures {
    int waiting = 0; ///< queued, or on its way
    int retrying = 0; ///< failed, and tried again by itself
    int unknown = 0; ///< nobody knows whether it arrived
    int notSent = 0; ///< failed, and not tried again by itself
    Timestamp lastSentAt = {}; ///< none: nothing ever arrived there
    QString lastError = {}; ///< the other side's words, of the newest attempt among these; empty: there are none

    bool operator==(const Figures &) const = default;
};
Figures figures(Database &db, TargetId id);

} // namespace patchbay::targets
