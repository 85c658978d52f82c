#include "core/store/target_figures.h"

#include "core/model/names.h"

namespace patchbay::targets {

Figures figures(Database &db, TargetId id)
{
    Figures figures;
    // Sent and cancelled ones grow without end: they are not counted, and the index leads to the newest.
    for (const Row &row : db.rows("SELECT state, COUNT(*) FROM delivery WHERE target_id = ? AND state IN ('queued', "
                                  "'sending', 'failed', 'unknown', 'dead') GROUP BY state",
                                  {id.value})) {
        const int count = int(row.integer(1));
        switch (deliveryStateFrom(row.text(0))) {
        case DeliveryState::Queued:
        case DeliveryState::Sending: figures.waiting += count; break;
        case DeliveryState::Failed: figures.retrying = count; break;
        case DeliveryState::Unknown: figures.unknown = count; break;
        case DeliveryState::Dead: figures.notSent = count; break;
        case DeliveryState::Sent:
        case DeliveryState::Cancelled: break;
        }
    }
    if (const auto sent = db.row("SELECT COALESCE(MAX(settled_at), 0) FROM delivery WHERE target_id = ? AND state = "
                                 "'sent'",
                                 {id.value}))
        figures.lastSentAt = sent->time(0);
    if (const auto said = db.row("SELECT last_error FROM delivery WHERE target_id = ? AND state IN ('failed', "
                                 "'unknown', 'dead') AND last_error <> '' ORDER BY attempt_started_at DESC, id DESC "
                                 "LIMIT 1",
                                 {id.value}))
        figures.lastError = said->text(0);
    return figures;
}

} // namespace patchbay::targets
