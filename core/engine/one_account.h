#pragma once

#include "core/base/error.h"

namespace patchbay {

/// Conflict: the channel with this name has the account over there.
Error accountTaken(const QString &holder);

} // namespace patchbay
