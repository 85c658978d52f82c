#include "core/engine/task_watch.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/store/account_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int watchEnrolledAtOnce = 500;

std::vector<DeliveryId> listOf(const QSet<DeliveryId> &ids) { return {ids.begin(), ids.end()}; }

/// What one transaction begins to watch.
Result<bool> enrollWatched(Database &db, bool all, const std::vector<DeliveryId> &changed,
                           const std::vector<LocalTaskId> &changedHere, const WatchLimits &limits)
{
    const auto found =
        all ? task_watch::unwatched(db, watchEnrolledAtOnce) : task_watch::unwatched(db, changed, watchEnrolledAtOnce);
    task_watch::enroll(db, found, limits.shortest, limits.spread);
    task_watch::hastenLocal(db, changedHere);
    return db.finish(found.size() == size_t(watchEnrolledAtOnce));
}

} // namespace

/// What one look at the database finds.
struct TaskWatch::Round {
    bool off = false;
    bool waits = false;
    WatchLimits limits = {};
    std::vector<task_watch::Question> questions = {};
    std::map<qint64, int> troubled = {}; ///< failures in a row: such a target is asked one question
};

TaskWatch::TaskWatch(Store &store, Resolve resolve, WatchLimits limits, Random random)
    : m_store(store)
    , m_resolve(std::move(resolve))
    , m_limits(limits)
    , m_random(std::move(random))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TaskWatch::wake);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        m_changed.unite(changes.deliveries);
        m_changedHere.unite(changes.localTasks);
        m_enrollAll = m_enrollAll || changes.everything;
        if (!m_changed.isEmpty() || !changes.localTasks.isEmpty() || changes.settings || changes.everything)
            wake();
    });
}

TaskWatch::~TaskWatch() = default;

void TaskWatch::start()
{
    m_started = true;
    wake();
}

void TaskWatch::stop()
{
    m_started = false;
    m_timer.stop();
    if (m_running == 0)
        finishWaiters(Done{});
}

QFuture<Result<int>> TaskWatch::runOnce()
{
    QPromise<Result<int>> promise;
    promise.start();
    QFuture<Result<int>> future = promise.future();
    m_waiters.push_back(std::move(promise));
    wake();
    return future;
}

void TaskWatch::show(ConversationId conversation)
{
    if (m_started && conversation)
        m_scope.run(hastenShown(conversation));
}

Async<Result<Done>> TaskWatch::hastenShown(ConversationId conversation)
{
    // Most conversations have no task, and a write costs a commit: so look first.
    auto looking = m_store.read([conversation](Database &db) -> Result<bool> {
        return db.finish(!watchSettings(db).isOff() && !task_watch::ofConversation(db, conversation).empty());
    });
    const Result<bool> watched = co_await finished(std::move(looking));
    if (!watched || !*watched)
        co_return Done{};
    auto hastening = m_store.write([conversation, again = m_limits.shownAgain](Database &db) -> Result<int> {
        return db.finish(task_watch::hasten(db, conversation, db.now() - again));
    });
    const Result<int> hastened = co_await finished(std::move(hastening));
    if (hastened && *hastened > 0)
        wake();
    co_return Done{};
}

void TaskWatch::wake()
{
    if (!accepting())
        return;
    m_again = true;
    if (m_working)
        return;
    m_working = true;
    m_scope.run(pump());
}

/// One at a time; looks again for as long as something woke it meanwhile.
Async<Result<Done>> TaskWatch::pump()
{
    Result<Done> result = Done{};
    while (m_again && accepting()) {
        m_again = false;
        result = co_await work();
    }
    m_working = false;
    ended(result);
    co_return result;
}

void TaskWatch::ended(const Result<Done> &result)
{
    if (!result && result.error().kind != Error::Kind::Cancelled)
        logError("tasks", u"What statuses are to be read could not be found out: %1"_s.arg(result.error().message));
    if (m_running == 0)
        finishWaiters(result);
    if (!m_started)
        return;
    if (!m_waits && m_running == 0 && result)
        m_timer.stop(); // a delivery, a setting or a shown conversation wakes it
    else if (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > m_limits.look)
        m_timer.start(m_limits.look);
}

void TaskWatch::finishWaiters(const Result<Done> &result)
{
    auto all = std::exchange(m_waiters, {});
    for (auto &promise : all) {
        promise.addResult(result ? Result<int>(m_read) : Result<int>(result.error()));
        promise.finish();
    }
    m_read = 0;
}

