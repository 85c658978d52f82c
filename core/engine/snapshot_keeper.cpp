#include "core/engine/snapshot_keeper.h"

#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds snapshotPause{200}; // lessons come in rows
constexpr std::chrono::milliseconds snapshotRetry{10000};

Result<std::shared_ptr<const Snapshot>> readSnapshot(Database &db) { return db.finish(Snapshots::build(db)); }

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
    auto reading = m_store.read(readSnapshot);
    const auto snapshot = co_await finished(std::move(reading));
    m_working = false;
    if (snapshot) {
        m_snapshots.replace(*snapshot);
        co_return Done{};
    }
    logError("snapshots",
             u"What another workstation changed in rules, routes or categories could not be read: %1"_s.arg(
                 snapshot.error().message));
    if (snapshot.error().kind != Error::Kind::Refused) // rules that cannot be read stay so until the next are published
        m_timer.start(snapshotRetry);
    co_return snapshot.error();
}

Async<Result<Done>> retrain(Store *store, Snapshots *snapshots)
{
    for (;;) {
        const auto before = snapshots->current();
        auto training = store->read(readSnapshot);
        const Result<std::shared_ptr<const Snapshot>> trained = co_await finished(std::move(training));
        if (!trained) {
            logError("snapshots", u"The classifier could not be trained anew: %1"_s.arg(trained.error().message));
            co_return trained.error();
        }
        // What was learned or routed meanwhile is not in it: then it is made again.
        if (snapshots->replaceIf(before, *trained))
            co_return Done{};
    }
}

} // namespace patchbay
