#pragma once

#include "bench/corpus.h"

namespace patchbay::bench {

/// What SQLite itself needs for the same messages: rows of `message` and the same search index, with the indexes and
/// settings of a workspace, through its own interface, in transactions of `batch`. CPU microseconds for each message.
double rawInsertMicroseconds(const QString &database, int messages, int batch);

} // namespace patchbay::bench
