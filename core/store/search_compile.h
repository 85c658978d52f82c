#pragma once

#include "core/search/query.h"
#include "core/search/snippet.h"
#include "core/store/database.h"

#include <limits>

namespace patchbay::search {

/// A condition with its values, in the order of its placeholders. The words of the SQL are ours, never from outside.
struct Condition {
    QByteArray sql = {};
    QVariantList values = {};

    void add(const Condition &other);
};

/// What a query asks of the database. Conditions name search_document "d" and conversation "c".
struct Compiled {
    QString match = {}; ///< for the full-text index; empty: no words are looked for
    QByteArray beginning =
        {}; ///< all that `match` asks for, where it is the first letter or two of many words (SQLite)
    int ways = 0; ///< in which that beginning goes on: what the index costs
    Condition of = {}; ///< " AND ..." for everything else; empty: nothing else
    qint64 from = 0; ///< documents lie from this id on, by the dates asked for
    qint64 until = std::numeric_limits<qint64>::max(); ///< and before this one
    bool ofMessages = false; ///< something is asked of messages, not of conversations alone
};

/// Looks the names up that the query mentions.
Compiled compile(Database &db, const SearchQuery &query, OperatorId me);

/// The words of one text term; the last one may go on where the term says so, and where it is a single ideograph.
std::vector<SearchWord> wordsOfTerm(const SearchTerm &term);
/// The id from which on documents of this moment lie.
qint64 firstKeyAt(Timestamp at);

} // namespace patchbay::search
