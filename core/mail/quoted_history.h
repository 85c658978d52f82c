#pragma once

#include "core/model/body.h"

namespace patchbay::mail {

/// markQuotedHistory for a mail whose subject may say that it is passed on: then a block of From, Sent, To and Subject
/// is what the sender wants us to read.
void markHistory(Body &body, bool forwarded);

} // namespace patchbay::mail
