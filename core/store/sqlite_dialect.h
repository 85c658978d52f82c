#pragma once

#include "core/store/sql_connection.h"

namespace patchbay::sqlite_dialect {

/// What each connection is told right after it was opened.
std::vector<QByteArray> settings(const ConnectionSpec &spec);
/// A sentence with the native code; a full disk with its path and free bytes, a damaged file with the way out.
Error errorFrom(int code, const QString &words, const ConnectionSpec &spec);
/// The dialect's words in a migration: {id}, {int}, {real}, {blob}, {strict}.
QByteArray translated(QByteArray migration);

} // namespace patchbay::sqlite_dialect
