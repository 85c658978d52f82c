#pragma once

#include "core/engine/outbox_policy.h"

namespace patchbay {

/// Primary and backup: a task moves on only when its target surely did not take it, and in the transaction in which
/// that is written down, so that it is never at two targets and never at none.

/// After an attempt was settled and its destination's breaker noted: on to the backup when the target refused, asked
/// for sign-in, was tried for the last time, or its breaker is open now. Never while an attempt's end is open.
void failOver(Database &db, const AttemptEnd &end, const deliveries::Outcome &outcome);

/// What waits for targets whose breaker is open; how many moved on.
int failOverWaiting(Database &db);

/// There is no way to this target from here, for this reason; false when the delivery has no backup, or its end is
/// open.
bool failOverUnreachable(Database &db, DeliveryId id, const QString &why);

} // namespace patchbay
