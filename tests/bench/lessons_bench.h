#pragma once

#include "bench/measure.h"

namespace patchbay::bench {

/// What one lesson costs on top of BANKING77, and how a desk without examples gets on that is only told where it was
/// wrong, with and without the names of its categories. Adds nothing where the data set is not beside the project.
void benchLessons(Table &table);

} // namespace patchbay::bench
