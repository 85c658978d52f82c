#include "connectors/kit/imap_response.h"

#include "connectors/kit/imap_text.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Reads values from a frame: a cursor over its lines and literals.
class ImapValueReader {
public:
    ImapValueReader(const ImapFrame &frame, qsizetype at, int depth)
        : m_frame(frame)
        , m_at(at)
        , m_depthLeft(depth)
    {
    }

    /// All values up to the end of the response; false when it is malformed.
    bool readAll(std::vector<ImapValue> &values)
    {
        while (!atEnd()) {
            values.emplace_back();
            if (!readValue(values.back(), m_depthLeft))
                return false;
            if (!atEnd() && !take(' '))
                return false;
        }
        return true;
    }

private:
    const QByteArray &line() const { return m_frame.lines[m_line]; }
    bool atLineEnd() const { return m_at >= line().size(); }
    bool atEnd() const { return atLineEnd() && m_line + 1 == m_frame.lines.size(); }
    char peek() const { return atLineEnd() ? '\0' : line()[m_at]; }
    bool take(char wanted)
    {
        if (atLineEnd() || line()[m_at] != wanted)
            return false;
        ++m_at;
        return true;
    }

    bool readValue(ImapValue &value, int depthLeft)
    {
        switch (peek()) {
        case '(': return depthLeft > 0 && readList(value, depthLeft - 1);
        case '"': return readQuoted(value);
        case '{': return readLiteral(value);
        default: return readAtom(value);
        }
    }

    bool readList(ImapValue &value, int depthLeft)
    {
        value.kind = ImapValue::Kind::List;
        ++m_at;
        if (take(')'))
            return true;
        for (;;) {
            value.items.emplace_back();
            if (!readValue(value.items.back(), depthLeft))
                return false;
            if (take(')'))
                return true;
            if (!take(' '))
                return false;
        }
    }

    bool readQuoted(ImapValue &value)
    {
        value.kind = ImapValue::Kind::String;
        for (++m_at; !atLineEnd(); ++m_at) {
            char c = line()[m_at];
            if (c == '"') {
                ++m_at;
                value.size = value.bytes.size();
                return true;
            }
            if (c == '\\') {
                if (++m_at; peek() != '"' && peek() != '\\')
                    return false;
                c = peek();
            }
            if (c == '\0' || c == '\r')
                return false;
            value.bytes += c;
        }
        return false;
    }

    bool readLiteral(ImapValue &value)
    {
        // The framer ended the line at exactly this literal; anything else in braces is malformed.
        const qsizetype close = line().indexOf('}', m_at);
        if (close != line().size() - 1 || m_line >= m_frame.literals.size())
            return false;
        value.kind = ImapValue::Kind::String;
        value.bytes = m_frame.literals[m_line].bytes;
        value.size = m_frame.literals[m_line].size;
        ++m_line;
        m_at = 0;
        return true;
    }

    bool readAtom(ImapValue &value)
    {
        const qsizetype from = m_at;
        bool inBrackets = false; // BODY[HEADER.FIELDS (DATE)]<0>
        for (; !atLineEnd(); ++m_at) {
            const char c = line()[m_at];
            if (c == '[')
                inBrackets = true;
            else if (c == ']')
                inBrackets = false;
            else if (!inBrackets && (c == ' ' || c == '(' || c == ')'))
                break;
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '{' || (c == '"' && !inBrackets))
                return false;
        }
        if (m_at == from || inBrackets)
            return false;
        value.bytes = line().mid(from, m_at - from);
        value.kind =
            value.bytes.compare("NIL", Qt::CaseInsensitive) == 0 ? ImapValue::Kind::Nil : ImapValue::Kind::Atom;
        return true;
    }

    const ImapFrame &m_frame;
    size_t m_line = 0;
    qsizetype m_at = 0;
    int m_depthLeft = 0;
};

Error imapResponseFault(const QByteArray &line)
{
    const QString shown = QString::fromLatin1(line.left(120)).simplified();
    return makeError(Error::Kind::Protocol, u"The IMAP server's answer cannot be read: \"%1\"."_s.arg(shown));
}

/// The next word from `at` on, which moves behind it and its space.
QByteArray imapWord(const QByteArray &line, qsizetype &at)
{
    const qsizetype space = line.indexOf(' ', at);
    const qsizetype end = space < 0 ? line.size() : space;
    const QByteArray word = line.mid(at, end - at);
    at = std::min<qsizetype>(end + 1, line.size());
    return word;
}

bool imapIsStatus(const QByteArray &name)
{
    return name == "OK" || name == "NO" || name == "BAD" || name == "BYE" || name == "PREAUTH";
}

/// "[CODE args] text for people"
bool imapReadStatusText(ImapResponse &response, const QByteArray &rest)
{
    response.text = rest;
    if (!rest.startsWith('['))
        return true;
    const qsizetype close = rest.indexOf(']');
    if (close < 0)
        return false;
    response.code = rest.mid(1, close - 1);
    response.text = rest.mid(close + 1).trimmed();
    return true;
}

bool imapIsTag(const QByteArray &word)
{
    return !word.isEmpty() && word.size() <= 32 && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    });
}

} // namespace

Result<ImapResponse> readImapResponse(const ImapFrame &frame, const ImapLimits &limits)
{
    ImapResponse response;
    const QByteArray &line = frame.lines.front();
    if (line == "+" || line.startsWith("+ ")) {
        response.kind = ImapResponse::Kind::Continue;
        response.text = line.mid(2);
        return response;
    }
    qsizetype at = 0;
    const QByteArray first = imapWord(line, at);
    response.name = imapWord(line, at).toUpper();
    if (first != "*") {
        response.kind = ImapResponse::Kind::Tagged;
        response.tag = first;
        const bool known = response.name == "OK" || response.name == "NO" || response.name == "BAD";
        if (!imapIsTag(first) || !known || !imapReadStatusText(response, line.mid(at)))
            return imapResponseFault(line);
        return response;
    }
    if (imapIsStatus(response.name)) {
        if (!imapReadStatusText(response, line.mid(at)))
            return imapResponseFault(line);
        return response;
    }
    if (const std::optional<quint32> number = imapNumber(response.name)) {
        response.number = *number;
        response.name = imapWord(line, at).toUpper();
    }
    if (response.name.isEmpty())
        return imapResponseFault(line);
    if (response.name == "CAPABILITY" || response.name == "SEARCH" || response.name == "FETCH") {
        ImapFrame trimmed = frame;
        while (trimmed.literals.empty() && trimmed.lines.front().endsWith(' '))
            trimmed.lines.front().chop(1); // "* SEARCH " of some servers
        if (!ImapValueReader(trimmed, std::min(at, trimmed.lines.front().size()), limits.depth)
                 .readAll(response.values))
            return imapResponseFault(line);
    }
    return response;
}

} // namespace patchbay
