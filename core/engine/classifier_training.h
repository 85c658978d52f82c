#pragma once

#include "core/base/cancel.h"
#include "core/engine/classifier_linear.h"

namespace patchbay {

/// What is learned from: texts as terms, four bytes each. At most `mostTerms` of them; what comes then is left out.
class LinearExamples {
public:
    static constexpr size_t mostTerms = 24'000'000;

    /// `cost`: how much a mistake on it costs. False when there is no room any more, and then nothing was added.
    bool add(const std::vector<Term> &terms, int label, float cost);
    size_t size() const { return m_labels.size(); }
    int label(size_t example) const { return m_labels[example]; }
    float cost(size_t example) const { return m_costs[example]; }
    std::vector<Term> terms(size_t example) const;

private:
    std::vector<quint32> m_terms; // bucket, block, count
    std::vector<size_t> m_ends;
    std::vector<int> m_labels;
    std::vector<float> m_costs;
};

/// Learns these examples (indices) from nothing: a squared hinge for each class, L2-regularised towards the mean of its
/// examples, by dual coordinate descent to its end. The same examples give the same model. Nothing when it was
/// cancelled. Any thread.
std::optional<LinearModel> trainedLinear(int classes, const LinearExamples &examples,
                                         const std::vector<size_t> &learned, const CancelToken &cancel);

} // namespace patchbay
