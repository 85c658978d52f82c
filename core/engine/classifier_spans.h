#pragma once

#include "core/model/taxonomy.h"

namespace patchbay {

/// A part of a text that spoke for (weight above 0) or against a category.
struct EvidenceSpan {
    qsizetype start = 0; ///< UTF-16 units
    qsizetype size = 0;
    double weight = 0;

    bool operator==(const EvidenceSpan &) const = default;
};

/// Where the words of the evidence stand in a text as it is shown, each time they occur, in order and without overlaps
/// (the stronger evidence wins). Reads the first 20,000 characters. Pure; any thread.
std::vector<EvidenceSpan> evidenceSpans(const QString &text, const std::vector<Evidence> &because);

} // namespace patchbay
