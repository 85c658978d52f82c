#include "ui/models/folded_text.h"

#include "core/search/letters.h"

#include <algorithm>

namespace patchbay {

FoldedText foldedText(QStringView original)
{
    FoldedText folded;
    folded.text.reserve(original.size());
    folded.from.reserve(size_t(original.size()) + 1);
    bool dropsMarks = false;
    for (qsizetype at = 0; at < original.size();) {
        const QChar c = original.at(at);
        const bool pair = c.isHighSurrogate() && at + 1 < original.size() && original.at(at + 1).isLowSurrogate();
        const char32_t character = pair ? QChar::surrogateToUcs4(c, original.at(at + 1)) : char32_t(c.unicode());
        const Letter &letter = letterOf(character);
        const auto write = [&](QStringView text) {
            folded.text += text;
            folded.from.insert(folded.from.end(), size_t(text.size()), int(at));
        };
        if (letter.kind == Letter::Kind::Separator) {
            const QChar blank = u' ';
            write(QChar::isSpace(character) ? QStringView(&blank, 1) : original.mid(at, pair ? 2 : 1));
        } else if (letter.size == 1) {
            const QChar plain = QLatin1Char(letter.folded[0]);
            write(QStringView(&plain, 1));
        } else if (letter.size > 0 && !(letter.kind == Letter::Kind::Mark && dropsMarks)) {
            write(QString::fromUtf8(letter.folded, letter.size));
        }
        if (letter.kind != Letter::Kind::Mark && letter.kind != Letter::Kind::Dropped)
            dropsMarks = letter.dropsMarks;
        at += pair ? 2 : 1;
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

std::vector<TextMatch> occurrencesOf(const QString &folded, QStringView line, int limit)
{
    std::vector<TextMatch> found;
    if (folded.isEmpty())
        return found;
    const FoldedText text = foldedText(line);
    qsizetype at = text.text.indexOf(folded);
    for (; at >= 0 && int(found.size()) < limit; at = text.text.indexOf(folded, at + folded.size())) {
        const int start = text.from[size_t(at)];
        const int end = text.from[size_t(at + folded.size())];
        found.push_back({start, qMax(end, start + 1) - start});
    }
    return found;
}

} // namespace patchbay
