#pragma once

#include "core/model/inbound.h"

#include <functional>

class QIODevice;

namespace patchbay {

/// Reads an mbox (mboxrd, mboxo, also with CRLF) or a single .eml from a device, item by item, memory bounded by the
/// largest item (50 MB; a larger one is handed over cut, to be quarantined). Returns how many. `each` returns false to
/// stop.
Result<int> readMbox(QIODevice &device, const std::function<bool(RawItem)> &each);
/// The whole device as one item, as it is; an error when it is empty.
Result<RawItem> readEml(QIODevice &device);

} // namespace patchbay
