#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/database.h"

#include <vector>

/// The reading back of statuses: when each task at a target is asked for again, and which target is left alone.
namespace patchbay::task_watch {

/// How a delivery's status was read last. Its words and whether it is closed are the delivery's own.
struct Watch {
    DeliveryId delivery = {};
    TargetId target = {};
    Timestamp nextAt = {}; ///< none: it is not asked for any more
    Timestamp readAt = {}; ///< none: not read yet
    Timestamp changedAt = {}; ///< since when it is as it is; before the first change: since it was sent
    bool gone = false; ///< the target answered that it has no such record
    int failures = 0; ///< readings that failed since the last answer
    QString error = {}; ///< of the last reading when that failed, in the target's words
    qint64 fence = 0; ///< of the newest reading that began

    bool operator==(const Watch &) const = default;
};

/// A reading that is due.
struct Question {
    DeliveryId delivery = {};
    TargetId target = {};
    QString externalId = {};
    Timestamp nextAt = {};
    qint64 fence = 0; ///< after claim()
};

/// A target whose statuses could not be read.
struct Trouble {
    int failures = 0; ///< in a row; 0: none
    Timestamp notBefore = {}; ///< it is left alone until then
    QString error = {}; ///< in the target's words
    QString errorKind = {};
    Timestamp failedAt = {};

    bool operator==(const Trouble &) const = default;
};

/// Sent tasks that have a record over there and are not watched yet, `limit` of them: of these deliveries, or of all.
std::vector<DeliveryId> unwatched(Database &db, const std::vector<DeliveryId> &among, int limit);
std::vector<DeliveryId> unwatched(Database &db, int limit);
/// Watches them: what was sent lately is read `first` after it was sent, older ones within `spread`, not all at once.
void enroll(Database &db, const std::vector<DeliveryId> &ids, std::chrono::milliseconds first,
            std::chrono::milliseconds spread);

std::optional<Watch> of(Database &db, DeliveryId delivery);
std::vector<Watch> of(Database &db, const std::vector<DeliveryId> &ids);
std::vector<Watch> ofConversation(Database &db, ConversationId conversation);
/// All of it; it must be watched.
void store(Database &db, const Watch &watch);

/// What may be asked of this target now, the longest waiting first. Nothing while its breaker is open.
std::vector<Question> due(Database &db, TargetId target, Timestamp now, int limit);
/// True when anything is asked for again one day.
bool waits(Database &db);
/// Takes the question: it comes back at `until` unless it is answered. False: somebody else has taken it.
bool claim(Database &db, Question &question, Timestamp until);
/// The reading that begins now is the newest: the fence for its answer. None when it is not watched.
std::optional<qint64> begin(Database &db, DeliveryId delivery);
/// Due at once, as far as they are open and were not read since: of one conversation, or of the whole workspace. How
/// many.
int hasten(Database &db, ConversationId conversation, Timestamp unreadSince);
int hastenAll(Database &db);
/// These rows of the built-in target changed: what became of them is read at once.
int hastenLocal(Database &db, const std::vector<LocalTaskId> &ids);

Trouble troubleAt(Database &db, TargetId target);
/// No failures: it is over.
void setTrouble(Database &db, TargetId target, const Trouble &trouble);

} // namespace patchbay::task_watch
