#include "core/search/tokens.h"

#include "core/search/letters.h"

#include <array>

namespace patchbay {

namespace {

using Kind = Letter::Kind;
constexpr int tokenLetters = 40;

/// Lower-case ASCII letters and digits; 0 for what separates.
constexpr std::array<char, 128> makeAscii()
{
    std::array<char, 128> table{};
    for (int c = 0; c < 128; ++c) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
            table[size_t(c)] = char(c);
        else if (c >= 'A' && c <= 'Z')
            table[size_t(c)] = char(c - 'A' + 'a');
    }
    return table;
}
constexpr std::array<char, 128> tokenAscii = makeAscii();

/// One character of UTF-8; advances at least one byte. Broken bytes read as U+FFFD, which separates.
char32_t tokenDecode(const char *data, int size, int &at)
{
    const auto byte = [&](int i) { return static_cast<unsigned char>(data[i]); };
    const unsigned lead = byte(at++);
    if (lead < 0x80)
        return lead;
    const int more = lead >= 0xf0 && lead < 0xf5 ? 3
        : lead >= 0xe0 && lead < 0xf0            ? 2
        : lead >= 0xc2 && lead < 0xe0            ? 1
                                                 : 0;
    if (more == 0 || at + more > size)
        return 0xfffd;
    char32_t c = lead & (0x3fu >> more);
    for (int i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80)
            return 0xfffd;
        c = (c << 6) | (byte(at + i) & 0x3f);
    }
    at += more;
    return c;
}

/// Puts words and pairs together from the characters it is given.
class TokenMaker {
public:
    TokenMaker(TokenUse use, TakeToken take, void *context)
        : m_use(use)
        , m_take(take)
        , m_context(context)
    {
    }

    bool going() const { return m_going; }

    void ascii(char folded, int start, int end)
    {
        if (m_runSize > 0)
            endRun();
        begin(start);
        if (++m_letters <= tokenLetters)
            m_word[m_size++] = folded;
        m_end = end;
        m_dropsMarks = true;
    }

    void letter(const Letter &letter, int start, int end)
    {
        switch (letter.kind) {
        case Kind::Separator: return separate();
        case Kind::Ideograph: return ideograph(letter, start, end);
        case Kind::Dropped:
            if (m_size > 0)
                m_end = end;
            return;
        case Kind::Mark:
            if (m_runSize > 0 || m_size == 0)
                return;
            if (!m_dropsMarks)
                append(letter);
            m_end = end;
            return;
        case Kind::Word: break;
        }
        if (m_runSize > 0)
            endRun();
        begin(start);
        append(letter);
        m_end = end;
        m_dropsMarks = letter.dropsMarks;
    }

    void separate()
    {
        if (m_size > 0)
            endWord();
        if (m_runSize > 0)
            endRun();
    }

    /// At the end of what is looked for, the last letter of a run may be followed by others.
    void finish()
    {
        if (m_use == TokenUse::Query && m_runSize > 0 && m_paired)
            m_runSize = 0;
        separate();
    }

private:
    void begin(int start)
    {
        if (m_size == 0) {
            m_start = start;
            m_letters = 0;
        }
    }

    void append(const Letter &letter)
    {
        if (++m_letters > tokenLetters)
            return;
        for (int i = 0; i < letter.size; ++i)
            m_word[m_size++] = letter.folded[i];
    }

    void give(const char *data, int size, int start, int end)
    {
        m_going = m_going && m_take(m_context, QByteArrayView(data, size), start, end);
    }

    void endWord()
    {
        give(m_word.data(), m_size, m_start, m_end);
        m_size = 0;
    }

    void ideograph(const Letter &letter, int start, int end)
    {
        if (m_size > 0)
            endWord();
        if (m_runSize > 0) {
            std::copy_n(letter.folded, letter.size, m_run.data() + m_runSize);
            give(m_run.data(), m_runSize + letter.size, m_start, end);
            m_paired = true;
        } else {
            m_paired = false;
        }
        std::copy_n(letter.folded, letter.size, m_run.data());
        m_runSize = letter.size;
        m_start = start;
        m_end = end;
    }

    void endRun()
    {
        give(m_run.data(), m_runSize, m_start, m_end);
        m_runSize = 0;
    }

    TokenUse m_use;
    TakeToken m_take;
    void *m_context;
    bool m_going = true;
    std::array<char, tokenLetters * sizeof(Letter::folded)> m_word;
    int m_size = 0; ///< of the word so far
    int m_letters = 0;
    bool m_dropsMarks = false;
    std::array<char, 2 * sizeof(Letter::folded)> m_run;
    int m_runSize = 0; ///< of the last letter of a run
    bool m_paired = false;
    int m_start = 0;
    int m_end = 0;
};

} // namespace

void tokenize(QByteArrayView text, TokenUse use, TakeToken take, void *context)
{
    TokenMaker maker(use, take, context);
    const char *const data = text.data();
    const int size = int(qMin<qsizetype>(text.size(), std::numeric_limits<int>::max() - 8));
    int at = 0;
    while (at < size && maker.going()) {
        const int start = at;
        const auto byte = static_cast<unsigned char>(data[at]);
        if (byte < 0x80) {
            ++at;
            if (const char folded = tokenAscii[byte])
                maker.ascii(folded, start, at);
            else
                maker.separate();
            continue;
        }
        const char32_t character = tokenDecode(data, size, at);
        maker.letter(letterOf(character), start, at);
    }
    if (maker.going())
        maker.finish();
}

std::vector<Token> tokens(QByteArrayView text, TokenUse use)
{
    std::vector<Token> all;
    const auto take = [](void *context, QByteArrayView folded, int start, int end) {
        static_cast<std::vector<Token> *>(context)->push_back({folded.toByteArray(), start, end});
        return true;
    };
    tokenize(text, use, take, &all);
    return all;
}

bool isSingleIdeograph(QByteArrayView folded)
{
    int at = 0;
    const char32_t character = folded.isEmpty() ? 0 : tokenDecode(folded.data(), int(folded.size()), at);
    return character >= 0x80 && at == folded.size() && letterOf(character).kind == Kind::Ideograph;
}

} // namespace patchbay
