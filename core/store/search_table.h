#pragma once

#include "core/search/query.h"
#include "core/search/snippet.h"
#include "core/store/database.h"

namespace patchbay::search {

/// A conversation with its newest (or best) message that matches.
struct Hit {
    ConversationId conversation = {};
    MessageId message = {}; ///< none: a task, or the conversation itself, matches
    Timestamp at = {}; ///< of that message
    Snippet snippet = {}; ///< plain text around the first match
};

struct Page {
    std::vector<Hit> hits = {};
    qint64 reached = 0; ///< give this as `before` for the next page; 0: there is no more
};

/// At most `limit` conversations (and those of the same moment as the last), newest hit first, older than `before` (0:
/// from the newest on). A conversation may come again on a later page with an older hit.
Page newest(Database &db, const SearchQuery &query, OperatorId me, qint64 before, int limit);
/// The best of the newest few thousand hits: words in the subject and often in a short message count most.
Page best(Database &db, const SearchQuery &query, OperatorId me, int limit);
/// Those of these conversations that match now.
std::vector<Hit> among(Database &db, const SearchQuery &query, OperatorId me, const std::vector<ConversationId> &ids);

/// What a search sees.
struct Coverage {
    struct Channel {
        ChannelId id = {};
        QString name = {};
        Timestamp from = {}; ///< of its oldest message; none: it has none
    };
    qint64 indexed = 0; ///< messages and tasks
    qint64 waiting = 0; ///< stored, not yet in the index
    std::vector<Channel> channels = {};
};
Coverage coverage(Database &db);

/// The words of a query that a text may hold, for marking them.
std::vector<SearchWord> wordsOf(const SearchQuery &query);

} // namespace patchbay::search
