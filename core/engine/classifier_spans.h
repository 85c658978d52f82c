#pragma once

#include "core/model/taxonomy.h"

namespace patchbay {

/// So much of a text is searched for the words of the evidence.
inline constexpr int spansTextLimit = 20'000;

/// A part of a text that spoke for (weight above 0) or against a category.
struct EvidenceSpan {
    qsizetype start = 0; ///< UTF-16 units
    qsizetype size = 0;
    double weight = 0;
    size_t evidence = 0; ///< which of the reasons

    bool operator==(const EvidenceSpan &) const = default;
};

/// Where the words of the evidence stand in a text as it is shown, each time they occur, one reason after the other.
/// Several words count only where the classifier reads them together: not across the end of a sentence or a line. Reads
/// the first 20,000 characters. Pure; any thread.
std::vector<EvidenceSpan> evidenceOccurrences(const QString &text, const std::vector<Evidence> &because);
/// The same in the order of the text and without overlaps: the stronger reason wins.
std::vector<EvidenceSpan> evidenceSpans(const QString &text, const std::vector<Evidence> &because);

} // namespace patchbay
