#include "core/store/sql_connection.h"

#include "core/store/postgres_dialect.h"
#include "core/store/sql_driver.h"

namespace patchbay {

QString ConnectionSpec::place() const
{
    if (dialect == Dialect::Sqlite)
        return file;
    return QStringLiteral("postgresql://%1%2:%3/%4?schema=%5")
        .arg(user.isEmpty() ? QString() : user + QLatin1Char('@'), host, QString::number(port), database, schema);
}

SqlConnection::SqlConnection(const ConnectionSpec &spec)
    : Database(spec.dialect, spec.serverClock ? spec.serverClock.get() : spec.clock)
    , m_spec(spec)
    , m_thread(std::this_thread::get_id())
{
}

SqlConnection::~SqlConnection() { Q_ASSERT(m_thread == std::this_thread::get_id()); }

Result<std::unique_ptr<SqlConnection>> SqlConnection::open(const ConnectionSpec &spec)
{
    std::unique_ptr<SqlConnection> connection(new SqlConnection(spec));
    auto driver = spec.dialect == Dialect::Sqlite ? openSqlite(connection->m_spec) : openPostgres(connection->m_spec);
    if (!driver)
        return driver.error();
    connection->m_driver = std::move(driver).value();
    if (const auto kept = connection->keepTime(); !kept)
        return kept.error();
    return connection;
}

bool SqlConnection::isUsable() const { return m_driver->isUsable(); }

Result<Done> SqlConnection::execute(const QByteArray &statement)
{
    Q_ASSERT(m_thread == std::this_thread::get_id());
    return m_driver->execute(statement);
}

void SqlConnection::setCancel(const CancelToken *cancel) { m_driver->setCancel(cancel); }

Result<Done> SqlConnection::keepTime()
{
    ServerClock *const clock = m_spec.serverClock.get();
    if (!clock || !clock->isDue())
        return Done{};
    const Timestamp asked = clock->localNow();
    qint64 affected = 0;
    const auto answer = run(postgres_dialect::serverTime(), {}, &affected);
    if (!answer)
        return answer.error();
    clock->compare(asked, answer->front().time(0));
    return Done{};
}

Result<Done> SqlConnection::begin()
{
    if (const auto kept = keepTime(); !kept)
        return kept;
    if (m_spec.access == ConnectionSpec::Access::Write)
        return execute(m_dialect == Dialect::Sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
    return execute(m_dialect == Dialect::Sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

Result<Done> SqlConnection::commit()
{
    // As a statement and not through QSqlDatabase::commit(), which on a full disk fails without saying why.
    const auto done = execute("COMMIT");
    if (done || m_driver->isUsable())
        return done;
    return makeAmbiguous(
        Error::Kind::Storage,
        QStringLiteral("It is not known whether the change was stored: the connection to %1 was lost while it "
                       "was being committed. Look at the result before repeating it.")
            .arg(m_spec.place()));
}

Result<Done> SqlConnection::rollback() { return execute("ROLLBACK"); }

Result<Done> SqlConnection::beginWork() { return execute("SAVEPOINT work"); }

Result<Done> SqlConnection::keepWork() { return execute("RELEASE SAVEPOINT work"); }

Result<Done> SqlConnection::rollBackWork()
{
    if (const auto done = execute("ROLLBACK TO SAVEPOINT work"); !done)
        return done;
    return keepWork();
}

void SqlConnection::startWork()
{
    m_error.reset();
    m_changes = {};
    m_counts = {};
}

ChangeSet SqlConnection::takeChanges() { return std::exchange(m_changes, {}); }

Result<std::vector<Row>> SqlConnection::run(const QByteArray &sql, const SqlValues &values, qint64 *affected)
{
    Q_ASSERT(m_thread == std::this_thread::get_id());
    return m_driver->run(sql, values, affected);
}

Result<qint64> SqlConnection::runInsert(const QByteArray &sql, const SqlValues &values)
{
    Q_ASSERT(m_thread == std::this_thread::get_id());
    return m_driver->insert(sql, values);
}

} // namespace patchbay
