#pragma once

#include "core/store/database.h"

#include <chrono>

namespace patchbay::leases {

/// Who runs a channel of a workspace that several processes share, by the workspace's own time. With SQLite the one
/// process that has the file runs everything, and nothing is written here.
struct Lease {
    ChannelId channel = {};
    QString owner = {};
    qint64 fence = 0; ///< one more for each new owner
    Timestamp until = {};
};

/// Takes what nobody holds any more, or renews what is ours already (never shortening it); false: another's.
bool take(Database &db, ChannelId channel, const QString &owner, std::chrono::milliseconds length);
/// Ends ours at once; another's stays.
void release(Database &db, ChannelId channel, const QString &owner);
/// Those that have not run out.
std::vector<Lease> running(Database &db);
std::optional<Lease> of(Database &db, ChannelId channel);
/// The workstation's name in Store::owner().
QString nameOf(const QString &owner);

} // namespace patchbay::leases
