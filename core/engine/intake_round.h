#pragma once

#include "core/engine/intake_apply.h"

namespace patchbay {

struct IntakeItem {
    raw_messages::RawMessage raw = {};
    IntakeContext context = {};
};

/// What one round works on. Items whose attempts all ended the program are set aside on the way.
struct IntakeRound {
    std::vector<IntakeItem> items = {};
    RawMessageId last = {}; ///< none: nothing was pending
    std::shared_ptr<const Snapshot> snapshot = {}; ///< that decides; made here when there was none
    std::vector<ChannelId> leased = {}; ///< in a team: the channels that are ours for now
};

/// Whose channels' items a round may take: in a team only those that no other workstation runs or reads.
struct IntakeShare {
    bool shared = false;
    QString owner = {};
    std::chrono::milliseconds length{0};

    /// A pass asks once which channels have something to read, and keeps those that it got.
    std::vector<raw_messages::RawMessage> pending(Database &db, RawMessageId after,
                                                  std::vector<ChannelId> &leased) const;
};

/// The Intake's first transaction: the items as pending, with the cursor. How many of them are new.
Result<int> storeBatch(Database &db, ChannelId channel, const Batch &batch);
/// Counts the attempts before anything is parsed. Items that were begun before go one at a time, so that one which ends
/// the program takes no other with it.
Result<IntakeRound> beginRound(Database &db, std::shared_ptr<const Snapshot> snapshot, const QString &workspaceUid,
                               const IntakeShare &share, RawMessageId after, std::vector<ChannelId> leased);

} // namespace patchbay
