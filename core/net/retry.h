#pragma once

#include "core/net/transport.h"

#include "core/base/clock.h"

#include <optional>

namespace patchbay {

/// How often a request that may be repeated is repeated at once. Longer waits belong to the caller (the Outbox). A
/// value.
struct RetryPolicy {
    int attempts = 3;
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds longest{8000}; ///< an answer that asks for more patience is handed to the caller
};

/// True when a repeat cannot double an effect: the method changes nothing, or the request surely was not sent.
bool mayRepeat(const Request &request, const Error &error);

/// Full jitter: uniform in [0, first * 2^(attempt-1)], capped; but what the other side asked for, when it did.
/// `attempt` counts from 1, `random` is uniform in [0, 1).
std::chrono::milliseconds backoff(const RetryPolicy &policy, int attempt, const Error &error, double random);

/// What the answer's Retry-After asks for, in seconds or as a date (taken relative to the answer's own Date, because
/// clocks differ), within 1 s and 6 h. Nothing when there is none or it cannot be read.
std::optional<std::chrono::milliseconds> retryAfter(const Reply &reply, Timestamp now);

/// The three date forms of RFC 9110, section 5.6.7; invalid otherwise.
QDateTime httpDate(const QByteArray &text);

} // namespace patchbay
