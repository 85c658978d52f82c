#pragma once

#include "core/base/cancel.h"
#include "core/store/database.h"
#include "core/store/server_clock.h"

#include <thread>

namespace patchbay {

class SqlDriver;

/// Where a database is and how it is opened. A plain value.
struct ConnectionSpec {
    enum class Access {
        Write, ///< the one writer of a workspace
        Read, ///< refuses every change, and never creates, checkpoints or recovers anything in the file
    };

    Dialect dialect = Dialect::Sqlite;
    Access access = Access::Write;
    QString file = {}; ///< SQLite
    QString host = {}; ///< PostgreSQL, from here on
    int port = 5432;
    QString user = {};
    QString password = {}; ///< empty: libpq looks in its own places (pgpass, PGPASSWORD)
    QString database = {};
    QString schema = {}; ///< checked: lower-case letters, digits, underscores
    const Clock *clock = nullptr;
    std::shared_ptr<ServerClock> serverClock = {}; ///< PostgreSQL: what `clock` stands for, compared with the server

    /// The file, or the server and schema without a password: for sentences.
    QString place() const;
};

/// One connection of our own, not Qt's process-wide list of them: transactions, savepoints, reused prepared statements.
/// Belongs to the thread that opened it. Its errors are sentences that say whether anything was stored.
class SqlConnection final : public Database {
public:
    static Result<std::unique_ptr<SqlConnection>> open(const ConnectionSpec &spec);
    ~SqlConnection() override;

    Result<Done> begin();
    /// Any error means: not stored, except one marked ambiguous (the server went away before it answered).
    Result<Done> commit();
    Result<Done> rollback();

    /// Around one work inside a transaction. rollBackWork fails when the database has dropped the whole transaction
    /// (SQLite does so on a full disk): then nothing of it may be committed.
    Result<Done> beginWork();
    Result<Done> keepWork();
    Result<Done> rollBackWork();

    /// One statement without placeholders, not prepared and not kept: schema changes and settings of the session.
    Result<Done> execute(const QByteArray &statement);

    /// Forgets the error and the changes of the work before.
    void startWork();
    ChangeSet takeChanges();

    /// False once the server or the file is gone: open another one.
    bool isUsable() const;
    /// While this is set, a statement that runs ends as Cancelled soon after it was cancelled (SQLite). Null: never.
    void setCancel(const CancelToken *cancel);
    const ConnectionSpec &spec() const { return m_spec; }

protected:
    Result<std::vector<Row>> run(const QByteArray &sql, const SqlValues &values, qint64 *affected) override;
    Result<qint64> runInsert(const QByteArray &sql, const SqlValues &values) override;

private:
    explicit SqlConnection(const ConnectionSpec &spec);
    /// Compares our time with the server's, now and then.
    Result<Done> keepTime();

    ConnectionSpec m_spec;
    std::thread::id m_thread;
    std::unique_ptr<SqlDriver> m_driver;
};

} // namespace patchbay
