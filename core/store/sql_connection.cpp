#include "core/store/sql_connection.h"

#include "core/store/postgres_dialect.h"
#include "core/store/sqlite_dialect.h"

#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <QtSql/QSqlRecord>

#include <atomic>
#include <unordered_map>

namespace patchbay {

namespace {

/// Statements made at run time (lists of ids) come in many lengths; beyond this all are forgotten at once.
constexpr size_t connectionStatementLimit = 400;

bool connectionKeepsText(const QString &text) { return text.isValidUtf16() && !text.contains(QChar(u'\0')); }

QString connectionRepaired(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool pair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        if (pair)
            ++i;
        else if (text[i].isNull() || text[i].isSurrogate())
            text[i] = QChar(QChar::ReplacementCharacter);
    }
    return text;
}

/// What may be bound: NULL only for a variant without value, so that an unset QString is an empty text in a column that
/// is NOT NULL. U+0000 and broken surrogates, which one dialect or the other cannot keep, become U+FFFD.
QVariant connectionValue(const QVariant &value)
{
    if (value.isNull())
        return QVariant();
    switch (value.typeId()) {
    case QMetaType::QString: {
        QString text = value.toString();
        if (text.isNull())
            return QStringLiteral("");
        return connectionKeepsText(text) ? text : connectionRepaired(std::move(text));
    }
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return bytes.isNull() ? QByteArray("") : bytes;
    }
    case QMetaType::Bool: return value.toBool() ? qlonglong(1) : qlonglong(0);
    case QMetaType::Double:
    case QMetaType::Float: return value.toDouble();
    default: return value.toLongLong();
    }
}

bool connectionCanBind(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::QString:
    case QMetaType::QByteArray:
    case QMetaType::Bool:
    case QMetaType::Double:
    case QMetaType::Float:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::LongLong:
    case QMetaType::ULongLong: return true;
    default: return value.isNull();
    }
}

} // namespace

QString ConnectionSpec::place() const
{
    if (dialect == Dialect::Sqlite)
        return file;
    return QStringLiteral("postgresql://%1%2:%3/%4?schema=%5")
        .arg(user.isEmpty() ? QString() : user + QLatin1Char('@'), host, QString::number(port), database, schema);
}

struct SqlConnection::Statements {
    struct Entry {
        QSqlQuery query;
        qsizetype placeholders = 0;
    };

    QSqlDatabase connection = {};
    std::unordered_map<QByteArray, Entry> prepared = {};

    /// The kept statement, or a new one; nothing, and the error in `error`, when it cannot be prepared.
    Entry *prepare(const QByteArray &sql, qsizetype placeholders, QSqlError *error)
    {
        if (const auto found = prepared.find(sql); found != prepared.end())
            return &found->second;
        if (prepared.size() >= connectionStatementLimit)
            prepared.clear();
        QSqlQuery query(connection);
        query.setForwardOnly(connection.driverName() == QLatin1String("QSQLITE"));
        query.setNumericalPrecisionPolicy(connection.numericalPrecisionPolicy());
        if (!query.prepare(QString::fromUtf8(sql))) {
            *error = query.lastError();
            return nullptr;
        }
        const QByteArray own(sql.constData(), sql.size()); // the key outlives the caller's text
        return &prepared.emplace(own, Entry{std::move(query), placeholders}).first->second;
    }
};

SqlConnection::SqlConnection(const ConnectionSpec &spec, QString name)
    : Database(spec.dialect, spec.serverClock ? spec.serverClock.get() : spec.clock)
    , m_spec(spec)
    , m_name(std::move(name))
    , m_thread(std::this_thread::get_id())
    , m_statements(std::make_unique<Statements>())
{
}

