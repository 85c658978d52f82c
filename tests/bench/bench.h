#pragma once

#include "bench/corpus.h"
#include "bench/measure.h"

namespace patchbay::bench {

struct BenchOptions {
    int messages = 100'000;
    QString folder = {}; ///< where workspaces are made; they are kept
    QString workspace = {}; ///< the one that the corpus was imported into
    QString mbox = {}; ///< the corpus as a file
    QString connector = {}; ///< the only target to measure; empty: all
};

/// Writes the corpus as an mbox.
void writeMbox(const BenchOptions &options);

/// Each measures one part and adds its rows.
void benchIntake(const BenchOptions &options, Table &table);
void benchSearch(const BenchOptions &options, Table &table);

} // namespace patchbay::bench
