#include "core/base/json_scan.h"

#include <charconv>
#include <iterator>

namespace patchbay {

namespace {

constexpr qsizetype scanLongestNumber = 40;

bool scanIsOfNumber(char16_t unit)
{
    return (unit >= u'0' && unit <= u'9') || unit == u'-' || unit == u'+' || unit == u'.' || (unit | 0x20) == u'e';
}

int scanHex(QStringView text, qsizetype at)
{
    if (at + 4 > text.size())
        return -1;
    int unit = 0;
    for (const QChar c : text.mid(at, 4)) {
        const char16_t u = c.unicode();
        const int digit = u >= u'0' && u <= u'9' ? u - u'0'
            : u >= u'a' && u <= u'f'             ? u - u'a' + 10
            : u >= u'A' && u <= u'F'             ? u - u'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

char16_t scanEscaped(char16_t letter)
{
    switch (letter) {
    case u'n': return u'\n';
    case u't': return u'\t';
    case u'r': return u'\r';
    case u'b': return u'\b';
    case u'f': return u'\f';
    case u'"':
    case u'\\':
    case u'/': return letter;
    default: return 0;
    }
}

/// Nothing where it is no JSON, or half a surrogate pair is escaped.
std::optional<QString> scanUnescaped(QStringView text)
{
    QString out;
    out.reserve(text.size());
    bool isWhole = true;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype slash = text.indexOf(u'\\', at);
        const qsizetype plain = slash < 0 ? text.size() : slash;
        out += text.mid(at, plain - at);
        at = plain + 2;
        if (plain == text.size())
            break;
        if (at > text.size())
            return std::nullopt;
        if (text[plain + 1] == u'u') {
            const int unit = scanHex(text, at);
            if (unit < 0)
                return std::nullopt;
            out += QChar(char16_t(unit));
            isWhole = isWhole && !QChar::isSurrogate(char32_t(unit));
            at += 4;
        } else if (const char16_t letter = scanEscaped(text[plain + 1].unicode())) {
            out += QChar(letter);
        } else {
            return std::nullopt;
        }
    }
    if (!isWhole && !out.isValidUtf16())
        return std::nullopt;
    return out;
}

} // namespace

void JsonScan::skipSpace()
{
    while (m_at != m_end && (*m_at == u' ' || *m_at == u'\n' || *m_at == u'\r' || *m_at == u'\t'))
        ++m_at;
}

bool JsonScan::isNext(char16_t wanted)
{
    skipSpace();
    return m_at != m_end && *m_at == wanted;
}

bool JsonScan::take(char16_t wanted)
{
    if (!isNext(wanted))
        return false;
    ++m_at;
    return true;
}

bool JsonScan::word(QStringView wanted)
{
    if (!QStringView(m_at, m_end).startsWith(wanted))
        return false;
    m_at += wanted.size();
    return true;
}

/// What stands between the quotation marks, as it is written.
std::optional<QStringView> JsonScan::quoted()
{
    if (!take(u'"'))
        return std::nullopt;
    const char16_t *const start = m_at;
    while (m_at != m_end) {
        const qsizetype quote = QStringView(m_at, m_end).indexOf(u'"');
        if (quote < 0)
            return std::nullopt;
        const char16_t *const end = m_at + quote;
        const char16_t *slash = end;
        while (slash != start && slash[-1] == u'\\')
            --slash;
        m_at = end + 1;
        if ((end - slash) % 2 == 0)
            return QStringView(start, end);
    }
    return std::nullopt;
}

std::optional<QStringView> JsonScan::key()
{
    const auto name = quoted();
    return name && take(u':') ? name : std::nullopt;
}

std::optional<QString> JsonScan::text()
{
    const auto raw = quoted();
    return raw ? scanUnescaped(*raw) : std::nullopt;
}

template <class T> std::optional<T> JsonScan::digits()
{
    skipSpace();
    char number[scanLongestNumber];
    qsizetype size = 0;
    while (m_at + size != m_end && size < scanLongestNumber && scanIsOfNumber(m_at[size])) {
        number[size] = char(m_at[size]);
        ++size;
    }
    T value{};
    const auto read = std::from_chars(number, number + size, value);
    if (size == 0 || size == scanLongestNumber || read.ec != std::errc() || read.ptr != number + size)
        return std::nullopt;
    m_at += size;
    return value;
}

std::optional<qint64> JsonScan::integer() { return digits<qint64>(); }

std::optional<double> JsonScan::number() { return digits<double>(); }

std::optional<bool> JsonScan::boolean()
{
    skipSpace();
    if (word(u"true"))
        return true;
    return word(u"false") ? std::optional(false) : std::nullopt;
}

bool JsonScan::skip()
{
    skipSpace();
    int depth = 0;
    while (m_at != m_end) {
        const char16_t c = *m_at;
        if (c == u'"') {
            if (!quoted())
                return false;
            if (depth == 0)
                return true;
            continue;
        }
        if (depth == 0 && (c == u',' || c == u'}' || c == u']'))
            return true;
        depth += c == u'{' || c == u'[' ? 1 : c == u'}' || c == u']' ? -1 : 0;
        ++m_at;
        if (depth == 0 && (c == u'}' || c == u']'))
            return true;
    }
    return false;
}

std::optional<QString> jsonMember(QStringView object, QStringView key)
{
    JsonScan scan(object);
    if (!scan.take(u'{'))
        return std::nullopt;
    do {
        const auto name = scan.key();
        if (!name)
            return std::nullopt;
        if (*name == key && scan.isNext(u'"'))
            return scan.text();
        if (!scan.skip())
            return std::nullopt;
    } while (scan.take(u','));
    return std::nullopt;
}

} // namespace patchbay
