#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/change_set.h"

#include <QtCore/QByteArray>
#include <QtCore/QMap>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace patchbay {

enum class Dialect { Sqlite, Postgres };

/// One row of a result, read by position. Null reads as the type's default. The rows of a result share one list.
class Row {
public:
    /// The row that begins with the `first` of the result's values.
    Row(QVariantList result, qsizetype first)
        : m_result(std::move(result))
        , m_first(first)
    {
    }
    qint64 integer(int column) const { return value(column).toLongLong(); }
    double real(int column) const { return value(column).toDouble(); }
    bool boolean(int column) const { return value(column).toLongLong() != 0; }
    QString text(int column) const { return value(column).toString(); }
    QByteArray blob(int column) const { return value(column).toByteArray(); }
    Timestamp time(int column) const { return {integer(column)}; }
    const QVariant &value(int column) const { return m_result.at(m_first + column); }
    bool isNull(int column) const { return value(column).isNull(); }
    template <class IdType> IdType id(int column) const { return IdType{integer(column)}; }

private:
    QVariantList m_result;
    qsizetype m_first;
};

/// What a statement's placeholders stand for, in order: a list, or values between braces, which are not copied for it.
/// Lives as long as the call that it is written in.
class SqlValues {
public:
    SqlValues() = default;
    SqlValues(std::initializer_list<QVariant> values)
        : m_values(values.begin(), values.size())
    {
    }
    SqlValues(const QVariantList &values)
        : m_values(values.constData(), size_t(values.size()))
    {
    }
    qsizetype size() const { return qsizetype(m_values.size()); }
    const QVariant &operator[](qsizetype place) const { return m_values[size_t(place)]; }
    auto begin() const { return m_values.begin(); }
    auto end() const { return m_values.end(); }

private:
    std::span<const QVariant> m_values;
};

/// The connection as table code sees it, inside one transaction that the Store began. The first failure is remembered,
/// later statements do nothing and return nothing, and the Store rolls back: table code is straight lines. Lives on the
/// thread that the Store runs the work on; never kept beyond the call.
///
/// SQL is one text for both dialects: `?` placeholders, RETURNING, ON CONFLICT; booleans are 0/1 integers, times are
/// microseconds, JSON is text. A value is an integer, a double, a bool, a QString (also for hashes as text), a
/// QByteArray (for {blob} columns only), or NULL, which is a QVariant without a value: an empty or unset QString is an
/// empty text.
class Database {
public:
    virtual ~Database() = default;

    std::vector<Row> rows(const char *sql, const SqlValues &values = {});
    std::optional<Row> row(const char *sql, const SqlValues &values = {});
    /// Runs a statement that returns no rows; the number of rows it touched.
    qint64 exec(const char *sql, const SqlValues &values = {});
    /// Runs "INSERT ... RETURNING id" and gives the id; 0 when ON CONFLICT DO NOTHING left it out.
    qint64 insert(const char *sql, const SqlValues &values = {});
    /// Same statements with SQL made at run time (never from outside text).
    std::vector<Row> rows(const QByteArray &sql, const SqlValues &values = {});
    qint64 exec(const QByteArray &sql, const SqlValues &values = {});

    /// On a server: until this transaction ends no other workstation passes the same line. What one statement reads and
    /// the next one writes would otherwise be read by two at once. SQLite has one writer, and needs nothing.
    void oneAtATime(const char *line);
    /// Makes the whole transaction fail with this error.
    void fail(Error error);
    bool ok() const { return !m_error; }
    const std::optional<Error> &error() const { return m_error; }
    template <class T> Result<T> finish(T value) const
    {
        if (m_error)
            return *m_error;
        return value;
    }

    Dialect dialect() const { return m_dialect; }
    Timestamp now() const { return m_clock->now(); }
    const Clock &clock() const { return *m_clock; }
    /// Collected during the transaction, announced after its commit.
    ChangeSet &changes() { return m_changes; }
    /// Adds to a row of `counter`; written at the end of the work, once for all.
    void count(const char *counter, qint64 by) { m_counts[QByteArray(counter)] += by; }
    /// Writes what was counted so far: for who reads the counters in the same work.
    void writeCounts();

protected:
    Database(Dialect dialect, const Clock *clock)
        : m_dialect(dialect)
        , m_clock(clock)
    {
    }
    /// The dialect's driver: runs one statement; an error is a sentence with the native code.
    virtual Result<std::vector<Row>> run(const QByteArray &sql, const SqlValues &values, qint64 *affected) = 0;

    /// "INSERT ... RETURNING id" by whatever way gives the id fastest; 0: nothing was inserted.
    virtual Result<qint64> runInsert(const QByteArray &sql, const SqlValues &values) = 0;

    Dialect m_dialect;
    const Clock *m_clock;
    std::optional<Error> m_error;
    ChangeSet m_changes;
    QMap<QByteArray, qint64> m_counts;
};

} // namespace patchbay
