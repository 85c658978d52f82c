#include "core/engine/classifier_spans.h"

#include "core/engine/ngrams.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace patchbay {

namespace {

std::vector<QString> spansFolded(const Grams &grams)
{
    std::vector<QString> folded;
    for (size_t i = 0; i < grams.words.size(); ++i)
        folded.push_back(foldedWord(grams.word(i).toString()));
    return folded;
}

/// Runs of words that the reader took as one.
std::set<std::pair<size_t, size_t>> spansTogether(const Grams &grams)
{
    std::set<std::pair<size_t, size_t>> together;
    for (const Gram &gram : grams.grams) {
        if (gram.firstWord != gram.lastWord)
            together.emplace(gram.firstWord, gram.lastWord);
    }
    return together;
}

} // namespace

std::vector<EvidenceSpan> evidenceOccurrences(const QString &text, const std::vector<Evidence> &because)
{
    const Grams grams = gramsOf(text, spansTextLimit);
    const std::vector<QString> words = spansFolded(grams);
    const std::set<std::pair<size_t, size_t>> together = spansTogether(grams);
    std::vector<EvidenceSpan> spans;
    for (size_t evidence = 0; evidence < because.size(); ++evidence) {
        const std::vector<QString> wanted = spansFolded(gramsOf(because[evidence].words));
        for (size_t i = 0; !wanted.empty() && i + wanted.size() <= words.size(); ++i) {
            const size_t last = i + wanted.size() - 1;
            if (!std::equal(wanted.begin(), wanted.end(), words.begin() + qptrdiff(i))
                || (last > i && !together.contains({i, last})))
                continue;
            const qsizetype start = grams.words[i].start;
            const qsizetype end = grams.words[last].start + grams.words[last].size;
            spans.push_back({start, end - start, because[evidence].weight, evidence});
        }
    }
    return spans;
}

std::vector<EvidenceSpan> evidenceSpans(const QString &text, const std::vector<Evidence> &because)
{
    std::vector<EvidenceSpan> all = evidenceOccurrences(text, because);
    std::stable_sort(all.begin(), all.end(), [](const EvidenceSpan &a, const EvidenceSpan &b) {
        return std::abs(a.weight) > std::abs(b.weight);
    });
    std::map<qsizetype, EvidenceSpan> chosen; // by start
    for (const EvidenceSpan &span : all) {
        const auto after = chosen.lower_bound(span.start);
        const bool free = (after == chosen.end() || after->first >= span.start + span.size)
            && (after == chosen.begin() || std::prev(after)->first + std::prev(after)->second.size <= span.start);
        if (free)
            chosen.emplace(span.start, span);
    }
    std::vector<EvidenceSpan> spans;
    for (const auto &[start, span] : chosen)
        spans.push_back(span);
    return spans;
}

} // namespace patchbay
