#include "core/store/postgres_dialect.h"
#include "core/store/sql_driver.h"

#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <QtSql/QSqlRecord>

#include <atomic>
#include <unordered_map>

namespace patchbay {

namespace {

class PostgresDriver final : public SqlDriver {
public:
    PostgresDriver(const ConnectionSpec &spec, QString name)
        : m_spec(spec)
        , m_name(std::move(name))
    {
    }
    ~PostgresDriver() override
    {
        m_prepared.clear();
        m_connection.close();
        m_connection = {};
        QSqlDatabase::removeDatabase(m_name);
    }

    Result<Done> open()
    {
        m_connection = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_name);
        if (!m_connection.isValid())
            return makeError(Error::Kind::Storage,
                             QStringLiteral("Qt's database driver for PostgreSQL is not installed; install it and "
                                            "start again."));
        postgres_dialect::prepare(m_connection, m_spec);
        if (!m_connection.open())
            return errorFrom(m_connection.lastError());
        for (const QByteArray &statement : postgres_dialect::settings(m_spec)) {
            if (const auto done = execute(statement); !done)
                return done;
        }
        return Done{};
    }

    bool isUsable() const override { return m_usable; }

    Result<Done> execute(const QByteArray &statement) override
    {
        QSqlQuery query(m_connection);
        if (!query.exec(QString::fromUtf8(statement)))
            return errorFrom(query.lastError());
        return Done{};
    }

    Result<std::vector<Row>> run(const QByteArray &sql, const SqlValues &values, qint64 *affected) override
    {
        QSqlError error;
        Entry *entry = prepare(sql, values.size(), &error);
        if (!entry)
            return errorFrom(error);
        if (const auto wrong = sqlValuesError(sql, values, entry->placeholders))
            return *wrong;
        QSqlQuery &query = entry->query;
        for (int i = 0; i < values.size(); ++i)
            query.bindValue(i, sqlValue(values[i]));
        if (!query.exec()) {
            error = query.lastError();
            query.finish();
            return errorFrom(error);
        }
        QVariantList result;
        const int columns = query.isSelect() ? query.record().count() : 0;
        while (columns > 0 && query.next()) {
            for (int column = 0; column < columns; ++column)
                result.append(query.value(column));
        }
        std::vector<Row> rows = sqlRows(result, columns);
        error = query.lastError();
        *affected = columns > 0 ? qint64(rows.size()) : query.numRowsAffected();
        query.finish();
        if (error.isValid())
            return errorFrom(error);
        return rows;
    }

private:
    struct Entry {
        QSqlQuery query;
        qsizetype placeholders = 0;
    };

    Error errorFrom(const QSqlError &error)
    {
        if (postgres_dialect::isLost(error) || !m_connection.isOpen())
            m_usable = false;
        return postgres_dialect::errorFrom(error, m_spec, !m_usable);
    }

    /// The kept statement, or a new one; null, and the error in `error`, when it cannot be prepared.
    Entry *prepare(const QByteArray &sql, qsizetype placeholders, QSqlError *error)
    {
        if (const auto found = m_prepared.find(sql); found != m_prepared.end())
            return &found->second;
        if (m_prepared.size() >= sqlStatementLimit)
            m_prepared.clear();
        QSqlQuery query(m_connection);
        query.setNumericalPrecisionPolicy(m_connection.numericalPrecisionPolicy());
        if (!query.prepare(QString::fromUtf8(sql))) {
            *error = query.lastError();
            return nullptr;
        }
        const QByteArray own(sql.constData(), sql.size()); // the key outlives the caller's text
        return &m_prepared.emplace(own, Entry{std::move(query), placeholders}).first->second;
    }

    const ConnectionSpec &m_spec;
    QString m_name;
    QSqlDatabase m_connection;
    bool m_usable = true;
    std::unordered_map<QByteArray, Entry> m_prepared;
};

} // namespace

Result<std::unique_ptr<SqlDriver>> openPostgres(const ConnectionSpec &spec)
{
    static std::atomic<quint64> count{0};
    auto driver = std::make_unique<PostgresDriver>(spec, QStringLiteral("patchbay-%1").arg(++count));
    if (const auto opened = driver->open(); !opened)
        return opened.error();
    return Result<std::unique_ptr<SqlDriver>>(std::move(driver));
}

} // namespace patchbay
