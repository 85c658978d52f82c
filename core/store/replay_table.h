#pragma once

#include "core/model/conversation.h"
#include "core/model/taxonomy.h"
#include "core/store/database.h"

namespace patchbay::replay_rows {

/// Which conversations: those whose newest message is in the span, newest first.
struct Span {
    Timestamp since = {}; ///< none: from the beginning
    Timestamp until = {}; ///< before then; none: to the end
    qint64 most = 0; ///< conversations; 0: all
};

/// One page of them behind `sortAt`, `id` (both 0: from the newest).
struct Place {
    qint64 sortAt = 0;
    qint64 id = 0;
};
std::vector<ConversationId> page(Database &db, const Span &span, Place &last, int limit);

/// A message as a replay reads it.
struct Item {
    MessageId message = {};
    ConversationId conversation = {};
    bool inbound = true;
    Timestamp sortAt = {};
    QString subject = {}; ///< of inbound ones, as all below
    QString text = {};
    Address author = {};
    bool automatic = false;
    /// As it was decided then: category, confidence, priority, language, source and whether the model abstained,
    /// without its reasons. Nothing: it never was.
    std::optional<Classification> stored = {};
};
/// The newest inbound message of each of these conversations, or all inbound and outbound ones; by conversation, oldest
/// first.
std::vector<Item> items(Database &db, const std::vector<ConversationId> &conversations, bool newestAlone);

} // namespace patchbay::replay_rows
