#pragma once

#include "core/model/delivery.h"
#include "core/store/database.h"

#include <chrono>

namespace patchbay::deliveries {

/// An Outbox row as it is shown.
struct Entry {
    Delivery delivery = {};
    QString destination = {}; ///< the channel's or target's name
    QString title = {}; ///< the task's title or the mail's subject
    QString contactName = {};
    QString operatorName = {};
};

enum class Filter { Open, Problems, All }; ///< open: neither sent nor cancelled; problems: failed, unknown, dead

DeliveryId insert(Database &db, const Delivery &delivery);
/// A record that is at the target already, as it was read there: state sent, linked now, never tried. Figures of what
/// was sent leave it out: it has no time of settling.
DeliveryId insertLinked(Database &db, const Delivery &delivery);
/// Takes a link back; false when it is none, or was taken back already.
bool unlink(Database &db, DeliveryId id, OperatorId by);
std::optional<Delivery> byId(Database &db, DeliveryId id);
Result<Delivery> byUid(Database &db, const QString &uidOrPrefix);
std::optional<Delivery> byKey(Database &db, const QString &key);
std::vector<Delivery> ofConversation(Database &db, ConversationId conversation);
std::vector<Entry> list(Database &db, Filter filter, int limit);
int count(Database &db, Filter filter);

/// Deliveries that may be tried now, oldest first; one per conversation, in order, and not while a breaker is open.
std::vector<Delivery> due(Database &db, Timestamp now, int limit, DeliveryId after = {});
/// When the next one becomes due; none when nothing waits.
Timestamp nextDueAt(Database &db);
/// Takes it: state sending, a new fence, attempts + 1. Nothing when it was no longer to be had.
std::optional<Delivery> claim(Database &db, DeliveryId id, const QString &owner, std::chrono::milliseconds lease);
/// Just before the step that cannot be taken back; false when the claim is no longer ours.
bool markEffectStarted(Database &db, DeliveryId id, qint64 fence);

struct Outcome {
    DeliveryState state = DeliveryState::Sent;
    QString externalId = {};
    QString externalUrl = {};
    QString response = {};
    QString error = {};
    QString errorKind = {};
    bool ambiguous = false;
    Timestamp nextAttemptAt = {};
    bool uncounted = false; ///< the try did not reach the other side: it is not one of the allowed attempts
};
/// False, and nothing changes, when the fence is not the newest.
bool settle(Database &db, DeliveryId id, qint64 fence, const Outcome &outcome);

/// It cannot be tried now (no live destination, look-up too early): failed with these words until then, no attempt
/// counted.
void postpone(Database &db, DeliveryId id, Timestamp until, const QString &error, const QString &errorKind);
/// Everything that waits for the same destination waits at least until then.
void throttle(Database &db, const Delivery &like, Timestamp until);
/// The destination is back: what failed only because it was offline may be tried now.
void expedite(Database &db, const Delivery &like);
/// What waits for a sign-in at a destination that is no longer failed may be tried now; how many.
int signedInAgain(Database &db);

/// The breaker of a delivery's destination: `openUntil` none is closed, in the future open, in the past half-open (one
/// probe at a time).
struct Breaker {
    int failures = 0; ///< consecutive
    Timestamp openUntil = {};
};
Breaker breakerOf(Database &db, const Delivery &delivery);
void setBreaker(Database &db, const Delivery &delivery, const Breaker &breaker);

/// Deliveries still "sending" whose claimer is gone (SQLite: any owner but `owner`; PostgreSQL: lease over).
std::vector<Delivery> orphans(Database &db, const QString &owner, Timestamp now);

/// The task goes to the first of the delivery's backups, with a key of its own, due at once: the delivery ends as
/// cancelled with these words and names the new one. Only what waits or has ended as dead, by its newest fence; that
/// its target surely did not take it is for the caller to know. None when that is no longer so.
std::optional<DeliveryId> moveToBackup(Database &db, const Delivery &delivery, const QString &words);
/// What waits, never begun with an open end, for a target whose breaker is open, and has a backup.
std::vector<Delivery> waitingWithBackup(Database &db, Timestamp now, int limit);

/// Questions that leave together: the first that waits takes the others along.
void joinBatch(Database &db, DeliveryId id, ModelBatchId batch);
/// What has not left yet, oldest first; the one that is being sent is among them.
std::vector<Delivery> waitingOfBatch(Database &db, ModelBatchId batch);
/// A person said that it is over there; where, nobody knows.
bool isBatchSettledByPerson(Database &db, ModelBatchId batch);
/// The batch was taken: what left with it is sent, but for the one that is being sent, which its attempt settles.
void sentWithBatch(Database &db, ModelBatchId batch, const QString &externalId);
/// The batch came to nothing: so did what waits for it, but for the one that is being sent.
void deadWithBatch(Database &db, ModelBatchId batch, const QString &words, const QString &errorKind);

/// The conversation's changes of this subject (its payload's "change"), oldest first, but for those that were taken
/// back.
std::vector<Delivery> changesOf(Database &db, ConversationId conversation, const QString &subject);
/// A change of this subject (its payload's "change") waits to be told to the platform, or is under way.
bool isChanging(Database &db, ConversationId conversation, const QString &subject);
/// A newer change of the same subject makes those needless that wait or have come to nothing; what may have arrived
/// stays.
void replaceChanges(Database &db, ConversationId conversation, const QString &subject, OperatorId by);

/// A person's decisions. Each returns false when the state does not allow it.
/// cancel: only what surely was not sent. retry: queued, failed and dead ones, due at once, and a task that came out of
/// a backup, which is looked up first. settleByPerson: unknown ones.
bool cancel(Database &db, DeliveryId id, OperatorId by);
bool retry(Database &db, DeliveryId id, OperatorId by);
bool settleByPerson(Database &db, DeliveryId id, Settlement as, OperatorId by);

/// Our own message came back through the channel: the reply with this key is sent if it was unknown, or failed after an
/// attempt whose end is not known. Any other state stays. `words` say where it was found.
std::optional<DeliveryId> foundInChannel(Database &db, ChannelId channel, const QString &key, const QString &words);

/// Replies of this conversation that may have arrived and have no id of the platform's yet (under way past the point of
/// no return, of unknown end, settled by a person, or sent in the last day by a word without an id), oldest first: what
/// comes back may be one of them.
std::vector<Delivery> awaitingEcho(Database &db, ConversationId conversation);
/// It came back with this id. What was unknown is sent; what is under way is settled by its attempt, which then cannot
/// have failed.
void echoed(Database &db, const Delivery &delivery, const QString &externalId, const QString &words);
/// The platform, which had accepted the reply, tells that it did not arrive: dead, with the platform's words.
void failedThere(Database &db, MessageId message, const QString &words);
/// The platform tells after all that such a reply arrived.
void arrivedThere(Database &db, MessageId message, const QString &externalId);

} // namespace patchbay::deliveries
