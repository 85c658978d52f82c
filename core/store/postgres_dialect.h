#pragma once

#include "core/store/sql_connection.h"

class QSqlDatabase;
class QSqlError;

namespace patchbay::postgres_dialect {

/// Server and driver options, before the connection is opened.
void prepare(QSqlDatabase &connection, const ConnectionSpec &spec);
/// What each connection is told right after it was opened.
std::vector<QByteArray> settings(const ConnectionSpec &spec);
/// A statement for the server's own time in microseconds, also within a transaction.
QByteArray serverTime();
/// True when the error means that the connection is gone.
bool isLost(const QSqlError &error);
/// A sentence with the SQLSTATE; Offline when the connection is lost.
Error errorFrom(const QSqlError &error, const ConnectionSpec &spec, bool lost);
/// The dialect's words in a migration: {id}, {int}, {real}, {blob}, {strict}.
QByteArray translated(QByteArray migration);

} // namespace patchbay::postgres_dialect
