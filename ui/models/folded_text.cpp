#include "ui/models/folded_text.h"

#include <algorithm>

namespace patchbay {

FoldedText foldedText(QStringView original)
{
    FoldedText folded;
    folded.text.reserve(original.size());
    folded.from.reserve(size_t(original.size()) + 1);
    for (qsizetype at = 0; at < original.size();) {
        const bool pair = original.at(at).isHighSurrogate() && at + 1 < original.size();
        const QStringView one = original.mid(at, pair ? 2 : 1);
        const QString plain = one.toString().normalized(QString::NormalizationForm_D).toCaseFolded();
        for (const QChar c : plain) {
            if (c.isMark())
                continue;
            folded.text += c;
            folded.from.push_back(int(at));
        }
        at += one.size();
    }
    folded.from.push_back(int(original.size()));
    return folded;
}

std::vector<TextMatch> matchesOf(const std::vector<QString> &foldedTerms, QStringView original, int limit)
{
    std::vector<TextMatch> found;
    const FoldedText folded = foldedText(original);
    for (const QString &term : foldedTerms) {
        qsizetype at = term.isEmpty() ? -1 : folded.text.indexOf(term);
        for (; at >= 0 && int(found.size()) < limit; at = folded.text.indexOf(term, at + term.size())) {
            // Scripts without blanks have no beginning of a word to wait for.
            const bool inside =
                at > 0 && folded.text.at(at - 1).isLetterOrNumber() && folded.text.at(at).unicode() < 0x2E80;
            if (inside)
                continue;
            const int start = folded.from[size_t(at)];
            found.push_back({start, folded.from[size_t(at + term.size())] - start});
        }
    }
    std::sort(found.begin(), found.end(), [](const TextMatch &a, const TextMatch &b) { return a.start < b.start; });
    return found;
}

} // namespace patchbay
