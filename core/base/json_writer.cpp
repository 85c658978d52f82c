#include "core/base/json_writer.h"

#include <QtCore/QJsonDocument>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace patchbay {

namespace {

/// 0 for a character that stands in JSON as it is. In the width of a character, so that several are compared at once.
constexpr quint16 jsonSpecial(quint16 unit)
{
    return quint16(quint16(unit < 0x20) | quint16(unit == u'"') | quint16(unit == u'\\')
                   | quint16(quint16(unit & 0xf800) == 0xd800));
}

constexpr std::array<bool, 128> jsonPlainAscii()
{
    std::array<bool, 128> plain{};
    for (quint16 c = 0; c < plain.size(); ++c)
        plain[c] = jsonSpecial(c) == 0;
    return plain;
}

bool jsonIsPlain(char16_t unit)
{
    static constexpr std::array<bool, 128> ascii = jsonPlainAscii();
    return unit < ascii.size() ? ascii[unit] : (unit & 0xf800) != 0xd800;
}

/// Behind the plain characters that a text begins with; whole blocks first, of as many as the compiler compares at once
/// (it writes shorter loops out, character by character).
const char16_t *jsonSkipPlain(const char16_t *at, const char16_t *end)
{
    constexpr ptrdiff_t block = 32;
    while (end - at >= block) {
        quint16 special = 0;
        for (ptrdiff_t i = 0; i < block; ++i)
            special = quint16(special | jsonSpecial(at[i]));
        if (special != 0)
            break;
        at += block;
    }
    while (at != end && jsonIsPlain(*at))
        ++at;
    return at;
}

void jsonEscape(char16_t unit, std::u16string &out)
{
    switch (unit) {
    case u'"': out += u"\\\""; return;
    case u'\\': out += u"\\\\"; return;
    case u'\b': out += u"\\b"; return;
    case u'\f': out += u"\\f"; return;
    case u'\n': out += u"\\n"; return;
    case u'\r': out += u"\\r"; return;
    case u'\t': out += u"\\t"; return;
    default: break;
    }
    constexpr std::u16string_view digits = u"0123456789abcdef";
    out += u"\\u";
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
    ascii(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
    return *this;
}

JsonWriter &JsonWriter::number(double value)
{
    separate();
    if (!std::isfinite(value)) {
        m_out += u"null";
        return *this;
    }
    char digits[32]; // 24 are the most that a double takes
    ascii(digits, std::to_chars(std::begin(digits), std::end(digits), value, std::chars_format::general).ptr);
    return *this;
}

JsonWriter &JsonWriter::boolean(bool value)
{
    separate();
    m_out += value ? u"true" : u"false";
    return *this;
}

JsonWriter &JsonWriter::object(const QJsonObject &value)
{
    if (value.isEmpty())
        return beginObject().endObject();
    separate();
    m_out += QString::fromUtf8(QJsonDocument(value).toJson(QJsonDocument::Compact)).toStdU16String();
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

void JsonWriter::ascii(const char *text, const char *end) { m_out.append(text, end); }

void JsonWriter::quote(QStringView value)
{
    const char16_t *at = value.utf16();
    const char16_t *const end = at + value.size();
    m_out += u'"';
    while (at != end) {
        const char16_t *start = at;
        at = jsonSkipPlain(at, end);
        m_out.append(start, at);
        if (at == end)
            break;
        if (QChar::isHighSurrogate(*at) && at + 1 != end && QChar::isLowSurrogate(at[1])) {
            m_out.append(at, 2);
            at += 2;
        } else {
            jsonEscape(*at++, m_out);
        }
    }
    m_out += u'"';
}

} // namespace patchbay
