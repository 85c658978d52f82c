#pragma once

#include <QtCore/QString>

#include <chrono>

namespace patchbay {

/// What went wrong, in one sentence for a person and one kind for the caller to decide by. A plain value.
struct Error {
    enum class Kind {
        Offline, ///< the other side could not be reached
        Timeout, ///< no answer before the deadline
        RateLimited, ///< told to slow down; see retryAfter
        Unauthorized, ///< credentials are wrong, expired or missing
        Refused, ///< the other side, or we, say no to this input; repeating it will not help
        NotFound,
        Conflict, ///< changed by someone else in the meantime
        Protocol, ///< the answer was not of the agreed form
        Remote, ///< the other side failed (5xx)
        Storage, ///< our own database or disk failed
        Cancelled,
    };

    Kind kind = Kind::Refused;
    QString message;
    std::chrono::milliseconds retryAfter{0}; ///< zero: the other side did not say
    /// True when the other side may have acted on the request although no answer came. Such an attempt is never
    /// repeated before a look-up.
    bool ambiguous = false;
    /// With RateLimited: the whole account has to wait, not only the conversation or the call that was told so.
    bool accountWide = false;

    /// Worth another try later, by kind alone.
    bool isTransient() const;
};

/// The kind's name as scripts see it ("offline", "rate_limited", ...).
QString kindName(Error::Kind kind);

Error makeError(Error::Kind kind, QString message);
/// An error whose effect on the other side is not known.
Error makeAmbiguous(Error::Kind kind, QString message);

} // namespace patchbay
