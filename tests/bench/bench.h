#pragma once

#include "bench/corpus.h"
#include "bench/measure.h"

namespace patchbay::bench {

struct BenchOptions {
    int messages = 100'000;
    QString folder = {}; ///< where workspaces are made; they are kept
};

/// Each measures one part and adds its rows.
void benchIntake(const BenchOptions &options, Table &table);

} // namespace patchbay::bench
