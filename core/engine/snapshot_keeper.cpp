#include "core/engine/snapshot_keeper.h"

#include "core/base/cancel.h"
#include "core/base/log.h"

#include <QtCore/QPromise>
#include <QtCore/QThreadPool>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds snapshotPause{200}; // lessons come in rows
constexpr std::chrono::milliseconds snapshotRetry{10000};

/// What a training made; the model's bytes only where it is another than before.
struct Trained {
    std::shared_ptr<const Snapshot> snapshot = {};
    QByteArray fingerprint = {};
    QByteArray model = {};
};

Result<SnapshotSource> readSource(Database &db) { return db.finish(Snapshots::read(db, false)); }

/// Nobody waits for a training whose coroutine has ended.
struct CancelAtEnd {
    CancelToken token;
    ~CancelAtEnd() { token.cancel(); }
};

QFuture<Result<Trained>> trainOnPool(SnapshotSource source, std::shared_ptr<const Classifier> before,
                                     CancelToken cancel)
{
    auto promise = std::make_shared<QPromise<Result<Trained>>>();
    promise->start();
    QFuture<Result<Trained>> future = promise->future();
    auto work = [promise, source = std::move(source), before = std::move(before), cancel]() mutable {
        Trained trained;
        trained.snapshot = Snapshots::made(std::move(source), before, cancel);
        if (trained.snapshot) {
            trained.fingerprint = trained.snapshot->classifier->fingerprint();
            if (!before || before->fingerprint() != trained.fingerprint)
                trained.model = trained.snapshot->classifier->stored();
        }
        promise->addResult(trained.snapshot
                               ? Result<Trained>(std::move(trained))
                               : makeError(Error::Kind::Cancelled, u"The training was ended before its end."_s));
        promise->finish();
    };
    QThreadPool::globalInstance()->start(std::move(work));
    return future;
}

Async<Result<Trained>> trainAnew(Store *store, std::shared_ptr<const Classifier> before)
{
    CancelAtEnd atEnd;
    auto reading = store->read(readSource);
    Result<SnapshotSource> source = co_await finished(std::move(reading));
    if (!source)
        co_return source.error();
    auto training = trainOnPool(std::move(*source), std::move(before), atEnd.token);
    co_return co_await finished(std::move(training));
}

Async<Result<Done>> keepTrained(Store *store, Trained trained)
{
    if (trained.model.isEmpty() || store->isReadOnly())
        co_return Done{};
    auto keep = [fingerprint = trained.fingerprint, model = trained.model](Database &db) -> Result<Done> {
        Snapshots::keepModel(db, fingerprint, model);
        return db.finish(Done{});
    };
    auto keeping = store->write(std::move(keep));
    const Result<Done> kept = co_await finished(std::move(keeping));
    if (!kept) // the next start trains again
        logError("snapshots", u"The trained model could not be stored: %1"_s.arg(kept.error().message));
    co_return kept;
}

} // namespace

SnapshotKeeper::SnapshotKeeper(Store &store, Snapshots &snapshots)
    : m_store(store)
    , m_snapshots(snapshots)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &SnapshotKeeper::rebuild);
    if (!store.isShared())
        return;
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.taxonomy || changes.lessons || changes.rules)
            m_timer.start(snapshotPause);
    });
}

void SnapshotKeeper::rebuild()
{
    if (m_working) {
        m_timer.start(snapshotPause);
        return;
    }
    m_working = true;
    m_scope.run(work());
}

Async<Result<Done>> SnapshotKeeper::work()
{
    const auto before = m_snapshots.current();
    const Result<Trained> trained = co_await trainAnew(&m_store, before ? before->classifier : nullptr);
    m_working = false;
    if (trained) {
        m_snapshots.replace(trained->snapshot);
        co_return Done{};
    }
    logError("snapshots",
             u"What another workstation changed in rules, routes or categories could not be read: %1"_s.arg(
                 trained.error().message));
    if (trained.error().kind != Error::Kind::Refused) // rules that cannot be read stay so until the next are published
        m_timer.start(snapshotRetry);
    co_return trained.error();
}

Async<Result<Done>> retrain(Store *store, Snapshots *snapshots)
{
    std::shared_ptr<const Classifier> before;
    for (;;) {
        const auto current = snapshots->current();
        if (!before && current)
            before = current->classifier;
        Result<Trained> trained = co_await trainAnew(store, before);
        if (!trained) {
            logError("snapshots", u"The classifier could not be trained anew: %1"_s.arg(trained.error().message));
            co_return trained.error();
        }
        // What was learned or routed meanwhile is not in it: then it is made again, from what was trained now.
        const bool replaced = snapshots->replaceIf(current, trained->snapshot);
        before = trained->snapshot->classifier;
        Trained kept = std::move(*trained);
        (void)co_await keepTrained(store, std::move(kept));
        if (replaced)
            co_return Done{};
    }
}

} // namespace patchbay
