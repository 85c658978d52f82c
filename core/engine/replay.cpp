#include "core/engine/replay.h"

#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/misc_tables.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int replayPage = 20'000; ///< ids of conversations in one transaction
constexpr size_t replaySliceSize = 200; ///< conversations in one transaction
constexpr int replayThreads = 2;
constexpr int replayLanes = 3; ///< so that there is something to decide while two are read

Error replayCancelled() { return makeError(Error::Kind::Cancelled, u"The replay was cancelled."_s); }

/// Runs work() on the pool; nothing waits for it.
template <class Work> QFuture<Result<ReplayResult>> replayOnPool(QThreadPool &pool, Work work)
{
    auto promise = std::make_shared<QPromise<Result<ReplayResult>>>();
    promise->start();
    auto future = promise->future();
    pool.start([promise, work = std::move(work)] {
        promise->addResult(Result<ReplayResult>(work()));
        promise->finish();
    });
    return future;
}

Result<std::shared_ptr<ReplaySlice>> replayRead(Database &db, const std::shared_ptr<ReplaySlice> &slice,
                                                const std::vector<ConversationId> &ids, bool newestAlone)
{
    slice->items = replay_rows::items(db, ids, newestAlone);
    QHash<ConversationId, int> places; // the newest conversations first, also within a slice
    for (const ConversationId id : ids)
        places.insert(id, int(places.size()));
    std::stable_sort(slice->items.begin(), slice->items.end(), [&places](const auto &a, const auto &b) {
        return places.value(a.conversation) < places.value(b.conversation);
    });
    for (const Conversation &conversation : conversations::byIds(db, ids))
        slice->conversations.insert(conversation.id, conversation);
    slice->labels = labels::of(db, ids);
    return db.finish(slice);
}

} // namespace

/// What the lanes of one replay share; lives in the frame of work().
struct Replay::Run {
    Store *store = nullptr;
    ReplayRequest request = {};
    CancelToken cancel = {};
    bool newestAlone = true;
    std::vector<ConversationId> ids = {};
    QHash<ChannelId, std::pair<QString, QString>> channels = {};
    size_t next = 0; ///< slice
    QMap<size_t, ReplayResult> early = {}; ///< slices that came before their turn
    size_t merged = 0; ///< slices in the result
    qint64 done = 0;
    ReplayResult result = {};

    size_t slices() const { return (ids.size() + replaySliceSize - 1) / replaySliceSize; }
    void take(size_t slice, ReplayResult part)
    {
        early.insert(slice, std::move(part));
        while (!early.isEmpty() && early.firstKey() == merged) {
            result.add(early.take(merged));
            ++merged;
        }
    }
};

Replay::Replay(Store &store)
    : m_store(store)
    , m_pool(std::make_shared<QThreadPool>())
{
    m_pool->setMaxThreadCount(replayThreads);
    m_pool->setThreadPriority(QThread::LowPriority);
}

Replay::~Replay() = default;

QFuture<Result<ReplayResult>> Replay::run(ReplayRequest request, CancelToken cancel)
{
    return m_scope.run(work(std::move(request), std::move(cancel)));
}

Async<Result<ReplayResult>> Replay::work(ReplayRequest request, CancelToken cancel)
{
    Run run;
    run.store = &m_store;
    run.request = std::move(request);
    run.cancel = cancel;
    run.result.routeNumber({});
    run.newestAlone = run.request.messages == ReplayRequest::Messages::Newest && !looksBack(run.request.live->rules)
        && !looksBack(run.request.draft->rules);
    const Result<Done> collected = co_await collect(&run);
    if (!collected)
        co_return collected.error();
    Q_EMIT progress(0, qint64(run.ids.size()));

    std::vector<QFuture<Result<Done>>> lanes;
    AsyncScope scope;
    for (int i = 0; i < replayLanes; ++i)
        lanes.push_back(scope.run(lane(&run)));
    std::optional<Error> failure;
    for (const QFuture<Result<Done>> &one : lanes) {
        const Result<Done> ended = co_await finished(one);
        if (!ended && !failure)
            failure = ended.error();
    }
    if (failure)
        co_return *failure;
    co_return std::move(run.result);
}

/// Which conversations, which channels, and what the models make of the lessons.
Async<Result<Done>> Replay::collect(Run *run)
{
    replay_rows::Place place;
    for (;;) {
        qint64 limit = replayPage;
        if (run->request.span.most > 0)
            limit = std::min<qint64>(limit, run->request.span.most - qint64(run->ids.size()));
        if (limit <= 0)
            break;
        using Page = std::pair<std::vector<ConversationId>, replay_rows::Place>;
        auto reading = run->store->read(
            [span = run->request.span, place, limit](Database &db) mutable -> Result<Page> {
                auto ids = replay_rows::page(db, span, place, int(limit));
                return db.finish(Page(std::move(ids), place));
            },
            run->cancel);
        const Result<Page> page = co_await finished(std::move(reading));
        if (!page)
            co_return page.error();
        run->ids.insert(run->ids.end(), page->first.begin(), page->first.end());
        place = page->second;
        if (qint64(page->first.size()) < limit)
            break;
    }
    using Known = std::pair<std::vector<Channel>, std::vector<Lesson>>;
    auto asking = run->store->read(
        [](Database &db) -> Result<Known> { return db.finish(Known(channels::all(db), lessons::all(db, false))); });
    const Result<Known> known = co_await finished(std::move(asking));
    if (!known)
        co_return known.error();
    for (const Channel &channel : known->first)
        run->channels.insert(channel.id, {channel.name, channel.connector});
    auto learning = replayOnPool(*QThreadPool::globalInstance(),
                                 [request = run->request, lessons = known->second, cancel = run->cancel] {
                                     return replayLessons(request, lessons, cancel);
                                 });
    const Result<ReplayResult> learned = co_await finished(std::move(learning));
    if (!learned)
        co_return learned.error();
    run->result.add(*learned);
    co_return Done{};
}

Async<Result<Done>> Replay::lane(Run *run)
{
    while (run->next < run->slices()) {
        if (run->cancel.isCancelled())
            co_return replayCancelled();
        const size_t number = run->next++;
        const auto first = run->ids.begin() + qsizetype(number * replaySliceSize);
        const auto last = run->ids.begin() + qsizetype(std::min(run->ids.size(), (number + 1) * replaySliceSize));
        const std::vector<ConversationId> ids(first, last);
        auto slice = std::make_shared<ReplaySlice>();
        slice->request = run->request;
        slice->channels = run->channels;
        auto reading = run->store->read([slice, ids, newestAlone = run->newestAlone](
                                            Database &db) { return replayRead(db, slice, ids, newestAlone); },
                                        run->cancel);
        const Result<std::shared_ptr<ReplaySlice>> read = co_await finished(std::move(reading));
        if (!read)
            co_return read.error();
        auto deciding = replayOnPool(*m_pool, [slice, cancel = run->cancel] { return replaySlice(*slice, cancel); });
        slice.reset();
        const Result<ReplayResult> decided = co_await finished(std::move(deciding));
        if (!decided)
            co_return decided.error();
        if (run->cancel.isCancelled())
            co_return replayCancelled();
        run->done += qint64(ids.size());
        run->take(number, *decided);
        Q_EMIT progress(run->done, qint64(run->ids.size()));
    }
    co_return Done{};
}

} // namespace patchbay
