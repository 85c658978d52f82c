#include "core/engine/classifier_because.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace patchbay {

namespace {

constexpr size_t becauseFor = 8;
constexpr size_t becauseAgainst = 2;
constexpr double becauseNotWorthAWord = 0.004;

/// One word or a few that stand together, and what all their n-grams add.
struct BecauseSpan {
    size_t first = 0;
    size_t last = 0;
    double weight = 0;
};

struct BecauseSpans {
    std::vector<BecauseSpan> words = {}; ///< one for each word
    std::vector<BecauseSpan> ranges = {};
};

BecauseSpans becauseSpans(const Grams &grams, const std::vector<quint32> &termOf, const std::vector<double> &ofTerm)
{
    BecauseSpans out;
    out.words.resize(grams.words.size());
    for (size_t i = 0; i < out.words.size(); ++i)
        out.words[i] = {i, i, 0};
    out.ranges.reserve(grams.words.size());
    const std::vector<Gram> &all = grams.grams;
    for (size_t i = 0; i < all.size();) {
        // The n-grams of a word follow each other, its ranges between them.
        const size_t word = all[i].firstWord;
        double weight = out.words[word].weight;
        while (i < all.size() && all[i].firstWord == word && all[i].lastWord == word)
            weight += ofTerm[termOf[i++]];
        out.words[word].weight = weight;
        for (; i < all.size() && all[i].firstWord != all[i].lastWord; ++i) {
            if (const double share = ofTerm[termOf[i]]; share != 0)
                out.ranges.push_back({all[i].firstWord, all[i].lastWord, share});
        }
    }
    return out;
}

/// A range is told as one only when it says more than its words do; otherwise it counts for its words.
std::vector<BecauseSpan> becauseTold(const Grams &grams, BecauseSpans spans)
{
    std::vector<BecauseSpan> out;
    out.reserve(spans.ranges.size() + spans.words.size());
    std::vector<double> rest(spans.words.size(), 0.0);
    for (const BecauseSpan &range : spans.ranges) {
        double strongest = 0;
        for (size_t i = range.first; i <= range.last; ++i)
            strongest = std::max(strongest, std::abs(spans.words[i].weight));
        if (std::abs(range.weight) > strongest || grams.words[range.last].joined) {
            out.push_back(range);
            continue;
        }
        rest[range.first] += range.weight / 2; // words between the two say nothing
        rest[range.last] += range.weight / 2;
    }
    for (size_t i = 0; i < rest.size(); ++i) {
        out.push_back(spans.words[i]);
        out.back().weight += rest[i];
    }
    return out;
}

QString becauseText(const Grams &grams, const BecauseSpan &span)
{
    QString out = grams.word(span.first).toString();
    for (size_t i = span.first + 1; i <= span.last; ++i) {
        if (!grams.words[i].joined)
            out += u' ';
        out += grams.word(i);
    }
    return out.left(becauseLongest);
}

/// FNV-1a of what becauseText() gives, case folded: the same words have the same key. Only words of other letters than
/// English ones have to be written out for it.
quint64 becauseKey(const Grams &grams, const BecauseSpan &span)
{
    quint64 key = 14695981039346656037ull;
    const auto add = [&key](char16_t unit) { key = (key ^ unit) * 1099511628211ull; };
    qsizetype left = becauseLongest;
    bool plain = true;
    for (size_t i = span.first; i <= span.last; ++i) {
        if (i > span.first && !grams.words[i].joined) {
            add(u' ');
            --left;
        }
        for (const QChar c : grams.word(i)) {
            const char16_t unit = c.unicode();
            plain = plain && unit < 128 && --left >= 0;
            add(unit >= u'A' && unit <= u'Z' ? char16_t(unit + (u'a' - u'A')) : unit);
        }
    }
    if (plain)
        return key;
    key = 14695981039346656037ull;
    for (const QChar c : becauseText(grams, span).toCaseFolded())
        add(c.unicode());
    return key;
}

/// Each text once, with the sum of its weights, as it was written first.
void becauseMerge(const Grams &grams, std::vector<BecauseSpan> &spans)
{
    struct Place {
        quint64 key = 0;
        size_t span = 0; // 1 + index; 0: free
    };
    std::vector<Place> places(std::bit_ceil(spans.size() * 2 + 1));
    const size_t mask = places.size() - 1;
    size_t kept = 0;
    for (size_t i = 0; i < spans.size(); ++i) {
        const quint64 key = becauseKey(grams, spans[i]);
        size_t at = (key ^ (key >> 32)) & mask;
        while (places[at].span != 0 && places[at].key != key)
            at = (at + 1) & mask;
        if (places[at].span != 0) {
            spans[places[at].span - 1].weight += spans[i].weight;
            continue;
        }
        spans[kept++] = spans[i];
        places[at] = {key, kept};
    }
    spans.resize(kept);
}

bool becauseStronger(const BecauseSpan &a, const BecauseSpan &b)
{
    if (std::abs(a.weight) != std::abs(b.weight))
        return std::abs(a.weight) > std::abs(b.weight);
    return a.first != b.first ? a.first < b.first : a.last < b.last;
}

} // namespace

std::vector<Evidence> becauseOf(const Grams &grams, const std::vector<quint32> &termOf,
                                const std::vector<double> &ofTerm)
{
    std::vector<BecauseSpan> spans = becauseTold(grams, becauseSpans(grams, termOf, ofTerm));
    becauseMerge(grams, spans);
    std::erase_if(spans, [](const BecauseSpan &span) { return std::abs(span.weight) < becauseNotWorthAWord; });
    std::sort(spans.begin(), spans.end(), becauseStronger);
    std::vector<Evidence> out;
    size_t pro = 0;
    size_t contra = 0;
    std::vector<const BecauseSpan *> told;
    for (const BecauseSpan &span : spans) {
        // Overlapping pieces of one run of characters would tell the same thing twice.
        const bool overlaps = std::any_of(told.begin(), told.end(), [&](const BecauseSpan *other) {
            return grams.words[span.last].joined && span.first <= other->last && other->first <= span.last;
        });
        size_t &count = span.weight > 0 ? pro : contra;
        if (overlaps || count >= (span.weight > 0 ? becauseFor : becauseAgainst))
            continue;
        ++count;
        told.push_back(&span);
        out.push_back({becauseText(grams, span), std::round(span.weight * 1000) / 1000});
    }
    return out;
}

} // namespace patchbay
