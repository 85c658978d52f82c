#include "core/store/migrations.h"

#include "core/base/fault.h"
#include "core/store/postgres_dialect.h"
#include "core/store/sqlite_dialect.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QMap>

// The resource lives in a static library, where the linker drops what nobody names.
static void initMigrationResources() { Q_INIT_RESOURCE(patchbay_migrations); }

namespace patchbay {

namespace {

Result<QByteArray> migrationFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::Storage,
                         QStringLiteral("The schema step %1 cannot be read: %2").arg(path, file.errorString()));
    return file.readAll();
}

/// NNNN_name.sql or NNNN_name.<dialect>.sql into the step it belongs to.
Result<Done> migrationAdd(QMap<int, MigrationStep> &steps, const QString &folder, const QString &file)
{
    const QStringList parts = file.chopped(4).split(QLatin1Char('.'));
    const QString name = parts.first();
    const int version = name.left(4).toInt();
    const QString dialect = parts.value(1);
    if (version <= 0 || name.size() < 6 || name[4] != QLatin1Char('_') || parts.size() > 2)
        return makeError(Error::Kind::Storage, QStringLiteral("%1 is not the name of a schema step").arg(file));
    const auto text = migrationFile(folder + QLatin1Char('/') + file);
    if (!text)
        return text.error();
    MigrationStep &step = steps[version];
    if (!step.name.isEmpty() && step.name != name)
        return makeError(Error::Kind::Storage,
                         QStringLiteral("Two schema steps have one number: %1, %2").arg(step.name, name));
    step.version = version;
    step.name = name;
    if (dialect.isEmpty() || dialect == QLatin1String("sqlite"))
        step.sqlite = *text;
    if (dialect.isEmpty() || dialect == QLatin1String("postgres"))
        step.postgres = *text;
    return Done{};
}

/// Where the quoted or commented stretch that begins at `i` ends; `i` itself when none begins there.
qsizetype migrationSkip(const QByteArray &script, qsizetype i)
{
    const char c = script[i];
    const auto endOf = [&](qsizetype at, qsizetype length) { return at < 0 ? script.size() : at + length; };
    if (c == '\'' || c == '"')
        return endOf(script.indexOf(c, i + 1), 1); // a doubled quote reads as two stretches, which is as good
    if (script.mid(i, 2) == "--")
        return endOf(script.indexOf('\n', i), 0);
    if (script.mid(i, 2) == "/*")
        return endOf(script.indexOf("*/", i + 2), 2);
    if (c == '$') {
        const qsizetype close = script.indexOf('$', i + 1);
        if (close > i) {
            const QByteArray tag = script.mid(i, close - i + 1);
            return endOf(script.indexOf(tag, close + 1), tag.size());
        }
    }
    return i;
}

bool migrationIsWord(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Follows the words of one statement: how many BEGIN or CASE of a trigger are open.
struct MigrationBlocks {
    bool trigger = false;
    int words = 0;
    int depth = 0;

    void see(const QByteArray &word)
    {
        if (++words <= 4 && word == "TRIGGER")
            trigger = true;
        if (!trigger)
            return;
        if (word == "BEGIN" || word == "CASE")
            ++depth;
        else if (word == "END" && depth > 0)
            --depth;
    }
};

Result<Done> migrationRun(SqlConnection &connection, const MigrationStep &step)
{
    const bool sqlite = connection.dialect() == Dialect::Sqlite;
    const QByteArray script =
        sqlite ? sqlite_dialect::translated(step.sqlite) : postgres_dialect::translated(step.postgres);
    for (const QByteArray &statement : splitStatements(script)) {
        if (const auto done = connection.execute(statement); !done)
            return done;
        faultPoint("migration.step");
    }
    if (sqlite) {
        connection.startWork();
        const auto broken = connection.rows("PRAGMA foreign_key_check");
        if (!connection.ok())
            return *connection.error();
        if (!broken.empty())
            return makeError(
                Error::Kind::Storage,
                QStringLiteral("it would leave rows of %1 without what they refer to").arg(broken.front().text(0)));
        if (const auto done = connection.execute("PRAGMA user_version=" + QByteArray::number(step.version)); !done)
            return done;
    }
    connection.startWork();
    connection.exec("INSERT INTO schema_migration (version, name, applied_at) VALUES (?, ?, ?)",
                    {step.version, step.name, connection.now().us});
    return connection.finish(Done{});
}

} // namespace

