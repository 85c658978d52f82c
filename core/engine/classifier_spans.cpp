#include "core/engine/classifier_spans.h"

#include "core/engine/ngrams.h"

#include <algorithm>
#include <cmath>

namespace patchbay {

namespace {

constexpr int spansTextLimit = 20'000;

std::vector<QString> spansFolded(const Grams &grams)
{
    std::vector<QString> folded;
    for (size_t i = 0; i < grams.words.size(); ++i)
        folded.push_back(foldedWord(grams.word(i).toString()));
    return folded;
}

} // namespace

std::vector<EvidenceSpan> evidenceSpans(const QString &text, const std::vector<Evidence> &because)
{
    const Grams grams = gramsOf(text, spansTextLimit);
    const std::vector<QString> words = spansFolded(grams);
    std::vector<bool> taken(words.size(), false);
    std::vector<Evidence> strongest = because;
    std::stable_sort(strongest.begin(), strongest.end(),
                     [](const Evidence &a, const Evidence &b) { return std::abs(a.weight) > std::abs(b.weight); });
    std::vector<EvidenceSpan> spans;
    for (const Evidence &evidence : strongest) {
        const std::vector<QString> wanted = spansFolded(gramsOf(evidence.words));
        for (size_t i = 0; !wanted.empty() && i + wanted.size() <= words.size(); ++i) {
            const size_t last = i + wanted.size() - 1;
            if (!std::equal(wanted.begin(), wanted.end(), words.begin() + qptrdiff(i))
                || std::find(taken.begin() + qptrdiff(i), taken.begin() + qptrdiff(last) + 1, true)
                    != taken.begin() + qptrdiff(last) + 1)
                continue;
            std::fill(taken.begin() + qptrdiff(i), taken.begin() + qptrdiff(last) + 1, true);
            const qsizetype start = grams.words[i].start;
            spans.push_back({start, grams.words[last].start + grams.words[last].size - start, evidence.weight});
        }
    }
    std::sort(spans.begin(), spans.end(),
              [](const EvidenceSpan &a, const EvidenceSpan &b) { return a.start < b.start; });
    return spans;
}

} // namespace patchbay
