#pragma once

#include "core/engine/classifier_linear.h"

namespace patchbay {

/// What was learned since the last exact training: steps of a logistic regression on top of the model's scores, kept
/// for the terms and classes that they moved. A value; a copy costs some tens of microseconds. Any thread may read it.
class RecentLessons {
public:
    bool isEmpty() const { return m_entries.empty(); }
    /// Moves the score of `label` up and of what competes with it down until the text is answered with `wanted` (0..1),
    /// in steps of `weight`, one at least. `scores` are the text's scores as they are now, at this temperature.
    void learn(const std::vector<Term> &terms, const std::vector<float> &values, std::vector<float> scores, int label,
               double temperature, double weight, double wanted);
    /// Adds to a text's scores; `values` as LinearModel::valuesOf() gives them.
    void addScores(const std::vector<Term> &terms, const std::vector<float> &values, std::vector<float> &scores) const;
    /// The same for one class, for each term of the text.
    void addContributions(const std::vector<Term> &terms, const std::vector<float> &values, int label,
                          std::vector<double> &ofTerm) const;

private:
    struct Entry {
        quint32 bucket = 0;
        qint32 label = 0;
        float weight = 0;
        qint32 next = -1; ///< of the same bucket
    };

    qint32 firstOf(quint32 bucket) const;
    void add(quint32 bucket, int label, float weight);
    void grow();

    std::vector<Entry> m_entries;
    std::vector<qint32> m_places; // by bucket, open addressing: 1 + index of a bucket's first entry
    size_t m_buckets = 0;
};

} // namespace patchbay
