#include "core/engine/ngrams.h"

#include "core/engine/ngrams_fold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace patchbay {

namespace {

constexpr size_t ngramWordLimit = 1000;
constexpr qsizetype ngramLongestWord = 32; // longer "words" are codes and links: their start is enough
constexpr qsizetype ngramLongestPart = 5; // of a word, with its ends

/// FNV-1a over UTF-16 units with a last mix, written out so that numbers never depend on a library.
class NgramHash {
public:
    constexpr explicit NgramHash(quint64 salt)
        : m_state(14695981039346656037ull ^ (salt * 0x9e3779b97f4a7c15ull))
    {
    }
    void add(QStringView text)
    {
        for (const QChar c : text)
            add(c.unicode());
    }
    void add(char16_t unit)
    {
        m_state = (m_state ^ (unit & 0xff)) * ngramPrime;
        m_state = (m_state ^ (unit >> 8)) * ngramPrime;
    }
    /// The same as add() for units below 256, whose second byte changes nothing.
    void addLatin(char16_t unit) { m_state = (m_state ^ unit) * (ngramPrime * ngramPrime); }
    quint32 bucket() const
    {
        quint64 h = m_state;
        h ^= h >> 33;
        h *= 0xff51afd7ed558ccdull;
        h ^= h >> 33;
        return quint32(h % ngramBuckets);
    }

private:
    static constexpr quint64 ngramPrime = 1099511628211ull;

    quint64 m_state;
};

enum NgramSalt : quint64 { SaltWord = 1, SaltPair, SaltCharacters, SaltRun, SaltSingle };

enum class NgramClass : quint8 { Between, Break, Word };

constexpr std::array<NgramClass, 128> ngramAsciiClasses()
{
    std::array<NgramClass, 128> classes{};
    for (size_t c = 0; c < classes.size(); ++c) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            classes[c] = NgramClass::Word;
        else if (c == '\n' || c == '.' || c == '?' || c == '!' || c == ';')
            classes[c] = NgramClass::Break;
    }
    return classes;
}

NgramClass ngramClass(char32_t c)
{
    static constexpr std::array<NgramClass, 128> ascii = ngramAsciiClasses();
    if (c < ascii.size())
        return ascii[c];
    return QChar::isLetterOrNumber(c) || QChar::isMark(c) ? NgramClass::Word : NgramClass::Between;
}

bool ngramHasNoSpaces(char32_t c)
{
    if (c < 0x0e00) // Thai is the first of them
        return false;
    switch (QChar::script(c)) {
    case QChar::Script_Han:
    case QChar::Script_Hiragana:
    case QChar::Script_Katakana:
    case QChar::Script_Bopomofo:
    case QChar::Script_Thai:
    case QChar::Script_Lao:
    case QChar::Script_Khmer:
    case QChar::Script_Myanmar: return QChar::isLetterOrNumber(c);
    default: return false;
    }
}

/// The folded form of a word: where it stands in the reader's buffer, and whether it starts anew (line, sentence).
struct NgramToken {
    qsizetype start = 0;
    qsizetype size = 0; ///< without its ends
    bool single = false; ///< one character of a script without spaces
    bool latin = false; ///< all units are below 256
    bool breakBefore = false;
};

class NgramReader {
public:
    NgramReader(const QString &text, int limit)
    {
        m_out.text = text.left(limit);
        m_text = m_out.text;
    }

    Grams read()
    {
        m_folded.reserve(size_t(m_text.size()) * 3 / 2 + 16);
        split();
        m_out.grams.reserve(m_folded.size() * 4);
        for (size_t i = 0; i < m_tokens.size(); ++i) {
            if (m_tokens[i].single)
                addRun(i);
            else
                addWord(i);
        }
        return std::move(m_out);
    }

private:
    char32_t at(qsizetype i, int *units) const
    {
        const QChar c = m_text[i];
        if (c.isHighSurrogate() && i + 1 < m_text.size() && m_text[i + 1].isLowSurrogate()) {
            *units = 2;
            return QChar::surrogateToUcs4(c, m_text[i + 1]);
        }
        *units = 1;
        return c.unicode();
    }

