#include "core/store/search_tokenizer.h"
#include "core/store/sql_driver.h"
#include "core/store/sqlite_dialect.h"
#include "core/store/sqlite_log_file.h"

#include <QtCore/QStringEncoder>

#include <sqlite3.h>

#include <cstring>
#include <unordered_map>

namespace patchbay {

namespace {

constexpr int sqliteBusyMs = 5000;
constexpr int sqliteStepsBetweenLooks = 2000; ///< of SQLite's machine, some microseconds each hundred
constexpr qsizetype sqliteShortStatement = 40; ///< BEGIN, COMMIT, SAVEPOINT: worth keeping
constexpr qsizetype sqliteLeastText = 16 * 1024;
constexpr qsizetype sqliteKeptText = 1024 * 1024; ///< what a larger text took is given back

/// Gives a statement back, ready for its next use, when the use ends.
class SqliteUse {
public:
    explicit SqliteUse(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    ~SqliteUse() { sqlite3_reset(m_statement); }
    SqliteUse(const SqliteUse &) = delete;
    SqliteUse &operator=(const SqliteUse &) = delete;

private:
    sqlite3_stmt *m_statement;
};

QVariant sqliteColumn(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return qlonglong(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
        return QString::fromUtf8(text, sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
        const auto *bytes = static_cast<const char *>(sqlite3_column_blob(statement, column));
        return QByteArray(bytes ? bytes : "", sqlite3_column_bytes(statement, column));
    }
    default: return {};
    }
}

/// The texts of one statement as UTF-8, one behind the other, until it has run.
class SqliteTexts {
public:
    /// Makes room for all of them at once: what is bound must not move.
    void reserve(const SqlValues &values)
    {
        qsizetype units = 0;
        for (const QVariant &value : values)
            units += value.typeId() == QMetaType::QString ? static_cast<const QString *>(value.constData())->size() : 0;
        if (const qsizetype most = units * 3; most > m_bytes.size() || m_bytes.size() > sqliteKeptText)
            m_bytes = QByteArray(std::max(most, sqliteLeastText), Qt::Uninitialized);
        m_end = m_bytes.data();
    }

    int bind(sqlite3_stmt *statement, int place, const QString &value)
    {
        char *const text = m_end;
        m_end = m_encode.appendToBuffer(text, value);
        if (m_encode.hasError() || std::memchr(text, 0, size_t(m_end - text))) {
            m_encode.resetState();
            m_end = m_encode.appendToBuffer(text, sqlText(value));
        }
        return sqlite3_bind_text64(statement, place, text, sqlite3_uint64(m_end - text), SQLITE_STATIC, SQLITE_UTF8);
    }

private:
    QStringEncoder m_encode{QStringEncoder::Utf8, QStringEncoder::Flag::Stateless};
    QByteArray m_bytes;
    char *m_end = nullptr;
};

/// As sqlValue says. Numbers and bytes are bound where they are; `texts` has room for it where it is a text.
int sqliteBind(sqlite3_stmt *statement, int place, const QVariant &value, SqliteTexts &texts)
{
    if (value.isNull())
        return sqlite3_bind_null(statement, place);
    switch (value.typeId()) {
    case QMetaType::LongLong:
        return sqlite3_bind_int64(statement, place, *static_cast<const qlonglong *>(value.constData()));
    case QMetaType::QString: return texts.bind(statement, place, *static_cast<const QString *>(value.constData()));
    case QMetaType::QByteArray: {
        const auto &bytes = *static_cast<const QByteArray *>(value.constData());
        return sqlite3_bind_blob64(statement, place, bytes.isNull() ? "" : bytes.constData(),
                                   sqlite3_uint64(bytes.size()), SQLITE_STATIC);
    }
    case QMetaType::Double:
    case QMetaType::Float: return sqlite3_bind_double(statement, place, value.toDouble());
    default: return sqlite3_bind_int64(statement, place, value.toLongLong());
    }
}

class SqliteDriver final : public SqlDriver {
public:
    explicit SqliteDriver(const ConnectionSpec &spec)
        : m_spec(spec)
    {
    }
    ~SqliteDriver() override
    {
        forget();
        sqlite3_close_v2(m_db);
    }

