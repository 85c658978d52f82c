#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A word that is looked for, folded as tokens.h folds.
struct SearchWord {
    QByteArray folded = {};
    bool prefix = false; ///< it may go on

    bool operator==(const SearchWord &) const = default;
};

/// Where a word stands in a text: UTF-16 units.
struct TextMark {
    int from = 0;
    int length = 0;

    bool operator==(const TextMark &) const = default;
};

struct Snippet {
    QString text = {}; ///< one line
    std::vector<TextMark> marks = {};
};

/// About `length` characters of `text` around the first word that is looked for, as one line, with all of them marked;
/// its beginning when none is there. Reads at most the first 100,000 characters. Any thread.
Snippet snippetOf(const QString &text, const std::vector<SearchWord> &words, int length = 160);
/// Where the words stand in `text`, in order, not overlapping.
std::vector<TextMark> marksIn(const QString &text, const std::vector<SearchWord> &words);

} // namespace patchbay
