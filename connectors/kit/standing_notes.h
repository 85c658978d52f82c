#pragma once

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/model/account.h"

#include <functional>
#include <optional>

namespace patchbay {

/// What an account's other side has told of the sign-in and of its limits. A value; says so when it is another thing.
class StandingNotes {
public:
    /// The clock outlives it.
    StandingNotes(const Clock &clock, std::function<void(const ChannelStanding &)> tell);

    /// It took the sign-in; `until`: as long as it said that it will, none: it did not say.
    void accepted(Timestamp until);
    /// A step of signing in, or of reading, has failed: Unauthorized is a refusal, the rest says nothing of the
    /// sign-in.
    void failed(const Error &error);
    /// It answered with a failure: it may have asked for a wait.
    void answered(const Error &error);

private:
    void tell();

    const Clock &m_clock;
    std::function<void(const ChannelStanding &)> m_tell;
    ChannelStanding m_now;
    std::optional<ChannelStanding> m_told; ///< none: what is stored of it may be old
};

} // namespace patchbay
