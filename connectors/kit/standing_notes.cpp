#include "connectors/kit/standing_notes.h"

#include <algorithm>
#include <utility>

namespace patchbay {

namespace {

constexpr std::chrono::hours longestWaitShown{31 * 24}; // more is no wait but a mistake over there

} // namespace

StandingNotes::StandingNotes(const Clock &clock, std::function<void(const ChannelStanding &)> tell)
    : m_clock(clock)
    , m_tell(std::move(tell))
{
}

void StandingNotes::accepted(Timestamp until)
{
    m_now.refusedAt = {};
    m_now.signInUntil = until;
    tell();
}

void StandingNotes::failed(const Error &error)
{
    if (error.kind != Error::Kind::Unauthorized)
        return;
    if (!m_now.refusedAt)
        m_now.refusedAt = m_clock.now();
    tell();
}

void StandingNotes::answered(const Error &error)
{
    if (error.kind != Error::Kind::RateLimited || error.retryAfter.count() <= 0)
        return;
    const std::chrono::milliseconds wait = std::min<std::chrono::milliseconds>(error.retryAfter, longestWaitShown);
    m_now.waitsUntil = std::max(m_now.waitsUntil, m_clock.now() + wait);
    tell();
}

void StandingNotes::tell()
{
    if (m_told == m_now)
        return;
    m_told = m_now;
    m_tell(m_now);
}

} // namespace patchbay
