#pragma once

#include "core/store/sql_connection.h"
#include "core/store/store_job.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace patchbay {

/// The one writer: a thread with its own connection. Works that wait share a transaction (at most 50, or 20 ms); each
/// has a savepoint, so that an error takes back that work alone. What was settled without error is on the disk.
class WriteQueue {
public:
    /// Called on the writer's thread after each commit that changed something.
    using Announce = std::function<void(const ChangeSet &)>;

    /// Called on the writer's thread when changes cannot be stored, with the reason, and with none when they can again.
    using Tell = std::function<void(const QString &trouble)>;

    /// `origin` marks this process' rows in the table of changes.
    WriteQueue(ConnectionSpec spec, QString origin, Announce announce, Tell tell);
    /// Does all the works that wait, then closes.
    ~WriteQueue();

    void add(StoreJob job);

private:
    /// A work that ran in the open transaction, and its own error.
    struct Ran {
        StoreJob job;
        std::optional<Error> error;
    };

    void loop();
    std::optional<StoreJob> next();
    /// One that may share the transaction.
    std::optional<StoreJob> nextOfGroup();
    void group(StoreJob first);
    void alone(const StoreJob &job);
    Result<Done> connect();
    Result<Done> prepare();
    Result<Done> perform(StoreJob job, std::vector<Ran> &ran, ChangeSet &changes);
    Result<Done> startAgain();
    Result<Done> finish(const std::vector<Ran> &ran, const ChangeSet &changes);
    Result<Done> record(const ChangeSet &changes);
    void abandon(std::vector<Ran> &ran, const Error &why);
    void setTrouble(const QString &trouble);

    ConnectionSpec m_spec;
    QString m_origin;
    Announce m_announce;
    Tell m_tell;
    QString m_trouble;
    std::unique_ptr<SqlConnection> m_connection;
    quint64 m_commits = 0;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<StoreJob> m_waiting;
    bool m_closing = false;
    std::thread m_thread;
};

} // namespace patchbay
