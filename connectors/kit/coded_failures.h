#pragma once

#include "core/base/json_reader.h"
#include "core/net/http_status.h"

namespace patchbay {

/// Failures that a vendor tells by a number in the body, with whatever status. A table.
struct CodedFailures {
    struct Codes {
        Error::Kind kind = Error::Kind::Refused; ///< Remote: it may have acted
        QList<qint64> codes = {};
    };
    QString code = {}; ///< where the number stands; absent or 0: no failure
    QString words = {};
    QList<Codes> kinds = {}; ///< codes in none of them: Refused
    QByteArray waitHeader = {}; ///< seconds to wait after RateLimited
};
std::optional<VendorFailure> codedFailure(const Reply &reply, const CodedFailures &table);

/// A 429 of a vendor that says the wait nowhere, or in its own place; nothing for another status.
std::optional<VendorFailure> tooMany(const Reply &reply, std::chrono::milliseconds wait,
                                     VendorWords words = &commonWords);

} // namespace patchbay
