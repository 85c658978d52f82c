#pragma once

#include "core/base/result.h"

#include <QtCore/QFuture>

namespace patchbay {

/// Finishes when the process gets SIGTERM or SIGINT. Event loop's thread; once per process.
QFuture<Result<Done>> untilSignal();

} // namespace patchbay