    Result<Done> open()
    {
        const bool reads = m_spec.access == ConnectionSpec::Access::Read;
        const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
            | (reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        if (sqlite3_open_v2(m_spec.file.toUtf8().constData(), &m_db, flags, reads ? nullptr : sqliteLogFileSystem())
            != SQLITE_OK)
            return failure();
        sqlite3_busy_timeout(m_db, sqliteBusyMs);
        if (registerSearchTokenizer(m_db) != SQLITE_OK)
            return failure();
        for (const QByteArray &statement : sqlite_dialect::settings(m_spec)) {
            if (const auto done = execute(statement); !done)
                return done;
        }
        return Done{};
    }

    Result<std::vector<Row>> run(const QByteArray &sql, const SqlValues &values, qint64 *affected) override
    {
        sqlite3_stmt *const statement = prepared(sql);
        if (!statement)
            return failure();
        if (const auto wrong = sqlValuesError(sql, values, sqlite3_bind_parameter_count(statement)))
            return *wrong;
        const SqliteUse use(statement);
        m_texts.reserve(values);
        for (qsizetype i = 0; i < values.size(); ++i) {
            if (sqliteBind(statement, int(i) + 1, values[i], m_texts) != SQLITE_OK)
                return failure();
        }
        QVariantList result;
        const int columns = sqlite3_column_count(statement);
        int step = SQLITE_OK;
        while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
            for (int column = 0; column < columns; ++column)
                result.append(sqliteColumn(statement, column));
        }
        if (step != SQLITE_DONE)
            return failure();
        std::vector<Row> rows = sqlRows(result, columns);
        *affected = columns > 0 ? qint64(rows.size()) : qint64(sqlite3_changes64(m_db));
        return rows;
    }

    /// The row id is at hand without RETURNING, which costs a table of its own for each row.
    Result<qint64> insert(const QByteArray &sql, const SqlValues &values) override
    {
        constexpr QByteArrayView returning(" RETURNING id");
        if (!sql.endsWith(returning))
            return SqlDriver::insert(sql, values);
        qint64 affected = 0;
        const auto done =
            run(QByteArray::fromRawData(sql.constData(), sql.size() - returning.size()), values, &affected);
        if (!done)
            return done.error();
        return affected > 0 ? qint64(sqlite3_last_insert_rowid(m_db)) : qint64(0);
    }

    Result<Done> execute(const QByteArray &text) override
    {
        const bool keep = text.size() < sqliteShortStatement;
        sqlite3_stmt *statement = keep ? prepared(text) : compile(text, 0);
        if (!statement)
            return failure();
        // SQLite does some of the work while it is asked for rows (quick_check, VACUUM INTO).
        int step = SQLITE_ROW;
        while (step == SQLITE_ROW)
            step = sqlite3_step(statement);
        const Result<Done> done = step == SQLITE_DONE ? Result<Done>(Done{}) : Result<Done>(failure());
        if (keep)
            sqlite3_reset(statement);
        else
            sqlite3_finalize(statement);
        return done;
    }

    void setCancel(const CancelToken *cancel) override
    {
        m_cancel = cancel;
        const auto look = [](void *self) -> int {
            const auto *driver = static_cast<const SqliteDriver *>(self);
            return driver->m_cancel && driver->m_cancel->isCancelled() ? 1 : 0;
        };
        if (cancel)
            sqlite3_progress_handler(m_db, sqliteStepsBetweenLooks, look, this);
        else
            sqlite3_progress_handler(m_db, 0, nullptr, nullptr);
    }

private:
    Error failure() const
    {
        const int code = m_db ? sqlite3_extended_errcode(m_db) : SQLITE_NOMEM;
        if (code == SQLITE_INTERRUPT)
            return makeError(Error::Kind::Cancelled, QStringLiteral("Nobody waits for this any more."));
        return sqlite_dialect::errorFrom(code, m_db ? QString::fromUtf8(sqlite3_errmsg(m_db)) : QString(), m_spec);
    }

    sqlite3_stmt *compile(const QByteArray &sql, unsigned flags)
    {
        sqlite3_stmt *statement = nullptr;
        sqlite3_prepare_v3(m_db, sql.constData(), int(sql.size()), flags, &statement, nullptr);
        return statement;
    }

    /// The kept statement, or a new one; null when SQLite refuses it.
    sqlite3_stmt *prepared(const QByteArray &sql)
    {
        if (const auto found = m_statements.find(sql); found != m_statements.end())
            return found->second;
        if (m_statements.size() >= sqlStatementLimit)
            forget();
        sqlite3_stmt *const statement = compile(sql, SQLITE_PREPARE_PERSISTENT);
        if (statement)
            m_statements.emplace(QByteArray(sql.constData(), sql.size()), statement); // outlives the caller's text
        return statement;
    }

    void forget()
    {
        for (const auto &[sql, statement] : m_statements)
            sqlite3_finalize(statement);
        m_statements.clear();
    }

    const ConnectionSpec &m_spec;
    sqlite3 *m_db = nullptr;
    const CancelToken *m_cancel = nullptr;
    SqliteTexts m_texts;
    std::unordered_map<QByteArray, sqlite3_stmt *> m_statements;
};

} // namespace

/// Nobody asks SQLite how much memory it has; to count it, all threads would take turns at each small piece.
static void sqliteCountNoMemory()
{
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); // refused, and no harm, where it runs already
    Q_UNUSED(done)
}

Result<std::unique_ptr<SqlDriver>> openSqlite(const ConnectionSpec &spec)
{
    sqliteCountNoMemory();
    auto driver = std::make_unique<SqliteDriver>(spec);
    if (const auto opened = driver->open(); !opened)
        return opened.error();
    return Result<std::unique_ptr<SqlDriver>>(std::move(driver));
}

} // namespace patchbay
