#pragma once

#include "connectors/kit/literal.h"
#include "core/base/json_reader.h"
#include "core/net/http_status.h"

#include <QtCore/QHash>

#include <vector>

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

/// What codes mean that are words: "UNABLE_TO_LOCK_ROW".
struct FailureCode {
    QStringList codes = {};
    Error::Kind kind = Error::Kind::Refused;
    std::chrono::milliseconds wait{0};
    bool mayHaveActed = false;
};

/// The failure that the code stands for, with the vendor's words; nothing for a code that is not in the table: then the
/// status decides.
std::optional<VendorFailure> failureOf(const QString &code, const QString &words,
                                       const std::vector<FailureCode> &codes);

/// Where a vendor tells a failure in the body by a word: {"ok": false, "error": "missing_scope", "needed":
/// "chat:write"}.
struct ToldWord {
    QString success = {}; ///< false: a failure
    QString word = {};
    QString needed = {}; ///< what was missing, told behind the word
    std::vector<FailureCode> codes = {}; ///< words in none of them: Refused
};
/// A 429 too, without a word. Who is to wait waits as the header says (retryAfter), else a minute.
std::optional<VendorFailure> toldFailure(const Reply &reply, const ToldWord &places, Timestamp now);

/// Where a vendor tells in the body what the status would: {"ok": false, "error_code": 429, "description": "...",
/// "parameters": {"retry_after": 5}}.
struct ToldStatus {
    QString success = {}; ///< false: a failure
    QString status = {};
    QString words = {};
    QString seconds = {}; ///< to wait
    QHash<int, Error::Kind> kinds = {}; ///< where the vendor means something else by a number than HTTP
};
std::optional<VendorFailure> toldFailure(const Reply &reply, const ToldStatus &places);

/// What the status alone tells of a failure that the vendor calls one, with 200 as well; `wait` after too many.
VendorFailure failureByStatus(int status, const QString &words, std::chrono::milliseconds wait);

/// A 429 of a vendor that says the wait nowhere, or in its own place; nothing for another status.
std::optional<VendorFailure> tooMany(const Reply &reply, std::chrono::milliseconds wait,
                                     VendorWords words = &commonWords);

/// The same where the seconds, also parts of one, stand in the body; one where they stand nowhere. Nothing where they
/// stand only in Retry-After.
std::optional<VendorFailure> tooManyInside(const Reply &reply, const QString &seconds);
/// The same where the seconds stand in a header of the vendor's own. Retry-After, where it is there, comes first.
std::optional<VendorFailure> tooManyWithin(const Reply &reply, const QByteArray &header);
/// An answer below 300 that has false at `success`: nothing was done.
std::optional<VendorFailure> refusedInside(const Reply &reply, const QString &success);

/// Whether an answer has this text there: what tells one reason to wait from another.
bool isSaid(const Reply &reply, const QString &pointer, const QString &text);
template <Literal pointer, Literal text> bool isSaidAt(const Reply &reply)
{
    return isSaid(reply, pointer.string(), text.string());
}

} // namespace patchbay
