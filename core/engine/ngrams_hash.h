#pragma once

#include "core/engine/ngrams.h"

namespace patchbay {

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
    /// A word; `latin`: all of its units are below 256.
    void add(QStringView text, bool latin)
    {
        if (!latin)
            return add(text);
        for (const QChar c : text)
            addLatin(c.unicode());
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
    static constexpr quint64 ngramPrime = 1099511628211ull;

    quint64 m_state;
};

/// What kind of n-gram a number is of.
enum NgramSalt : quint64 { SaltWord = 1, SaltPair, SaltCharacters, SaltRun, SaltSingle, SaltMark };

} // namespace patchbay
