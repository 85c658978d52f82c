#pragma once

#include "core/store/sql_connection.h"

namespace patchbay {

/// Rows move between the dialects, whose schemas are the same at the same version: backups of a server are SQLite
/// workspaces, and those can be restored to a server. Search tables are left out: what fills them runs on insertion.

/// Copies all rows that `server` sees into a new SQLite database `file`.
Result<Done> copyToSqlite(Database &server, const QString &file);

/// Replaces what a freshly made schema holds by the rows of `sqlite`, in one transaction.
Result<Done> copyToServer(SqlConnection &sqlite, SqlConnection &server);

/// Writes the files of the table `blob` into a folder of files by content.
Result<Done> copyBlobsToFolder(Database &server, const QString &folder);

} // namespace patchbay
