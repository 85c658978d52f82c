#include "core/store/server_clock.h"

namespace patchbay {

namespace {

constexpr std::chrono::seconds serverClockLife{60};
constexpr std::chrono::milliseconds serverClockJump{500};
constexpr std::chrono::seconds serverClockSlow{2};

} // namespace

ServerClock::ServerClock(const Clock &local, const Clock *standIn)
    : m_local(local)
    , m_standIn(standIn)
{
}

Timestamp ServerClock::now() const
{
    return m_standIn ? m_standIn->now() : Timestamp{m_local.now().us + m_ahead.load()};
}

bool ServerClock::isDue() const
{
    if (m_standIn)
        return false;
    const std::lock_guard guard(m_mutex);
    if (!m_compared)
        return true;
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - m_comparedSteady);
    const auto shown = m_local.now() - m_comparedAt;
    return passed > serverClockLife || std::chrono::abs(shown - passed) > serverClockJump;
}

void ServerClock::compare(Timestamp asked, Timestamp server)
{
    const Timestamp answered = m_local.now();
    const std::lock_guard guard(m_mutex);
    m_ahead = server.us - (asked.us + (answered.us - asked.us) / 2);
    m_compared = answered - asked < serverClockSlow; // else half of the way is no good guess: ask again next time
    m_comparedAt = answered;
    m_comparedSteady = Steady::now();
}

} // namespace patchbay
