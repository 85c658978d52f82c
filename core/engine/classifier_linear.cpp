#include "core/engine/classifier_linear.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace patchbay {

namespace {

constexpr float linearCost = 2.0f;
constexpr float linearBias = 0.5f;
// A word that was never learned from says little, but a text full of such words should not sound sure.
constexpr float linearUnknownShare = 0.25f;
constexpr int linearReplayed = 32;
constexpr int linearRounds = 12;

/// Fixed chance (xorshift64*), so that the same lessons give the same model.
class LinearDice {
public:
    explicit LinearDice(quint64 seed)
        : m_state(seed * 0x9e3779b97f4a7c15ull + 0x2545f4914f6cdd1dull)
    {
    }
    size_t below(size_t n)
    {
        m_state ^= m_state >> 12;
        m_state ^= m_state << 25;
        m_state ^= m_state >> 27;
        return size_t((m_state * 0x2545f4914f6cdd1dull) >> 33) % n;
    }

private:
    quint64 m_state;
};

} // namespace

LinearModel::LinearModel(int classes)
    : m_classes(classes)
    , m_rowOf(ngramBuckets, -1)
    , m_documentsOf(1, 0)
    , m_weights(size_t(classes), 0.0f)
{
}

void LinearModel::learnVocabulary(const std::vector<Term> &terms)
{
    ++m_documents;
    for (const Term &term : terms) {
        qint32 &row = m_rowOf[term.bucket];
        if (row < 0) {
            row = qint32(m_documentsOf.size());
            m_documentsOf.push_back(0);
            m_weights.resize(m_weights.size() + size_t(m_classes), 0.0f);
        }
        ++m_documentsOf[size_t(row)];
    }
}

float LinearModel::valueOf(const Term &term, qint32 row) const
{
    const float known = row < 0 ? 0.0f : float(m_documentsOf[size_t(row)]);
    return term.frequency * (1.0f + std::log(float(1 + m_documents) / (1.0f + known)));
}

std::vector<float> LinearModel::values(const std::vector<Term> &terms) const
{
    std::vector<float> out(terms.size());
    float squares[2] = {0, 0};
    for (size_t i = 0; i < terms.size(); ++i) {
        const qint32 row = m_rowOf[terms[i].bucket];
        out[i] = valueOf(terms[i], row);
        squares[terms[i].block] += out[i] * out[i] * (row < 0 ? linearUnknownShare : 1.0f);
    }
    const float half = 0.70710678f; // two blocks of equal say make unit length
    const float scale[2] = {squares[0] > 0 ? half / std::sqrt(squares[0]) : 0,
                            squares[1] > 0 ? half / std::sqrt(squares[1]) : 0};
    for (size_t i = 0; i < terms.size(); ++i)
        out[i] *= scale[terms[i].block];
    return out;
}

void LinearModel::remember(const LinearExample &example)
{
    auto inputs = std::make_shared<std::vector<Input>>();
    inputs->reserve(example.terms.size() + 1);
    inputs->push_back({0, linearBias});
    const std::vector<float> value = values(example.terms);
    float squared = linearBias * linearBias;
    for (size_t i = 0; i < value.size(); ++i) {
        inputs->push_back({m_rowOf[example.terms[i].bucket], value[i]});
        squared += value[i] * value[i];
    }
    const float weight = std::clamp(example.weight, 0.01f, 10.0f);
    m_examples.push_back(
        {std::move(inputs), squared, 1.0f / (2.0f * linearCost * weight), example.label, example.tag, true});
    m_alphas.resize(m_alphas.size() + size_t(m_classes), 0.0f);
}

void LinearModel::forget(qint64 tag)
{
    if (tag == 0)
        return;
    for (size_t e = 0; e < m_examples.size(); ++e) {
        Example &example = m_examples[e];
        if (example.tag != tag || !example.active)
            continue;
        example.active = false;
        float *alpha = m_alphas.data() + e * size_t(m_classes);
        for (const Input &input : *example.inputs) {
            float *row = m_weights.data() + size_t(input.row) * size_t(m_classes);
            for (int k = 0; k < m_classes; ++k)
                row[k] -= alpha[k] * (k == example.label ? input.value : -input.value);
        }
        std::fill(alpha, alpha + m_classes, 0.0f);
    }
}

