#include "core/engine/classifier_training.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace patchbay {

namespace {

constexpr int trainingCountBits = 32 - ngramBucketBits - 1;
constexpr quint32 trainingMostCount = (1u << trainingCountBits) - 1;
// Chosen by cross-validation on training splits; docs/classification.md says how.
constexpr float trainingCost = 1.0f;
constexpr float trainingPositives = 2.0f; // one class is few against the rest
constexpr float trainingBias = 0.5f;
constexpr int trainingPasses = 30;
constexpr float trainingEnd = 0.3f; // the largest gradients of a pass are this near to each other
// Where each class begins: its examples' mean, less that of all, and a bias that says no. What little is learned of a
// class moves it little from there, so that a few examples go further.
constexpr float trainingPrior = 12.0f;
constexpr float trainingPriorExamples = 10.0f; // with fewer it is less of it
constexpr float trainingPriorBias = 2.0f;

constexpr size_t trainingLanes = 4; // classes at a time
constexpr float trainingUnbound = std::numeric_limits<float>::infinity();

struct TrainingInput {
    qint32 row = 0; // 0: the bias
    float value = 0;
};

/// The examples as rows of numbers.
struct TrainingMatrix {
    std::vector<TrainingInput> inputs = {};
    std::vector<size_t> starts = {0};
    std::vector<float> squares = {}; // of each example's length
    std::vector<int> labels = {};
    std::vector<float> costs = {};

    std::vector<float> mean = {}; // by row, of all examples by their costs

    size_t size() const { return labels.size(); }
    const TrainingInput *begin(size_t example) const { return inputs.data() + starts[example]; }
    const TrainingInput *end(size_t example) const { return inputs.data() + starts[example + 1]; }
};

/// Fixed chance (xorshift64*), so that the same lessons give the same model.
class TrainingDice {
public:
    explicit TrainingDice(quint64 seed)
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

LinearModel trainingVocabulary(int classes, const LinearExamples &examples, const std::vector<size_t> &learned)
{
    std::vector<qint32> documents(ngramBuckets, 0);
    for (const size_t example : learned) {
        for (const Term &term : examples.terms(example))
            ++documents[term.bucket];
    }
    std::vector<LinearModel::Entry> vocabulary;
    for (quint32 bucket = 0; bucket < ngramBuckets; ++bucket) {
        if (documents[bucket] > 0)
            vocabulary.push_back({bucket, documents[bucket]});
    }
    // What is read often lies together.
    std::stable_sort(vocabulary.begin(), vocabulary.end(),
                     [](const auto &a, const auto &b) { return a.documents > b.documents; });
    return LinearModel(classes, vocabulary, qint32(learned.size()));
}

void addMean(TrainingMatrix &matrix, qint32 rows)
{
    matrix.mean.assign(size_t(rows), 0.0f);
    const float all = std::accumulate(matrix.costs.begin(), matrix.costs.end(), 0.0f);
    for (size_t example = 0; example < matrix.size(); ++example) {
        for (const TrainingInput *input = matrix.begin(example); input != matrix.end(example); ++input)
            matrix.mean[size_t(input->row)] += input->value * matrix.costs[example] / all;
    }
}

TrainingMatrix trainingMatrix(const LinearModel &model, const LinearExamples &examples,
                              const std::vector<size_t> &learned)
{
    TrainingMatrix matrix;
    for (const size_t example : learned) {
        const std::vector<Term> terms = examples.terms(example);
        const std::vector<float> values = model.valuesOf(terms, model.read(terms));
        matrix.inputs.push_back({0, trainingBias});
        float square = trainingBias * trainingBias;
        for (size_t i = 0; i < terms.size(); ++i) {
            matrix.inputs.push_back({model.rowOf(terms[i].bucket), values[i]});
            square += values[i] * values[i];
        }
        matrix.starts.push_back(matrix.inputs.size());
        matrix.squares.push_back(square);
        matrix.labels.push_back(examples.label(example));
        matrix.costs.push_back(std::clamp(examples.cost(example), 0.01f, 10.0f) * trainingCost);
    }
    addMean(matrix, model.rows());
    return matrix;
}

/// Dual coordinate descent of a few classes, each against all others (Hsieh et al. 2008): an example's numbers are read
/// once for all of them. With shrinking: an example that is well on its side in each of them is not looked at again
/// until the others have settled.
class ClassesTraining {
public:
    ClassesTraining(const TrainingMatrix &matrix, qint32 rows, int first)
        : m_matrix(matrix)
        , m_first(first)
        , m_weights(size_t(rows))
        , m_alphas(matrix.size())
        , m_order(matrix.size())
        , m_active(matrix.size())
        , m_dice(quint64(first) + 1)
    {
        std::iota(m_order.begin(), m_order.end(), 0u);
        m_bound.fill(trainingUnbound);
    }

