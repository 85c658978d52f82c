#include "core/store/change_log.h"
#include "core/store/table_blob_store.h"
#include "core/store/workspace.h"

#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

#include <algorithm>

namespace patchbay {

namespace {

/// Names that need no quoting anywhere: they become part of statements.
bool postgresIsPlainName(const QString &name)
{
    const auto plain = [](QChar c) {
        return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('0') && c <= QLatin1Char('9'))
            || c == QLatin1Char('_');
    };
    return !name.isEmpty() && name.size() <= 63 && !name[0].isDigit() && std::all_of(name.begin(), name.end(), plain);
}

Result<ConnectionSpec> postgresSpec(const StoreOptions &options, const Clock &clock)
{
    const QUrl url(options.location, QUrl::StrictMode);
    const QUrlQuery query(url);
    ConnectionSpec spec;
    spec.dialect = Dialect::Postgres;
    spec.clock = &clock;
    spec.serverClock = std::make_shared<ServerClock>(clock, options.serverClock);
    spec.host = url.host().isEmpty() ? QStringLiteral("localhost") : url.host();
    spec.port = url.port(5432);
    spec.user = url.userName();
    spec.password = url.password();
    spec.database = url.path().mid(1);
    spec.schema = query.hasQueryItem(QStringLiteral("schema")) ? query.queryItemValue(QStringLiteral("schema"))
                                                               : QStringLiteral("patchbay");
    if (!url.isValid() || spec.database.isEmpty())
        return makeError(
            Error::Kind::Refused,
            QStringLiteral("The workspace's address must read postgresql://user@host:port/database?schema=name."));
    if (!postgresIsPlainName(spec.schema) || spec.schema.startsWith(QLatin1String("pg_")))
        return makeError(
            Error::Kind::Refused,
            QStringLiteral("The schema's name may have lower-case letters, digits and underscores only, and may "
                           "not begin with pg_."));
    return spec;
}

Result<bool> postgresHasSchema(SqlConnection &connection)
{
    connection.startWork();
    const bool found =
        connection.row("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?", {connection.spec().schema})
            .has_value();
    return connection.finish(found);
}

/// One workstation at a time makes or upgrades the schema; the lock goes with the connection.
Result<Done> postgresUpgrade(SqlConnection &connection, const StoreOptions &options,
                             const std::vector<MigrationStep> &steps)
{
    connection.startWork();
    connection.rows("SELECT pg_advisory_lock(hashtext('patchbay.migration'), hashtext(?))", {connection.spec().schema});
    if (!connection.ok())
        return *connection.error();
    if (const auto patient = connection.execute("SET statement_timeout = 0"); !patient)
        return patient;
    const auto hasSchema = postgresHasSchema(connection);
    if (!hasSchema)
        return hasSchema.error();
    const Error nothingThere =
        makeError(Error::Kind::NotFound, QStringLiteral("There is no workspace at %1.").arg(connection.spec().place()));
    if (!*hasSchema) {
        if (!options.create)
            return nothingThere;
        const auto made = connection.execute("CREATE SCHEMA \"" + connection.spec().schema.toLatin1() + '"');
        if (!made)
            return made;
    }
    const auto version = schemaVersion(connection);
    if (!version)
        return version.error();
    if (*version == 0 && !options.create)
        return nothingThere;
    const auto migrated = migrate(connection, steps, [](int) { return Result<Done>(Done{}); });
    if (!migrated)
        return migrated.error();
    return seedWorkspace(connection, options);
}

Result<Done> postgresCheckVersion(SqlConnection &connection, const std::vector<MigrationStep> &steps)
{
    const auto version = schemaVersion(connection);
    if (!version)
        return version.error();
    const QString place = connection.spec().place();
    if (*version == 0)
        return makeError(Error::Kind::NotFound, QStringLiteral("There is no workspace at %1.").arg(place));
    if (*version > int(steps.size()))
        return newerSchema(place, *version, int(steps.size()));
    if (*version < int(steps.size()))
        return makeError(
            Error::Kind::Refused,
            QStringLiteral("%1 has an older schema (%2 of %3). Open it once in the console, which upgrades it.")
                .arg(place, QString::number(*version), QString::number(steps.size())));
    return Done{};
}

} // namespace

Result<Workspace> openPostgresWorkspace(const StoreOptions &given, const Clock &clock)
{
    const auto steps = migrationSteps(given.migrations);
    if (!steps)
        return steps.error();
    const auto spec = postgresSpec(given, clock);
    if (!spec)
        return spec.error();
    StoreOptions options = given;
    if (options.name.isEmpty())
        options.name = spec->schema;
    Workspace workspace;
    workspace.location = spec->place();
    workspace.writer = *spec;
    workspace.reader = *spec;
    workspace.reader.access = ConnectionSpec::Access::Read;
    auto connection = SqlConnection::open(options.readOnly ? workspace.reader : workspace.writer);
    if (!connection)
        return connection.error();
    const auto ready =
        options.readOnly ? postgresCheckVersion(**connection, *steps) : postgresUpgrade(**connection, options, *steps);
    if (!ready)
        return ready.error();
    if (const auto identified = identifyWorkspace(**connection, workspace); !identified)
        return identified.error();
    (*connection)->startWork();
    workspace.newestChange = change_log::newest(**connection);
    workspace.openedAt = (*connection)->now();
    if (!(*connection)->ok())
        return *(*connection)->error();
    if (options.readOnly)
        workspace.readOnlyBecause =
            QStringLiteral("The workspace %1 was opened for reading only, so nothing was changed.")
                .arg(workspace.location);
    workspace.files = std::make_unique<TableBlobStore>(workspace.writer, workspace.reader, options.readOnly);
    return workspace;
}

} // namespace patchbay
