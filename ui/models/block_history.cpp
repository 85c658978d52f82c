#include "ui/models/block_history.h"

#include <algorithm>
#include <numeric>

namespace patchbay {

namespace {

qint64 blockMinute(std::chrono::milliseconds at) { return at.count() / 60000; }

} // namespace

void BlockHistory::add(Milliseconds at, Milliseconds length)
{
    const qint64 number = blockMinute(at);
    Minute &minute = m_minutes[size_t(number % minutes)];
    if (minute.number != number)
        minute = Minute{.number = number};
    minute.longest = std::max(minute.longest, length);
    const auto end = std::find_if(ends.begin(), ends.end() - 1, [length](int ms) { return length.count() <= ms; });
    ++minute.counts[size_t(end - ends.begin())];
}

bool BlockHistory::isRecent(const Minute &minute, Milliseconds now) const
{
    return minute.number >= 0 && minute.number > blockMinute(now) - minutes;
}

BlockHistory::Milliseconds BlockHistory::longest(Milliseconds now) const
{
    Milliseconds found{0};
    for (const Minute &minute : m_minutes) {
        if (isRecent(minute, now))
            found = std::max(found, minute.longest);
    }
    return found;
}

BlockHistory::Milliseconds BlockHistory::p99(Milliseconds now) const
{
    std::array<qint64, ends.size()> counts = {};
    for (const Minute &minute : m_minutes) {
        for (size_t i = 0; isRecent(minute, now) && i < counts.size(); ++i)
            counts[i] += minute.counts[i];
    }
    const qint64 all = std::accumulate(counts.begin(), counts.end(), qint64(0));
    qint64 upTo = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        upTo += counts[i];
        if (upTo * 100 >= all * 99)
            return std::min(Milliseconds(all ? ends[i] : 0), longest(now));
    }
    return longest(now);
}

} // namespace patchbay
