#pragma once

#include "core/engine/ngrams.h"

#include <QtCore/QByteArray>

#include <array>
#include <optional>
#include <vector>

namespace patchbay {

/// A term that was learned from, as the model reads it in one text.
struct LinearInput {
    qint32 row = 0;
    qint32 times = 0; ///< 1 + ln(count), in 64ths
    quint32 term = 0; ///< which of the text's terms it is
};

/// A text as the model reads it: the known terms of each block, and what brings them to the block's length.
struct LinearReading {
    std::array<std::vector<LinearInput>, 2> inputs = {};
    std::array<float, 2> scale = {};
    std::array<float, 2> wholeScale = {}; ///< the same for all terms, known or not
    float known = 0; ///< how much of the text's length is known, 0..1
};

/// What a training found out of one class.
struct LinearClass {
    std::vector<float> weights = {}; ///< by row, for a term's frequency times its rarity
    float bias = 0;
};

/// One-vs-rest linear classifier over tf-idf terms whose two blocks have the same length. Weights lie row by row, 16
/// bits each, so that a text touches only the rows of its own terms. A value that does not change once it is trained;
/// any thread may read it.
class LinearModel {
public:
    /// A word of the vocabulary and how many examples have it.
    struct Entry {
        quint32 bucket = 0;
        qint32 documents = 0;
    };

    LinearModel()
        : LinearModel(0)
    {
    }
    explicit LinearModel(int classes)
        : LinearModel(classes, {}, 0)
    {
    }
    /// Row 0 stands for what was never learned from; entry i has row i + 1.
    LinearModel(int classes, const std::vector<Entry> &vocabulary, qint32 documents);

    int classes() const { return m_classes; }
    qint32 rows() const { return qint32(m_rarity.size()); }
    qint32 rowOf(quint32 bucket) const { return m_rowOf[bucket]; }
    void setClass(int label, const LinearClass &trained);

    LinearReading read(const std::vector<Term> &terms) const;
    /// A margin per class: about +1 for a sure yes, -1 for a sure no. The less of the text is known, the nearer to 0:
    /// which class is first does not depend on it, but a text full of unknown words does not sound sure.
    std::vector<float> scores(const LinearReading &reading) const;
    /// Adds, for each term of the text, what it adds to the score of `label` beyond what it adds to the average class.
    void addContributions(const LinearReading &reading, int label, std::vector<double> &ofTerm) const;
    /// How much each term of the text counts, known or not: its frequency times its rarity, to unit length.
    std::vector<float> valuesOf(const std::vector<Term> &terms, const LinearReading &reading) const;

    /// For a file of ours: not for other machines.
    QByteArray bytes() const;
    /// Nothing when these are not the bytes of a model.
    static std::optional<LinearModel> fromBytes(const QByteArray &bytes);

private:
    void addUp(const std::vector<LinearInput> &inputs, std::vector<qint32> &sums) const;

    int m_classes = 0;
    size_t m_stride = 0; // weights in a row: one for each class, and zeros
    std::vector<qint32> m_rowOf; // bucket -> row; 0: never learned from
    std::vector<quint32> m_buckets; // row -> bucket
    std::vector<float> m_rarity; // (1 + ln(documents of all / its own)) ^ 0.8
    std::vector<float> m_mean; // of a row's weights
    std::vector<qint16> m_weights; // row by row
    std::vector<float> m_steps; // class -> what 1 means in its weights
    std::vector<float> m_bias;
};

} // namespace patchbay
