#pragma once

#include <QtCore/QtGlobal>

#include <array>
#include <chrono>

namespace patchbay {

/// How long a thread was blocked, over the last hour: one bucket of counts per minute, of a fixed size. Times come from
/// the caller, so a test turns the clock. One thread.
class BlockHistory {
public:
    using Milliseconds = std::chrono::milliseconds;

    /// A block of this length that ended at `at`, counted from any fixed moment.
    void add(Milliseconds at, Milliseconds length);
    /// The longest of the hour before `now`, exact.
    Milliseconds longest(Milliseconds now) const;
    /// 99 of 100 were no longer than this: the upper end of the range they fall into.
    Milliseconds p99(Milliseconds now) const;

private:
    static constexpr std::array<int, 16> ends{1, 2, 4, 8, 16, 25, 33, 50, 75, 100, 150, 250, 500, 1000, 5000, 60000};
    static constexpr int minutes = 60;

    struct Minute {
        qint64 number = -1; ///< counted from the fixed moment; another one: it is over an hour old
        Milliseconds longest{0};
        std::array<int, ends.size()> counts = {};
    };
    bool isRecent(const Minute &minute, Milliseconds now) const;

    std::array<Minute, minutes> m_minutes = {};
};

} // namespace patchbay
