#include "core/base/json_member.h"

#include <cstring>
#include <string_view>

namespace patchbay {

namespace {

/// Goes through one object, from value to value, without taking apart what nobody asked for.
class MemberScan {
public:
    explicit MemberScan(const QByteArray &object)
        : m_at(object.constData())
        , m_end(object.constData() + object.size())
    {
    }

    std::optional<QString> text(std::string_view wanted)
    {
        if (!take('{'))
            return std::nullopt;
        do {
            const auto name = string();
            if (!name || !take(':'))
                return std::nullopt;
            skipSpace();
            const bool isText = m_at != m_end && *m_at == '"';
            if (isText) {
                const auto value = string();
                if (value && *name == wanted)
                    return unescaped(*value);
                if (!value)
                    return std::nullopt;
            } else if (!skipValue()) {
                return std::nullopt;
            }
        } while (take(','));
        return std::nullopt;
    }

private:
    void skipSpace()
    {
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t'))
            ++m_at;
    }

    bool take(char wanted)
    {
        skipSpace();
        if (m_at == m_end || *m_at != wanted)
            return false;
        ++m_at;
        return true;
    }

    /// What stands between the quotation marks, as it is written.
    std::optional<std::string_view> string()
    {
        if (!take('"'))
            return std::nullopt;
        const char *const start = m_at;
        while (m_at != m_end) {
            const auto *quote = static_cast<const char *>(std::memchr(m_at, '"', size_t(m_end - m_at)));
            if (!quote)
                return std::nullopt;
            const char *slash = quote;
            while (slash != start && slash[-1] == '\\')
                --slash;
            m_at = quote + 1;
            if ((quote - slash) % 2 == 0)
                return std::string_view(start, size_t(quote - start));
        }
        return std::nullopt;
    }

    /// A number, a word, a list or an object.
    bool skipValue()
    {
        int depth = 0;
        while (m_at != m_end) {
            const char c = *m_at;
            if (c == '"') {
                if (!string())
                    return false;
                continue;
            }
            if (depth == 0 && (c == ',' || c == '}'))
                return true;
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            ++m_at;
        }
        return false;
    }

    static int hexDigits(std::string_view text, size_t at)
    {
        if (at + 4 > text.size())
            return -1;
        int unit = 0;
        for (size_t i = at; i < at + 4; ++i) {
            const char c = text[i];
            const int digit = c >= '0' && c <= '9' ? c - '0'
                : c >= 'a' && c <= 'f'             ? c - 'a' + 10
                : c >= 'A' && c <= 'F'             ? c - 'A' + 10
                                                   : -1;
            if (digit < 0)
                return -1;
            unit = unit * 16 + digit;
        }
        return unit;
    }

    static char escaped(char letter)
    {
        switch (letter) {
        case 'n': return '\n';
        case 't': return '\t';
        case 'r': return '\r';
        case 'b': return '\b';
        case 'f': return '\f';
        case '"':
        case '\\':
        case '/': return letter;
        default: return 0;
        }
    }

    /// Nothing where it is no JSON, or has half a surrogate pair.
    static std::optional<QString> unescaped(std::string_view text)
    {
        QString out;
        out.reserve(qsizetype(text.size()));
        for (size_t at = 0; at < text.size();) {
            const size_t plain = std::min(text.find('\\', at), text.size());
            out += QString::fromUtf8(text.data() + at, qsizetype(plain - at));
            at = plain + 2;
            if (plain == text.size())
                break;
            if (at > text.size())
                return std::nullopt;
            if (text[plain + 1] == 'u') {
                const int unit = hexDigits(text, at);
                if (unit < 0)
                    return std::nullopt;
                out += QChar(char16_t(unit));
                at += 4;
            } else if (const char letter = escaped(text[plain + 1])) {
                out += QLatin1Char(letter);
            } else {
                return std::nullopt;
            }
        }
        if (!out.isValidUtf16())
            return std::nullopt;
        return out;
    }

    const char *m_at;
    const char *m_end;
};

} // namespace

std::optional<QString> jsonMember(const QByteArray &object, const char *key) { return MemberScan(object).text(key); }

} // namespace patchbay