Async<Result<Done>> TaskWatch::enroll()
{
    bool more = m_enrollAll || !m_changed.isEmpty() || !m_changedHere.isEmpty();
    while (more) {
        const bool all = std::exchange(m_enrollAll, false);
        const QSet<DeliveryId> changed = std::exchange(m_changed, {});
        const QSet<LocalTaskId> here = std::exchange(m_changedHere, {});
        auto looking = m_store.read([all, changed, local = !here.isEmpty()](Database &db) -> Result<bool> {
            const auto found =
                all ? task_watch::unwatched(db, 1) : task_watch::unwatched(db, listOf(changed), watchEnrolledAtOnce);
            return db.finish(local || !found.empty());
        });
        Result<bool> result = co_await finished(std::move(looking));
        if (result && *result) {
            auto enrolling = m_store.write([all, changed, here, limits = m_limits](Database &db) -> Result<bool> {
                return enrollWatched(db, all, listOf(changed), {here.begin(), here.end()},
                                     watchSettings(db).applied(limits));
            });
            result = co_await finished(std::move(enrolling));
        }
        if (!result) { // nothing of it is forgotten
            m_enrollAll = m_enrollAll || all;
            m_changed.unite(changed);
            m_changedHere.unite(here);
            co_return result.error();
        }
        m_enrollAll = m_enrollAll || (*result && all);
        more = m_enrollAll;
    }
    co_return Done{};
}

/// What may be asked of each target now.
Async<Result<TaskWatch::Round>> TaskWatch::look()
{
    auto looking = m_store.read([limits = m_limits, asking = m_asking](Database &db) -> Result<Round> {
        Round round;
        const WatchSettings settings = watchSettings(db);
        round.off = settings.isOff();
        round.limits = settings.applied(limits);
        round.waits = task_watch::waits(db);
        const Timestamp now = db.now();
        for (const Target &target : targets::all(db)) {
            const task_watch::Trouble trouble = task_watch::troubleAt(db, target.id);
            if (trouble.notBefore > now)
                continue;
            if (trouble.failures > 0)
                round.troubled[target.id.value] = trouble.failures;
            // What is asked already was claimed, and is not due.
            const auto due = task_watch::due(db, target.id, now, limits.perTarget);
            round.questions.insert(round.questions.end(), due.begin(), due.end());
        }
        return db.finish(std::move(round));
    });
    Result<Round> round = co_await finished(std::move(looking));
    if (!round)
        co_return round.error();
    m_waits = round->waits && !round->off;
    choose(*round);
    co_return std::move(round);
}

void TaskWatch::choose(Round &round)
{
    std::map<qint64, int> asking = m_asking;
    std::erase_if(round.questions, [&](const task_watch::Question &question) {
        const qint64 target = question.target.value;
        const int most = round.troubled.contains(target) ? 1 : m_limits.perTarget;
        if (asking[target] >= most || !m_resolve(question.target)) // elsewhere in the team it may be reachable
            return true;
        ++asking[target];
        return false;
    });
}

Async<Result<Done>> TaskWatch::work()
{
    Result<Done> enrolled = co_await enroll();
    if (!enrolled)
        co_return enrolled;
    auto looking = look();
    const Result<Round> round = co_await std::move(looking);
    if (!round)
        co_return round.error();
    const bool wanted = !round->off || !m_waiters.empty();
    if (!accepting() || !wanted || round->questions.empty())
        co_return Done{};
    auto claiming = m_store.write([questions = round->questions, claim = m_limits.claim](
                                      Database &db) mutable -> Result<std::vector<task_watch::Question>> {
        std::erase_if(questions, [&](auto &question) { return !task_watch::claim(db, question, db.now() + claim); });
        return db.finish(std::move(questions));
    });
    const auto claimed = co_await finished(std::move(claiming));
    if (!claimed)
        co_return claimed.error();
    for (const task_watch::Question &question : *claimed) {
        const Result<CrmConnector *> connector = m_resolve(question.target);
        if (!connector)
            continue; // it went meanwhile: the question comes back when the claim ends
        ++m_asking[question.target.value];
        ++m_running;
        m_scope.run(ask(question, *connector, round->limits));
    }
    co_return Done{};
}

Async<Result<Done>> TaskWatch::ask(task_watch::Question question, CrmConnector *connector, WatchLimits limits)
{
    faultPoint("watch.after_claim");
    auto asking = connector->status(question.externalId);
    const Result<RemoteTask> answer = co_await std::move(asking);
    faultPoint("watch.after_read_before_store");
    Result<Done> written = Done{};
    if (answer || answer.error().kind != Error::Kind::Cancelled) {
        auto writing = m_store.write([question, answer, limits, chance = m_random()](Database &db) -> Result<Done> {
            noteReading(db, question.delivery, question.fence, answer, limits, chance);
            return db.finish(Done{});
        });
        written = co_await finished(std::move(writing));
    }
    if (!written) // it is asked again when the claim ends
        logError("tasks", u"A status that was read could not be stored: %1"_s.arg(written.error().message));
    --m_running;
    --m_asking[question.target.value];
    ++m_read;
    // A person who waits is not kept waiting; by itself it goes at its pace.
    if (!m_waiters.empty())
        wake();
    else if (m_started)
        m_timer.start(m_limits.pace);
    co_return written;
}

} // namespace patchbay
