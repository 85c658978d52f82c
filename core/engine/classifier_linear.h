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

/// A term that was learned from, as the model reads it in one text.
struct LinearInput {
    qint32 row = 0;
    float value = 0;
};

/// A text as the model reads it.
struct LinearReading {
    std::vector<LinearInput> inputs = {}; ///< the known terms
    std::vector<quint32> terms = {}; ///< parallel to `inputs`: which of the text's terms each is
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

    LinearReading read(const std::vector<Term> &terms) const;
    /// A margin per class: about +1 for a sure yes, -1 for a sure no.
    std::vector<float> scores(const LinearReading &reading) const;
    /// What each input adds to the score of `label` beyond what it adds to the average class; parallel to the inputs.
    std::vector<float> contributions(const LinearReading &reading, int label) const;

private:
    struct Row {
        qint32 documents = 0; // that have its term
        float rarity = 0; // 1 + ln(documents of all / its own)
        float mean = 0; // of its weights
    };
    struct Example {
        std::shared_ptr<const std::vector<LinearInput>> inputs;
        float squaredLength = 0;
        float diagonal = 0; // 1 / (2 C weight)
        int label = 0;
        qint64 tag = 0;
        bool active = true;
    };

    void learnVocabulary(const std::vector<Term> &terms);
    void measureRarity();
    void measureMeans();
    void remember(const LinearExample &example);
    void forget(qint64 tag);
    void visit(size_t index);

    int m_classes = 0;
    size_t m_stride = 0; // weights in a row: one for each class, and zeros
    qint32 m_documents = 0;
    std::vector<qint32> m_rowOf; // bucket -> row, -1: never learned from
    std::vector<Row> m_rows; // row 0 is the bias, and as rare as a term that was never learned from
    std::vector<float> m_weights; // row-major
    std::vector<Example> m_examples;
    std::vector<float> m_alphas; // example-major
    std::vector<float> m_scratch;
};

} // namespace patchbay
