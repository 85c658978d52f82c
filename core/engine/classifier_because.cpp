#include "core/engine/classifier_because.h"

#include <QtCore/QHash>

#include <algorithm>
#include <cmath>

namespace patchbay {

namespace {

constexpr size_t becauseFor = 8;
constexpr size_t becauseAgainst = 2;
constexpr double becauseNotWorthAWord = 0.004;

struct BecauseSpan {
    QString words = {};
    double weight = 0;
    size_t first = 0;
    size_t last = 0;
};

QString becauseText(const Grams &grams, size_t first, size_t last)
{
    QString out = grams.words[first];
    for (size_t i = first + 1; i <= last; ++i)
        out += grams.joined[i] ? grams.words[i] : QChar(u' ') + grams.words[i];
    return out.left(60);
}

/// A pair of words is told as a pair only when it says more than its words do.
std::vector<BecauseSpan> becauseSpans(const Grams &grams, const std::vector<double> &ofWord,
                                      const QHash<quint32, double> &ofRange)
{
    QHash<QString, BecauseSpan> merged;
    const auto put = [&](size_t first, size_t last, double weight) {
        const QString words = becauseText(grams, first, last);
        BecauseSpan &span = merged[words.toCaseFolded()];
        if (span.words.isEmpty())
            span = {words, 0, first, last};
        span.weight += weight;
    };
    std::vector<double> rest = ofWord;
    for (auto it = ofRange.begin(); it != ofRange.end(); ++it) {
        const size_t first = it.key() >> 16;
        const size_t last = it.key() & 0xffff;
        double strongest = 0;
        for (size_t i = first; i <= last; ++i)
            strongest = std::max(strongest, std::abs(ofWord[i]));
        if (std::abs(it.value()) > strongest || grams.joined[last]) {
            put(first, last, it.value());
            continue;
        }
        for (size_t i = first; i <= last; ++i)
            rest[i] += it.value() / double(last - first + 1);
    }
    for (size_t i = 0; i < rest.size(); ++i)
        put(i, i, rest[i]);
    std::vector<BecauseSpan> out(merged.begin(), merged.end());
    std::sort(out.begin(), out.end(), [](const BecauseSpan &a, const BecauseSpan &b) {
        if (std::abs(a.weight) != std::abs(b.weight))
            return std::abs(a.weight) > std::abs(b.weight);
        return a.first != b.first ? a.first < b.first : a.last < b.last;
    });
    return out;
}

} // namespace

std::vector<Evidence> becauseOf(const Grams &grams, const std::vector<Term> &terms,
                                const std::vector<float> &contributions)
{
    QHash<quint32, size_t> termOf;
    std::vector<int> occurrences(terms.size(), 0);
    for (size_t i = 0; i < terms.size(); ++i)
        termOf.insert(terms[i].bucket, i);
    for (const Gram &gram : grams.grams)
        ++occurrences[termOf.value(gram.bucket)];

    std::vector<double> ofWord(grams.words.size(), 0.0);
    QHash<quint32, double> ofRange;
    for (const Gram &gram : grams.grams) {
        const size_t term = termOf.value(gram.bucket);
        const double share = double(contributions[term]) / occurrences[term];
        if (share == 0)
            continue;
        if (gram.firstWord == gram.lastWord)
            ofWord[gram.firstWord] += share;
        else
            ofRange[(quint32(gram.firstWord) << 16) | gram.lastWord] += share;
    }
    std::vector<Evidence> out;
    size_t pro = 0;
    size_t contra = 0;
    std::vector<std::pair<size_t, size_t>> told;
    for (const BecauseSpan &span : becauseSpans(grams, ofWord, ofRange)) {
        if (std::abs(span.weight) < becauseNotWorthAWord)
            break;
        // Overlapping pieces of one run of characters would tell the same thing twice.
        const bool overlaps = std::any_of(told.begin(), told.end(), [&](const auto &other) {
            return grams.joined[span.last] && span.first <= other.second && other.first <= span.last;
        });
        size_t &count = span.weight > 0 ? pro : contra;
        if (overlaps || count >= (span.weight > 0 ? becauseFor : becauseAgainst))
            continue;
        ++count;
        told.push_back({span.first, span.last});
        out.push_back({span.words, std::round(span.weight * 1000) / 1000});
    }
    return out;
}

} // namespace patchbay
