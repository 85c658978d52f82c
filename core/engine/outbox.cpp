#include "core/engine/outbox.h"

#include "core/base/log.h"
#include "core/engine/chat_replies.h"
#include "core/engine/failover.h"
#include "core/engine/outbox_attempt.h"
#include "core/engine/outbox_policy.h"
#include "core/store/delivery_table.h"

#include <QtCore/QSet>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using std::chrono::milliseconds;

constexpr size_t dueAtOnce = 256; // read at a time: more than run in parallel, because some may have to wait
constexpr milliseconds blockedPause{5000}; // when what is due cannot be tried now
constexpr milliseconds longestSleep{60 * 60 * 1000};
constexpr milliseconds adoptionPause{15000}; // PostgreSQL: how often another workstation's leases are looked at

/// A due delivery that cannot be tried now, and what to write beside it.
struct Postponed {
    DeliveryId id = {};
    Timestamp until = {};
    QString error = {};
    QString errorKind = {};
    bool unreachable = false; ///< there is no way to its destination
};

struct Candidate {
    Delivery delivery = {};
    Destination *destination = nullptr;
    milliseconds lease{0};
};

/// What one look at the queue leads to.
struct Round {
    std::vector<Candidate> candidates = {};
    std::vector<Postponed> postponed = {}; ///< what has a backup goes there instead when there is no way to it
    bool moves = false; ///< something waits at an open breaker and has a backup

    bool isEmpty() const { return candidates.empty() && postponed.empty() && !moves; }
};

/// What one read of the queue finds.
struct Due {
    Timestamp now = {};
    std::vector<Delivery> deliveries = {};
    bool moves = false;
};

/// What came of a look at the queue.
struct Claimed {
    std::vector<Delivery> deliveries = {};
    int moved = 0; ///< to their backups
};

} // namespace

struct Outbox::Private {
    Outbox *q;
    Store &store;
    Resolve resolve;
    QString owner;
    OutboxLimits limits;
    Random random;
    QTimer timer;
    std::vector<QPromise<Result<Done>>> waiters = {};
    bool started = false;
    bool pumping = false;
    bool again = false;
    bool signInsChanged = false;
    Timestamp adoptedAt = {};
    Timestamp lookedAt = {}; ///< what was due by then was tried, or has to wait for something else
    int running = 0;
    AsyncScope scope = {};

    Private(Outbox *outbox, Store &s, Resolve r, QString o, OutboxLimits l, Random chance)
        : q(outbox)
        , store(s)
        , resolve(std::move(r))
        , owner(std::move(o))
        , limits(l)
        , random(std::move(chance))
    {
    }

    bool accepting() const { return started || !waiters.empty(); }

    void wake();
    Async<Result<Done>> pump();
    Async<Result<Done>> work();
    Async<Result<Round>> look();
    Async<Result<bool>> oneRound();
    Async<Result<Done>> adopt();
    Async<Result<Done>> run(Candidate candidate);
    Async<Result<Done>> armTimer();
    Round choose(const std::vector<Delivery> &due, Timestamp now);
    void finishWaiters(const Result<Done> &result);
};

Outbox::Outbox(Store &store, Resolve resolve, QString owner, OutboxLimits limits, Random random)
    : d(std::make_unique<Private>(this, store, std::move(resolve), owner + u'/' + newUid(SystemClock()), limits,
                                  std::move(random)))
{
    d->timer.setSingleShot(true);
    d->timer.setTimerType(Qt::CoarseTimer);
    connect(&d->timer, &QTimer::timeout, this, [this] { d->wake(); });
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.channels || changes.targets || changes.models)
            d->signInsChanged = true;
        if (!changes.deliveries.isEmpty() || changes.channels || changes.targets || changes.models
            || changes.everything)
            d->wake();
    });
}

Outbox::~Outbox() = default;

void Outbox::start()
{
    d->started = true;
    d->wake();
}

void Outbox::stop()
{
    d->started = false;
    d->timer.stop();
    if (d->running == 0)
        d->finishWaiters(Done{});
}

QFuture<Result<Done>> Outbox::runOnce()
{
    QPromise<Result<Done>> promise;
    promise.start();
    QFuture<Result<Done>> future = promise.future();
    d->waiters.push_back(std::move(promise));
    d->wake();
    return future;
}

