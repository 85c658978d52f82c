#pragma once

#include "core/net/transport.h"

#include "core/base/clock.h"

#include <chrono>
#include <optional>

namespace patchbay {

/// Finds the vendor's own words in the body of a failure; empty when there are none.
using VendorWords = QString (*)(const QByteArray &body);

/// What most APIs write: error, message, detail, errors[...] in JSON, or a short plain text. Never HTML. At most 300
/// characters, control characters escaped.
QString commonWords(const QByteArray &body);

/// What an answer says beyond its status.
struct VendorFailure {
    Error::Kind kind = Error::Kind::Refused;
    QString words = {}; ///< the vendor's own, as found; bounded and escaped by the reader of the rules
    std::chrono::milliseconds retryAfter{0};
    bool mayHaveActed = false; ///< it failed on the way, so a changing request may have had its effect
};

/// Finds a failure that the status does not tell: an error inside a 200, a limit told with 403, a wait in a form of its
/// own. Asked for every answer that is no redirect; nothing: the status decides.
using FailureReader = std::optional<VendorFailure> (*)(const Reply &reply, Timestamp now);

/// The rules by which every answer of one API is read.
struct StatusRules {
    QString who = {}; ///< "Redmine", for sentences
    VendorWords words = &commonWords;
    FailureReader failure = nullptr;
    bool expectsJson = true; ///< a 2xx with a body of another type is a Protocol error
    /// A failure that is an answer all the same, which the caller reads itself: asked first, for every answer.
    bool (*isAnswer)(const Reply &reply) = nullptr;
    /// Whether an answer that asks to slow down says that the whole account has to; null: it does not say.
    bool (*isAccountWide)(const Reply &reply) = nullptr;
};

/// The answer itself when it is a 2xx of the agreed type, else an error of the kind that its status means. Failures
/// that may have acted (5xx and unreadable 2xx for changing methods) are ambiguous. Secrets are struck out. Pure.
Result<Reply> judged(const Request &request, const Reply &reply, const StatusRules &rules, Timestamp now);

} // namespace patchbay
