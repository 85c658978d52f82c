#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace patchbay::tests {

/// A clock that stands still until the test turns it. Any thread.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start = {1'760'000'000'000'000})
        : m_now(start.us)
    {
    }

    Timestamp now() const override { return {m_now.load()}; }
    void advance(std::chrono::microseconds by) { m_now += by.count(); }
    /// Never turns back.
    void advanceTo(Timestamp to)
    {
        if (to.us > m_now)
            m_now = to.us;
    }

private:
    std::atomic<qint64> m_now;
};

/// A workstation's clock that shows another time than it is.
class WrongClock final : public Clock {
public:
    WrongClock(const Clock &right, std::chrono::microseconds ahead)
        : m_right(right)
        , m_ahead(ahead)
    {
    }

    Timestamp now() const override { return m_right.now() + m_ahead; }

private:
    const Clock &m_right;
    std::chrono::microseconds m_ahead;
};

} // namespace patchbay::tests
