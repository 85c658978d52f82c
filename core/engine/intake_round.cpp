#include "core/engine/intake_round.h"

#include "core/base/fault.h"
#include "core/store/account_table.h"
#include "core/store/channel_event_table.h"
#include "core/store/lease_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int intakeRoundSize = 100;
constexpr int intakeAttempts = 3;

} // namespace

std::vector<raw_messages::RawMessage> IntakeShare::pending(Database &db, RawMessageId after,
                                                           std::vector<ChannelId> &leased) const
{
    if (!shared)
        return raw_messages::pending(db, intakeRoundSize, after);
    if (!after)
        leased = raw_messages::channelsWithPending(db);
    std::erase_if(leased, [&](ChannelId channel) { return !leases::take(db, channel, owner, length); });
    return raw_messages::pendingOf(db, owner, intakeRoundSize, after);
}
Result<int> storeBatch(Database &db, ChannelId channel, const Batch &batch)
{
    if (!channels::byId(db, channel))
        return makeError(Error::Kind::NotFound, u"The channel of these messages no longer exists."_s);
    int stored = 0;
    for (const RawItem &item : batch.items)
        stored += raw_messages::insert(db, channel, item).has_value() ? 1 : 0;
    faultPoint("cursor.before_save");
    if (!batch.cursor.isEmpty())
        channels::setCursor(db, channel, batch.cursor);
    if (stored > 0)
        channels::setReceived(db, channel, db.now());
    if (db.ok())
        faultPoint("intake.before_commit");
    return db.finish(int(stored));
}

Result<IntakeRound> beginRound(Database &db, std::shared_ptr<const Snapshot> snapshot, const QString &workspaceUid,
                               const IntakeShare &share, RawMessageId after, std::vector<ChannelId> leased)
{
    IntakeRound round;
    round.leased = std::move(leased);
    std::vector<raw_messages::RawMessage> pending = share.pending(db, after, round.leased);
    if (pending.empty())
        return db.finish(std::move(round));
    if (!snapshot)
        snapshot = Snapshots::build(db);
    round.snapshot = snapshot;
    const std::vector<Channel> known = channels::all(db);
    for (raw_messages::RawMessage &raw : pending) {
        if (raw.attempts > 0 && !round.items.empty())
            break;
        round.last = raw.id;
        if (raw.attempts >= intakeAttempts) {
            const QString why = raw.error.isEmpty() ? u"the program ended each time"_s : raw.error;
            raw_messages::settle(db, raw.id, raw_messages::State::Quarantined, {},
                                 u"Not read in %1 attempts: %2"_s.arg(raw.attempts).arg(why));
            channel_events::note(db, raw.channel, ChannelEvent::Kind::Unreadable);
            continue;
        }
        const bool alone = raw.attempts > 0;
        raw_messages::beginAttempt(db, raw.id);
        const auto channel =
            std::find_if(known.begin(), known.end(), [&](const Channel &c) { return c.id == raw.channel; });
        IntakeContext context{snapshot, workspaceUid, channel == known.end() ? Channel{} : *channel};
        round.items.push_back({std::move(raw), std::move(context)});
        if (alone)
            break;
    }
    return db.finish(std::move(round));
}
} // namespace patchbay
