#pragma once

#include "core/base/clock.h"

#include <chrono>

namespace patchbay {

/// At most `requests` per `per`, with bursts of that size. A plain value.
struct RateLimit {
    int requests = 10;
    std::chrono::milliseconds per{1000};
};

/// The token bucket of one account. A clock that jumps, forward or back, neither opens the gate for more than one burst
/// nor closes it for longer than was asked. One thread.
class RateLimiter {
public:
    RateLimiter(RateLimit limit, const Clock &clock);

    /// Takes the next slot and says how long to wait before using it.
    std::chrono::milliseconds reserve();
    /// Returns a slot that will not be used.
    void giveBack();
    /// The other side said to slow down: nothing for this long, counted from now.
    void pauseFor(std::chrono::milliseconds time);

private:
    std::chrono::milliseconds pauseLeft();

    RateLimit m_limit;
    const Clock &m_clock;
    double m_tokens = 0;
    Timestamp m_filledAt = {};
    Timestamp m_pausedAt = {};
    std::chrono::milliseconds m_pause{0};
};

} // namespace patchbay
