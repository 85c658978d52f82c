#include "core/engine/intake.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/intake_round.h"
#include "core/store/account_table.h"
#include "core/store/lease_table.h"

#include <QtCore/QPointer>
#include <QtCore/QThreadPool>
#include <QtCore/QTimer>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds intakeRetryAfter{5};
constexpr std::chrono::seconds intakeLookAgain{1}; // for what another workstation is reading

/// Items of one channel that are stored together.
struct IntakePart {
    IntakeContext context = {};
    std::vector<IntakeWork> works = {};
};

QFuture<Result<ParsedItem>> parseOnPool(QThreadPool &pool, ParseInbound parse, const IntakeItem &item, BlobStore &files)
{
    auto promise = std::make_shared<QPromise<Result<ParsedItem>>>();
    QFuture<Result<ParsedItem>> future = promise->future();
    promise->start();
    const Channel &channel = item.context.channel;
    AccountConfig account{channel.uid, channel.name, channel.settings, {}, channel.addedAt};
    pool.start([promise, parse, raw = item.raw.item, account = std::move(account), &files] {
        promise->addResult(Result<ParsedItem>(parseItem(parse, raw, account, files)));
        promise->finish();
    });
    return future;
}

} // namespace

struct Intake::Private {
    Private(Intake *owner, Store &s, const Catalog &c, Snapshots &n, LeaseTimes times)
        : q(owner)
        , store(s)
        , catalog(c)
        , snapshots(n)
        , leases(s, times)
        , share{s.isShared(), s.owner(), times.length}
    {
        pool.setMaxThreadCount(2);
        pool.setObjectName(u"intake"_s);
        retry.setSingleShot(true);
    }

    Async<Result<Done>> acceptBatch(ChannelId channel, Batch batch);
    Async<Result<Done>> work();
    Async<Result<bool>> workRound(RawMessageId after);
    Async<Result<bool>> storeRound(IntakeRound round);
    QFuture<Result<IntakeCounts>> storePart(std::shared_ptr<const IntakePart> part);
    Async<Result<Done>> storeOneByOne(std::shared_ptr<const IntakePart> part);
    void fail(RawMessageId id, const Error &error);
    Async<Result<qint64>> endPass();
    void wake();
    QFuture<Result<ParsedItem>> parse(const IntakeItem &item);

    Intake *q;
    Store &store;
    const Catalog &catalog;
    Snapshots &snapshots;
    ChannelLeases leases;
    const IntakeShare share;
    QThreadPool pool;
    QTimer retry;
    bool working = false;
    bool wanted = false;
    int accepting = 0;
    std::vector<QPromise<Result<Done>>> waiters;
    // Of the running pass over what is pending:
    RawMessageId reached;
    std::vector<std::pair<RawMessageId, Error>> failed; ///< items that could not be stored
    bool storedSinceFailure = false;
    QSet<ChannelId> leased; ///< taken for this pass
    AsyncScope scope;
};

QFuture<Result<ParsedItem>> Intake::Private::parse(const IntakeItem &item)
{
    const ChatConnectorInfo *info = catalog.chat(item.context.channel.connector);
    if (info && info->parse)
        return parseOnPool(pool, info->parse, item, store.files());
    ParsedItem unreadable;
    unreadable.unreadable =
        makeError(Error::Kind::Refused,
                  u"This version has no connector \"%1\" to read it with."_s.arg(item.context.channel.connector));
    QPromise<Result<ParsedItem>> promise;
    promise.start();
    promise.addResult(Result<ParsedItem>(std::move(unreadable)));
    promise.finish();
    return promise.future();
}

Async<Result<Done>> Intake::Private::acceptBatch(ChannelId channel, Batch batch)
{
    faultPoint("intake.after_read");
    ++accepting;
    const int items = int(batch.items.size());
    auto put = [channel, batch = std::move(batch)](Database &db) { return storeBatch(db, channel, batch); };
    const Result<int> stored = co_await finished(store.write(std::move(put)));
    --accepting;
    if (!stored)
        co_return stored.error();
    faultPoint("intake.after_commit_before_ack");
    Q_EMIT q->accepted(channel, *stored, items - *stored);
    wake();
    co_return Done{};
}

