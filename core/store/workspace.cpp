#include "core/store/workspace.h"

#include "core/base/ids.h"

#include <QtCore/QFileInfo>

namespace patchbay {

namespace {

constexpr qint64 workspaceSmallFile = 32 * 1024 * 1024; // quick_check reads it in about a tenth of a second

void workspaceSetting(Database &db, const char *key, const QString &value)
{
    db.exec("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", {QLatin1String(key), value});
}

} // namespace

bool isServerLocation(const QString &location)
{
    return location.startsWith(QLatin1String("postgresql://")) || location.startsWith(QLatin1String("postgres://"));
}

QString workspaceDatabase(const QString &folder) { return folder + QStringLiteral("/workspace.sqlite"); }

Result<Done> seedWorkspace(SqlConnection &connection, const StoreOptions &options)
{
    if (const auto begun = connection.begin(); !begun)
        return begun;
    connection.startWork();
    const Clock &clock = connection.clock();
    workspaceSetting(connection, "workspace_uid", newUid(clock));
    workspaceSetting(connection, "workspace_name", options.name);
    workspaceSetting(connection, "is_sample", options.sample ? QStringLiteral("1") : QStringLiteral("0"));
    workspaceSetting(connection, "created_at", QString::number(clock.now().us));
    if (!connection.row("SELECT id FROM operator WHERE is_system = 1"))
        connection.exec("INSERT INTO operator (uid, name, os_user, is_system, created_at) VALUES (?, ?, ?, 1, ?)",
                        {newUid(clock), QStringLiteral("the system"), QString(), clock.now().us});
    if (!connection.ok()) {
        const Error error = *connection.error();
        (void)connection.rollback(); // its connection is closed next
        return error;
    }
    return connection.commit();
}

Result<Done> identifyWorkspace(SqlConnection &connection, Workspace &workspace)
{
    connection.startWork();
    for (const Row &row : connection.rows("SELECT key, value FROM setting "
                                          "WHERE key IN ('workspace_uid', 'workspace_name', 'is_sample')")) {
        if (row.text(0) == QLatin1String("workspace_uid"))
            workspace.uid = row.text(1);
        else if (row.text(0) == QLatin1String("workspace_name"))
            workspace.name = row.text(1);
        else
            workspace.sample = row.text(1) == QLatin1String("1");
    }
    if (connection.ok() && workspace.uid.isEmpty())
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("%1 is not a Patchbay workspace: it has no workspace_uid.").arg(connection.spec().place()));
    return connection.finish(Done{});
}

Result<Done> quickCheck(SqlConnection &connection)
{
    connection.startWork();
    std::vector<Row> found;
    if (QFileInfo(connection.spec().file).size() <= workspaceSmallFile) {
        found = connection.rows("PRAGMA quick_check(1)");
    } else {
        for (const char *table : {"setting", "operator", "channel", "target", "category"}) {
            for (Row &row : connection.rows(QByteArray("PRAGMA quick_check('") + table + "')"))
                found.push_back(std::move(row));
        }
    }
    for (const Row &row : found) {
        if (row.text(0) != QLatin1String("ok"))
            connection.fail(
                makeError(Error::Kind::Storage,
                          QStringLiteral("The database %1 is damaged (%2). It was left as it is; restore a backup, "
                                         "or copy the whole folder before anything is tried on it.")
                              .arg(connection.spec().file, row.text(0))));
    }
    return connection.finish(Done{});
}

} // namespace patchbay
