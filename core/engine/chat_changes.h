#pragma once

#include "core/engine/commands_detail.h"
#include "core/ports/chat_change.h"

namespace patchbay {

/// What an operator did to a conversation and its platform wants to know: a delivery of the running transaction, which
/// replaces what waits of the same subject. Nothing where the platform does not take it. What the platform tells is
/// never told back to it: only commands come here.
struct ChatTeller {
    const Catalog *catalog = nullptr; ///< outlives the store's work
    std::chrono::milliseconds hold{0}; ///< how long it can be taken back by its opposite

    void tell(Database &db, const commands::Actor &actor, const Conversation &conversation, ChatChange change) const;
    void status(Database &db, const commands::Actor &actor, const Conversation &conversation, ConversationStatus status,
                Timestamp until = {}) const;
};

} // namespace patchbay
