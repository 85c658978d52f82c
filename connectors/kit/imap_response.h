#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>

#include <optional>
#include <vector>

namespace patchbay {

/// What one response may hold. A server that sends more is not believed.
struct ImapLimits {
    qsizetype line = 64 * 1024;
    qsizetype searchLine = 4 * 1024 * 1024; ///< "* SEARCH" lists numbers in one line
    qsizetype literal = 50 * 1024 * 1024; ///< of a longer one only the beginning is kept
    qsizetype keptOfLonger = 64 * 1024;
    qint64 longestLiteral = 2'000'000'000;
    qsizetype response = 64 * 1024 * 1024; ///< all literals of one command's answer
    int literals = 100; ///< in one response
    int depth = 20; ///< of nested lists
};

/// A string sent as {count}CRLF and so many bytes. `size` is what was announced, `bytes` what was kept.
struct ImapLiteral {
    QByteArray bytes = {};
    qint64 size = 0;
};

/// One whole response as it came: lines and the literals between them (lines.size() == literals.size() + 1).
struct ImapFrame {
    std::vector<QByteArray> lines = {};
    std::vector<ImapLiteral> literals = {};
};

/// Cuts the stream of bytes into responses. Bounded, no I/O; a value with one owner.
class ImapFramer {
public:
    explicit ImapFramer(ImapLimits limits = {})
        : m_limits(limits)
    {
    }

    void append(const QByteArray &bytes);
    /// The next whole response, nothing when more bytes are needed, or Protocol when it is none.
    Result<std::optional<ImapFrame>> next();
    /// Bytes that are not part of a response handed out yet.
    bool hasRest() const { return m_at < m_input.size() || !m_frame.lines.empty() || m_literalLeft > 0; }

private:
    Result<bool> takeLine();
    bool takeLiteral();
    Result<Done> beginLiteral(qint64 size);

    ImapLimits m_limits;
    QByteArray m_input;
    qsizetype m_at = 0;
    qsizetype m_scanned = 0;
    qint64 m_literalLeft = 0;
    bool m_inLiteral = false;
    ImapFrame m_frame;
};

/// One value inside a response.
struct ImapValue {
    enum class Kind { Nil, Atom, String, List };

    Kind kind = Kind::Nil;
    QByteArray bytes = {};
    qint64 size = 0; ///< String: as announced; more than bytes.size() when it was cut
    std::vector<ImapValue> items = {};
};

/// One response, read strictly. Of responses that nobody here needs only the name is read.
struct ImapResponse {
    enum class Kind { Continue, Tagged, Untagged };

    Kind kind = Kind::Untagged;
    QByteArray tag = {};
    QByteArray name = {}; ///< upper case: OK, NO, BAD, BYE, PREAUTH, CAPABILITY, SEARCH, EXISTS, FETCH, ...
    quint32 number = 0; ///< of "* 12 EXISTS"
    QByteArray code = {}; ///< what stands in brackets: "UIDVALIDITY 3857529045"
    QByteArray text = {}; ///< for a person, or the base64 of a continuation
    std::vector<ImapValue> values = {}; ///< of CAPABILITY, SEARCH, FETCH
};

Result<ImapResponse> readImapResponse(const ImapFrame &frame, const ImapLimits &limits = {});

} // namespace patchbay
