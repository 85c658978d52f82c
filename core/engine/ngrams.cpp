#include "core/engine/ngrams.h"

#include <QtCore/QStringView>

#include <algorithm>
#include <cmath>

namespace patchbay {

namespace {

constexpr int ngramWordLimit = 1000;
constexpr int ngramLongestWord = 32; // longer "words" are codes and links: their start is enough

bool hasNoSpaces(char32_t c)
{
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

bool isFoldedMark(QChar c)
{
    const ushort u = c.unicode();
    return (u >= 0x0300 && u <= 0x036f) || (u >= 0x064b && u <= 0x065f) || u == 0x0670
        || (u >= 0x0591 && u <= 0x05c7 && c.isMark());
}

/// FNV-1a over UTF-16 units with a last mix, written out so that numbers never depend on a library.
class NgramHash {
public:
    explicit NgramHash(quint64 salt)
        : m_state(14695981039346656037ull ^ (salt * 0x9e3779b97f4a7c15ull))
    {
    }
    void add(QStringView text)
    {
        for (const QChar c : text)
            add(c.unicode());
    }
    void add(ushort unit)
    {
        m_state = (m_state ^ (unit & 0xff)) * 1099511628211ull;
        m_state = (m_state ^ (unit >> 8)) * 1099511628211ull;
    }
    quint32 bucket() const
    {
        quint64 h = m_state;
        h ^= h >> 33;
        h *= 0xff51afd7ed558ccdull;
        h ^= h >> 33;
        return quint32(h % ngramBuckets);
    }

private:
    quint64 m_state;
};

enum NgramSalt : quint64 { SaltWord = 1, SaltPair, SaltCharacters, SaltRun, SaltSingle };

/// Words of a text as written, each with its folded form and whether it starts anew (line, sentence).
struct NgramToken {
    QString folded = {};
    bool single = false; // one character of a script without spaces
    bool breakBefore = false;
};

class NgramReader {
public:
    NgramReader(const QString &text, int limit)
        : m_text(QStringView(text).left(limit))
    {
    }

    Grams read()
    {
        split();
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

    void push(QStringView word, bool single, bool joined, bool breakBefore)
    {
        QString folded = foldedWord(word.toString());
        if (folded.isEmpty())
            return;
        m_out.words.push_back(word.toString());
        m_out.joined.push_back(joined);
        m_tokens.push_back({std::move(folded), single, breakBefore});
    }

    void split()
    {
        qsizetype i = 0;
        bool breakBefore = true;
        bool afterSingle = false;
        while (i < m_text.size() && int(m_tokens.size()) < ngramWordLimit) {
            int units = 1;
            const char32_t c = at(i, &units);
            if (hasNoSpaces(c)) {
                push(m_text.mid(i, units), true, afterSingle, breakBefore);
                afterSingle = true;
                breakBefore = false;
                i += units;
            } else if (QChar::isLetterOrNumber(c) || QChar::isMark(c)) {
                const qsizetype start = i;
                while (i < m_text.size()) {
                    const char32_t next = at(i, &units);
                    if (hasNoSpaces(next) || !(QChar::isLetterOrNumber(next) || QChar::isMark(next)))
                        break;
                    i += units;
                }
                push(m_text.mid(start, i - start), false, false, breakBefore);
                afterSingle = false;
                breakBefore = false;
            } else {
                afterSingle = false;
                breakBefore = breakBefore || c == U'\n' || c == U'.' || c == U'?' || c == U'!' || c == U';';
                i += units;
            }
        }
    }

    void add(const NgramHash &hash, size_t first, size_t last, Gram::Block block)
    {
        m_out.grams.push_back({hash.bucket(), quint16(first), quint16(last), block});
    }

    void addWord(size_t i)
    {
        const QString word = m_tokens[i].folded.left(ngramLongestWord);
        NgramHash one(SaltWord);
        one.add(word);
        add(one, i, i, Gram::Words);
        if (i > 0 && !m_tokens[i].breakBefore && !m_tokens[i - 1].single) {
            NgramHash pair(SaltPair);
            pair.add(m_tokens[i - 1].folded.left(ngramLongestWord));
            pair.add(u' ');
            pair.add(word);
            add(pair, i - 1, i, Gram::Words);
        }
        const QString framed = QChar(u'<') + word + QChar(u'>');
        for (int length = 2; length <= 5; ++length) {
            for (qsizetype start = 0; start + length <= framed.size(); ++start) {
                NgramHash part(SaltCharacters);
                part.add(QStringView(framed).mid(start, length));
                add(part, i, i, Gram::Characters);
            }
        }
    }

    void addRun(size_t i)
    {
        NgramHash one(SaltSingle);
        one.add(m_tokens[i].folded);
        add(one, i, i, Gram::Characters);
        NgramHash run(SaltRun);
        run.add(m_tokens[i].folded);
        for (size_t last = i + 1; last <= i + 2 && last < m_tokens.size() && m_out.joined[last]; ++last) {
            run.add(m_tokens[last].folded);
            add(run, i, last, Gram::Words);
        }
    }

    QStringView m_text;
    std::vector<NgramToken> m_tokens;
    Grams m_out;
};

} // namespace

QString foldedWord(const QString &word)
{
    QString out = word.normalized(QString::NormalizationForm_KD).toCaseFolded();
    out.removeIf(isFoldedMark);
    out = out.normalized(QString::NormalizationForm_KC);
    for (QChar &c : out) {
        if (c.isDigit())
            c = u'0'; // amounts and numbers of orders are alike
    }
    return out;
}

Grams gramsOf(const QString &text, int limit) { return NgramReader(text, limit).read(); }

std::vector<Term> termsOf(const Grams &grams)
{
    std::vector<Term> terms;
    terms.reserve(grams.grams.size());
    for (const Gram &gram : grams.grams)
        terms.push_back({gram.bucket, 1.0f, gram.block});
    std::sort(terms.begin(), terms.end(), [](const Term &a, const Term &b) {
        return a.bucket != b.bucket ? a.bucket < b.bucket : a.block < b.block;
    });
    size_t kept = 0;
    for (size_t i = 0; i < terms.size(); ++i) {
        if (kept > 0 && terms[kept - 1].bucket == terms[i].bucket)
            terms[kept - 1].frequency += 1.0f;
        else
            terms[kept++] = terms[i];
    }
    terms.resize(kept);
    for (Term &term : terms)
        term.frequency = 1.0f + std::log(term.frequency);
    return terms;
}

} // namespace patchbay
