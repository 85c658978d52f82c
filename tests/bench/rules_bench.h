#pragma once

#include "bench/bench.h"

namespace patchbay::bench {

/// 10,000 rules against messages: all texts in one set beside asking each rule by itself.
void benchRules(Table &table);

/// A rule set against the history of a workspace, read alone: by what was decided then, and by asking the model anew.
void benchReplay(const BenchOptions &options, Table &table);

} // namespace patchbay::bench
