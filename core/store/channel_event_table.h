#pragma once

#include "core/model/channel_event.h"
#include "core/store/database.h"

namespace patchbay::channel_events {

/// How many of each channel are kept.
inline constexpr int mostKept = 500;

/// Adds it to the newest one of the channel where that says the same and began less than ten minutes ago, so that much
/// traffic is few rows. The oldest beyond the bound go.
void note(Database &db, ChannelId channel, ChannelEvent::Kind kind, int times = 1, const QString &detail = {});
/// Newest first. Ids grow with time, but what happens again soon keeps its own.
std::vector<ChannelEvent> of(Database &db, ChannelId channel, bool troubleOnly, int limit = mostKept);

} // namespace patchbay::channel_events
