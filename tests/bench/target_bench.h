#pragma once

#include "bench/bench.h"

namespace patchbay::bench {

/// 1,000 tasks through each target: the real Outbox, connector and network transport, to a recorded other side on
/// loopback (far_server.h). Prints a table of its own: tasks a second and CPU of this process for each task.
void benchTargets(const BenchOptions &options);

} // namespace patchbay::bench
