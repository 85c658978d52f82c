#pragma once

#include "core/net/transport.h"

#include "core/base/clock.h"

namespace patchbay {

/// Finds the vendor's own words in the body of a failure; empty when there are none.
using VendorWords = QString (*)(const QByteArray &body);

/// What most APIs write: error, message, detail, errors[...] in JSON, or a short plain text. Never HTML. At most 300
/// characters, control characters escaped.
QString commonWords(const QByteArray &body);

/// The rules by which every answer of one API is read.
struct StatusRules {
    QString who = {}; ///< "Redmine", for sentences
    VendorWords words = &commonWords;
    bool expectsJson = true; ///< a 2xx with a body of another type is a Protocol error
};

/// The answer itself when it is a 2xx of the agreed type, else an error of the kind that its status means. Failures
/// that may have acted (5xx and unreadable 2xx for changing methods) are ambiguous. Secrets are struck out. Pure.
Result<Reply> judged(const Request &request, const Reply &reply, const StatusRules &rules, Timestamp now);

} // namespace patchbay
