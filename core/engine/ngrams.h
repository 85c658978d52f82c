#pragma once

#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// Folded form for comparison: NFKC, case folded, without Latin, Greek, Cyrillic, Arabic and Hebrew marks
/// ("Überweisung" and "uberweisung" are one word). Pure; any thread.
QString foldedWord(const QString &word);

/// One n-gram of a text as a number, and the words it covers. Blocks are normalised apart from each other.
struct Gram {
    enum Block : quint8 { Words, Characters };

    quint32 bucket = 0; ///< below ngramBuckets
    quint16 firstWord = 0;
    quint16 lastWord = 0;
    Block block = Words;
};

inline constexpr quint32 ngramBuckets = 1u << 18;

/// A text cut into n-grams: word 1-2-grams and in-word character 2-5-grams; where a script has no spaces (Han, kana,
/// Thai, Lao, Khmer, Burmese) 2-3-grams of characters stand for words and single characters for character n-grams.
struct Grams {
    std::vector<QString> words = {}; ///< as written; in scripts without spaces one entry is one character
    std::vector<bool> joined = {}; ///< words[i] follows words[i - 1] without a space (scripts without spaces)
    std::vector<Gram> grams = {};
};

/// Reads at most `limit` characters. The same text gives the same numbers on every machine. Pure; any thread.
Grams gramsOf(const QString &text, int limit = 4000);

/// One bucket of a text and how often it occurred, dampened; sorted by bucket.
struct Term {
    quint32 bucket = 0;
    float frequency = 0; ///< 1 + ln(count)
    Gram::Block block = Gram::Words;
};
std::vector<Term> termsOf(const Grams &grams);

} // namespace patchbay
