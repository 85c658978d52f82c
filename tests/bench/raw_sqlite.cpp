#include "bench/raw_sqlite.h"

#include "bench/measure.h"
#include "core/model/body.h"
#include "core/store/search_tokenizer.h"
#include "core/store/sqlite_dialect.h"

#include <QtCore/QUuid>

#include <sqlite3.h>

namespace patchbay::bench {

namespace {

struct RawRow {
    qint64 id;
    QByteArray uid, name, address, externalId, dedupe, subject, text, body, to;
    qint64 at;
};

void check(sqlite3 *db, int code)
{
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        qFatal("raw insert: %s", sqlite3_errmsg(db));
}

sqlite3_stmt *prepared(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
}

void text(sqlite3_stmt *statement, int place, const QByteArray &value)
{
    sqlite3_bind_text(statement, place, value.constData(), int(value.size()), SQLITE_STATIC);
}

void run(sqlite3 *db, sqlite3_stmt *statement)
{
    check(db, sqlite3_step(statement));
    check(db, sqlite3_reset(statement));
}

RawRow rowOf(const CorpusMessage &message)
{
    const InboundMessage in = Corpus::parsed(message);
    return {message.number + 1,     QUuid::createUuid().toByteArray(QUuid::WithoutBraces),
            in.from.name.toUtf8(),  in.from.address.toUtf8(),
            in.externalId.toUtf8(), in.dedupeKey.toUtf8(),
            in.subject.toUtf8(),    in.text.toUtf8(),
            toBytes(in.body),       "[\"support@example.org\"]",
            message.at.us};
}

} // namespace

RawSqlite::RawSqlite(const QString &database)
{
    check(m_db, sqlite3_open(database.toUtf8().constData(), &m_db));
    check(m_db, registerSearchTokenizer(m_db));
    for (const QByteArray &setting : sqlite_dialect::settings({.file = database}))
        check(m_db, sqlite3_exec(m_db, setting.constData(), nullptr, nullptr, nullptr));
    check(m_db, sqlite3_exec(m_db, "PRAGMA foreign_keys=OFF", nullptr, nullptr, nullptr));
    m_message = prepared(
        m_db,
        "INSERT INTO message (id, uid, conversation_id, channel_id, direction, author_name, author_address, "
        "external_id, dedupe_key, subject, body_text, body, to_addresses, cc_addresses, provider_at, arrived_at, "
        "sort_at) VALUES (?, ?, ?, 1, 'inbound', ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?)");
    m_words = prepared(
        m_db, "INSERT INTO search_text (rowid, author, recipients, subject, body, files) VALUES (?, ?, ?, ?, ?, '')");
}

RawSqlite::~RawSqlite()
{
    sqlite3_finalize(m_message);
    sqlite3_finalize(m_words);
    sqlite3_close(m_db);
}

void RawSqlite::insert(const std::vector<CorpusMessage> &messages)
{
    std::vector<RawRow> rows;
    for (const CorpusMessage &message : messages)
        rows.push_back(rowOf(message));
    const double before = cpuMicroseconds();
    check(m_db, sqlite3_exec(m_db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
    for (size_t i = 0; i < rows.size(); ++i) {
        const RawRow &row = rows[i];
        sqlite3_bind_int64(m_message, 1, row.id);
        text(m_message, 2, row.uid);
        sqlite3_bind_int64(m_message, 3, messages[i].conversation + 1);
        text(m_message, 4, row.name);
        text(m_message, 5, row.address);
        text(m_message, 6, row.externalId);
        text(m_message, 7, row.dedupe);
        text(m_message, 8, row.subject);
        text(m_message, 9, row.text);
        sqlite3_bind_blob(m_message, 10, row.body.constData(), int(row.body.size()), SQLITE_STATIC);
        text(m_message, 11, row.to);
        for (int place = 12; place <= 14; ++place)
            sqlite3_bind_int64(m_message, place, row.at);
        run(m_db, m_message);
        sqlite3_bind_int64(m_words, 1, (row.at / 1'000'000) * 1'073'741'824 + row.id % 536'870'912 * 2);
        text(m_words, 2, row.name + ' ' + row.address);
        text(m_words, 3, row.to);
        text(m_words, 4, row.subject);
        text(m_words, 5, row.text);
        run(m_db, m_words);
    }
    check(m_db, sqlite3_exec(m_db, "COMMIT", nullptr, nullptr, nullptr));
    m_cpu += cpuMicroseconds() - before;
}

} // namespace patchbay::bench
