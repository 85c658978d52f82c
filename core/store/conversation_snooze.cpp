#include "core/store/conversation_table.h"

namespace patchbay::conversations {

Timestamp nextWakeAt(Database &db)
{
    const auto row = db.row("SELECT MIN(snooze_until) FROM conversation WHERE status = 'snoozed' AND snooze_until > 0");
    return row ? row->time(0) : Timestamp{};
}

} // namespace patchbay::conversations
