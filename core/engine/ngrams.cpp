#include "core/engine/ngrams.h"

#include "core/engine/classifier_language.h"
#include "core/engine/ngrams_fold.h"
#include "core/engine/ngrams_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace patchbay {

namespace {

constexpr size_t ngramMarkLimit = 1000;
constexpr qsizetype ngramLongestWord = 32; // longer "words" are codes and links: their start is enough
constexpr qsizetype ngramLongestPart = 5; // of a word, with its ends

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

/// The folded form of a letter or digit; 0: not one of these.
constexpr std::array<char16_t, 128> ngramAsciiFolded()
{
    std::array<char16_t, 128> folded{};
    for (size_t c = 0; c < folded.size(); ++c) {
        if (c >= 'A' && c <= 'Z')
            folded[c] = char16_t(c + ('a' - 'A'));
        else if (c >= 'a' && c <= 'z')
            folded[c] = char16_t(c);
        else if (c >= '0' && c <= '9')
            folded[c] = u'0';
    }
    return folded;
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

bool ngramIsMark(char32_t c)
{
    if (c < 128)
        return c > 32 && c < 127 && ngramClass(c) != NgramClass::Word;
    return QChar::isPunct(c) || QChar::isSymbol(c);
}

/// The folded form of a word: where it stands in the reader's buffer, and whether it starts anew (line, sentence).
struct NgramToken {
    qsizetype start = 0;
    qsizetype size = 0; ///< without its ends
    bool single = false; ///< one character of a script without spaces
    bool latin = false; ///< all units are below 256
    bool breakBefore = false;
    bool frequent = false; ///< isFrequentWord()
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
        m_tokens.reserve(size_t(m_text.size()) / 4 + 4);
        m_out.words.reserve(size_t(m_text.size()) / 4 + 4);
        split();
        m_out.grams.reserve(m_folded.size() * ngramLongestPart);
        for (size_t i = 0; i < m_tokens.size(); ++i) {
            if (m_tokens[i].single)
                addRun(i);
            else
                addWord(i);
        }
        addMarks();
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
        m_folded.push_back(u'<');
        const qsizetype first = qsizetype(m_folded.size());
        appendFoldedWord(m_text.mid(start, size), m_folded);
        const qsizetype folded = qsizetype(m_folded.size()) - first;
        if (folded == 0) {
            m_folded.pop_back();
            return;
        }
        const auto begin = m_folded.cbegin() + first;
        const bool latin = std::all_of(begin, m_folded.cend(), [](char16_t c) { return c < 256; });
        pushToken({first, folded, single, latin, breakBefore}, start, size, joined);
    }

    /// The folded word is the end of the buffer.
    void pushToken(NgramToken token, qsizetype start, qsizetype size, bool joined)
    {
        if (!token.single && token.size > ngramLongestWord) {
            token.size = ngramLongestWord;
            m_folded.resize(size_t(token.start + token.size));
        }
        token.frequent = !token.single && isFrequentWord(folded(token));
        m_folded.push_back(u'>');
        m_out.words.push_back({qint32(start), qint32(size), joined, false});
        m_tokens.push_back(token);
    }

    /// A word of plain letters and digits alone; false, and nothing is taken, when there are others in it.
    bool pushAscii(qsizetype start, qsizetype *end, bool breakBefore)
    {
        static constexpr std::array<char16_t, 128> folded = ngramAsciiFolded();
        const char16_t *text = m_text.utf16();
        const size_t before = m_folded.size();
        m_folded.push_back(u'<');
        qsizetype i = start;
        for (; i < m_text.size() && text[i] < 128 && folded[text[i]] != 0; ++i)
            m_folded.push_back(folded[text[i]]);
        int units = 1;
        if (i < m_text.size() && text[i] >= 128 && isInWord(at(i, &units))) {
            m_folded.resize(before);
            return false;
        }
        pushToken({qsizetype(before) + 1, i - start, false, true, breakBefore}, start, i - start, false);
        *end = i;
        return true;
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
                if (c >= 128 || !pushAscii(start, &i, breakBefore)) {
                    do
                        i += units;
                    while (i < m_text.size() && isInWord(at(i, &units)));
                    push(start, i - start, false, false, breakBefore);
                }
                breakBefore = false;
            } else {
                breakBefore = breakBefore || kind == NgramClass::Break;
                if (ngramIsMark(c) && m_marks.size() < ngramMarkLimit)
                    m_marks.push_back({qint32(i), qint32(units), false, true});
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
        one.add(folded(token), token.latin);
        add(one, i, i, Gram::Words);
        if (i > 0 && !token.breakBefore && !m_tokens[i - 1].single) {
            NgramHash pair(SaltPair);
            pair.add(folded(m_tokens[i - 1]), m_tokens[i - 1].latin);
            pair.addLatin(u' ');
            pair.add(folded(token), token.latin);
            add(pair, i - 1, i, Gram::Words);
            addPairOverFrequent(i);
        }
        if (token.latin)
            addParts<true>(i);
        else
            addParts<false>(i);
    }

    /// With the content word before it, where frequent words of the same sentence stand between them.
    void addPairOverFrequent(size_t i)
    {
        size_t before = i - 1;
        while (m_tokens[before].frequent && before > 0 && !m_tokens[before].breakBefore && !m_tokens[before - 1].single)
            --before;
        if (before + 1 == i || m_tokens[before].frequent)
            return;
        NgramHash pair(SaltPair);
        pair.add(folded(m_tokens[before]), m_tokens[before].latin);
        pair.addLatin(u'*');
        pair.add(folded(m_tokens[i]), m_tokens[i].latin);
        add(pair, before, i, Gram::Words);
    }

    /// A text of marks alone says nothing.
    void addMarks()
    {
        if (m_tokens.empty())
            return;
        for (const GramWord &mark : m_marks) {
            NgramHash one(SaltMark);
            one.add(m_text.mid(mark.start, mark.size));
            add(one, m_out.words.size(), m_out.words.size(), Gram::Words);
            m_out.words.push_back(mark);
        }
    }

    /// Parts that start at one place share the beginning of their hash.
    template <bool latin> void addParts(size_t i)
    {
        const auto append = [](NgramHash &hash, char16_t unit) { latin ? hash.addLatin(unit) : hash.add(unit); };
        const char16_t *begin = m_folded.data() + m_tokens[i].start - 1;
        const char16_t *end = begin + m_tokens[i].size + 2;
        const quint16 word = quint16(i);
        for (const char16_t *start = begin; start + 1 < end; ++start) {
            NgramHash part(SaltCharacters);
            append(part, *start);
            const char16_t *last = start + std::min<qsizetype>(ngramLongestPart, end - start);
            for (const char16_t *next = start + 1; next < last; ++next) {
                append(part, *next);
                m_out.grams.push_back({part.bucket(), word, word, Gram::Characters});
            }
        }
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
    std::vector<GramWord> m_marks;
    Grams m_out;
};

} // namespace

float frequencyOf(qint32 count)
{
    static const std::array<float, 32> small = [] {
        std::array<float, 32> table{};
        for (size_t i = 1; i < table.size(); ++i)
            table[i] = 1.0f + std::log(float(i));
        return table;
    }();
    return size_t(count) < small.size() ? small[size_t(count)] : 1.0f + std::log(float(count));
}

Grams gramsOf(const QString &text, int limit) { return NgramReader(text, limit).read(); }

std::vector<Term> termsOf(const Grams &grams, std::vector<quint32> *termOf)
{
    const std::vector<Gram> &all = grams.grams;
    std::vector<Term> terms(all.size());
    if (termOf)
        termOf->resize(all.size());
    const size_t places = std::bit_ceil(all.size() * 2 + 1);
    std::vector<quint32> table(places, 0); // 1 + index of a term; 0: free
    quint32 count = 0;
    for (size_t i = 0; i < all.size(); ++i) {
        const Gram &gram = all[i];
        size_t at = gram.bucket & (places - 1);
        while (table[at] != 0 && terms[table[at] - 1].bucket != gram.bucket)
            at = (at + 1) & (places - 1);
        // Whether a bucket is new cannot be foretold, so no branch depends on it: a known one is written over what the
        // next new one will take.
        const bool isNew = table[at] == 0;
        terms[count].bucket = gram.bucket;
        terms[count].block = gram.block;
        count += isNew ? 1 : 0;
        table[at] = isNew ? count : table[at];
        ++terms[table[at] - 1].count;
        if (termOf)
            (*termOf)[i] = table[at] - 1;
    }
    terms.resize(count);
    for (Term &term : terms)
        term.frequency = frequencyOf(term.count);
    return terms;
}

} // namespace patchbay