int Outbox::running() const { return d->running; }

void Outbox::Private::finishWaiters(const Result<Done> &result)
{
    auto finishedOnes = std::exchange(waiters, {});
    for (auto &promise : finishedOnes) {
        promise.addResult(result);
        promise.finish();
    }
}

void Outbox::Private::wake()
{
    if (!accepting())
        return;
    again = true;
    if (pumping)
        return;
    pumping = true;
    scope.run(pump());
}

/// One at a time; looks again for as long as something woke it meanwhile.
Async<Result<Done>> Outbox::Private::pump()
{
    Result<Done> result = Done{};
    while (again && accepting()) {
        again = false;
        result = co_await work();
    }
    pumping = false;
    if (!result)
        logError("outbox", u"The Outbox could not read its queue: %1"_s.arg(result.error().message));
    if (running == 0)
        finishWaiters(result);
    co_return result;
}

Async<Result<Done>> Outbox::Private::work()
{
    Result<Done> result = co_await adopt();
    bool moving = result.ok();
    while (moving && accepting() && running < limits.parallel) {
        const Result<bool> moved = co_await oneRound();
        if (!moved)
            result = moved.error();
        moving = moved && *moved;
    }
    if (!started)
        co_return result;
    if (!result) {
        timer.start(blockedPause); // what failed now (a full disk, a server that is away) fails the next moment too
        co_return result;
    }
    result = co_await armTimer();
    co_return result;
}

Round Outbox::Private::choose(const std::vector<Delivery> &due, Timestamp now)
{
    Round round;
    for (const Delivery &delivery : due) {
        if (running + int(round.candidates.size()) >= limits.parallel)
            break;
        const Result<Destination *> destination = resolve(delivery);
        if (!destination) {
            // Not loaded yet (transient) is no failure of the delivery; a missing secret or target is, and is shown.
            // In a team it is this workstation's alone: another one may claim the delivery, which stays as it is.
            const Error &error = destination.error();
            if (!error.isTransient() && !store.isShared())
                round.postponed.push_back(
                    {delivery.id, now + limits.maxDelay, error.message, kindName(error.kind), true});
            continue;
        }
        const DeliveryFacts facts = factsFor(**destination, delivery);
        const Timestamp earliest = earliestLookUp(delivery, facts);
        if (delivery.everAmbiguous && delivery.effectStartedAt && now < earliest) {
            round.postponed.push_back({delivery.id, earliest, delivery.lastError, delivery.errorKind, false});
            continue;
        }
        // Twice a look-up and a call, so that what is left of the lease always covers the call.
        round.candidates.push_back({delivery, *destination, std::max(limits.lease, facts.deadline * 4)});
    }
    return round;
}

/// Reads what is due, page by page until something of it can be tried here.
Async<Result<Round>> Outbox::Private::look()
{
    Round round;
    DeliveryId last = {};
    bool more = true;
    while (more && accepting()) {
        auto reading = store.read([last](Database &db) -> Result<Due> {
            const Timestamp now = db.now();
            return db.finish(Due{now, deliveries::due(db, now, int(dueAtOnce), last),
                                 !deliveries::waitingWithBackup(db, now, 1).empty()});
        });
        const auto due = co_await finished(std::move(reading));
        if (!due)
            co_return due.error();
        lookedAt = due->now;
        round = choose(due->deliveries, due->now);
        round.moves = due->moves;
        more = due->deliveries.size() == dueAtOnce && round.isEmpty();
        last = due->deliveries.empty() ? DeliveryId{} : due->deliveries.back().id;
    }
    co_return round;
}