    QStringView folded(const NgramToken &token) const { return QStringView(m_folded).mid(token.start, token.size); }

    void push(qsizetype start, qsizetype size, bool single, bool joined, bool breakBefore)
    {
        NgramToken token;
        token.single = single;
        token.breakBefore = breakBefore;
        m_folded.push_back(u'<');
        token.start = qsizetype(m_folded.size());
        appendFoldedWord(m_text.mid(start, size), m_folded);
        token.size = qsizetype(m_folded.size()) - token.start;
        if (token.size == 0) {
            m_folded.pop_back();
            return;
        }
        if (!single && token.size > ngramLongestWord) {
            token.size = ngramLongestWord;
            m_folded.resize(size_t(token.start + token.size));
        }
        const QStringView word = folded(token);
        token.latin = std::all_of(word.begin(), word.end(), [](QChar c) { return c.unicode() < 256; });
        m_folded.push_back(u'>');
        m_out.words.push_back({qint32(start), qint32(size), joined});
        m_tokens.push_back(token);
    }

    void split()
    {
        qsizetype i = 0;
        bool breakBefore = true;
        bool afterSingle = false;
        while (i < m_text.size() && m_tokens.size() < ngramWordLimit) {
            int units = 1;
            const char32_t c = at(i, &units);
            if (ngramHasNoSpaces(c)) {
                push(i, units, true, afterSingle, breakBefore);
                afterSingle = true;
                breakBefore = false;
                i += units;
                continue;
            }
            afterSingle = false;
            const NgramClass kind = ngramClass(c);
            if (kind == NgramClass::Word) {
                const qsizetype start = i;
                do
                    i += units;
                while (i < m_text.size() && isInWord(at(i, &units)));
                push(start, i - start, false, false, breakBefore);
                breakBefore = false;
            } else {
                breakBefore = breakBefore || kind == NgramClass::Break;
                i += units;
            }
        }
    }

    static bool isInWord(char32_t c) { return ngramClass(c) == NgramClass::Word && !ngramHasNoSpaces(c); }

    void add(const NgramHash &hash, size_t first, size_t last, Gram::Block block)
    {
        m_out.grams.push_back({hash.bucket(), quint16(first), quint16(last), block});
    }

    void addWord(size_t i)
    {
        const NgramToken &token = m_tokens[i];
        NgramHash one(SaltWord);
        one.add(folded(token));
        add(one, i, i, Gram::Words);
        if (i > 0 && !token.breakBefore && !m_tokens[i - 1].single) {
            NgramHash pair(SaltPair);
            pair.add(folded(m_tokens[i - 1]));
            pair.add(u' ');
            pair.add(folded(token));
            add(pair, i - 1, i, Gram::Words);
        }
        if (token.latin)
            addParts<true>(i);
        else
            addParts<false>(i);
    }

    /// Parts that start at one place share the beginning of their hash.
    template <bool latin> void addParts(size_t i)
    {
        const auto append = [](NgramHash &hash, char16_t unit) { latin ? hash.addLatin(unit) : hash.add(unit); };
        const char16_t *begin = m_folded.data() + m_tokens[i].start - 1;
        const char16_t *end = begin + m_tokens[i].size + 2;
        const size_t before = m_out.grams.size();
        m_out.grams.resize(before + size_t(end - begin) * (ngramLongestPart - 1)); // at most so many
        Gram *out = m_out.grams.data() + before;
        for (const char16_t *start = begin; start + 1 < end; ++start) {
            NgramHash part(SaltCharacters);
            append(part, *start);
            const char16_t *last = start + std::min<qsizetype>(ngramLongestPart, end - start);
            for (const char16_t *next = start + 1; next < last; ++next) {
                append(part, *next);
                *out++ = {part.bucket(), quint16(i), quint16(i), Gram::Characters};
            }
        }
        m_out.grams.resize(size_t(out - m_out.grams.data()));
    }

