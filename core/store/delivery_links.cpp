#include "core/store/delivery_rows.h"

namespace patchbay::deliveries {

DeliveryId insertLinked(Database &db, const Delivery &delivery)
{
    Delivery linked = delivery;
    linked.kind = DeliveryKind::Task;
    linked.state = DeliveryState::Sent;
    linked.id = insert(db, linked);
    db.exec("UPDATE delivery SET linked_at = ?, external_id = ?, external_url = ?, remote_status = ?, remote_closed = "
            "?, next_attempt_at = 0 WHERE id = ?",
            {db.now().us, linked.externalId, deliveryText(linked.externalUrl), deliveryText(linked.remoteStatus),
             int(linked.remoteClosed), linked.id.value});
    return linked.id;
}

bool unlink(Database &db, DeliveryId id, OperatorId by)
{
    const auto unlinked =
        deliveryFrom(db.row("UPDATE delivery SET state = 'cancelled', settled_at = ?, settled_by = ? "
                            "WHERE id = ? AND linked_at > 0 AND state = 'sent' RETURNING " PATCHBAY_DELIVERY_COLUMNS,
                            {db.now().us, by.value, id.value}));
    if (unlinked)
        announce(db, *unlinked);
    return unlinked.has_value();
}

} // namespace patchbay::deliveries
