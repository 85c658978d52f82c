#include "core/store/delivery_table.h"

namespace patchbay::deliveries {

std::optional<DeliveryId> foundInChannel(Database &db, ChannelId channel, const QString &key, const QString &words)
{
    // The fence grows, so that an attempt that is still about to settle finds that it is late.
    const auto row = db.row(
        "UPDATE delivery SET state = 'sent', external_id = ?, response = ?, last_error = '', "
        "error_kind = '', settled_by = NULL, settled_at = ?, next_attempt_at = 0, fence = fence + 1 WHERE key = ? AND "
        "channel_id = ? AND kind = 'reply' AND (state = 'unknown' OR (state = 'failed' AND "
        "ever_ambiguous = 1)) RETURNING id, conversation_id",
        {key, words, db.now().us, key, channel.value});
    if (!row)
        return std::nullopt;
    const DeliveryId id = row->id<DeliveryId>(0);
    db.changes().deliveries.insert(id);
    db.changes().conversations.insert(row->id<ConversationId>(1));
    db.changes().timelines.insert(row->id<ConversationId>(1));
    return id;
}

} // namespace patchbay::deliveries
