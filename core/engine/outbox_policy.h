#pragma once

#include "core/engine/outbox.h"
#include "core/store/delivery_table.h"

namespace patchbay {

/// How one attempt ended, as the rules that follow look at it.
struct AttemptEnd {
    Delivery delivery = {}; ///< as claimed; `attempts` includes this one
    DeliveryFacts facts = {};
    Timestamp effectAt = {}; ///< when the step that cannot be taken back was marked; none: it surely was not taken
    bool whileLookingUp = false;
    double chance = 0; ///< uniform in [0, 1), for the jitter
};

/// What becomes of a delivery whose attempt failed. Pure.
deliveries::Outcome outcomeOfFailure(const Error &error, const AttemptEnd &end, const OutboxLimits &limits,
                                     int destinationFailures, Timestamp now);
deliveries::Outcome outcomeOfSuccess(const Receipt &receipt);
/// Decides about a delivery that an ended process left in "sending"; `facts` are missing when there is no live
/// destination. Pure.
deliveries::Outcome outcomeOfOrphan(const Delivery &orphan, const std::optional<DeliveryFacts> &facts, Timestamp now);
/// The destination's facts for this delivery: one with files has more time for each attempt.
DeliveryFacts factsFor(const Destination &destination, const Delivery &delivery);
/// No sooner than this may an attempt of unknown end be looked up: the call's deadline and the index lag after its
/// start.
Timestamp earliestLookUp(const Delivery &delivery, const DeliveryFacts &facts);

/// True for what the Outbox writes into an account's health when its other side refuses the sign-in while we send.
bool asksForSignIn(const QString &healthDetail);

/// How the attempt of a reply ended, for its channel's log: without the other side's words, which may repeat the
/// message. They stand in the Outbox.
void noteInChannelLog(Database &db, const Delivery &delivery, const deliveries::Outcome &outcome);

/// The destination's breaker, health and queue after this end; part of the transaction that settles it.
void noteAtDestination(Database &db, const AttemptEnd &end, const std::optional<Error> &error,
                       const OutboxLimits &limits);

} // namespace patchbay
