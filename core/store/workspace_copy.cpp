#include "core/store/workspace_copy.h"

#include "core/store/folder_blob_store.h"
#include "core/store/search_index.h"
#include "core/store/workspace.h"

namespace patchbay {

namespace {

constexpr int copyPage = 500;

/// A table as both dialects have it. Names come from the schema steps, never from outside.
struct CopyTable {
    QByteArray name;
    QList<QByteArray> columns;
    std::vector<int> key; ///< positions of the primary key's columns among `columns`
};

QByteArray copyList(const QList<QByteArray> &names) { return names.join(", "); }

QByteArray copyMarks(qsizetype count) { return QByteArray("?, ").repeated(int(count)).chopped(2); }

/// In the order of their making, so that a row comes after those it refers to.
std::vector<CopyTable> copyTables(Database &sqlite)
{
    std::vector<CopyTable> tables;
    for (const Row &row : sqlite.rows("SELECT s.name FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.name "
                                      "WHERE s.type = 'table' AND l.type = 'table' AND l.schema = 'main' "
                                      "AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                                      "AND s.name NOT IN ('schema_migration', 'blob', 'change', 'search_document', "
                                      "'search_backlog', 'search_word') ORDER BY s.rowid")) {
        CopyTable table{row.text(0).toLatin1(), {}, {}};
        for (const Row &column : sqlite.rows(QByteArray("PRAGMA table_info('") + table.name + "')")) {
            if (column.integer(5) > 0)
                table.key.push_back(int(table.columns.size()));
            table.columns.append(column.text(1).toLatin1());
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

/// One page of a table after `last`, by its primary key.
std::vector<Row> copyRead(Database &from, const CopyTable &table, const QVariantList &last)
{
    QList<QByteArray> key;
    for (const int position : table.key)
        key.append(table.columns[position]);
    QByteArray sql = "SELECT " + copyList(table.columns) + " FROM " + table.name;
    if (!last.isEmpty())
        sql += " WHERE (" + copyList(key) + ") > (" + copyMarks(key.size()) + ")";
    sql += " ORDER BY " + copyList(key) + " LIMIT " + QByteArray::number(copyPage);
    return from.rows(sql, last);
}

QVariantList copyValues(const Row &row, qsizetype count)
{
    QVariantList values;
    values.reserve(count);
    for (int column = 0; column < count; ++column)
        values.append(row.value(column));
    return values;
}

void copyTable(Database &from, Database &to, const CopyTable &table)
{
    const QByteArray insert = "INSERT INTO " + table.name + " (" + copyList(table.columns) + ") VALUES ("
        + copyMarks(table.columns.size()) + ")";
    QVariantList last;
    while (from.ok() && to.ok()) {
        const auto page = copyRead(from, table, last);
        for (const Row &row : page)
            to.rows(insert, copyValues(row, table.columns.size()));
        if (page.size() < copyPage)
            return;
        last.clear();
        for (const int position : table.key)
            last.append(page.back().value(position));
    }
}

/// All tables, in the transaction that the caller began on `to`.
Result<Done> copyAll(Database &from, Database &to, const std::vector<CopyTable> &tables)
{
    for (auto table = tables.rbegin(); table != tables.rend(); ++table)
        to.rows(QByteArray("DELETE FROM ") + table->name); // what every new workspace is seeded with
    for (const CopyTable &table : tables)
        copyTable(from, to, table);
    search::startAgain(to); // each dialect has an index of its own kind
    if (!from.ok())
        return *from.error();
    return to.finish(Done{});
}

Result<Done> copyInTransaction(Database &from, SqlConnection &to, const std::vector<CopyTable> &tables)
{
    if (const auto begun = to.begin(); !begun)
        return begun;
    to.startWork();
    auto done = copyAll(from, to, tables);
    if (done && to.dialect() == Dialect::Postgres) {
        for (const CopyTable &table : tables) {
            if (table.columns.contains("id"))
                to.rows("SELECT setval(pg_get_serial_sequence('" + table.name
                        + "', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM " + table.name + "), false)");
        }
        done = to.finish(Done{});
    }
    if (done)
        return to.commit();
    (void)to.rollback(); // its file or schema is thrown away next
    return done;
}

} // namespace

Result<Done> copyToSqlite(Database &server, const QString &file)
{
    const auto steps = migrationSteps();
    if (!steps)
        return steps.error();
    if (const auto made = makeSqliteDatabase(file, *steps, {}, server.clock()); !made)
        return made;
    ConnectionSpec spec;
    spec.file = file;
    spec.clock = &server.clock();
    auto opened = SqlConnection::open(spec);
    if (!opened)
        return opened.error();
    SqlConnection &sqlite = **opened;
    const auto tables = copyTables(sqlite);
    if (!sqlite.ok())
        return *sqlite.error();
    return copyInTransaction(server, sqlite, tables);
}

Result<Done> copyToServer(SqlConnection &sqlite, SqlConnection &server)
{
    sqlite.startWork();
    const auto tables = copyTables(sqlite);
    if (!sqlite.ok())
        return *sqlite.error();
    return copyInTransaction(sqlite, server, tables);
}

Result<Done> copyBlobsToFolder(Database &server, const QString &folder)
{
    FolderBlobStore files(folder, false);
    for (const Row &name : server.rows("SELECT sha256 FROM blob ORDER BY sha256")) {
        const auto blob = server.row("SELECT data FROM blob WHERE sha256 = ?", {name.text(0)});
        if (!blob)
            break;
        if (const auto put = files.put(blob->blob(0)); !put)
            return put.error();
    }
    return server.finish(Done{});
}

} // namespace patchbay
