#pragma once

#include "core/model/message_event.h"

#include <QtCore/QString>

namespace patchbay::words {

/// How a message of ours fares over there: "✓✓ Read 14:05".
QString fateSentence(const MessageEvent &receipt, Timestamp now);
/// A time to come: "14:05", "Tue 14:05".
QString momentAhead(Timestamp at, Timestamp now);
/// The signs under a message, each with who put it: "👍 Zoë, Max  ·  ❤ Ana".
QString reactions(const MessageStory &story);
/// What was told of a message since, for who cannot see it; empty: nothing.
QString storySentence(const MessageStory &story);

} // namespace patchbay::words