SqlConnection::~SqlConnection()
{
    Q_ASSERT(m_thread == std::this_thread::get_id());
    m_statements->prepared.clear();
    m_statements->connection.close();
    m_statements.reset();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<SqlConnection>> SqlConnection::open(const ConnectionSpec &spec)
{
    static std::atomic<quint64> count{0};
    const QString name = QStringLiteral("patchbay-%1").arg(++count);
    std::unique_ptr<SqlConnection> connection(new SqlConnection(spec, name));
    if (const auto opened = connection->connect(); !opened)
        return opened.error();
    return connection;
}

Result<Done> SqlConnection::connect()
{
    const bool sqlite = m_spec.dialect == Dialect::Sqlite;
    QSqlDatabase &connection = m_statements->connection;
    connection = QSqlDatabase::addDatabase(sqlite ? QStringLiteral("QSQLITE") : QStringLiteral("QPSQL"), m_name);
    if (!connection.isValid())
        return makeError(Error::Kind::Storage,
                         QStringLiteral("Qt's database driver for %1 is not installed; install it and start again.")
                             .arg(sqlite ? QStringLiteral("SQLite") : QStringLiteral("PostgreSQL")));
    if (sqlite)
        sqlite_dialect::prepare(connection, m_spec);
    else
        postgres_dialect::prepare(connection, m_spec);
    if (!connection.open())
        return errorFrom(connection.lastError());
    const auto settings = sqlite ? sqlite_dialect::settings(m_spec) : postgres_dialect::settings(m_spec);
    for (const QByteArray &statement : settings) {
        if (const auto done = execute(statement); !done)
            return done.error();
    }
    return keepTime();
}

Error SqlConnection::errorFrom(const QSqlError &error)
{
    if (m_spec.dialect == Dialect::Sqlite)
        return sqlite_dialect::errorFrom(error, m_spec);
    if (postgres_dialect::isLost(error) || !m_statements->connection.isOpen())
        m_usable = false;
    return postgres_dialect::errorFrom(error, m_spec, !m_usable);
}

Result<Done> SqlConnection::execute(const QByteArray &statement)
{
    Q_ASSERT(m_thread == std::this_thread::get_id());
    QSqlQuery query(m_statements->connection);
    if (!query.exec(QString::fromUtf8(statement)))
        return errorFrom(query.lastError());
    // SQLite does some of the work while it is asked for rows (quick_check, VACUUM INTO): an error may come that late.
    while (query.next()) { }
    if (query.lastError().isValid())
        return errorFrom(query.lastError());
    return Done{};
}

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
    if (done || m_usable)
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
}

ChangeSet SqlConnection::takeChanges() { return std::exchange(m_changes, {}); }

Result<std::vector<Row>> SqlConnection::run(const QByteArray &sql, const QVariantList &values, qint64 *affected)
{
    Q_ASSERT(m_thread == std::this_thread::get_id());
    QSqlError error;
    Statements::Entry *entry = m_statements->prepare(sql, values.size(), &error);
    if (!entry)
        return errorFrom(error);
    if (entry->placeholders != values.size())
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("A statement of this program got %1 values instead of %2: %3")
                .arg(QString::number(values.size()), QString::number(entry->placeholders), QString::fromUtf8(sql)));
    QSqlQuery &query = entry->query;
    for (int i = 0; i < values.size(); ++i) {
        if (!connectionCanBind(values[i]))
            return makeError(
                Error::Kind::Storage,
                QStringLiteral("A statement of this program was given a %1 as value %2: %3")
                    .arg(QString::fromUtf8(values[i].typeName()), QString::number(i + 1), QString::fromUtf8(sql)));
        query.bindValue(i, connectionValue(values[i]));
    }
    if (!query.exec()) {
        error = query.lastError();
        query.finish();
        return errorFrom(error);
    }
    std::vector<Row> rows;
    const int columns = query.isSelect() ? query.record().count() : 0;
    while (columns > 0 && query.next()) {
        QVariantList row;
        row.reserve(columns);
        for (int column = 0; column < columns; ++column)
            row.append(query.value(column));
        rows.emplace_back(std::move(row));
    }
    error = query.lastError();
    *affected = columns > 0 ? qint64(rows.size()) : query.numRowsAffected();
    query.finish();
    if (error.isValid())
        return errorFrom(error);
    return rows;
}

} // namespace patchbay
