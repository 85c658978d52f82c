#pragma once

#include "core/store/sql_connection.h"

#include <functional>

namespace patchbay {

/// One numbered step of the schema; new and old databases run the same ones.
struct MigrationStep {
    int version = 0;
    QString name = {};
    QByteArray sqlite = {}; ///< with {id}, {int}, {real}, {blob}, {strict}
    QByteArray postgres = {}; ///< the same text unless the step has a variant of its own
};

/// The steps of a folder (empty: those built in) in order: NNNN_name.sql, or a pair NNNN_name.sqlite.sql and
/// NNNN_name.postgres.sql. A gap in the numbers, or half a pair, is an error.
Result<std::vector<MigrationStep>> migrationSteps(const QString &folder = {});

/// The statements of a script without comments. Knows quotes, $tag$ bodies and the blocks of triggers.
std::vector<QByteArray> splitStatements(const QByteArray &script);

/// The number of the newest step that this database has; 0 for one without a schema.
Result<int> schemaVersion(SqlConnection &connection);

/// Runs the missing steps, each in a transaction of its own; how many ran. `beforeFirst` is called before the first of
/// them, with the version so far. A kill at any point leaves the schema before or after one step.
Result<int> migrate(SqlConnection &connection, const std::vector<MigrationStep> &steps,
                    const std::function<Result<Done>(int)> &beforeFirst);

/// "made by a newer Patchbay" for this place.
Error newerSchema(const QString &place, int found, int known);

} // namespace patchbay
