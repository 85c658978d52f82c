#pragma once

#include "core/model/account.h"
#include "core/ports/catalog.h"
#include "core/store/channel_figures.h"

#include <QtCore/QString>

namespace patchbay::words {

/// "usually every 4 minutes, silent for 3 hours"; empty while there is too little to say so.
QString rhythm(const channels::Figures &figures, Timestamp lastReceivedAt, Timestamp now);
/// Whether the channel is silent for much longer than it usually is: ten times, and half an hour at least.
bool isUnusuallySilent(const channels::Figures &figures, Timestamp lastReceivedAt, Timestamp now);
/// "12 in, 1 doubled": what came in the last 24 hours.
QString arrived(const channels::Figures &figures);
/// "3 sent; 1 unknown": the replies of the last 24 hours, and those that are not over.
QString replied(const channels::Figures &figures);

} // namespace patchbay::words
