#pragma once

#include "core/engine/ngrams.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace patchbay {

/// One thing to learn from.
struct LinearExample {
    std::vector<Term> terms = {};
    int label = 0; ///< class
    float weight = 1; ///< how much a mistake on it costs
    qint64 tag = 0; ///< what it is about; a later example with the same tag (not 0) takes its place
};

/// One-vs-rest linear classifier with an L2 penalty (dual coordinate descent over the squared hinge), over tf-idf terms
/// whose two blocks have unit length each. Only buckets that were learned from take up room. The same calls give the
/// same model. A value; copying it shares the examples. Not thread-safe while it learns.
class LinearModel {
public:
    explicit LinearModel(int classes = 0);

    int classes() const { return m_classes; }
    int examples() const { return int(m_examples.size()); }
    /// Learns all of these from nothing.
    void fit(const std::vector<LinearExample> &examples, int passes);
    /// Learns one more, with a few of the known ones replayed so that they are not forgotten.
    void add(const LinearExample &example);

    /// A margin per class: about +1 for a sure yes, -1 for a sure no.
    std::vector<float> scores(const std::vector<Term> &terms) const;
    /// What each term adds to the score of `label` beyond what it adds to the average class; parallel to `terms`.
    std::vector<float> contributions(const std::vector<Term> &terms, int label) const;

private:
    struct Input {
        qint32 row;
        float value;
    };
    struct Example {
        std::shared_ptr<const std::vector<Input>> inputs;
        float squaredLength = 0;
        float diagonal = 0; // 1 / (2 C weight)
        int label = 0;
        qint64 tag = 0;
        bool active = true;
    };

    void learnVocabulary(const std::vector<Term> &terms);
    float valueOf(const Term &term, qint32 row) const;
    std::vector<float> values(const std::vector<Term> &terms) const;
    void remember(const LinearExample &example);
    void forget(qint64 tag);
    void visit(size_t index);

    int m_classes = 0;
    qint32 m_documents = 0;
    std::vector<qint32> m_rowOf; // bucket -> row, -1: never learned from
    std::vector<qint32> m_documentsOf; // per row
    std::vector<float> m_weights; // row-major; row 0 is the bias
    std::vector<Example> m_examples;
    std::vector<float> m_alphas; // example-major
    std::vector<float> m_scratch;
};

} // namespace patchbay
