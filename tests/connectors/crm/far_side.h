#pragma once

#include "support/recorded_side.h"

#include "core/ports/destination.h"

#include <deque>

namespace patchbay::tests {

/// What happens to one request on its way: whether the other side does what it asks, and what comes back instead of the
/// recorded answer.
struct Mishap {
    bool acts = false;
    std::optional<Reply> reply = {};
    std::optional<Error> error = {};
};

/// A vendor that is played from its recordings and counts the tasks that it has. It folds repeats where the connector
/// says that the vendor does, and only by a key that stands somewhere else than in the text that people read.
class FarSide final : public Transport {
public:
    FarSide(const Clock &clock, RecordedSide recorded)
        : side(std::move(recorded))
        , m_clock(clock)
    {
    }

    Async<Result<Reply>> perform(Request request) override
    {
        const RecordedSide::Match match = side.match(request.method(), request.url(), request.bytes(), shows());
        switch (match.part) {
        case RecordedSide::Part::SignIn: ++signIns; co_return match.reply;
        case RecordedSide::Part::LookUp: co_return happens(lookUps, match.reply);
        case RecordedSide::Part::Before: co_return match.reply;
        case RecordedSide::Part::Create: {
            ++creates;
            if (mishaps.empty() || mishaps.front().acts)
                act(request);
            co_return happens(mishaps, match.reply);
        }
        case RecordedSide::Part::Unknown: break;
        }
        complaints << QStringLiteral("not recorded: ") + QString::fromUtf8(request.method()) + QLatin1Char(' ')
                + request.url().toString() + QLatin1Char(' ') + QString::fromUtf8(request.bytes().left(2000));
        co_return makeError(Error::Kind::Refused, QStringLiteral("not recorded"));
    }

    RecordedSide side;
    Idempotency folding = Idempotency::None; ///< Native or Upsert: a repeat makes no second task
    QString key = {};
    std::chrono::milliseconds searchLag{0}; ///< a task shows itself to a look-up so long after it was made
    std::deque<Mishap> mishaps = {}; ///< of the creations, in order; then everything works
    std::deque<Mishap> lookUps = {};
    int signIns = 0;
    int creates = 0;
    QStringList complaints;

    int tasks() const { return int(m_madeAt.size()); }

private:
    const Clock &m_clock;
    std::vector<Timestamp> m_madeAt;

    bool shows() const { return !m_madeAt.empty() && m_madeAt.front() + searchLag <= m_clock.now(); }

    static Result<Reply> happens(std::deque<Mishap> &what, const Reply &otherwise)
    {
        if (what.empty())
            return otherwise;
        const Mishap mishap = what.front();
        what.pop_front();
        if (mishap.error)
            return *mishap.error;
        return mishap.reply.value_or(otherwise);
    }

    void act(const Request &request)
    {
        QByteArray said = request.url().toEncoded() + request.bytes();
        for (const auto &[name, value] : request.headers())
            said += value;
        const bool folds = folding == Idempotency::Native || folding == Idempotency::Upsert;
        // An id that is made from the key keeps its random part (Linear wants another version digit in the UUID).
        if (folds && !said.replace("Patchbay-Key: " + key.toUtf8(), "").contains(key.right(17).toUtf8()))
            complaints << QStringLiteral("is said to fold repeats, but the key stands only in the text");
        if (!folds || m_madeAt.empty()) // all that is asked here has one key
            m_madeAt.push_back(m_clock.now());
    }
};

} // namespace patchbay::tests