    void run()
    {
        begin();
        for (int pass = 0; pass < trainingPasses; ++pass) {
            if (visitAll() > trainingEnd)
                continue;
            if (m_active == m_order.size())
                break;
            m_active = m_order.size(); // once more with all of them
            m_bound.fill(trainingUnbound);
        }
    }

    LinearClass trained(int label) const
    {
        const size_t lane = size_t(label - m_first);
        LinearClass out;
        out.bias = m_weights[0][lane] * trainingBias;
        out.weights.reserve(m_weights.size());
        for (const Lanes &weights : m_weights)
            out.weights.push_back(weights[lane]);
        return out;
    }

private:
    using Lanes = std::array<float, trainingLanes>;

    void begin()
    {
        for (size_t row = 1; row < m_weights.size(); ++row)
            m_weights[row].fill(-trainingPrior * m_matrix.mean[row]);
        m_weights[0].fill(-trainingPriorBias);
        Lanes costs{};
        for (size_t example = 0; example < m_matrix.size(); ++example) {
            if (const size_t own = ownLane(example); own < trainingLanes)
                costs[own] += m_matrix.costs[example];
        }
        for (size_t example = 0; example < m_matrix.size(); ++example) {
            const size_t own = ownLane(example);
            if (own >= trainingLanes)
                continue;
            const float by = trainingPrior * m_matrix.costs[example] / (costs[own] + trainingPriorExamples);
            for (const TrainingInput *input = m_matrix.begin(example) + 1; input != m_matrix.end(example); ++input)
                m_weights[size_t(input->row)][own] += by * input->value;
        }
    }

    /// trainingLanes and more: its class is none of these.
    size_t ownLane(size_t example) const { return size_t(m_matrix.labels[example] - m_first); }

    /// Visits the active ones in a new order; how far apart the projected gradients of a class are at most.
    float visitAll()
    {
        m_most.fill(-trainingUnbound);
        m_least.fill(trainingUnbound);
        for (size_t i = 0; i < m_active; ++i)
            std::swap(m_order[i], m_order[i + m_dice.below(m_active - i)]);
        for (size_t i = 0; i < m_active; ++i) {
            if (!visit(m_order[i]))
                std::swap(m_order[i--], m_order[--m_active]);
        }
        float spread = 0;
        for (size_t k = 0; k < trainingLanes; ++k) {
            m_bound[k] = m_most[k] > 0 ? m_most[k] : trainingUnbound;
            if (m_most[k] >= m_least[k])
                spread = std::max(spread, m_most[k] - m_least[k]);
        }
        return spread;
    }

