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
constexpr size_t linearLanes = 4; // classes at a time, whose sums stay in one register

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
    , m_stride((size_t(classes) + linearLanes - 1) / linearLanes * linearLanes)
    , m_rowOf(ngramBuckets, -1)
    , m_rows(1)
    , m_weights(m_stride, 0.0f)
{
}

void LinearModel::learnVocabulary(const std::vector<Term> &terms)
{
    ++m_documents;
    for (const Term &term : terms) {
        qint32 &row = m_rowOf[term.bucket];
        if (row < 0) {
            row = qint32(m_rows.size());
            m_rows.push_back({});
            m_weights.resize(m_weights.size() + m_stride, 0.0f);
        }
        ++m_rows[size_t(row)].documents;
    }
}

void LinearModel::measureRarity()
{
    std::vector<float> rarityOf(size_t(m_documents) + 1);
    for (size_t known = 0; known < rarityOf.size(); ++known)
        rarityOf[known] = 1.0f + std::log(float(1 + m_documents) / (1.0f + float(known)));
    for (Row &row : m_rows)
        row.rarity = rarityOf[size_t(row.documents)];
}

void LinearModel::measureMeans()
{
    const float *weights = m_weights.data();
    for (Row &row : m_rows) {
        row.mean = std::accumulate(weights, weights + m_classes, 0.0f) / float(m_classes);
        weights += m_stride;
    }
}

/// This runs for every message: half of a text's terms are known, in no order, so no branch depends on it.
LinearReading LinearModel::read(const std::vector<Term> &terms) const
{
    constexpr float share[2] = {1.0f, linearUnknownShare};
    LinearReading out;
    out.inputs.resize(terms.size());
    out.terms.resize(terms.size());
    float words = 0; // sums of squares
    float characters = 0;
    size_t known = 0;
    for (size_t i = 0; i < terms.size(); ++i) {
        const Term &term = terms[i];
        const qint32 row = m_rowOf[term.bucket];
        const size_t unknown = quint32(row) >> 31;
        const float value = term.frequency * m_rows[size_t(std::max(row, 0))].rarity;
        const float square = value * value * share[unknown];
        const float isCharacters = float(int(term.block)); // 0 or 1
        words += square * (1.0f - isCharacters);
        characters += square * isCharacters;
        out.inputs[known] = {row, value};
        out.terms[known] = quint32(i);
        known += 1 - unknown;
    }
    out.inputs.resize(known);
    out.terms.resize(known);
    const float half = 0.70710678f; // two blocks of equal say make unit length
    const float scale[2] = {words > 0 ? half / std::sqrt(words) : 0, characters > 0 ? half / std::sqrt(characters) : 0};
    for (size_t i = 0; i < known; ++i)
        out.inputs[i].value *= scale[terms[out.terms[i]].block];
    return out;
}

void LinearModel::remember(const LinearExample &example)
{
    auto inputs = std::make_shared<std::vector<LinearInput>>();
    const LinearReading reading = read(example.terms);
    inputs->reserve(reading.inputs.size() + 1);
    inputs->push_back({0, linearBias});
    inputs->insert(inputs->end(), reading.inputs.begin(), reading.inputs.end());
    float squared = 0;
    for (const LinearInput &input : *inputs)
        squared += input.value * input.value;
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
        for (const LinearInput &input : *example.inputs) {
            float *row = m_weights.data() + size_t(input.row) * m_stride;
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
    const LinearInput *begin = example.inputs->data();
    const LinearInput *end = begin + example.inputs->size();
    for (const LinearInput *input = begin; input != end; ++input) {
        const float *row = weights + size_t(input->row) * m_stride;
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
    for (const LinearInput *input = begin; input != end; ++input) {
        float *row = weights + size_t(input->row) * m_stride;
        for (const size_t k : moved)
            row[k] += step[k] * input->value;
    }
}

void LinearModel::fit(const std::vector<LinearExample> &examples, int passes)
{
    *this = LinearModel(m_classes);
    for (const LinearExample &example : examples)
        learnVocabulary(example.terms);
    measureRarity();
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
    measureMeans();
}

void LinearModel::add(const LinearExample &example)
{
    forget(example.tag);
    learnVocabulary(example.terms);
    measureRarity();
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
    measureMeans();
}

std::vector<float> LinearModel::scores(const LinearReading &reading) const
{
    std::vector<float> out(m_stride, 0.0f);
    for (size_t first = 0; first < m_stride; first += linearLanes) {
        const float *weights = m_weights.data() + first;
        float sums[linearLanes];
        for (size_t k = 0; k < linearLanes; ++k)
            sums[k] = weights[k] * linearBias;
        for (const LinearInput &input : reading.inputs) {
            const float *row = weights + size_t(input.row) * m_stride;
            for (size_t k = 0; k < linearLanes; ++k)
                sums[k] += row[k] * input.value;
        }
        std::copy(sums, sums + linearLanes, out.begin() + qsizetype(first));
    }
    out.resize(size_t(m_classes));
    return out;
}

std::vector<float> LinearModel::contributions(const LinearReading &reading, int label) const
{
    std::vector<float> out(reading.inputs.size());
    for (size_t i = 0; i < out.size(); ++i) {
        const LinearInput &input = reading.inputs[i];
        const size_t row = size_t(input.row);
        out[i] = (m_weights[row * m_stride + size_t(label)] - m_rows[row].mean) * input.value;
    }
    return out;
}

} // namespace patchbay