    void addRun(size_t i)
    {
        NgramHash one(SaltSingle);
        one.add(folded(m_tokens[i]));
        add(one, i, i, Gram::Characters);
        NgramHash run(SaltRun);
        run.add(folded(m_tokens[i]));
        for (size_t last = i + 1; last <= i + 2 && last < m_tokens.size() && m_out.words[last].joined; ++last) {
            run.add(folded(m_tokens[last]));
            add(run, i, last, Gram::Words);
        }
    }

    QStringView m_text;
    std::u16string m_folded; // each word between its ends: "<word>"
    std::vector<NgramToken> m_tokens;
    Grams m_out;
};

/// Grams by bucket and, within it, by block: a radix sort in two steps. An entry has both in its upper half and the
/// gram's index in its lower one.
std::vector<quint64> ngramsByBucket(const std::vector<Gram> &grams)
{
    constexpr int lowBits = 10; // of bucket and block; the rest is the second step
    constexpr int highBits = ngramBucketBits + 1 - lowBits;
    constexpr quint32 lowMask = (1u << lowBits) - 1;
    std::array<quint32, 1u << lowBits> low{};
    std::array<quint32, 1u << highBits> high{};
    std::vector<quint64> sorted(grams.size());
    std::vector<quint64> half(grams.size());
    for (const Gram &gram : grams) {
        const quint32 key = gram.bucket << 1 | gram.block;
        ++low[key & lowMask];
        ++high[key >> lowBits];
    }
    const auto toPlaces = [](auto &counts) {
        quint32 place = 0;
        for (quint32 &count : counts)
            place += std::exchange(count, place);
    };
    toPlaces(low);
    toPlaces(high);
    for (size_t i = 0; i < grams.size(); ++i) {
        const quint32 key = grams[i].bucket << 1 | grams[i].block;
        half[low[key & lowMask]++] = quint64(key) << 32 | i;
    }
    for (const quint64 entry : half)
        sorted[high[entry >> (32 + lowBits)]++] = entry;
    return sorted;
}

/// 1 + ln(count).
float ngramFrequency(qint32 count)
{
    static const std::array<float, 32> small = [] {
        std::array<float, 32> table{};
        for (size_t i = 1; i < table.size(); ++i)
            table[i] = 1.0f + std::log(float(i));
        return table;
    }();
    return size_t(count) < small.size() ? small[size_t(count)] : 1.0f + std::log(float(count));
}

} // namespace

Grams gramsOf(const QString &text, int limit) { return NgramReader(text, limit).read(); }

std::vector<Term> termsOf(const Grams &grams, std::vector<quint32> *termOf)
{
    // No branch depends on whether a gram is the first in its bucket: the processor would guess wrong too often.
    const std::vector<quint64> sorted = ngramsByBucket(grams.grams);
    std::vector<quint32> starts(sorted.size() + 1);
    if (termOf)
        termOf->resize(sorted.size());
    size_t count = 0;
    quint64 before = ngramBuckets;
    for (size_t i = 0; i < sorted.size(); ++i) {
        const quint64 bucket = sorted[i] >> 33;
        starts[count] = quint32(i);
        count += bucket != before ? 1 : 0;
        before = bucket;
        if (termOf)
            (*termOf)[quint32(sorted[i])] = quint32(count - 1);
    }
    starts[count] = quint32(sorted.size());
    std::vector<Term> terms(count);
    for (size_t i = 0; i < count; ++i) {
        const quint32 key = quint32(sorted[starts[i]] >> 32);
        const qint32 times = qint32(starts[i + 1] - starts[i]);
        terms[i] = {key >> 1, ngramFrequency(times), times, Gram::Block(key & 1)};
    }
    return terms;
}

} // namespace patchbay
