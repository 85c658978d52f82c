#include "core/engine/outbox_policy.h"

#include "core/store/account_table.h"
#include "core/store/channel_event_table.h"
#include "core/store/model_table.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using std::chrono::milliseconds;

constexpr milliseconds fileCallTime{2000}; ///< a file's calls beside the time of its bytes

milliseconds clampedRetryAfter(const Error &error)
{
    if (error.retryAfter.count() <= 0)
        return milliseconds{0};
    return std::clamp(error.retryAfter, milliseconds{1000}, milliseconds{6 * 60 * 60 * 1000});
}

/// Full jitter: uniform in [0, firstDelay * 2^n], capped.
milliseconds backOff(const OutboxLimits &limits, int failures, double chance)
{
    const double ceiling = std::min(double(limits.maxDelay.count()),
                                    double(limits.firstDelay.count()) * double(1LL << std::clamp(failures - 1, 0, 40)));
    return milliseconds{qint64(ceiling * chance)};
}

bool opensBreaker(Error::Kind kind)
{
    return kind == Error::Kind::Offline || kind == Error::Kind::Timeout || kind == Error::Kind::Remote
        || kind == Error::Kind::RateLimited;
}

/// An end that nobody else will change: unknown when an earlier or this attempt may have arrived, otherwise dead.
void giveUp(deliveries::Outcome &outcome, bool mayHaveArrived, const QString &why)
{
    outcome.state = mayHaveArrived ? DeliveryState::Unknown : DeliveryState::Dead;
    outcome.error = why + outcome.error;
    outcome.nextAttemptAt = {};
}

/// Why no further attempt is made; empty when there will be one.
QString exhaustion(const AttemptEnd &end, const OutboxLimits &limits, Timestamp now, bool uncounted)
{
    if (!uncounted && end.delivery.attempts >= limits.maxAttempts)
        return u"Given up after %1 attempts. "_s.arg(end.delivery.attempts);
    const Timestamp since = std::max(end.delivery.createdAt, end.delivery.notBefore);
    if (now - since > limits.maxAge)
        return u"Given up after %1 hours. "_s.arg(limits.maxAge.count());
    return {};
}

void setHealth(Database &db, const Delivery &delivery, Health health, const QString &detail)
{
    if (const auto target = delivery.target ? targets::byId(db, delivery.target) : std::nullopt) {
        if (target->health != health || target->healthDetail != detail)
            targets::setHealth(db, delivery.target, health, detail);
    } else if (delivery.model) {
        model_accounts::setHealth(db, delivery.model, health, detail);
    } else if (const auto channel = delivery.channel ? channels::byId(db, delivery.channel) : std::nullopt) {
        if (channel->health != health || channel->healthDetail != detail)
            channels::setHealth(db, delivery.channel, health, detail);
    }
}

QString destinationName(Database &db, const Delivery &delivery)
{
    if (const auto target = delivery.target ? targets::byId(db, delivery.target) : std::nullopt)
        return target->name;
    if (const auto model = delivery.model ? model_accounts::byId(db, delivery.model) : std::nullopt)
        return model->name;
    if (const auto channel = delivery.channel ? channels::byId(db, delivery.channel) : std::nullopt)
        return channel->name;
    return u"the destination"_s;
}

constexpr QLatin1String signInWords(" asks for sign-in: ");

/// A channel's health is its receiving connection's. Ours to mend is only what we wrote ourselves, and what that
/// connection would say now is not ours to know: the live channel says it again.
void mendSignIn(Database &db, const Delivery &delivery)
{
    const auto channel = channels::byId(db, delivery.channel);
    if (channel && channel->health == Health::Failed && asksForSignIn(channel->healthDetail))
        channels::setHealth(db, delivery.channel, Health::Unknown, {});
}

void noteSuccess(Database &db, const Delivery &delivery, const deliveries::Breaker &before)
{
    if (before.failures > 0 || before.openUntil) {
        deliveries::setBreaker(db, delivery, {});
        deliveries::expedite(db, delivery);
    }
    if (delivery.target || delivery.model)
        setHealth(db, delivery, Health::Ok, {});
    else if (delivery.errorKind == kindName(Error::Kind::Unauthorized))
        mendSignIn(db, delivery);
}

