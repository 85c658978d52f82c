#include "connectors/kit/backoff.h"

#include <algorithm>
#include <cmath>

namespace patchbay {

Backoff::Backoff(Milliseconds first, Milliseconds longest, std::function<double()> random, int widening)
    : m_first(std::max(first, Milliseconds(1)))
    , m_longest(std::max(longest, m_first))
    , m_random(std::move(random))
    , m_widening(widening)
{
}

Backoff::Milliseconds Backoff::next()
{
    m_failures = std::min(m_failures + 1, 30);
    const double bound = std::min<double>(m_longest.count(), std::ldexp(double(m_first.count()), m_failures + m_widening));
    const double chance = m_random ? std::clamp(m_random(), 0.0, 1.0) : 0.5;
    return Milliseconds(static_cast<long long>(m_first.count() + (bound - double(m_first.count())) * chance));
}

} // namespace patchbay
