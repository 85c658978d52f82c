#pragma once

#include "core/base/clock.h"

#include <atomic>
#include <mutex>

namespace patchbay {

/// The time of a database server as its clients know it: the local clock, corrected by what it was wrong by when the
/// two were last compared. Leases of several workstations mean the same by it. Shared by the connections of one
/// workspace; any thread.
class ServerClock final : public Clock {
public:
    /// `standIn` takes the place of the server's own clock (tests turn it by hand).
    explicit ServerClock(const Clock &local, const Clock *standIn = nullptr);

    Timestamp now() const override;
    Timestamp localNow() const { return m_local.now(); }

    /// True when it was not compared for a minute, or when the local clock was set, or the machine slept, meanwhile.
    bool isDue() const;
    /// The server said `server` to a question asked at the local time `asked` and answered just now.
    void compare(Timestamp asked, Timestamp server);

private:
    using Steady = std::chrono::steady_clock;

    const Clock &m_local;
    const Clock *m_standIn;
    std::atomic<qint64> m_ahead{0}; ///< microseconds that the server is ahead of the local clock
    mutable std::mutex m_mutex;
    bool m_compared = false;
    Timestamp m_comparedAt = {}; ///< local time
    Steady::time_point m_comparedSteady = {};
};

} // namespace patchbay