void LinearModel::visit(size_t index)
{
    const Example &example = m_examples[index];
    if (!example.active)
        return;
    const size_t classes = size_t(m_classes);
    m_scratch.assign(2 * classes, 0.0f);
    float *score = m_scratch.data();
    float *step = score + classes;
    float *weights = m_weights.data();
    const Input *begin = example.inputs->data();
    const Input *end = begin + example.inputs->size();
    for (const Input *input = begin; input != end; ++input) {
        const float *row = weights + size_t(input->row) * classes;
        const float value = input->value;
        for (size_t k = 0; k < classes; ++k)
            score[k] += row[k] * value;
    }
    float *alpha = m_alphas.data() + index * classes;
    std::vector<size_t> moved;
    for (size_t k = 0; k < classes; ++k) {
        const float sign = int(k) == example.label ? 1.0f : -1.0f;
        const float gradient = sign * score[k] - 1.0f + example.diagonal * alpha[k];
        if (alpha[k] <= 0 && gradient >= 0)
            continue;
        const float next = std::max(alpha[k] - gradient / (example.squaredLength + example.diagonal), 0.0f);
        if (std::abs(next - alpha[k]) < 1e-4f)
            continue;
        step[k] = (next - alpha[k]) * sign;
        alpha[k] = next;
        moved.push_back(k);
    }
    if (moved.empty())
        return;
    for (const Input *input = begin; input != end; ++input) {
        float *row = weights + size_t(input->row) * classes;
        for (const size_t k : moved)
            row[k] += step[k] * input->value;
    }
}

void LinearModel::fit(const std::vector<LinearExample> &examples, int passes)
{
    *this = LinearModel(m_classes);
    for (const LinearExample &example : examples)
        learnVocabulary(example.terms);
    for (const LinearExample &example : examples)
        remember(example);
    std::vector<size_t> order(m_examples.size());
    std::iota(order.begin(), order.end(), size_t(0));
    LinearDice dice(1);
    for (int pass = 0; pass < passes; ++pass) {
        for (size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[dice.below(i)]);
        for (const size_t index : order)
            visit(index);
    }
}

void LinearModel::add(const LinearExample &example)
{
    forget(example.tag);
    learnVocabulary(example.terms);
    remember(example);
    const size_t added = m_examples.size() - 1;
    std::vector<size_t> replayed;
    LinearDice dice(m_examples.size());
    for (int i = 0; i < linearReplayed && added > 0; ++i)
        replayed.push_back(dice.below(added));
    for (int round = 0; round < linearRounds; ++round) {
        visit(added);
        if (round < 2) {
            for (const size_t index : replayed)
                visit(index);
        }
    }
}

std::vector<float> LinearModel::scores(const std::vector<Term> &terms) const
{
    std::vector<float> out(size_t(m_classes), 0.0f);
    for (int k = 0; k < m_classes; ++k)
        out[size_t(k)] = m_weights[size_t(k)] * linearBias;
    const std::vector<float> value = values(terms);
    for (size_t i = 0; i < terms.size(); ++i) {
        const qint32 at = m_rowOf[terms[i].bucket];
        if (at < 0)
            continue;
        const float *row = m_weights.data() + size_t(at) * size_t(m_classes);
        for (int k = 0; k < m_classes; ++k)
            out[size_t(k)] += row[k] * value[i];
    }
    return out;
}

std::vector<float> LinearModel::contributions(const std::vector<Term> &terms, int label) const
{
    std::vector<float> out(terms.size(), 0.0f);
    const std::vector<float> value = values(terms);
    for (size_t i = 0; i < terms.size(); ++i) {
        const qint32 at = m_rowOf[terms[i].bucket];
        if (at < 0)
            continue;
        const float *row = m_weights.data() + size_t(at) * size_t(m_classes);
        const float mean = std::accumulate(row, row + m_classes, 0.0f) / float(m_classes);
        out[i] = (row[label] - mean) * value[i];
    }
    return out;
}

} // namespace patchbay
