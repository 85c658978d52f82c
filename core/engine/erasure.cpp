#include "core/engine/erasure.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/erasure_steps.h"
#include "core/engine/snapshot_keeper.h"
#include "core/store/compaction.h"
#include "core/store/loose_files.h"
#include "core/store/search_index.h"
#include "core/store/size.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int erasureFilesAtOnce = 20;
constexpr int erasurePatience = 20; // times the pause: what is being read takes no longer, as a rule
constexpr std::chrono::milliseconds erasurePause{250};

Result<std::vector<Erasure>> erasuresUnfinished(Database &db) { return db.finish(erasures::unfinished(db)); }

} // namespace

Erasures::Erasures(Store &store, Snapshots &snapshots, Operator me)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_me(std::move(me))
{
}

QFuture<Result<Erased>> Erasures::erasePerson(ContactId contact, std::vector<ContactId> shown)
{
    return m_scope.run(personNow(contact, std::move(shown)));
}

QFuture<Result<RetentionPreview>> Erasures::previewOlderThan(Timestamp before)
{
    return m_store.read([before](Database &db) { return previewRetention(db, before); });
}

QFuture<Result<Erased>> Erasures::eraseOlderThan(Timestamp before) { return m_scope.run(retentionNow(before)); }

QFuture<Result<Erased>> Erasures::resume() { return m_scope.run(resumeNow()); }

QFuture<Result<Erased>> Erasures::removeUnreferenced() { return m_scope.run(unreferencedNow()); }

void Erasures::stop() { m_stopping = m_running; }

Async<Result<Erased>> Erasures::personNow(ContactId contact, std::vector<ContactId> shown)
{
    if (m_running)
        co_return makeError(Error::Kind::Conflict, u"Another deletion is running; wait for its end."_s);
    auto begin = [contact, shown = std::move(shown), me = m_me.id](Database &db) {
        return beginPersonErasure(db, contact, shown, me);
    };
    const Result<qint64> begun = co_await finished(m_store.write(std::move(begin)));
    if (!begun)
        co_return begun.error();
    const Result<Erased> ended = co_await finish(*begun);
    co_return ended;
}

Async<Result<Erased>> Erasures::retentionNow(Timestamp before)
{
    if (m_running)
        co_return makeError(Error::Kind::Conflict, u"Another deletion is running; wait for its end."_s);
    auto begin = [before, me = m_me.id](Database &db) { return beginRetention(db, before, me); };
    const Result<qint64> begun = co_await finished(m_store.write(std::move(begin)));
    if (!begun)
        co_return begun.error();
    const Result<Erased> ended = co_await finish(*begun);
    co_return ended;
}

Async<Result<Erased>> Erasures::resumeNow()
{
    Erased all;
    const Result<std::vector<Erasure>> left = co_await finished(m_store.read(erasuresUnfinished));
    if (!left)
        co_return left.error();
    for (const Erasure &erasure : *left) {
        if (m_running)
            co_return makeError(Error::Kind::Conflict, u"Another deletion is running; wait for its end."_s);
        const Result<Erased> ended = co_await finish(erasure.id);
        if (!ended) {
            logWarning("care", u"A deletion that was begun could not go on: %1"_s.arg(ended.error().message));
            co_return ended.error();
        }
        all.removed += ended->removed;
        all.files += ended->files;
        all.bytes += ended->bytes;
        all.filesWait = all.filesWait || ended->filesWait;
    }
    co_return all;
}

Async<Result<Erased>> Erasures::finish(qint64 id)
{
    m_running = true;
    m_stopping = false;
    Result<ErasureStep> step = ErasureStep{true, {}};
    while (step && step->more) {
        auto work = [id, uid = m_store.workspaceUid(), stop = m_stopping](Database &db) {
            return erasureStep(db, id, uid, stop);
        };
        step = co_await finished(m_store.write(std::move(work)));
        if (!step)
            continue;
        faultPoint("erasure.middle");
        Q_EMIT progressed(step->removed);
    }
    m_running = false;
    if (!step)
        co_return step.error();
    if (step->removed.lessons > 0) {
        const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
        if (!trained)
            co_return trained.error();
    }
    Result<Erased> ended = co_await sweepFiles();
    if (!ended)
        co_return ended.error();
    ended->removed = step->removed;
    const Result<Done> overwritten = co_await overwriteRest();
    if (!overwritten)
        co_return overwritten.error();
    if (!ended->filesWait) {
        auto done = [id](Database &db) -> Result<Done> {
            erasures::setState(db, id, Erasure::State::Done);
            return db.finish(Done{});
        };
        const Result<Done> settled = co_await finished(m_store.write(std::move(done)));
        if (!settled)
            co_return settled.error();
    }
    co_return ended;
}

Async<Result<Done>> Erasures::overwriteRest()
{
    Result<bool> more = true;
    bool first = true;
    while (more && *more) { // the index keeps words of what was forgotten until it is merged
        auto work = [first](Database &db) {
            const bool again = search::rewriteSome(db, first);
            return db.finish(again);
        };
        more = co_await finished(m_store.write(std::move(work)));
        first = false;
    }
    if (!more)
        co_return more.error();
    more = true;
    while (more && *more) {
        auto work = [](Database &db) {
            const bool again = overwriteFreePages(db);
            return db.finish(again);
        };
        more = co_await finished(m_store.write(std::move(work)));
    }
    if (!more)
        co_return more.error();
    // What was overwritten still stands in the write-ahead log until that is written back.
    const Result<Done> emptied = co_await finished(emptyLog(m_store));
    co_return emptied;
}

Async<Result<Erased>> Erasures::unreferencedNow()
{
    const Result<Unreferenced> found = co_await finished(findUnreferenced(m_store));
    if (!found)
        co_return found.error();
    const Result<Done> released = co_await finished(releaseUnreferenced(m_store, found->files));
    if (!released)
        co_return released.error();
    const Result<Erased> swept = co_await sweepFiles();
    co_return swept;
}

Async<Result<Erased>> Erasures::sweepFiles()
{
    Erased erased;
    for (int waited = 0; waited <= erasurePatience;) {
        auto work = [files = &m_store.files()](Database &db) {
            return loose_files::sweep(db, *files, erasureFilesAtOnce);
        };
        const Result<loose_files::Swept> swept = co_await finished(m_store.write(std::move(work)));
        if (!swept)
            co_return swept.error();
        erased.files += swept->files;
        erased.bytes += swept->bytes;
        erased.filesWait = swept->left > 0;
        if (swept->left == 0)
            break;
        if (swept->waiting) {
            ++waited;
            co_await sleepFor(erasurePause);
        }
    }
    co_return erased;
}

Timestamp monthsBefore(Timestamp now, int months) { return Timestamp::from(now.toDateTime().addMonths(-months)); }

} // namespace patchbay
