#include "core/engine/classifier_linear.h"

#include <QtCore/QDataStream>
#include <QtCore/QIODevice>

#include <algorithm>
#include <cmath>

namespace patchbay {

namespace {

constexpr size_t linearLanes = 8; // weights in one register
constexpr qint32 linearUnit = 64; // of LinearInput::times
constexpr float linearLargest = 2047; // so that 16 of them are added without a carry
constexpr int linearAtOnce = 15;
constexpr qint32 linearMostClasses = 10'000;
constexpr float linearRarityPower = 0.8f; // chosen by cross-validation; docs/classification.md says how
constexpr float linearUnknownDoubt = 2.0f; // how much an unknown term takes from the known part of a text
constexpr float linearUnknownShare = 0.5f; // of what an unknown term counts for the length of a whole text

float linearRarity(qint32 documents, qint32 own)
{
    return std::pow(1.0f + std::log((1.0f + float(documents)) / (1.0f + float(own))), linearRarityPower);
}

template <class T> void linearWrite(QDataStream &out, const std::vector<T> &values)
{
    out << quint32(values.size());
    out.writeRawData(reinterpret_cast<const char *>(values.data()), int(values.size() * sizeof(T)));
}

template <class T> bool linearRead(QDataStream &in, std::vector<T> &values, size_t size)
{
    quint32 count = 0;
    in >> count;
    const qint64 bytes = qint64(size * sizeof(T));
    if (in.status() != QDataStream::Ok || count != size || in.device()->bytesAvailable() < bytes)
        return false;
    values.resize(size);
    return in.readRawData(reinterpret_cast<char *>(values.data()), int(bytes)) == bytes;
}

} // namespace

LinearModel::LinearModel(int classes, const std::vector<Entry> &vocabulary, qint32 documents)
    : m_classes(classes)
    , m_stride((size_t(classes) + linearLanes - 1) / linearLanes * linearLanes)
    , m_rowOf(ngramBuckets, 0)
    , m_buckets(1, 0)
    , m_rarity(1, linearRarity(documents, 0))
    , m_mean(vocabulary.size() + 1, 0.0f)
    , m_weights((vocabulary.size() + 1) * m_stride, 0)
    , m_steps(size_t(classes), 0.0f)
    , m_bias(size_t(classes), 0.0f)
{
    for (const Entry &entry : vocabulary) {
        m_rowOf[entry.bucket] = qint32(m_rarity.size());
        m_buckets.push_back(entry.bucket);
        m_rarity.push_back(linearRarity(documents, entry.documents));
    }
}

void LinearModel::setClass(int label, const LinearClass &trained)
{
    float largest = 0;
    for (size_t row = 1; row < m_rarity.size(); ++row)
        largest = std::max(largest, std::abs(trained.weights[row] * m_rarity[row]));
    const float step = largest > 0 ? largest / linearLargest : 1.0f;
    m_steps[size_t(label)] = step;
    m_bias[size_t(label)] = trained.bias;
    for (size_t row = 1; row < m_rarity.size(); ++row) {
        const float weight = trained.weights[row] * m_rarity[row];
        m_weights[row * m_stride + size_t(label)] = qint16(std::lround(weight / step));
        m_mean[row] += weight / float(m_classes);
    }
}

/// This runs for every message: half of a text's terms are known, in no order, so no branch depends on it. The rows are
/// looked up first and alone: these loads miss the cache, and what is summed at an address that hangs on one of them
/// would make the next wait for it.
LinearReading LinearModel::read(const std::vector<Term> &terms) const
{
    LinearReading out;
    std::vector<qint32> rows(terms.size());
    for (size_t i = 0; i < terms.size(); ++i)
        rows[i] = m_rowOf[terms[i].bucket];
    size_t all[2] = {0, 0};
    for (size_t i = 0; i < terms.size(); ++i)
        all[terms[i].block] += rows[i] == 0 ? 0 : 1;
    for (size_t block = 0; block < 2; ++block)
        out.inputs[block].resize(all[block] + 1);
    float squares[2][2] = {}; // by block, known and not
    size_t known[2] = {0, 0};
    for (size_t i = 0; i < terms.size(); ++i) {
        const Term &term = terms[i];
        const qint32 row = rows[i];
        const float value = term.frequency * m_rarity[size_t(row)];
        squares[term.block][row == 0] += value * value;
        out.inputs[term.block][known[term.block]] = {row, qint32(term.frequency * float(linearUnit) + 0.5f),
                                                     quint32(i)};
        known[term.block] += row == 0 ? 0 : 1;
    }
    const float half = 0.70710678f; // two blocks of equal say make unit length
    float shares = 0;
    int blocks = 0;
    for (size_t block = 0; block < 2; ++block) {
        out.inputs[block].resize(known[block]);
        const auto [of, unknown] = squares[block];
        if (of + unknown <= 0)
            continue;
        out.scale[block] = of > 0 ? half / std::sqrt(of) : 0;
        out.wholeScale[block] = half / std::sqrt(of + linearUnknownShare * unknown);
        shares += of / (of + linearUnknownDoubt * unknown);
        ++blocks;
    }
    out.known = blocks > 0 ? std::sqrt(shares / float(blocks)) : 0;
    return out;
}

/// Most terms occur once: then a row is just added, eight classes at a time.
void LinearModel::addUp(const std::vector<LinearInput> &inputs, std::vector<qint32> &sums) const
{
    std::vector<qint16> part(m_stride, 0);
    int added = 0;
    const size_t stride = m_stride;
    const auto flush = [&] {
        for (size_t k = 0; k < stride; ++k)
            sums[k] += part[k] * linearUnit;
        std::fill(part.begin(), part.end(), qint16(0));
        added = 0;
    };
    for (const LinearInput &input : inputs) {
        const qint16 *__restrict weights = m_weights.data() + size_t(input.row) * stride;
        if (input.times != linearUnit) {
            for (size_t k = 0; k < stride; ++k)
                sums[k] += weights[k] * input.times;
            continue;
        }
        qint16 *__restrict to = part.data();
        for (size_t k = 0; k < stride; ++k)
            to[k] = qint16(to[k] + weights[k]);
        if (++added == linearAtOnce)
            flush();
    }
    flush();
}

std::vector<float> LinearModel::scores(const LinearReading &reading) const
{
    std::vector<float> out = m_bias;
    std::vector<qint32> sums(m_stride);
    for (size_t block = 0; block < 2; ++block) {
        std::fill(sums.begin(), sums.end(), 0);
        addUp(reading.inputs[block], sums);
        const float scale = reading.scale[block] / float(linearUnit);
        for (size_t k = 0; k < out.size(); ++k)
            out[k] += m_steps[k] * scale * float(sums[k]);
    }
    for (float &score : out)
        score *= reading.known;
    return out;
}

void LinearModel::addContributions(const LinearReading &reading, int label, std::vector<double> &ofTerm) const
{
    const float step = m_steps[size_t(label)];
    for (size_t block = 0; block < 2; ++block) {
        const float scale = reading.known * reading.scale[block] / float(linearUnit);
        for (const LinearInput &input : reading.inputs[block]) {
            const size_t row = size_t(input.row);
            const float weight = float(m_weights[row * m_stride + size_t(label)]) * step - m_mean[row];
            ofTerm[input.term] += double(weight * float(input.times) * scale);
        }
    }
}

std::vector<float> LinearModel::valuesOf(const std::vector<Term> &terms, const LinearReading &reading) const
{
    std::vector<float> values;
    values.reserve(terms.size());
    for (const Term &term : terms)
        values.push_back(term.frequency * m_rarity[size_t(m_rowOf[term.bucket])] * reading.wholeScale[term.block]);
    return values;
}

QByteArray LinearModel::bytes() const
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << qint32(m_classes) << quint32(m_buckets.size());
    linearWrite(out, m_buckets);
    linearWrite(out, m_rarity);
    linearWrite(out, m_mean);
    linearWrite(out, m_weights);
    linearWrite(out, m_steps);
    linearWrite(out, m_bias);
    return bytes;
}

std::optional<LinearModel> LinearModel::fromBytes(const QByteArray &bytes)
{
    QDataStream in(bytes);
    qint32 classes = 0;
    quint32 rows = 0;
    in >> classes >> rows;
    if (in.status() != QDataStream::Ok || classes < 0 || classes > linearMostClasses || rows == 0
        || rows > ngramBuckets + 1)
        return std::nullopt;
    LinearModel model(classes);
    const size_t weights = size_t(rows) * model.m_stride;
    if (!linearRead(in, model.m_buckets, rows) || !linearRead(in, model.m_rarity, rows)
        || !linearRead(in, model.m_mean, rows) || !linearRead(in, model.m_weights, weights)
        || !linearRead(in, model.m_steps, size_t(classes)) || !linearRead(in, model.m_bias, size_t(classes))
        || !in.atEnd())
        return std::nullopt;
    for (size_t row = 1; row < rows; ++row) {
        if (model.m_buckets[row] >= ngramBuckets)
            return std::nullopt;
        model.m_rowOf[model.m_buckets[row]] = qint32(row);
    }
    return model;
}

} // namespace patchbay
