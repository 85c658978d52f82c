#include "core/engine/outbox_attempt.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/chat_replies.h"
#include "core/engine/failover.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using std::chrono::milliseconds;

/// What the attempt knows about its point of no return; shared with the hook that a connector awaits.
struct EffectState {
    Store *store = nullptr;
    DeliveryId delivery = {};
    qint64 fence = 0;
    Timestamp startedAt = {};
};

Async<Result<Done>> markEffect(std::shared_ptr<EffectState> effect)
{
    auto mark = [id = effect->delivery, fence = effect->fence](Database &db) -> Result<Timestamp> {
        if (!deliveries::markEffectStarted(db, id, fence) && db.ok())
            return makeError(Error::Kind::Conflict, u"Another workstation has taken this delivery over."_s);
        return db.finish(db.now());
    };
    auto marking = effect->store->write(std::move(mark));
    const Result<Timestamp> marked = co_await finished(std::move(marking));
    if (!marked)
        co_return marked.error();
    effect->startedAt = *marked;
    faultPoint("outbox.before_send");
    co_return Done{};
}

/// The work's result, or a timeout: then the work is destroyed with everything it awaits, and `cutOff` set.
template <class T> Async<Result<T>> withinDeadline(milliseconds deadline, Async<Result<T>> work, bool *cutOff)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QTimer timer;
    timer.setSingleShot(true);
    QFutureWatcher<Result<T>> watcher;
    AsyncScope scope;
    QObject::connect(&timer, &QTimer::timeout, &timer, [promise, &watcher, deadline, cutOff] {
        if (watcher.isFinished())
            return;
        watcher.disconnect();
        *cutOff = true;
        promise->addResult(Result<T>(
            makeError(Error::Kind::Timeout, u"No answer within %1 s."_s.arg(double(deadline.count()) / 1000.0))));
        promise->finish();
    });
    QObject::connect(&watcher, &QFutureWatcherBase::finished, &watcher, [promise, &watcher, &timer] {
        timer.stop();
        if (watcher.future().resultCount() > 0)
            promise->addResult(watcher.result());
        promise->finish();
    });
    timer.start(deadline);
    watcher.setFuture(scope.run(std::move(work)));
    auto ended = promise->future();
    Result<T> result = co_await finished(std::move(ended));
    co_return result;
}

/// How an attempt ended, until that is stored.
struct Ending {
    AttemptEnd end = {};
    OutboxLimits limits = {};
    std::optional<Error> error = {};
    Receipt receipt = {};
};

/// False when the claim is no longer ours: then nothing changes.
Result<bool> storeEnding(Database &db, const Ending &ending)
{
    const Delivery &delivery = ending.end.delivery;
    const bool lacksId = ending.error || ending.receipt.externalId.isEmpty();
    const std::optional<Receipt> echo = lacksId ? echoOf(db, delivery) : std::nullopt;
    const deliveries::Outcome outcome = ending.error && !echo
        ? outcomeOfFailure(*ending.error, ending.end, ending.limits, deliveries::breakerOf(db, delivery).failures,
                           db.now())
        : outcomeOfSuccess(echo.value_or(ending.receipt));
    if (!deliveries::settle(db, delivery.id, delivery.fence, outcome))
        return db.finish(false);
    sentToChat(db, delivery, outcome);
    noteAtDestination(db, ending.end, echo ? std::nullopt : ending.error, ending.limits);
    noteInChannelLog(db, delivery, outcome);
    failOver(db, ending.end, outcome);
    return db.finish(true);
}

/// A full disk or a lost connection to our own database does not lose the outcome: it is kept and tried again.
Async<Result<Done>> settleDurably(Store *store, Ending ending)
{
    const QString uid = ending.end.delivery.uid;
    for (int tries = 0;; ++tries) {
        auto settling = store->write([ending](Database &db) { return storeEnding(db, ending); });
        const Result<bool> settled = co_await finished(std::move(settling));
        if (settled) {
            if (!*settled)
                logWarning("outbox",
                           u"The end of delivery %1 came after another process had taken it over."_s.arg(uid));
            faultPoint("outbox.after_settle");
            co_return Done{};
        }
        if (settled.error().kind == Error::Kind::Cancelled)
            co_return settled.error();
        logError("outbox", u"The end of delivery %1 is not stored yet: %2"_s.arg(uid, settled.error().message));
        const auto pause = std::min(milliseconds{1000} * (1 << std::min(tries, 4)), milliseconds{10000});
        co_await sleepFor(pause);
    }
}

} // namespace

Async<Result<Done>> attemptDelivery(AttemptContext context)
{
    faultPoint("outbox.after_claim");
    Ending ending;
    ending.limits = context.limits;
    ending.end.delivery = context.delivery;
    ending.end.facts = factsFor(*context.destination, context.delivery);
    ending.end.chance = context.chance;
    const DeliveryFacts facts = ending.end.facts;
    DeliveryRequest request;
    request.key = context.delivery.key;
    request.payload = context.delivery.payload;
    request.attempt = context.delivery.attempts;
    request.startedAt = context.delivery.attemptStartedAt;

    if (context.delivery.everAmbiguous && facts.idempotency == Idempotency::None) {
        ending.error = makeAmbiguous(Error::Kind::Cancelled, context.delivery.lastError);
        Result<Done> settled = co_await settleDurably(context.store, std::move(ending));
        co_return settled;
    }
    bool cutOff = false;
    if (context.delivery.everAmbiguous && facts.idempotency == Idempotency::Lookup) {
        faultPoint("outbox.before_lookup");
        auto looking = withinDeadline(facts.deadline, context.destination->lookUp(request), &cutOff);
        const Result<std::optional<Receipt>> found = co_await std::move(looking);
        if (!found || found->has_value()) {
            ending.end.whileLookingUp = true;
            if (found) {
                ending.receipt = **found;
            } else {
                ending.error = found.error();
                ending.error->ambiguous = false; // reading changes nothing
            }
            Result<Done> settled = co_await settleDurably(context.store, std::move(ending));
            co_return settled;
        }
    }

    auto effect = std::make_shared<EffectState>();
    effect->store = context.store;
    effect->delivery = context.delivery.id;
    effect->fence = context.delivery.fence;
    BeforeEffect hook = [effect] { return markEffect(effect); };
    auto delivering = withinDeadline(facts.deadline, context.destination->deliver(request, std::move(hook)), &cutOff);
    const Result<Receipt> delivered = co_await std::move(delivering);
    faultPoint("outbox.after_send_before_settle");
    ending.end.effectAt = effect->startedAt;
    if (delivered) {
        ending.receipt = *delivered;
    } else {
        ending.error = delivered.error();
        // Cut off after the point of no return: nobody knows how it ended.
        if (cutOff && effect->startedAt)
            ending.error->ambiguous = true;
    }
    Result<Done> settled = co_await settleDurably(context.store, std::move(ending));
    co_return settled;
}

} // namespace patchbay
