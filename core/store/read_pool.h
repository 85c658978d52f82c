#pragma once

#include "core/store/sql_connection.h"
#include "core/store/store_job.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace patchbay {

/// Threads that read, each with a connection that refuses changes. Every work sees one state of the database.
class ReadPool {
public:
    ReadPool(ConnectionSpec spec, int threads);
    /// Finishes the works that run; those that wait end as Cancelled.
    ~ReadPool();

    void add(StoreJob job);

private:
    void loop();
    std::optional<StoreJob> next();
    static std::optional<Error> perform(const ConnectionSpec &spec, const StoreJob &job,
                                        std::unique_ptr<SqlConnection> &connection);

    ConnectionSpec m_spec;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<StoreJob> m_waiting;
    bool m_closing = false;
    std::vector<std::thread> m_threads;
};

} // namespace patchbay
