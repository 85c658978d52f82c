#include "core/store/read_pool.h"

namespace patchbay {

ReadPool::ReadPool(ConnectionSpec spec, int threads)
    : m_spec(std::move(spec))
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { loop(); });
}

ReadPool::~ReadPool()
{
    std::deque<StoreJob> left;
    {
        const std::lock_guard guard(m_mutex);
        m_closing = true;
        left.swap(m_waiting);
    }
    m_wake.notify_all();
    for (const StoreJob &job : left)
        job.settle(makeError(Error::Kind::Cancelled, QStringLiteral("The workspace was closed before this was read.")));
    for (std::thread &thread : m_threads)
        thread.join();
}

void ReadPool::add(StoreJob job)
{
    {
        const std::lock_guard guard(m_mutex);
        m_waiting.push_back(std::move(job));
    }
    m_wake.notify_one();
}

std::optional<StoreJob> ReadPool::next()
{
    std::unique_lock guard(m_mutex);
    m_wake.wait(guard, [this] { return m_closing || !m_waiting.empty(); });
    if (m_waiting.empty())
        return std::nullopt;
    StoreJob job = std::move(m_waiting.front());
    m_waiting.pop_front();
    return job;
}

void ReadPool::loop()
{
    std::unique_ptr<SqlConnection> connection;
    while (const auto job = next())
        job->settle(perform(m_spec, *job, connection));
}

std::optional<Error> ReadPool::perform(const ConnectionSpec &spec, const StoreJob &job,
                                       std::unique_ptr<SqlConnection> &connection)
{
    if (job.cancel && job.cancel->isCancelled())
        return makeError(Error::Kind::Cancelled, QStringLiteral("Nobody waits for this any more."));
    // Twice at most: a connection may have died while nobody asked for anything.
    for (bool again : {true, false}) {
        if (!connection) {
            auto opened = SqlConnection::open(spec);
            if (!opened)
                return opened.error();
            connection = std::move(opened).value();
        }
        connection->startWork();
        const auto begun = connection->begin();
        if (begun)
            break;
        connection.reset();
        if (!again)
            return begun.error();
    }
    connection->setCancel(job.cancel ? &*job.cancel : nullptr);
    const auto error = job.run(*connection);
    connection->setCancel(nullptr);
    const auto ended = connection->rollback(); // nothing to keep
    if (!ended || !connection->isUsable())
        connection.reset();
    return error;
}

} // namespace patchbay
