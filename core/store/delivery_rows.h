#pragma once

#include "core/store/delivery_table.h"

// Shared by the two files of the delivery table; no other file includes it.

#define PATCHBAY_DELIVERY_COLUMNS                                                                                      \
    "id, uid, kind, conversation_id, message_id, task_id, channel_id, target_id, key, payload, state, attempts, "      \
    "ever_ambiguous, fence, lease_owner, lease_until, attempt_started_at, effect_started_at, not_before, "             \
    "next_attempt_at, last_error, error_kind, external_id, external_url, response, created_at, settled_at, "           \
    "operator_id, settled_by, backups, replaced_by, remote_status, remote_closed, model_id, linked_at"

namespace patchbay::deliveries {

/// How many columns PATCHBAY_DELIVERY_COLUMNS names.
inline constexpr int columnCount = 35;

Delivery deliveryFrom(const Row &row);
std::optional<Delivery> deliveryFrom(const std::optional<Row> &row);
std::vector<Delivery> deliveriesFrom(const std::vector<Row> &rows);
/// Announces a delivery and everything that shows its state.
void announce(Database &db, const Delivery &delivery);
/// Never null: a null string would be bound as NULL.
QString deliveryText(const QString &text);
/// NULL for "none".
template <class IdType> QVariant deliveryNullable(IdType id)
{
    return id ? QVariant(id.value) : QVariant(QMetaType::fromType<qlonglong>());
}

} // namespace patchbay::deliveries
