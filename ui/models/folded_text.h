#pragma once

#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A text as a search sees it (letters.h), without case and marks above letters and with every white space a blank,
/// which remembers where each letter came from.
struct FoldedText {
    QString text = {};
    std::vector<int> from = {}; ///< place in the original, one per unit of `text` and one for its end
};

FoldedText foldedText(QStringView original);

/// A stretch of the original text.
struct TextMatch {
    int start = 0;
    int length = 0;
};
/// Where the terms (folded already) begin a word in a text, at most `limit`.
std::vector<TextMatch> matchesOf(const std::vector<QString> &foldedTerms, QStringView original, int limit);
/// Where a text (folded already) stands in a line, also inside words, at most `limit`; they do not overlap.
std::vector<TextMatch> occurrencesOf(const QString &folded, QStringView line, int limit);

} // namespace patchbay