void Intake::Private::wake()
{
    wanted = true;
    if (working)
        return;
    working = true;
    scope.run(work());
}

/// Parses and stores one round; false when nothing was pending.
Async<Result<bool>> Intake::Private::workRound(RawMessageId after)
{
    // Nothing of this object: the work may still run when it has ended.
    auto begin = [after, ours = std::vector(leased.begin(), leased.end()), snapshot = snapshots.current(),
                  uid = store.workspaceUid(),
                  ourShare = share](Database &db) { return beginRound(db, snapshot, uid, ourShare, after, ours); };
    Result<IntakeRound> begun = co_await finished(store.write(std::move(begin)));
    if (!begun)
        co_return begun.error();
    if (!snapshots.current() && begun->snapshot)
        snapshots.replace(begun->snapshot);
    for (const ChannelId channel : begun->leased)
        leased.insert(channel);
    if (!begun->last)
        co_return false;
    reached = begun->last;
    const auto stored = co_await storeRound(std::move(*begun));
    co_return stored;
}

QFuture<Result<IntakeCounts>> Intake::Private::storePart(std::shared_ptr<const IntakePart> part)
{
    return store.write([part](Database &db) { return applyItems(db, part->context, part->works); });
}

Async<Result<bool>> Intake::Private::storeRound(IntakeRound round)
{
    std::vector<QFuture<Result<ParsedItem>>> parsing;
    for (const IntakeItem &item : round.items)
        parsing.push_back(parse(item));
    std::vector<std::shared_ptr<IntakePart>> parts;
    for (size_t i = 0; i < round.items.size(); ++i) {
        Result<ParsedItem> parsed = co_await finished(parsing[i]);
        if (!parsed)
            co_return parsed.error();
        IntakeItem &item = round.items[i];
        item.raw.item.raw.clear();
        if (parsed->storage) {
            fail(item.raw.id, *parsed->storage);
            continue;
        }
        if (parts.empty() || parts.back()->context.channel.id != item.context.channel.id)
            parts.push_back(std::make_shared<IntakePart>(IntakePart{item.context, {}}));
        parts.back()->works.push_back({std::move(item.raw), std::move(*parsed)});
    }
    std::vector<QFuture<Result<IntakeCounts>>> storing;
    for (const auto &part : parts)
        storing.push_back(storePart(part)); // in order; the Store shares commits among them
    for (size_t i = 0; i < parts.size(); ++i) {
        const Result<IntakeCounts> done = co_await finished(storing[i]);
        if (done) {
            storedSinceFailure = true;
            wanted = wanted || done->requeued > 0;
        } else if (done.error().kind == Error::Kind::Offline)
            co_return done.error();
        else {
            const std::shared_ptr<const IntakePart> part = parts[i];
            const Result<Done> single = co_await storeOneByOne(part);
            if (!single)
                co_return single.error();
        }
    }
    co_return true;
}

/// One of these cannot be stored: the others can.
Async<Result<Done>> Intake::Private::storeOneByOne(std::shared_ptr<const IntakePart> part)
{
    for (const IntakeWork &work : part->works) {
        const std::shared_ptr<const IntakePart> alone = std::make_shared<IntakePart>(IntakePart{part->context, {work}});
        const RawMessageId id = work.raw.id;
        const Result<IntakeCounts> done = co_await finished(storePart(alone));
        if (done) {
            storedSinceFailure = true;
            wanted = wanted || done->requeued > 0;
            continue;
        }
        fail(id, done.error());
        if (done.error().kind == Error::Kind::Offline)
            co_return done.error();
    }
    co_return Done{};
}

void Intake::Private::fail(RawMessageId id, const Error &error)
{
    if (failed.empty())
        storedSinceFailure = false;
    failed.push_back({id, error});
}

