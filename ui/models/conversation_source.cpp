#include "ui/models/conversation_source.h"

namespace patchbay {

ConversationSource sourceOfView(conversations::View view, OperatorId me)
{
    ConversationSource source;
    source.page = [view, me](Database &db, std::optional<conversations::Ordered> before, int limit) {
        return conversations::orderedAfter(db, view, me, before, limit);
    };
    source.among = [view, me](Database &db, const std::vector<ConversationId> &ids) {
        return conversations::orderedAmong(db, view, me, ids);
    };
    return source;
}

} // namespace patchbay
