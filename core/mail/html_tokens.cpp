#include "core/mail/html_tokens.h"

#include <QtCore/QStringList>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t maxAttributes = 24;
constexpr qsizetype maxTagName = 40;

bool isHtmlBlank(QChar c) { return c == u' ' || c == u'\n' || c == u'\t' || c == u'\r' || c == u'\f'; }

bool isAsciiLetter(QChar c) { return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z'); }

/// What stands in these is not markup and not shown.
bool isRawText(const QString &name)
{
    static const QStringList names{u"script"_s, u"style"_s,  u"title"_s,   u"textarea"_s,
                                   u"xmp"_s,    u"iframe"_s, u"noembed"_s, u"noframes"_s};
    return names.contains(name);
}

class HtmlTokenizer {
public:
    explicit HtmlTokenizer(QStringView html)
        : m_html(html)
    {
    }

    std::vector<HtmlToken> run()
    {
        while (m_at < m_html.size()) {
            const qsizetype tag = nextTag(m_at);
            if (tag > m_at)
                addText(m_at, tag);
            m_at = tag;
            if (m_at < m_html.size())
                readMarkup();
        }
        return std::move(m_tokens);
    }

private:
    QChar at(qsizetype i) const { return i < m_html.size() ? m_html.at(i) : QChar(); }

    /// The next "<" that begins markup; a "<" before anything else is text.
    qsizetype nextTag(qsizetype from) const
    {
        for (qsizetype i = m_html.indexOf(u'<', from); i >= 0; i = m_html.indexOf(u'<', i + 1)) {
            const QChar c = at(i + 1);
            if (isAsciiLetter(c) || c == u'!' || c == u'?' || c == u'/')
                return i;
        }
        return m_html.size();
    }

    void addText(qsizetype from, qsizetype to)
    {
        HtmlToken token;
        token.text = m_html.sliced(from, to - from);
        m_tokens.push_back(std::move(token));
    }

    void readMarkup()
    {
        const QStringView rest = m_html.sliced(m_at);
        if (rest.startsWith(u"<!--"))
            skipComment();
        else if (isAsciiLetter(at(m_at + 1)))
            readTag(HtmlToken::Kind::Start, m_at + 1);
        else if (at(m_at + 1) == u'/' && isAsciiLetter(at(m_at + 2)))
            readTag(HtmlToken::Kind::End, m_at + 2);
        else
            skipPast(m_html.indexOf(u'>', m_at), 1);
    }

    void skipPast(qsizetype found, qsizetype length) { m_at = found < 0 ? m_html.size() : found + length; }

    void skipComment()
    {
        if (at(m_at + 4) == u'>' || m_html.sliced(m_at + 4).startsWith(u"->")) {
            skipPast(m_html.indexOf(u'>', m_at + 4), 1);
            return;
        }
        const qsizetype plain = m_html.indexOf(u"-->", m_at + 4);
        const qsizetype bang = m_html.sliced(0, plain < 0 ? m_html.size() : plain).indexOf(u"--!>", m_at + 4);
        skipPast(bang >= 0 ? bang : plain, bang >= 0 ? 4 : 3);
    }

    void readTag(HtmlToken::Kind kind, qsizetype nameStart)
    {
        HtmlToken token;
        token.kind = kind;
        qsizetype i = nameStart;
        while (i < m_html.size() && !isHtmlBlank(m_html.at(i)) && m_html.at(i) != u'/' && m_html.at(i) != u'>')
            ++i;
        token.name = m_html.sliced(nameStart, qMin(i - nameStart, maxTagName)).toString().toLower();
        while (i < m_html.size() && m_html.at(i) != u'>')
            i = readAttribute(i, token);
        if (i >= m_html.size()) {
            m_at = i; // a tag that never ends is nothing
            return;
        }
        m_at = i + 1;
        if (kind == HtmlToken::Kind::End)
            token.attributes.clear();
        const bool raw = kind == HtmlToken::Kind::Start && isRawText(token.name);
        const QString closing = u"</"_s + token.name;
        const bool toTheEnd = kind == HtmlToken::Kind::Start && token.name == u"plaintext";
        if (!raw)
            m_tokens.push_back(std::move(token));
        if (toTheEnd && m_at < m_html.size())
            addText(m_at, m_html.size());
        if (toTheEnd)
            m_at = m_html.size();
        if (raw)
            skipPast(closingTag(closing), 0);
    }

    /// Where "</style" stands as a tag's name and not as the begin of a longer one.
    qsizetype closingTag(const QString &closing) const
    {
        qsizetype found = m_html.indexOf(closing, m_at, Qt::CaseInsensitive);
        while (found >= 0) {
            const QChar after = at(found + closing.size());
            if (isHtmlBlank(after) || after == u'/' || after == u'>')
                return found;
            found = m_html.indexOf(closing, found + 1, Qt::CaseInsensitive);
        }
        return -1;
    }

    /// Reads one attribute, or the blanks and slashes before it; returns where to go on.
    qsizetype readAttribute(qsizetype i, HtmlToken &token) const
    {
        while (i < m_html.size() && (isHtmlBlank(m_html.at(i)) || m_html.at(i) == u'/'))
            ++i;
        if (i >= m_html.size() || m_html.at(i) == u'>')
            return i;
        const qsizetype nameStart = i++;
        while (i < m_html.size() && !isHtmlBlank(m_html.at(i)) && m_html.at(i) != u'/' && m_html.at(i) != u'>'
               && m_html.at(i) != u'=')
            ++i;
        const QStringView name = m_html.sliced(nameStart, i - nameStart);
        while (i < m_html.size() && isHtmlBlank(m_html.at(i)))
            ++i;
        QStringView value;
        if (at(i) == u'=')
            i = readValue(i + 1, value);
        if (token.attributes.size() < maxAttributes && name.size() <= maxTagName)
            token.attributes.push_back({name.toString().toLower(), withoutEntities(value, HtmlPlace::Attribute)});
        return i;
    }

    qsizetype readValue(qsizetype i, QStringView &value) const
    {
        while (i < m_html.size() && isHtmlBlank(m_html.at(i)))
            ++i;
        const QChar quote = at(i);
        if (quote == u'"' || quote == u'\'') {
            const qsizetype end = m_html.indexOf(quote, i + 1);
            value = m_html.sliced(i + 1, (end < 0 ? m_html.size() : end) - i - 1);
            return end < 0 ? m_html.size() : end + 1;
        }
        const qsizetype start = i;
        while (i < m_html.size() && !isHtmlBlank(m_html.at(i)) && m_html.at(i) != u'>')
            ++i;
        value = m_html.sliced(start, i - start);
        return i;
    }

    QStringView m_html;
    qsizetype m_at = 0;
    std::vector<HtmlToken> m_tokens;
};

/// What browsers make of the C1 numbers that were meant as windows-1252.
char32_t fixedCodePoint(quint32 code)
{
    static const char16_t windows1252[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                             0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                             0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                             0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (code >= 0x80 && code < 0xA0)
        return windows1252[code - 0x80];
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return QChar::ReplacementCharacter;
    return code;
}

/// Reads "#8364" or "#x20AC" at `i`; moves behind it and its semicolon. Zero when there is no number.
char32_t numericEntity(QStringView text, qsizetype &i)
{
    qsizetype at = i + 1;
    const bool hex = at < text.size() && (text.at(at) == u'x' || text.at(at) == u'X');
    at += hex;
    const qsizetype digits = at;
    quint32 code = 0;
    for (; at < text.size(); ++at) {
        const int digit = QString(text.at(at)).toLower().at(0).toLatin1();
        const int value = digit >= '0' && digit <= '9' ? digit - '0'
            : hex && digit >= 'a' && digit <= 'f'      ? digit - 'a' + 10
                                                       : -1;
        if (value < 0)
            break;
        code = qMin<quint32>(code * (hex ? 16 : 10) + quint32(value), 0x110000);
    }
    if (at == digits)
        return 0;
    i = at < text.size() && text.at(at) == u';' ? at + 1 : at;
    return fixedCodePoint(code);
}

/// Reads a name at `i`; moves behind it and its semicolon. Zero when it is none that we know. The old names may stand
/// without semicolon, in a text even before other letters; in an address "&copy=1" is a parameter.
char32_t knownEntity(QStringView text, qsizetype &i, HtmlPlace place)
{
    qsizetype end = i;
    while (end < text.size() && end - i < 32 && text.at(end).unicode() < 128 && text.at(end).isLetterOrNumber())
        ++end;
    const bool semicolon = end < text.size() && text.at(end) == u';';
    bool needsSemicolon = true;
    if (const char32_t code = semicolon ? namedEntity(text.sliced(i, end - i), &needsSemicolon) : 0) {
        i = end + 1;
        return code;
    }
    constexpr qsizetype longestOldName = 6;
    const bool parameter = end < text.size() && text.at(end) == u'=';
    qsizetype length = qMin(end - i, longestOldName);
    const qsizetype shortest = place == HtmlPlace::Attribute ? end - i : 2;
    for (; length >= shortest && !(place == HtmlPlace::Attribute && parameter); --length) {
        const char32_t code = namedEntity(text.sliced(i, length), &needsSemicolon);
        if (!code || needsSemicolon)
            continue;
        i += length;
        return code;
    }
    return 0;
}

} // namespace

QString HtmlToken::attribute(QStringView wanted) const
{
    for (const HtmlAttribute &attribute : attributes) {
        if (attribute.name == wanted)
            return attribute.value;
    }
    return {};
}

bool HtmlToken::hasAttribute(QStringView wanted) const
{
    return std::any_of(attributes.begin(), attributes.end(), [&](const HtmlAttribute &a) { return a.name == wanted; });
}

std::vector<HtmlToken> htmlTokens(QStringView html) { return HtmlTokenizer(html).run(); }

QString withoutEntities(QStringView text, HtmlPlace place)
{
    qsizetype mark = text.indexOf(u'&');
    if (mark < 0)
        return text.toString();
    QString result;
    result.reserve(text.size());
    qsizetype done = 0;
    for (; mark >= 0; mark = text.indexOf(u'&', mark)) {
        qsizetype end = mark + 1;
        const bool number = end < text.size() && text.at(end) == u'#';
        const char32_t code = number ? numericEntity(text, end) : knownEntity(text, end, place);
        if (!code) {
            ++mark;
            continue;
        }
        result += text.sliced(done, mark - done);
        result += QChar::fromUcs4(code);
        done = mark = end;
    }
    result += text.sliced(done);
    return result;
}

} // namespace patchbay::mail
