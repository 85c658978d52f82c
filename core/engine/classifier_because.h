#pragma once

#include "core/engine/ngrams.h"
#include "core/model/taxonomy.h"

namespace patchbay {

/// Longer words of a reason are cut here.
inline constexpr qsizetype becauseLongest = 60;

/// The n-grams that counted, mapped back to the words of the message as written: at most 8 for and 2 against, strongest
/// first. Character n-grams count for the word they stand in. `termOf` has the term of each gram, `ofTerm` what one
/// occurrence of a term adds. Pure; any thread.
std::vector<Evidence> becauseOf(const Grams &grams, const std::vector<quint32> &termOf,
                                const std::vector<double> &ofTerm);

} // namespace patchbay
