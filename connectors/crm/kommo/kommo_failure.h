#pragma once

#include "core/net/http_status.h"

namespace patchbay {

/// "path: detail" of each value that was refused, else the common words.
QString kommoWords(const QByteArray &body);
/// More than seven calls a second end with 403 for the whole address; a missing permission is told in JSON.
std::optional<VendorFailure> kommoFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
