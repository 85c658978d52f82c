#include "core/net/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace patchbay {

using std::chrono::milliseconds;

RateLimiter::RateLimiter(RateLimit limit, const Clock &clock)
    : m_limit{std::max(limit.requests, 1), std::max(limit.per, milliseconds(1))}
    , m_clock(clock)
    , m_tokens(m_limit.requests)
    , m_filledAt(clock.now())
{
}

milliseconds RateLimiter::reserve()
{
    const Timestamp now = m_clock.now();
    const double perMicrosecond = m_limit.requests / (double(m_limit.per.count()) * 1000.0);
    const qint64 elapsed = std::max<qint64>(0, (now - m_filledAt).count());
    m_tokens = std::min(double(m_limit.requests), m_tokens + double(elapsed) * perMicrosecond);
    m_filledAt = now;
    m_tokens -= 1;
    const milliseconds turn(m_tokens >= 0 ? 0 : qint64(std::ceil(-m_tokens / perMicrosecond / 1000.0)));
    return std::max(turn, pauseLeft());
}

void RateLimiter::giveBack() { m_tokens = std::min(double(m_limit.requests), m_tokens + 1); }

void RateLimiter::pauseFor(milliseconds time)
{
    if (time <= pauseLeft())
        return;
    m_pausedAt = m_clock.now();
    m_pause = time;
}

milliseconds RateLimiter::pauseLeft()
{
    const Timestamp now = m_clock.now();
    m_pausedAt = std::min(m_pausedAt, now); // the clock was set back
    const auto passed = std::chrono::duration_cast<milliseconds>(now - m_pausedAt);
    return std::clamp(m_pause - passed, milliseconds(0), m_pause);
}

} // namespace patchbay
