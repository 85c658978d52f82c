#include "bench/raw_sqlite.h"

#include "bench/measure.h"
#include "core/model/body.h"
#include "core/store/search_tokenizer.h"

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
    return {message.number + 1,
            QUuid::createUuid().toByteArray(QUuid::WithoutBraces),
            in.from.name.toUtf8(),
            in.from.address.toUtf8(),
            in.externalId.toUtf8(),
            in.dedupeKey.toUtf8(),
            in.subject.toUtf8(),
            in.text.toUtf8(),
            toBytes(in.body),
            "[\"support@example.org\"]",
            message.at.us};
}

} // namespace

double rawInsertMicroseconds(const QString &database, int messages, int batch)
{
    sqlite3 *db = nullptr;
    check(db, sqlite3_open(database.toUtf8().constData(), &db));
    check(db, registerSearchTokenizer(db));
    check(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; "
                               "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF",
                           nullptr, nullptr, nullptr));
    sqlite3_stmt *const message = prepared(
        db, "INSERT INTO message (id, uid, conversation_id, channel_id, direction, author_name, author_address, "
            "external_id, dedupe_key, subject, body_text, body, to_addresses, cc_addresses, provider_at, arrived_at, "
            "sort_at) VALUES (?, ?, ?, 1, 'inbound', ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?)");
    sqlite3_stmt *const words = prepared(
        db, "INSERT INTO search_text (rowid, author, recipients, subject, body, files) VALUES (?, ?, ?, ?, ?, '')");
    Corpus corpus(messages);
    double cpu = 0;
    for (int done = 0; done < messages; done += batch) {
        std::vector<RawRow> rows;
        std::vector<int> conversations;
        for (int i = 0; i < batch; ++i) {
            const CorpusMessage next = corpus.next();
            rows.push_back(rowOf(next));
            conversations.push_back(next.conversation);
        }
        const double before = cpuMicroseconds();
        check(db, sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
        for (size_t i = 0; i < rows.size(); ++i) {
            const RawRow &row = rows[i];
            sqlite3_bind_int64(message, 1, row.id);
            text(message, 2, row.uid);
            sqlite3_bind_int64(message, 3, conversations[i] + 1);
            text(message, 4, row.name);
            text(message, 5, row.address);
            text(message, 6, row.externalId);
            text(message, 7, row.dedupe);
            text(message, 8, row.subject);
            text(message, 9, row.text);
            sqlite3_bind_blob(message, 10, row.body.constData(), int(row.body.size()), SQLITE_STATIC);
            text(message, 11, row.to);
            for (int place = 12; place <= 14; ++place)
                sqlite3_bind_int64(message, place, row.at);
            run(db, message);
            sqlite3_bind_int64(words, 1, (row.at / 1'000'000) * 1'073'741'824 + row.id % 536'870'912 * 2);
            text(words, 2, row.name + ' ' + row.address);
            text(words, 3, row.to);
            text(words, 4, row.subject);
            text(words, 5, row.text);
            run(db, words);
        }
        check(db, sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr));
        cpu += cpuMicroseconds() - before;
    }
    sqlite3_finalize(message);
    sqlite3_finalize(words);
    sqlite3_close(db);
    return cpu / messages;
}

} // namespace patchbay::bench