Result<std::vector<MigrationStep>> migrationSteps(const QString &folder)
{
    initMigrationResources();
    const QString place = folder.isEmpty() ? QStringLiteral(":/patchbay/migrations") : folder;
    QMap<int, MigrationStep> found;
    const auto files = QDir(place).entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString &file : files) {
        if (const auto added = migrationAdd(found, place, file); !added)
            return added.error();
    }
    std::vector<MigrationStep> steps;
    for (const MigrationStep &step : std::as_const(found)) {
        if (step.version != int(steps.size()) + 1 || step.sqlite.isEmpty() || step.postgres.isEmpty())
            return makeError(Error::Kind::Storage,
                             QStringLiteral("The schema steps in %1 have a gap at %2").arg(place, step.name));
        steps.push_back(step);
    }
    if (steps.empty())
        return makeError(Error::Kind::Storage, QStringLiteral("There are no schema steps in %1").arg(place));
    return steps;
}

std::vector<QByteArray> splitStatements(const QByteArray &script)
{
    std::vector<QByteArray> statements;
    QByteArray statement;
    MigrationBlocks blocks;
    const auto finish = [&] {
        if (!statement.trimmed().isEmpty())
            statements.push_back(statement.trimmed());
        statement.clear();
        blocks = {};
    };
    for (qsizetype i = 0; i < script.size();) {
        if (const qsizetype end = migrationSkip(script, i); end > i) {
            const bool comment = script[i] == '-' || script[i] == '/';
            statement += comment ? QByteArray(" ") : script.mid(i, end - i);
            i = end;
        } else if (migrationIsWord(script[i])) {
            const qsizetype start = i;
            while (i < script.size() && migrationIsWord(script[i]))
                ++i;
            blocks.see(script.mid(start, i - start).toUpper());
            statement += script.mid(start, i - start);
        } else if (script[i] == ';' && blocks.depth == 0) {
            finish();
            ++i;
        } else {
            statement += script[i++];
        }
    }
    finish();
    return statements;
}

Result<int> schemaVersion(SqlConnection &connection)
{
    connection.startWork();
    const bool sqlite = connection.dialect() == Dialect::Sqlite;
    const bool hasTable = sqlite
        ? connection.row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'").has_value()
        : connection
              .row("SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() "
                   "AND table_name = 'schema_migration'")
              .has_value();
    const auto newest =
        hasTable ? connection.row("SELECT COALESCE(MAX(version), 0) FROM schema_migration") : std::nullopt;
    return connection.finish(newest ? int(newest->integer(0)) : 0);
}

Result<int> migrate(SqlConnection &connection, const std::vector<MigrationStep> &steps,
                    const std::function<Result<Done>(int)> &beforeFirst)
{
    const auto version = schemaVersion(connection);
    if (!version)
        return version.error();
    if (*version > int(steps.size()))
        return newerSchema(connection.spec().place(), *version, int(steps.size()));
    if (*version == int(steps.size()))
        return 0;
    if (const auto ready = beforeFirst(*version); !ready)
        return ready.error();
    // A step may rebuild a table that others refer to; each is checked as a whole before its commit.
    if (connection.dialect() == Dialect::Sqlite) {
        if (const auto off = connection.execute("PRAGMA foreign_keys=OFF"); !off)
            return off.error();
    }
    for (size_t i = size_t(*version); i < steps.size(); ++i) {
        auto done = connection.begin();
        if (done && i == 0) {
            const QByteArray table = "CREATE TABLE schema_migration (version {int} PRIMARY KEY, name TEXT NOT NULL, "
                                     "applied_at {int} NOT NULL){strict}";
            done = connection.execute(connection.dialect() == Dialect::Sqlite ? sqlite_dialect::translated(table)
                                                                              : postgres_dialect::translated(table));
        }
        if (done)
            done = migrationRun(connection, steps[i]);
        if (done)
            done = connection.commit();
        if (!done) {
            (void)connection.rollback(); // the connection is closed next, which rolls back too
            return makeError(done.error().kind,
                             QStringLiteral("The workspace was left as it was: its schema step %1 failed. %2")
                                 .arg(steps[i].name, done.error().message));
        }
        faultPoint("migration.step");
    }
    return int(steps.size()) - *version;
}

Error newerSchema(const QString &place, int found, int known)
{
    return makeError(
        Error::Kind::Refused,
        QStringLiteral("%1 was made by a newer Patchbay (its schema is %2, this program knows %3). It was not "
                       "touched; install the newer program to open it.")
            .arg(place, QString::number(found), QString::number(known)));
}

} // namespace patchbay
