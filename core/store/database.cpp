#include "core/store/database.h"

#include <cstring>

namespace patchbay {

std::vector<Row> Database::rows(const QByteArray &sql, const SqlValues &values)
{
    if (m_error)
        return {};
    qint64 affected = 0;
    auto result = run(sql, values, &affected);
    if (!result) {
        m_error = result.error();
        return {};
    }
    return std::move(result).value();
}

std::vector<Row> Database::rows(const char *sql, const SqlValues &values)
{
    return rows(QByteArray::fromRawData(sql, qsizetype(std::strlen(sql))), values);
}

std::optional<Row> Database::row(const char *sql, const SqlValues &values)
{
    auto found = rows(sql, values);
    if (found.empty())
        return std::nullopt;
    return std::move(found.front());
}

qint64 Database::exec(const char *sql, const SqlValues &values)
{
    return exec(QByteArray::fromRawData(sql, qsizetype(std::strlen(sql))), values);
}

qint64 Database::exec(const QByteArray &sql, const SqlValues &values)
{
    if (m_error)
        return 0;
    qint64 affected = 0;
    const auto result = run(sql, values, &affected);
    if (!result) {
        m_error = result.error();
        return 0;
    }
    return affected;
}

qint64 Database::insert(const char *sql, const SqlValues &values)
{
    if (m_error)
        return 0;
    const auto inserted = runInsert(QByteArray::fromRawData(sql, qsizetype(std::strlen(sql))), values);
    if (!inserted) {
        m_error = inserted.error();
        return 0;
    }
    return *inserted;
}

void Database::writeCounts()
{
    const auto counts = std::exchange(m_counts, {});
    if (counts.isEmpty())
        return;
    // Two writers change several counters each: on PostgreSQL both take this row first, so neither waits in a circle.
    if (m_dialect == Dialect::Postgres)
        exec("UPDATE counter SET value = value WHERE name = 'received'");
    for (auto it = counts.begin(); it != counts.end(); ++it) {
        if (it.value() != 0)
            exec("UPDATE counter SET value = value + ? WHERE name = ?", {it.value(), QString::fromLatin1(it.key())});
    }
}

void Database::oneAtATime(const char *line)
{
    if (m_dialect == Dialect::Postgres)
        rows("SELECT pg_advisory_xact_lock(hashtext(current_schema() || CAST(? AS TEXT)))",
             {QLatin1Char('.') + QLatin1String(line)});
}

void Database::fail(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

} // namespace patchbay