    /// False when the example is to be left alone.
    bool visit(size_t example)
    {
        const Lanes scores = scoresOf(example);
        const int own = m_matrix.labels[example] - m_first;
        Lanes by{};
        bool keeps = false;
        bool moves = false;
        for (size_t k = 0; k < trainingLanes; ++k) {
            const float sign = int(k) == own ? 1.0f : -1.0f;
            const float diagonal = 0.5f / (m_matrix.costs[example] * (int(k) == own ? trainingPositives : 1.0f));
            float &alpha = m_alphas[example][k];
            const float gradient = sign * scores[k] - 1.0f + diagonal * alpha;
            if (alpha <= 0 && gradient > m_bound[k])
                continue;
            keeps = true;
            const float projected = alpha <= 0 ? std::min(gradient, 0.0f) : gradient;
            m_most[k] = std::max(m_most[k], projected);
            m_least[k] = std::min(m_least[k], projected);
            const float next = std::max(alpha - gradient / (m_matrix.squares[example] + diagonal), 0.0f);
            moves = moves || next != alpha;
            by[k] = (next - alpha) * sign;
            alpha = next;
        }
        if (moves)
            move(example, by);
        return keeps;
    }

    Lanes scoresOf(size_t example) const
    {
        float sums[trainingLanes] = {};
        const Lanes *all = m_weights.data();
        const TrainingInput *end = m_matrix.end(example);
        for (const TrainingInput *input = m_matrix.begin(example); input != end; ++input) {
            const float *weights = all[input->row].data();
            const float value = input->value;
            for (size_t k = 0; k < trainingLanes; ++k)
                sums[k] += weights[k] * value;
        }
        Lanes scores;
        std::copy(std::begin(sums), std::end(sums), scores.begin());
        return scores;
    }

    void move(size_t example, const Lanes &by)
    {
        for (const TrainingInput *input = m_matrix.begin(example); input != m_matrix.end(example); ++input) {
            Lanes &weights = m_weights[size_t(input->row)];
            for (size_t k = 0; k < trainingLanes; ++k)
                weights[k] += by[k] * input->value;
        }
    }

    const TrainingMatrix &m_matrix;
    int m_first; // of the classes
    std::vector<Lanes> m_weights; // by row
    std::vector<Lanes> m_alphas; // by example
    std::vector<quint32> m_order; // the active ones first
    size_t m_active;
    Lanes m_bound{};
    Lanes m_most{};
    Lanes m_least{};
    TrainingDice m_dice;
};

} // namespace

bool LinearExamples::add(const std::vector<Term> &terms, int label, float cost)
{
    if (m_terms.size() + terms.size() > mostTerms)
        return false;
    for (const Term &term : terms) {
        const quint32 count = std::min(quint32(term.count), trainingMostCount);
        m_terms.push_back(term.bucket << (trainingCountBits + 1) | quint32(term.block) << trainingCountBits | count);
    }
    m_ends.push_back(m_terms.size());
    m_labels.push_back(label);
    m_costs.push_back(cost);
    return true;
}

std::vector<Term> LinearExamples::terms(size_t example) const
{
    std::vector<Term> out;
    const size_t first = example > 0 ? m_ends[example - 1] : 0;
    out.reserve(m_ends[example] - first);
    for (size_t i = first; i < m_ends[example]; ++i) {
        const qint32 count = qint32(m_terms[i] & trainingMostCount);
        out.push_back({m_terms[i] >> (trainingCountBits + 1), frequencyOf(count), count,
                       Gram::Block(m_terms[i] >> trainingCountBits & 1)});
    }
    return out;
}

std::optional<LinearModel> trainedLinear(int classes, const LinearExamples &examples,
                                         const std::vector<size_t> &learned, const CancelToken &cancel)
{
    LinearModel model = trainingVocabulary(classes, examples, learned);
    const TrainingMatrix matrix = trainingMatrix(model, examples, learned);
    for (int first = 0; first < classes; first += int(trainingLanes)) {
        if (cancel.isCancelled())
            return std::nullopt;
        ClassesTraining training(matrix, model.rows(), first);
        training.run();
        for (int label = first; label < std::min(first + int(trainingLanes), classes); ++label)
            model.setClass(label, training.trained(label));
    }
    return model;
}

} // namespace patchbay
