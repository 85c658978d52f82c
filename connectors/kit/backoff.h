#pragma once

#include <chrono>
#include <functional>

namespace patchbay {

/// How long to wait before the n-th try: uniform between `first` and first * 2^(n + widening), at most `longest`. The
/// spread keeps many accounts from coming back in the same second. A plain value; any one thread.
class Backoff {
public:
    using Milliseconds = std::chrono::milliseconds;

    /// `random` is uniform in [0, 1).
    Backoff(Milliseconds first, Milliseconds longest, std::function<double()> random, int widening = 0);

    Milliseconds next();
    /// After a success the next wait is short again.
    void reset() { m_failures = 0; }
    Milliseconds longest() const { return m_longest; }

private:
    Milliseconds m_first;
    Milliseconds m_longest;
    std::function<double()> m_random;
    int m_widening;
    int m_failures = 0;
};

} // namespace patchbay