/// An item that cannot be stored while others can keeps its attempt and its error, so that it is set aside after three;
/// when nothing could be stored the reason is not the item (a full disk, a lost server), and the attempt does not
/// count.
static Result<Done> noteFailures(Database &db, const std::vector<std::pair<RawMessageId, Error>> &failed, bool count)
{
    for (const auto &[id, error] : failed) {
        if (count)
            raw_messages::noteError(db, id, error.message);
        else
            raw_messages::giveBackAttempt(db, id);
    }
    return db.finish(Done{});
}

/// Gives back the channels that were taken for reading alone; how much is still pending.
Async<Result<qint64>> Intake::Private::endPass()
{
    std::vector<ChannelId> ended;
    for (const ChannelId channel : std::exchange(leased, {})) {
        if (!leases.isWanted(channel))
            ended.push_back(channel);
    }
    if (!ended.empty()) {
        auto release = [ended, owner = share.owner](Database &db) -> Result<Done> {
            for (const ChannelId channel : ended)
                leases::release(db, channel, owner);
            return db.finish(Done{});
        };
        const Result<Done> released = co_await finished(store.write(std::move(release)));
        if (!released)
            logWarning("intake", released.error().message);
    }
    auto count = [](Database &db) -> Result<qint64> { return db.finish(raw_messages::pendingCount(db)); };
    const Result<qint64> left = co_await finished(store.read(std::move(count)));
    co_return left;
}

Async<Result<Done>> Intake::Private::work()
{
    Result<Done> end = Done{};
    bool again = true;
    while (again) {
        wanted = false;
        end = Done{};
        reached = {};
        failed.clear();
        storedSinceFailure = false;
        bool more = true;
        while (more) {
            const Result<bool> round = co_await workRound(reached);
            more = round.ok() && *round;
            if (!round)
                end = round.error();
        }
        if (!failed.empty()) {
            if (end.ok())
                end = failed.front().second;
            auto note = [list = failed, count = storedSinceFailure](Database &db) {
                return noteFailures(db, list, count);
            };
            const Result<Done> noted = co_await finished(store.write(std::move(note)));
            if (!noted)
                logWarning("intake", noted.error().message);
        }
        again = wanted && end.ok();
    }
    const Result<qint64> left = co_await endPass();
    working = false;
    if (!end) {
        logWarning("intake", end.error().message);
        retry.start(intakeRetryAfter);
    } else if (wanted) {
        wake(); // something came while we counted
        co_return end;
    } else if (share.shared && left && *left > 0) {
        retry.start(intakeLookAgain); // another workstation reads it; should that one end, it is ours
        co_return end;
    }
    for (QPromise<Result<Done>> &waiter : std::exchange(waiters, {})) {
        waiter.addResult(end);
        waiter.finish();
    }
    Q_EMIT q->drained(left ? int(*left) : -1);
    co_return end;
}

Intake::Intake(Store &store, const Catalog &catalog, Snapshots &snapshots, LeaseTimes times)
    : d(std::make_unique<Private>(this, store, catalog, snapshots, times))
{
    connect(&d->retry, &QTimer::timeout, this, [this] { d->wake(); });
    // A message has come, or got its id, that items were waiting for.
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.requeued)
            d->wake();
    });
    if (!store.isShared())
        return;
    // What another workstation stored (an import) may be of a channel that is ours to read.
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.counters && !d->working && !d->retry.isActive())
            d->retry.start(intakeLookAgain);
    });
}

Intake::~Intake() = default;

QFuture<Result<Done>> Intake::accept(ChannelId channel, Batch batch)
{
    return d->scope.run(d->acceptBatch(channel, std::move(batch)));
}

QFuture<Result<Done>> Intake::drain()
{
    QPromise<Result<Done>> waiter;
    waiter.start();
    QFuture<Result<Done>> future = waiter.future();
    d->waiters.push_back(std::move(waiter));
    d->wake();
    return future;
}

ChannelLeases &Intake::leases() { return d->leases; }

bool Intake::isIdle() const { return !d->working && d->accepting == 0; }

} // namespace patchbay
