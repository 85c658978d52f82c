#pragma once

#include "core/base/cancel.h"
#include "core/store/database.h"

namespace patchbay {

struct ConnectionSpec;

/// Runs statements on one open database. Owned by a SqlConnection, used on its thread; destroying it closes.
class SqlDriver {
public:
    virtual ~SqlDriver() = default;

    /// Prepared once and kept. Values are a QString, QByteArray, integer, double or nothing: see sqlValue.
    virtual Result<std::vector<Row>> run(const QByteArray &sql, const SqlValues &values, qint64 *affected) = 0;
    /// "INSERT ... RETURNING id"; 0: nothing was inserted.
    virtual Result<qint64> insert(const QByteArray &sql, const SqlValues &values);
    /// One statement without placeholders; rows are read and dropped.
    virtual Result<Done> execute(const QByteArray &statement) = 0;
    /// False once the server is gone.
    virtual bool isUsable() const { return true; }
    /// While this is set, a statement that runs ends as Cancelled soon after it was cancelled. Null: never.
    virtual void setCancel(const CancelToken *cancel) { Q_UNUSED(cancel) }
};

/// SQLite through its own interface: Qt's driver describes every column of every result anew, which costs more than
/// most of our statements.
Result<std::unique_ptr<SqlDriver>> openSqlite(const ConnectionSpec &spec);
/// PostgreSQL through Qt.
Result<std::unique_ptr<SqlDriver>> openPostgres(const ConnectionSpec &spec);

/// Statements made at run time (lists of ids) come in many lengths; beyond this all are forgotten at once.
constexpr size_t sqlStatementLimit = 400;

/// What may be bound: NULL only for a variant without value, so that an unset QString is an empty text in a column that
/// is NOT NULL. U+0000 and broken surrogates, which one dialect or the other cannot keep, become U+FFFD.
QVariant sqlValue(const QVariant &value);
QString sqlText(const QString &text);
/// The rows of a result whose values stand one after the other.
std::vector<Row> sqlRows(const QVariantList &result, int columns);
/// An error when a statement of ours was given the wrong number of values, or a kind that cannot be stored.
std::optional<Error> sqlValuesError(const QByteArray &sql, const SqlValues &values, qsizetype placeholders);

} // namespace patchbay
