#pragma once

#include "bench/corpus.h"

#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace patchbay::bench {

/// What SQLite itself needs: one prepared insert of a message and one of its words into the same full-text index, with
/// the settings of the store, straight through SQLite's interface.
class RawSqlite {
public:
    /// `database`: a workspace's file that has no messages yet.
    explicit RawSqlite(const QString &database);
    ~RawSqlite();
    RawSqlite(const RawSqlite &) = delete;
    RawSqlite &operator=(const RawSqlite &) = delete;

    /// One transaction.
    void insert(const std::vector<CorpusMessage> &messages);
    /// Microseconds of CPU that all inserts took.
    double cpu() const { return m_cpu; }

private:
    sqlite3 *m_db = nullptr;
    sqlite3_stmt *m_message = nullptr;
    sqlite3_stmt *m_words = nullptr;
    double m_cpu = 0;
};

} // namespace patchbay::bench
