#include "core/engine/search_indexer.h"

#include "core/base/log.h"
#include "core/store/search_index.h"

namespace patchbay {

namespace {

constexpr int indexerBatch = 500; ///< some 50 ms of the writer's time
constexpr std::chrono::milliseconds indexerPause{150}; ///< messages come in rows
constexpr std::chrono::milliseconds indexerIdle{3000}; ///< then the index is merged, a little at a time
constexpr std::chrono::milliseconds indexerRetry{10000};

} // namespace

SearchIndexer::SearchIndexer(Store &store)
    : m_store(store)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &SearchIndexer::wake);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (!m_started || (changes.timelines.isEmpty() && changes.tasks.isEmpty() && !changes.everything))
            return;
        m_again = true;
        if (!m_working && (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > indexerPause))
            m_timer.start(indexerPause);
    });
}

void SearchIndexer::start()
{
    if (m_store.isReadOnly())
        return;
    m_started = true;
    m_again = true;
    m_timer.start(indexerPause);
}

void SearchIndexer::stop()
{
    m_started = false;
    m_timer.stop();
}

void SearchIndexer::wake()
{
    if (m_working || !m_started)
        return;
    m_working = true;
    m_scope.run(work());
}

Async<Result<Done>> SearchIndexer::work()
{
    const bool asked = std::exchange(m_again, false);
    Result<Done> done = Done{};
    if (asked)
        done = co_await index();
    else
        done = co_await merge();
    m_working = false;
    if (!done) {
        // The console's rail tells about a full disk or a lost server; the index catches up by itself.
        logWarning("search", done.error().message);
        m_again = true;
        if (m_started)
            m_timer.start(indexerRetry);
    } else if (m_started && m_again) {
        m_timer.start(indexerPause);
    } else if (m_started && asked) {
        m_timer.start(indexerIdle);
    }
    co_return done;
}

Async<Result<Done>> SearchIndexer::index()
{
    int done = indexerBatch;
    while (done == indexerBatch) {
        auto some = [](Database &db) -> Result<int> { return db.finish(search::indexSome(db, indexerBatch)); };
        const Result<int> indexed = co_await finished(m_store.write(some));
        if (!indexed)
            co_return indexed.error();
        done = *indexed;
    }
    co_return Done{};
}

Async<Result<Done>> SearchIndexer::merge()
{
    bool more = true;
    while (more && m_started && !m_again) {
        auto some = [](Database &db) -> Result<bool> { return db.finish(search::mergeSome(db)); };
        const Result<bool> merged = co_await finished(m_store.write(some));
        if (!merged)
            co_return merged.error();
        more = *merged;
    }
    co_return Done{};
}

QFuture<Result<Done>> SearchIndexer::drain() { return m_scope.run(index()); }

} // namespace patchbay
