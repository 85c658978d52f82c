#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace patchbay::tests {

/// A clock that stands still until the test turns it, or goes on by a step at each look, as a real one does. Any
/// thread.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start = {1'760'000'000'000'000})
        : m_now(start.us)
    {
    }

    Timestamp now() const override { return {m_now.fetch_add(m_step)}; }
    /// From now on no two looks tell the same time.
    void tick(std::chrono::microseconds step) { m_step = step.count(); }
    void advance(std::chrono::microseconds by) { m_now += by.count(); }
    /// Never turns back.
    void advanceTo(Timestamp to)
    {
        if (to.us > m_now)
            m_now = to.us;
    }

private:
    mutable std::atomic<qint64> m_now;
    std::atomic<qint64> m_step{0};
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
