#include "core/base/json_writer.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace patchbay {

namespace {

bool jsonIsPlain(char16_t unit)
{
    return (unit >= 0x20) & (unit != u'"') & (unit != u'\\') & ((unit & 0xf800) != 0xd800);
}

/// Behind the plain characters that a text begins with; whole blocks first, which the compiler compares at once.
const char16_t *jsonSkipPlain(const char16_t *at, const char16_t *end)
{
    constexpr ptrdiff_t block = 16;
    while (end - at >= block) {
        bool plain = true;
        for (ptrdiff_t i = 0; i < block; ++i)
            plain &= jsonIsPlain(at[i]);
        if (!plain)
            break;
        at += block;
    }
    while (at != end && jsonIsPlain(*at))
        ++at;
    return at;
}

void jsonEscape(char16_t unit, QString &out)
{
    switch (unit) {
    case u'"': out += QStringView(u"\\\""); return;
    case u'\\': out += QStringView(u"\\\\"); return;
    case u'\b': out += QStringView(u"\\b"); return;
    case u'\f': out += QStringView(u"\\f"); return;
    case u'\n': out += QStringView(u"\\n"); return;
    case u'\r': out += QStringView(u"\\r"); return;
    case u'\t': out += QStringView(u"\\t"); return;
    default: break;
    }
    constexpr QStringView digits = u"0123456789abcdef";
    out += QStringView(u"\\u");
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(unit >> shift) & 0xf];
}

} // namespace

JsonWriter &JsonWriter::key(QStringView name)
{
    text(name);
    m_out += u':';
    m_comma = false;
    return *this;
}

JsonWriter &JsonWriter::text(QStringView value)
{
    separate();
    quote(value);
    return *this;
}

JsonWriter &JsonWriter::integer(qint64 value)
{
    separate();
    char digits[24];
    const char *end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    m_out += QLatin1StringView(digits, end);
    return *this;
}

JsonWriter &JsonWriter::number(double value)
{
    separate();
    if (!std::isfinite(value)) {
        m_out += QStringView(u"null");
        return *this;
    }
    char digits[32]; // 24 are the most that a double takes
    const char *end = std::to_chars(std::begin(digits), std::end(digits), value, std::chars_format::general).ptr;
    m_out += QLatin1StringView(digits, end);
    return *this;
}

JsonWriter &JsonWriter::boolean(bool value)
{
    separate();
    m_out += value ? QStringView(u"true") : QStringView(u"false");
    return *this;
}

JsonWriter &JsonWriter::object(const QJsonObject &value)
{
    if (value.isEmpty())
        return beginObject().endObject();
    separate();
    m_out += QString::fromUtf8(QJsonDocument(value).toJson(QJsonDocument::Compact));
    m_comma = true;
    return *this;
}

JsonWriter &JsonWriter::begin(char16_t bracket)
{
    separate();
    m_out += bracket;
    m_comma = false;
    return *this;
}

JsonWriter &JsonWriter::end(char16_t bracket)
{
    m_out += bracket;
    m_comma = true;
    return *this;
}

void JsonWriter::separate()
{
    if (m_comma)
        m_out += u',';
    m_comma = true;
}

void JsonWriter::quote(QStringView value)
{
    const char16_t *at = value.utf16();
    const char16_t *const end = at + value.size();
    if (jsonSkipPlain(at, end) == end) { // nearly every text: written in one piece
        const qsizetype before = m_out.size();
        m_out.resize(before + value.size() + 2);
        char16_t *to = reinterpret_cast<char16_t *>(m_out.data()) + before;
        *to++ = u'"';
        to = std::copy(at, end, to);
        *to = u'"';
        return;
    }
    m_out += u'"';
    while (at != end) {
        const char16_t *start = at;
        at = jsonSkipPlain(at, end);
        m_out += QStringView(start, at);
        if (at == end)
            break;
        if (QChar::isHighSurrogate(*at) && at + 1 != end && QChar::isLowSurrogate(at[1])) {
            m_out += QStringView(at, 2);
            at += 2;
        } else {
            jsonEscape(*at++, m_out);
        }
    }
    m_out += u'"';
}

} // namespace patchbay
