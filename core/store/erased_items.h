#pragma once

#include "core/model/inbound.h"
#include "core/store/database.h"

namespace patchbay::erased_items {

/// Remembers an item that is being deleted on purpose, by hashes only, so that it is left out when it is fetched or
/// imported again: under its source key, or with the same bytes, whatever their line ends.
void add(Database &db, ChannelId channel, const QString &sourceKey, const QByteArray &raw);
/// True for an item that was deleted on purpose.
bool has(Database &db, ChannelId channel, const RawItem &item);

/// How many items were deleted on purpose since the workspace was made.
qint64 count(Database &db);

} // namespace patchbay::erased_items
