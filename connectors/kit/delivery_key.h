#pragma once

#include "core/base/clock.h"

#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// What a delivery's key ("patchbay-<UUIDv7>") tells beyond being unique. Pure.

/// A UUID of the key's own, 36 characters: the one it ends with, else its UUIDv5. For vendors whose records may be
/// created under a UUID that the client chose.
QString keyUuid(const QString &key);
/// When the key was made, by its UUIDv7; nothing for a key without a time.
std::optional<Timestamp> keyTime(const QString &key);
/// A day before the key was made: what another computer's clock says was created before this cannot be
/// ours, so a look-up reads the records since then instead of trusting a search index. Nothing for a key without a
/// time.
std::optional<Timestamp> keySince(const QString &key);
/// The same as "2026-03-03T12:00:00Z"; empty without one.
QString keySinceText(const QString &key);

} // namespace patchbay
