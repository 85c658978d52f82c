#include "core/store/delivery_table.h"

#include "core/store/delivery_rows.h"

namespace patchbay::deliveries {

using namespace Qt::StringLiterals;

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

std::vector<Delivery> awaitingEcho(Database &db, ConversationId conversation)
{
    return deliveriesFrom(
        db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS
                " FROM delivery WHERE conversation_id = ? AND kind = 'reply' AND external_id = '' AND "
                "(state = 'unknown' OR (state = 'failed' AND ever_ambiguous = 1) OR (state = 'sending' AND "
                "effect_started_at > 0) OR (state = 'sent' AND (settled_by IS NOT NULL OR settled_at > ?))) "
                "ORDER BY id LIMIT 100",
                {conversation.value, (db.now() - std::chrono::hours(24)).us}));
}

void echoed(Database &db, const Delivery &delivery, const QString &externalId, const QString &words)
{
    if (delivery.state == DeliveryState::Sending)
        db.exec("UPDATE delivery SET external_id = ?, response = ? WHERE id = ? AND state = 'sending'",
                {externalId, words, delivery.id.value});
    else
        db.exec("UPDATE delivery SET state = 'sent', external_id = ?, response = ?, last_error = '', error_kind = '', "
                "settled_by = NULL, settled_at = ?, next_attempt_at = 0, fence = fence + 1 WHERE id = ? AND state IN "
                "('unknown', 'failed', 'sent')",
                {externalId, words, db.now().us, delivery.id.value});
    announce(db, delivery);
}

void failedThere(Database &db, MessageId message, const QString &words)
{
    const auto failed = deliveryFrom(
        db.row("UPDATE delivery SET state = 'dead', external_id = '', last_error = ?, error_kind = ?, settled_at = ?, "
               "fence = fence + 1 WHERE message_id = ? AND kind = 'reply' AND state = 'sent' "
               "RETURNING " PATCHBAY_DELIVERY_COLUMNS,
               {deliveryText(words.left(2000)), u"failed_there"_s, db.now().us, message.value}));
    if (failed)
        announce(db, *failed);
}

void arrivedThere(Database &db, MessageId message, const QString &externalId)
{
    const auto arrived = deliveryFrom(
        db.row("UPDATE delivery SET state = 'sent', external_id = ?, last_error = '', error_kind = '', settled_at = ? "
               "WHERE message_id = ? AND kind = 'reply' AND state = 'dead' AND error_kind = 'failed_there' "
               "RETURNING " PATCHBAY_DELIVERY_COLUMNS,
               {externalId, db.now().us, message.value}));
    if (arrived)
        announce(db, *arrived);
}

} // namespace patchbay::deliveries
