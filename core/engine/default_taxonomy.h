#pragma once

#include "core/model/taxonomy.h"

namespace patchbay {

/// The categories of a new workspace, for a support desk, with descriptions and key words in English, Russian,
/// Portuguese, Chinese and German, so that the classifier is useful before the first lesson. Unsorted is the last one.
/// No ids yet.
Taxonomy defaultTaxonomy();

} // namespace patchbay
