#pragma once

#include "core/store/conversation_table.h"

#include <functional>

namespace patchbay {

/// What fills a conversation list. Both functions run in a read transaction, off the GUI thread.
struct ConversationSource {
    using Entries = std::vector<conversations::Ordered>;

    /// The next page in list order: at most `limit` after `before`, the newest when that is none. A shorter one is the
    /// last.
    std::function<Entries(Database &db, std::optional<conversations::Ordered> before, int limit)> page = {};
    /// Those of `ids` that belong to the list now.
    std::function<Entries(Database &db, const std::vector<ConversationId> &ids)> among = {};
};

/// A view of the rail.
ConversationSource sourceOfView(conversations::View view, OperatorId me);

} // namespace patchbay