/// Claims what can be tried; false when nothing moved.
Async<Result<bool>> Outbox::Private::oneRound()
{
    auto looking = look();
    Result<Round> looked = co_await std::move(looking);
    if (!looked)
        co_return looked.error();
    Round &round = *looked;
    if (!accepting() || round.isEmpty())
        co_return false;

    auto claiming = store.write([round, owner = owner](Database &db) -> Result<Claimed> {
        Claimed result;
        result.moved = round.moves ? failOverWaiting(db) : 0;
        for (const Postponed &p : round.postponed) {
            if (!p.unreachable || !failOverUnreachable(db, p.id, p.error))
                deliveries::postpone(db, p.id, p.until, p.error, p.errorKind);
        }
        for (const Candidate &candidate : round.candidates) {
            if (auto delivery = deliveries::claim(db, candidate.delivery.id, owner, candidate.lease))
                result.deliveries.push_back(std::move(*delivery));
        }
        return db.finish(std::move(result));
    });
    const auto claimed = co_await finished(std::move(claiming));
    if (!claimed)
        co_return claimed.error();
    for (const Delivery &delivery : claimed->deliveries) {
        const auto candidate = std::find_if(round.candidates.begin(), round.candidates.end(),
                                            [&delivery](const Candidate &c) { return c.delivery.id == delivery.id; });
        candidate->delivery = delivery;
        ++running;
        scope.run(run(*candidate));
    }
    co_return !claimed->deliveries.empty() || !round.postponed.empty() || claimed->moved > 0;
}

Async<Result<Done>> Outbox::Private::run(Candidate candidate)
{
    AttemptContext context;
    context.store = &store;
    context.destination = candidate.destination;
    context.delivery = std::move(candidate.delivery);
    context.limits = limits;
    context.chance = random ? random() : 0.5;
    Result<Done> ended = co_await attemptDelivery(std::move(context));
    --running;
    if (accepting())
        wake();
    else if (running == 0)
        finishWaiters(Done{});
    co_return ended;
}

/// Takes over what ended processes left behind: once, or with a shared database every round.
Async<Result<Done>> Outbox::Private::adopt()
{
    if (adoptedAt && !store.isShared() && !signInsChanged)
        co_return Done{};
    auto reading = store.read([owner = owner](Database &db) -> Result<std::pair<Timestamp, std::vector<Delivery>>> {
        const Timestamp now = db.now();
        return db.finish(std::pair(now, deliveries::orphans(db, owner, now)));
    });
    const auto orphans = co_await finished(std::move(reading));
    if (!orphans)
        co_return orphans.error();
    std::vector<std::pair<Delivery, deliveries::Outcome>> outcomes;
    for (const Delivery &orphan : orphans->second) {
        const Result<Destination *> destination = resolve(orphan);
        const auto facts = destination ? std::optional(factsFor(**destination, orphan)) : std::nullopt;
        outcomes.emplace_back(orphan, outcomeOfOrphan(orphan, facts, orphans->first));
    }
    const bool releases = std::exchange(signInsChanged, false);
    if (!outcomes.empty() || releases) {
        auto adopting = store.write([outcomes, releases](Database &db) -> Result<Done> {
            for (const auto &[orphan, outcome] : outcomes) {
                if (deliveries::settle(db, orphan.id, orphan.fence, outcome))
                    sentToChat(db, orphan, outcome);
            }
            if (releases)
                deliveries::signedInAgain(db);
            return db.finish(Done{});
        });
        const Result<Done> adopted = co_await finished(std::move(adopting));
        if (!adopted) {
            signInsChanged = signInsChanged || releases;
            co_return adopted.error();
        }
    }
    adoptedAt = orphans->first;
    co_return Done{};
}

Async<Result<Done>> Outbox::Private::armTimer()
{
    auto reading = store.read([](Database &db) -> Result<std::pair<Timestamp, Timestamp>> {
        return db.finish(std::pair(db.now(), deliveries::nextDueAt(db)));
    });
    const auto times = co_await finished(std::move(reading));
    if (!started)
        co_return Done{};
    if (!times) {
        timer.start(blockedPause);
        co_return times.error();
    }
    const auto [now, next] = *times;
    if (!next && !store.isShared()) {
        timer.stop();
        co_return Done{};
    }
    milliseconds delay = store.isShared() ? adoptionPause : longestSleep;
    // What was due at the last look and could not be tried waits for its turn: never a tight loop.
    if (next && next <= lookedAt)
        delay = blockedPause;
    else if (next)
        delay = std::clamp(std::chrono::ceil<milliseconds>(next - now), milliseconds{1}, delay);
    timer.start(delay);
    co_return Done{};
}

} // namespace patchbay