/// A "no" to what was sent is an answer too: the target is neither untried nor away. One that waits for a sign-in stays
/// so.
void noteAnswer(Database &db, const AttemptEnd &end, const Error &error)
{
    const bool said = error.kind == Error::Kind::Refused || error.kind == Error::Kind::NotFound
        || error.kind == Error::Kind::Conflict;
    if (!end.effectAt || !said)
        return;
    const auto target = end.delivery.target ? targets::byId(db, end.delivery.target) : std::nullopt;
    if (target && (target->health == Health::Unknown || target->health == Health::Offline))
        setHealth(db, end.delivery, Health::Ok, {});
}

} // namespace

bool asksForSignIn(const QString &healthDetail) { return healthDetail.contains(signInWords); }

DeliveryFacts factsFor(const Destination &destination, const Delivery &delivery)
{
    DeliveryFacts facts = destination.factsOf(delivery.payload, delivery.attemptStartedAt);
    for (const QJsonValue &file : delivery.payload.value("attachments"_L1).toArray())
        facts.deadline += fileCallTime + timeForBytes(file["size"_L1].toInteger());
    return facts;
}

Timestamp earliestLookUp(const Delivery &delivery, const DeliveryFacts &facts)
{
    return std::max(delivery.attemptStartedAt, delivery.effectStartedAt) + facts.deadline + facts.indexLag;
}

deliveries::Outcome outcomeOfOrphan(const Delivery &orphan, const std::optional<DeliveryFacts> &facts, Timestamp now)
{
    if (orphan.kind == DeliveryKind::Reply && !orphan.externalId.isEmpty())
        return outcomeOfSuccess({orphan.externalId, orphan.externalUrl, orphan.response, {}}); // it came back
    deliveries::Outcome outcome;
    outcome.errorKind = orphan.errorKind;
    outcome.error = orphan.lastError;
    if (!orphan.effectStartedAt) {
        outcome.state = orphan.everAmbiguous ? DeliveryState::Failed : DeliveryState::Queued;
        outcome.nextAttemptAt = now;
        return outcome;
    }
    outcome.ambiguous = true;
    outcome.errorKind = kindName(Error::Kind::Cancelled);
    if (facts && facts->idempotency == Idempotency::None) {
        outcome.state = DeliveryState::Unknown;
        outcome.error = u"It is not known whether this arrived: Patchbay ended while it was being sent."_s;
        return outcome;
    }
    outcome.state = DeliveryState::Failed;
    outcome.error =
        u"Patchbay ended while this was being sent. It may have arrived: that is checked before any repeat."_s;
    outcome.nextAttemptAt = std::max(now, earliestLookUp(orphan, facts.value_or(DeliveryFacts{})));
    return outcome;
}

deliveries::Outcome outcomeOfSuccess(const Receipt &receipt)
{
    deliveries::Outcome outcome;
    outcome.state = DeliveryState::Sent;
    outcome.externalId = receipt.externalId;
    outcome.externalUrl = receipt.url;
    outcome.response = receipt.response;
    outcome.error = receipt.notice;
    return outcome;
}

