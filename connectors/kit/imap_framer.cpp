#include "connectors/kit/imap_response.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Error imapFrameFault(const QString &what)
{
    return makeError(Error::Kind::Protocol, u"The IMAP server's answer is not IMAP: %1."_s.arg(what));
}

bool imapStartsWithWord(const QByteArray &line, const char *word)
{
    const qsizetype length = qsizetype(qstrlen(word));
    return line.size() >= length && qstrnicmp(line.constData(), word, size_t(length)) == 0
        && (line.size() == length || line[length] == ' ');
}

/// Status lines end in text for people, where {5} is just text.
bool imapMayHoldLiterals(const QByteArray &line)
{
    if (!line.startsWith("* "))
        return false;
    const QByteArray rest = line.mid(2, 10);
    for (const char *word : {"OK", "NO", "BAD", "BYE", "PREAUTH"}) {
        if (imapStartsWithWord(rest, word))
            return false;
    }
    return true;
}

/// The count when the line ends in "{count}".
std::optional<qint64> imapLiteralSize(const QByteArray &line)
{
    if (!line.endsWith('}'))
        return {};
    const qsizetype open = line.lastIndexOf('{');
    const QByteArray digits = line.mid(open + 1, line.size() - open - 2);
    if (open < 0 || digits.isEmpty() || digits.size() > 18
        || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return {};
    return digits.toLongLong();
}

} // namespace

void ImapFramer::append(const QByteArray &bytes)
{
    if (m_at > 0) {
        m_input.remove(0, m_at);
        m_scanned = std::max<qsizetype>(0, m_scanned - m_at);
        m_at = 0;
    }
    m_input += bytes;
}

Result<std::optional<ImapFrame>> ImapFramer::next()
{
    for (;;) {
        if (m_inLiteral) {
            if (!takeLiteral())
                return std::optional<ImapFrame>();
            m_inLiteral = false;
        }
        const Result<bool> whole = takeLine();
        if (!whole)
            return whole.error();
        if (!*whole)
            return std::optional<ImapFrame>();
        const bool mayHold = imapMayHoldLiterals(m_frame.lines.front());
        const std::optional<qint64> size = mayHold ? imapLiteralSize(m_frame.lines.back()) : std::nullopt;
        if (!size)
            return std::optional<ImapFrame>(std::exchange(m_frame, {}));
        if (const Result<Done> begun = beginLiteral(*size); !begun)
            return begun.error();
    }
}

Result<bool> ImapFramer::takeLine()
{
    const qsizetype end = m_input.indexOf('\n', std::max(m_at, m_scanned));
    const qsizetype length = (end < 0 ? m_input.size() : end) - m_at;
    if (length > m_limits.line) {
        const bool isSearch = m_frame.lines.empty() && imapStartsWithWord(m_input.mid(m_at, 16), "* SEARCH");
        if (!isSearch || length > m_limits.searchLine)
            return imapFrameFault(
                u"a line is longer than %1 bytes"_s.arg(isSearch ? m_limits.searchLine : m_limits.line));
    }
    if (end < 0) {
        m_scanned = m_input.size();
        return false;
    }
    if (length == 0 || m_input[end - 1] != '\r')
        return imapFrameFault(u"a line does not end in CR LF"_s);
    m_frame.lines.push_back(m_input.mid(m_at, length - 1));
    m_at = m_scanned = end + 1;
    return true;
}

Result<Done> ImapFramer::beginLiteral(qint64 size)
{
    if (size > m_limits.longestLiteral)
        return imapFrameFault(u"it announces %1 bytes at once"_s.arg(size));
    if (m_frame.literals.size() >= size_t(m_limits.literals))
        return imapFrameFault(u"one answer holds more than %1 strings"_s.arg(m_limits.literals));
    m_frame.literals.push_back({{}, size});
    if (size <= m_limits.literal)
        m_frame.literals.back().bytes.reserve(std::min<qsizetype>(size, 1024 * 1024)); // the rest when it really comes
    m_literalLeft = size;
    m_inLiteral = true;
    return Done{};
}

bool ImapFramer::takeLiteral()
{
    ImapLiteral &literal = m_frame.literals.back();
    const qsizetype available = qsizetype(std::min<qint64>(m_input.size() - m_at, m_literalLeft));
    const qsizetype cap = literal.size > m_limits.literal ? m_limits.keptOfLonger : m_limits.literal;
    const qsizetype kept = std::clamp<qsizetype>(cap - literal.bytes.size(), 0, available);
    literal.bytes.append(m_input.constData() + m_at, kept);
    m_at += available;
    m_scanned = m_at;
    m_literalLeft -= available;
    return m_literalLeft == 0;
}

} // namespace patchbay
