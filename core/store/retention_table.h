#pragma once

#include "core/store/message_removal.h"

namespace patchbay::retention {

/// How many months a closed conversation is kept; 0, as in every new workspace: for ever. Nothing is deleted by itself:
/// it is what an explicit deletion means by "old".
int months(Database &db);
void setMonths(Database &db, int months);

/// While it lives, what is deleted is overwritten in the file at once, also whole pages that become free. Usually only
/// what costs nothing is. In a work of the writer; on a server it does nothing.
class Overwriting {
public:
    explicit Overwriting(Database &db);
    ~Overwriting();
    Overwriting(const Overwriting &) = delete;
    Overwriting &operator=(const Overwriting &) = delete;

private:
    Database &m_db;
};

/// The oldest closed conversation whose newest message is older than `before` and all of whose deliveries have ended.
std::optional<ConversationId> nextClosed(Database &db, Timestamp before);
/// What a deletion of all of them would take along.
Removed countOlder(Database &db, Timestamp before);
/// Closed and old enough, but with a delivery that has not ended.
qint64 keptBack(Database &db, Timestamp before);
/// The newest message's time of the oldest closed conversation.
Timestamp oldestClosed(Database &db);

} // namespace patchbay::retention