deliveries::Outcome outcomeOfFailure(const Error &error, const AttemptEnd &end, const OutboxLimits &limits,
                                     int destinationFailures, Timestamp now)
{
    deliveries::Outcome outcome;
    outcome.state = DeliveryState::Failed;
    outcome.error = error.message;
    outcome.errorKind = kindName(error.kind);
    outcome.ambiguous = error.ambiguous || (error.kind == Error::Kind::Cancelled && end.effectAt);
    const bool mayHaveArrived = outcome.ambiguous || end.delivery.everAmbiguous;
    const int failures = std::max(end.delivery.attempts, destinationFailures + 1);
    const Timestamp later = now + std::max(backOff(limits, failures, end.chance), clampedRetryAfter(error));

    if (outcome.ambiguous) {
        const QString exhausted = exhaustion(end, limits, now, false);
        if (end.facts.idempotency == Idempotency::None) {
            giveUp(outcome, true, u"It is not known whether this arrived. "_s);
        } else if (!exhausted.isEmpty()) {
            giveUp(outcome, true, exhausted);
        } else {
            Delivery begun = end.delivery;
            begun.effectStartedAt = end.effectAt;
            outcome.nextAttemptAt = std::max(later, earliestLookUp(begun, end.facts));
            outcome.error += end.facts.idempotency == Idempotency::Lookup
                ? u" It may have arrived: it will be looked up before it is sent again."_s
                : u" It may have arrived: it will be repeated under the same key."_s;
        }
        return outcome;
    }
    if (error.kind == Error::Kind::Unauthorized) {
        outcome.nextAttemptAt = now + std::max(limits.maxDelay, clampedRetryAfter(error));
        outcome.uncounted = true;
    } else if (error.isTransient() || error.kind == Error::Kind::Cancelled) {
        outcome.nextAttemptAt = later;
        outcome.uncounted = error.kind == Error::Kind::Offline && !end.effectAt;
    } else {
        // After a look-up that found nothing, a refusal is the whole truth; without one an earlier attempt may be
        // there.
        const bool lookedUp = end.facts.idempotency == Idempotency::Lookup && !end.whileLookingUp;
        giveUp(outcome, mayHaveArrived && !lookedUp, end.whileLookingUp ? u"It could not be looked up. "_s : QString());
        return outcome;
    }
    const QString exhausted = exhaustion(end, limits, now, outcome.uncounted);
    if (!exhausted.isEmpty())
        giveUp(outcome, mayHaveArrived, exhausted);
    return outcome;
}

void noteAtDestination(Database &db, const AttemptEnd &end, const std::optional<Error> &error,
                       const OutboxLimits &limits)
{
    const Timestamp now = db.now();
    deliveries::Breaker breaker = deliveries::breakerOf(db, end.delivery);
    if (!error) {
        noteSuccess(db, end.delivery, breaker);
        return;
    }
    if (error->kind == Error::Kind::Unauthorized) {
        setHealth(db, end.delivery, Health::Failed, destinationName(db, end.delivery) + signInWords + error->message);
        return;
    }
    if (error->kind == Error::Kind::Storage || error->kind == Error::Kind::Cancelled)
        return; // ours, not theirs
    // One chat that has to wait says nothing of the others: its own later messages stand behind this one anyway.
    if (!opensBreaker(error->kind) || (error->kind == Error::Kind::RateLimited && end.facts.waitsByThread)) {
        if (breaker.failures > 0 || breaker.openUntil) // it answers, so it is there
            deliveries::setBreaker(db, end.delivery, {});
        noteAnswer(db, end, *error);
        return;
    }
    ++breaker.failures;
    if (breaker.failures >= limits.breakerFailures) {
        const auto jitter = milliseconds{qint64(double(limits.breakerPause.count()) * 0.2 * end.chance)};
        breaker.openUntil = now + limits.breakerPause + jitter;
    }
    deliveries::setBreaker(db, end.delivery, breaker);
    if (error->kind == Error::Kind::RateLimited)
        deliveries::throttle(db, end.delivery, now + std::max(clampedRetryAfter(*error), limits.firstDelay));
    if (end.delivery.target || end.delivery.model) {
        const bool unreachable = error->kind == Error::Kind::Offline || error->kind == Error::Kind::Timeout;
        if (unreachable || breaker.openUntil)
            setHealth(db, end.delivery, unreachable ? Health::Offline : Health::Failed, error->message);
    }
}

void noteInChannelLog(Database &db, const Delivery &delivery, const deliveries::Outcome &outcome)
{
    if (!delivery.channel)
        return;
    const bool isChange = delivery.kind == DeliveryKind::Change;
    if (outcome.state == DeliveryState::Sent) {
        if (!isChange)
            channel_events::note(db, delivery.channel, ChannelEvent::Kind::Sent);
        return;
    }
    const QString next = outcome.state == DeliveryState::Unknown ? u"It is not known whether it arrived"_s
        : outcome.state == DeliveryState::Dead                   ? u"It is not tried again"_s
                                                                 : u"It is tried again"_s;
    channel_events::note(db, delivery.channel, ChannelEvent::Kind::NotSent, 1,
                         (isChange ? u"What was done to a chat was not taken. "_s : QString())
                             + u"%1 (%2); the Outbox has the words of the other side."_s.arg(next, outcome.errorKind));
}

} // namespace patchbay
