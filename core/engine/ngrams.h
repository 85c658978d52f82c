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

inline constexpr int ngramBucketBits = 20;
inline constexpr quint32 ngramBuckets = 1u << ngramBucketBits;

/// Of more words than this the rest is not read.
inline constexpr size_t ngramWordLimit = 1000;

/// Where a word stands in a text; in scripts without spaces one word is one character.
struct GramWord {
    qint32 start = 0;
    qint32 size = 0; ///< UTF-16 units
    bool joined = false; ///< follows the word before it without a space (scripts without spaces)
    bool isMark = false; ///< punctuation or a symbol
};

/// A text cut into n-grams: word 1-2-grams and in-word character 2-5-grams; where a script has no spaces (Han, kana,
/// Thai, Lao, Khmer, Burmese) 2-3-grams of characters stand for words and single characters for character n-grams. A
/// word is also paired with the content word before it, over frequent words between them ("card ... arrived"), and
/// beside words each mark is a 1-gram. Grams are in the order of the words.
struct Grams {
    QString text = {}; ///< what was read
    std::vector<GramWord> words = {}; ///< in the order of the text, and then its marks
    std::vector<Gram> grams = {};

    /// As written. Valid as long as `text`.
    QStringView word(size_t i) const { return QStringView(text).mid(words[i].start, words[i].size); }
};

/// Reads at most `limit` characters. The same text gives the same numbers on every machine. Pure; any thread.
Grams gramsOf(const QString &text, int limit = 4000);

/// What a count is worth: 1 + ln(count).
float frequencyOf(qint32 count);

/// One bucket of a text and how often it occurred.
struct Term {
    quint32 bucket = 0;
    float frequency = 0; ///< frequencyOf(count)
    qint32 count = 0;
    Gram::Block block = Gram::Words;
};
/// Each bucket once, in the order of the text. `termOf`, if given, becomes the index of each gram's term. Pure; any
/// thread.
std::vector<Term> termsOf(const Grams &grams, std::vector<quint32> *termOf = nullptr);

} // namespace patchbay
