#pragma once

#include "core/model/inbound.h"
#include "core/store/database.h"

#include <QtCore/QSet>

namespace patchbay::raw_messages {

/// Noted: it told something of a message, or had nothing to show.
enum class State { Pending, Visible, Duplicate, Quarantined, Noted };

struct RawMessage {
    RawMessageId id = {};
    ChannelId channel = {};
    RawItem item = {};
    State state = State::Pending;
    int attempts = 0;
    QString error = {};
    MessageId message = {};
    Timestamp receivedAt = {};
};

/// Stores an item as pending and counts it; nothing when the channel already has this source key, or had it until it
/// was deleted on purpose.
std::optional<RawMessageId> insert(Database &db, ChannelId channel, const RawItem &item);
/// Pending ones, oldest first, after the item `after`; raw bytes included, fewer than `limit` when they are large.
std::vector<RawMessage> pending(Database &db, int limit, RawMessageId after = {});
/// The same, but only of channels whose lease `owner` holds.
std::vector<RawMessage> pendingOf(Database &db, const QString &owner, int limit, RawMessageId after = {});
std::vector<ChannelId> channelsWithPending(Database &db);
/// Those that are still pending; until this transaction ends no other one settles them.
QSet<RawMessageId> holdPending(Database &db, const std::vector<RawMessageId> &ids);
/// SHA-256 in hexadecimal digits. Any thread.
QString hashOf(const RawItem &item);
/// Stores an item at its end, with the message that came of it: an import, whose file is kept elsewhere until then.
/// `hash` is hashOf(item).
void insertSettled(Database &db, ChannelId channel, const RawItem &item, const QString &hash, State state,
                   MessageId message, const QString &error);
/// Which of these source keys the channel has, as they were asked.
QSet<QString> knownKeys(Database &db, ChannelId channel, const QStringList &sourceKeys);
/// On a server: until this transaction ends no other one that stores or settles an item commits. SQLite has one writer.
void holdAll(Database &db);
qint64 pendingCount(Database &db);
std::optional<RawMessage> byId(Database &db, RawMessageId id);
/// Counts one more attempt before parsing begins.
void beginAttempt(Database &db, RawMessageId id);
/// Takes an attempt back that ended for a reason outside the item (a full disk).
void giveBackAttempt(Database &db, RawMessageId id);
/// Keeps why an attempt failed while the item stays pending.
void noteError(Database &db, RawMessageId id, const QString &error);
/// Moves it to its end state and the counters with it.
void settle(Database &db, RawMessageId id, State state, MessageId message, const QString &error);
/// The same for many that became messages.
void settleVisible(Database &db, const std::vector<std::pair<RawMessageId, MessageId>> &items);
/// A noted item waits for the message with this external id.
void setAwaited(Database &db, ChannelId channel, const QString &sourceKey, const QString &about);
/// For which of these ids (as indexKey makes them) something waits.
QSet<QString> waitedFor(Database &db, ChannelId channel, const QStringList &indexKeys);
/// The message with this external id has come: what waits for it is pending again, at most `waitingLimit` of them. How
/// many.
int requeueAbout(Database &db, ChannelId channel, const QString &about);
inline constexpr int waitingLimit = 500;
/// Newest first, raw bytes left out.
std::vector<RawMessage> quarantined(Database &db, int limit);
/// Back to pending with no attempts, to be read again.
void requeue(Database &db, RawMessageId id);

/// What `patchbayctl check` shows: the counters as kept, and as counted from the rows.
struct Counters {
    qint64 received = 0, visible = 0, duplicate = 0, quarantined = 0, pending = 0, noted = 0;
    bool operator==(const Counters &) const = default;
    bool addsUp() const { return received == visible + duplicate + quarantined + noted + pending; }
};
Counters kept(Database &db);
Counters counted(Database &db);
Counters countedIn(Database &db, ChannelId channel);

} // namespace patchbay::raw_messages
