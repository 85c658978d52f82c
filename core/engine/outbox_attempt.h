#pragma once

#include "core/engine/outbox.h"

namespace patchbay {

/// One claimed delivery on its way. Values and pointers that outlive the attempt.
struct AttemptContext {
    Store *store = nullptr;
    Destination *destination = nullptr;
    Delivery delivery = {}; ///< as claimed
    OutboxLimits limits = {};
    double chance = 0;
};

/// Looks up if an earlier end is not known, sends, settles. Ends when the outcome is durable; while our own database
/// fails it keeps the outcome and tries again.
Async<Result<Done>> attemptDelivery(AttemptContext context);

} // namespace patchbay
