#include "core/store/write_queue.h"

#include "core/base/log.h"
#include "core/store/change_log.h"

#include <QtCore/QElapsedTimer>

#include <algorithm>

namespace patchbay {

namespace {

constexpr size_t writeGroupSize = 50;
constexpr qint64 writeGroupMs = 20;

} // namespace

std::optional<Error> StoreJob::run(Database &db) const
{
    try {
        return body(db);
    } catch (const std::exception &thrown) {
        return makeError(Error::Kind::Storage,
                         QStringLiteral("The change was not stored: %1").arg(QString::fromLocal8Bit(thrown.what())));
    }
}

WriteQueue::WriteQueue(ConnectionSpec spec, QString origin, Announce announce, Tell tell)
    : m_spec(std::move(spec))
    , m_origin(std::move(origin))
    , m_announce(std::move(announce))
    , m_tell(std::move(tell))
    , m_thread([this] { loop(); })
{
}

WriteQueue::~WriteQueue()
{
    {
        const std::lock_guard guard(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void WriteQueue::add(StoreJob job)
{
    {
        const std::lock_guard guard(m_mutex);
        m_waiting.push_back(std::move(job));
    }
    m_wake.notify_one();
}

std::optional<StoreJob> WriteQueue::next()
{
    std::unique_lock guard(m_mutex);
    m_wake.wait(guard, [this] { return m_closing || !m_waiting.empty(); });
    if (m_waiting.empty())
        return std::nullopt;
    StoreJob job = std::move(m_waiting.front());
    m_waiting.pop_front();
    return job;
}

std::optional<StoreJob> WriteQueue::nextOfGroup()
{
    const std::lock_guard guard(m_mutex);
    if (m_waiting.empty() || m_waiting.front().alone)
        return std::nullopt;
    StoreJob job = std::move(m_waiting.front());
    m_waiting.pop_front();
    return job;
}

void WriteQueue::loop()
{
    while (auto job = next()) {
        if (job->alone)
            alone(*job);
        else
            group(std::move(*job));
    }
    m_connection.reset();
}

Result<Done> WriteQueue::connect()
{
    if (m_connection && !m_connection->isUsable())
        m_connection.reset();
    if (!m_connection) {
        auto opened = SqlConnection::open(m_spec);
        if (!opened)
            return opened.error();
        m_connection = std::move(opened).value();
    }
    return Done{};
}

Result<Done> WriteQueue::prepare()
{
    const auto connected = connect();
    return connected ? m_connection->begin() : connected;
}

/// Nothing is recorded of it: it changes the file, not what is in it.
void WriteQueue::alone(const StoreJob &job)
{
    if (const auto connected = connect(); !connected)
        return job.settle(connected.error());
    m_connection->startWork();
    const auto error = job.run(*m_connection);
    if (error)
        m_connection.reset(); // a new one has no settings and no half-ended statement of this one
    job.settle(error);
}

void WriteQueue::group(StoreJob first)
{
    std::vector<Ran> ran;
    auto ready = prepare();
    if (!ready && m_connection && !m_connection->isUsable())
        ready = prepare(); // the server went away while nobody asked for anything: nothing of this work was sent yet
    if (!ready) {
        // All that wait would wait for the same: a server that is away answers after a time-out.
        for (std::optional<StoreJob> job = std::move(first); job; job = nextOfGroup())
            ran.push_back({std::move(*job), std::nullopt});
        return abandon(ran, ready.error());
    }
    ChangeSet changes;
    QElapsedTimer timer;
    timer.start();
    std::optional<StoreJob> job = std::move(first);
    while (job) {
        if (const auto performed = perform(std::move(*job), ran, changes); !performed)
            return abandon(ran, performed.error());
        job = ran.size() < writeGroupSize && timer.elapsed() < writeGroupMs ? nextOfGroup() : std::nullopt;
    }
    if (const auto finished = finish(ran, changes); !finished)
        return abandon(ran, finished.error());
    setTrouble({});
    if (!changes.isEmpty())
        m_announce(changes);
    for (const Ran &one : ran)
        one.job.settle(one.error);
}

/// An error of this function means that the transaction as a whole is lost; the work's own error is kept with it.
Result<Done> WriteQueue::perform(StoreJob job, std::vector<Ran> &ran, ChangeSet &changes)
{
    // The first has the transaction for itself. A mark to go back to is for those behind it: while one is set, SQLite
    // copies every page before it changes.
    const bool first = ran.empty();
    ran.push_back({std::move(job), std::nullopt});
    Ran &one = ran.back();
    m_connection->startWork();
    if (const auto begun = first ? Result<Done>(Done{}) : m_connection->beginWork(); !begun)
        return begun;
    one.error = one.job.run(*m_connection);
    if (!one.error) {
        m_connection->writeCounts();
        one.error = m_connection->error();
    }
    if (!one.error) {
        changes.unite(m_connection->takeChanges());
        return first ? Result<Done>(Done{}) : m_connection->keepWork();
    }
    const auto back = first ? startAgain() : m_connection->rollBackWork();
    if (back)
        return back;
    // SQLite drops the whole transaction on a full disk, a server that went away took it with it: then the work's error
    // is the reason for all.
    const bool reason = one.error->kind == Error::Kind::Storage || one.error->kind == Error::Kind::Offline;
    return reason ? *one.error : back.error();
}

Result<Done> WriteQueue::startAgain()
{
    const auto back = m_connection->rollback();
    return back ? m_connection->begin() : back;
}

Result<Done> WriteQueue::finish(const std::vector<Ran> &ran, const ChangeSet &changes)
{
    m_connection->startWork();
    const bool any = std::any_of(ran.begin(), ran.end(), [](const Ran &one) { return !one.error; });
    if (!any)
        return m_connection->rollback();
    if (!changes.isEmpty()) {
        if (const auto recorded = record(changes); !recorded)
            return recorded;
    }
    return m_connection->commit();
}

Result<Done> WriteQueue::record(const ChangeSet &changes)
{
    change_log::add(*m_connection, m_origin, changes);
    if (++m_commits % 500 == 1)
        change_log::trim(*m_connection);
    return m_connection->finish(Done{});
}

/// Nothing of the group is stored. The connection is given up too: after a failed commit neither it nor its rollback
/// can be relied on, and a new one works as soon as the disk or the server does.
void WriteQueue::abandon(std::vector<Ran> &ran, const Error &why)
{
    if (m_connection) {
        m_connection->startWork();
        (void)m_connection->rollback();
        m_connection.reset();
    }
    logError("store", why.message);
    setTrouble(why.message);
    for (const Ran &one : ran)
        one.job.settle(one.error ? one.error : std::optional<Error>(why));
}

void WriteQueue::setTrouble(const QString &trouble)
{
    if (m_trouble == trouble)
        return;
    m_trouble = trouble;
    m_tell(trouble);
}

} // namespace patchbay
