#pragma once

#include "core/async/async.h"
#include "core/ports/crm_connector.h"
#include "support/manual_clock.h"

#include <QtCore/QHash>
#include <QtCore/QStringList>

#include <algorithm>
#include <deque>
#include <functional>
#include <vector>

namespace patchbay::tests {

/// What happens to one call of a scripted destination.
enum class Step {
    Answer, ///< it arrives and the answer comes
    LoseAnswer, ///< it arrives, the answer is lost
    LoseRequest, ///< it is lost on the way; we cannot tell that from a lost answer
    ArriveLate, ///< no answer, and it arrives only at the end of the deadline
    Offline, ///< no connection, before anything was sent
    Busy, ///< the other side fails (503), definitely without an effect
    Limited, ///< 429 with Retry-After
    SignIn, ///< 401
    Refuse, ///< 422: repeating will not help
    HangBefore, ///< nothing more happens, before the mark: the process ends there
    HangMarked, ///< ... after the mark, before anything is sent
    HangSent, ///< ... after it arrived, before the answer
    HangArriveLate, ///< ... sent; it arrives at the end of the deadline
};

/// The other side and the way to it, in one: keeps a ledger of what arrived and when, and plays a script per key. With
/// no script left it answers.
class ScriptedDestination : public CrmConnector {
public:
    explicit ScriptedDestination(const Clock *clock)
        : m_clock(clock)
    {
    }

    /// One thing that arrived. A destination that folds repeats keeps one per key.
    struct Arrival {
        QString key = {};
        Timestamp at = {};
    };

    DeliveryFacts declared = {}; ///< what the Outbox is told
    std::chrono::milliseconds searchLag{0}; ///< what is true: until a search shows an arrival
    QHash<QString, std::deque<Step>> script = {};
    std::deque<Step> everyKey = {}; ///< for calls with a key that has no script of its own
    QHash<QString, std::deque<Step>> lookUpScript = {}; ///< Answer, Offline, Busy, SignIn, Refuse or HangBefore
    std::chrono::milliseconds retryAfter{0};
    bool accountWide = false; ///< with Limited
    bool folds = true; ///< a Native one keeps one per key, as it says
    std::function<void()> beforeMark = {}; ///< called just before the Outbox is asked for leave to send
    QStringList calls = {}; ///< "deliver KEY", "look up KEY", in order
    int hanging = 0; ///< calls that wait for the end of the process
    int inFlight = 0;
    int mostInFlight = 0;

    std::vector<Arrival> arrivals(const QString &key) const
    {
        std::vector<Arrival> found;
        for (const Arrival &arrival : m_arrivals) {
            if (arrival.key == key && arrival.at <= m_clock->now())
                found.push_back(arrival);
        }
        return found;
    }
    /// All that arrived, whatever its key, including what is still on its way.
    const std::vector<Arrival> &everything() const { return m_arrivals; }
    /// Including what is still on its way.
    int arrivalCount(const QString &key) const
    {
        return int(std::count_if(m_arrivals.begin(), m_arrivals.end(), [&](const Arrival &a) { return a.key == key; }));
    }

    DeliveryFacts facts() const override { return declared; }
    Result<QString> preview(DeliveryRequest request) const override { return request.key; }
    Async<Result<RemoteTask>> status(QString) override { co_return RemoteTask(); }
    Async<Result<std::vector<FieldChoice>>> fields() override { co_return std::vector<FieldChoice>(); }
    Async<Result<QString>> test() override { co_return QStringLiteral("fine"); }

    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override
    {
        calls << QStringLiteral("deliver ") + request.key;
        const Busyness busy(this);
        const Step step = script.contains(request.key) ? next(script, request.key) : nextOf(everyKey);
        if (step == Step::HangBefore)
            co_await hang();
        if (step == Step::Offline)
            co_return makeError(Error::Kind::Offline, QStringLiteral("no route to host"));
        if (step == Step::SignIn)
            co_return makeError(Error::Kind::Unauthorized, QStringLiteral("401 token expired"));
        if (beforeMark)
            beforeMark();
        auto allowing = beforeEffect();
        const Result<Done> allowed = co_await std::move(allowing);
        if (!allowed)
            co_return allowed.error();
        switch (step) {
        case Step::HangMarked: co_await hang(); break;
        case Step::HangSent:
            arrive(request.key, {});
            co_await hang();
            break;
        case Step::HangArriveLate:
            arrive(request.key, declared.deadline);
            co_await hang();
            break;
        case Step::LoseAnswer: arrive(request.key, {}); break;
        case Step::ArriveLate: arrive(request.key, declared.deadline); break;
        default: break;
        }
        if (step == Step::LoseAnswer || step == Step::ArriveLate || step == Step::LoseRequest)
            co_return makeAmbiguous(Error::Kind::Timeout,
                                    QStringLiteral("the connection was closed without an answer"));
        if (step == Step::Busy)
            co_return makeError(Error::Kind::Remote, QStringLiteral("503 try later"));
        if (step == Step::Refuse)
            co_return makeError(Error::Kind::Refused, QStringLiteral("422 subject is too long"));
        if (step == Step::Limited) {
            Error error = makeError(Error::Kind::RateLimited, QStringLiteral("429 slow down"));
            error.retryAfter = retryAfter;
            error.accountWide = accountWide;
            co_return error;
        }
        co_return receipt(arrive(request.key, {}));
    }

    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override
    {
        calls << QStringLiteral("look up ") + request.key;
        const Step step = next(lookUpScript, request.key);
        if (step == Step::HangBefore)
            co_await hang();
        if (step == Step::Offline)
            co_return makeError(Error::Kind::Offline, QStringLiteral("no route to host"));
        if (step == Step::Busy)
            co_return makeError(Error::Kind::Remote, QStringLiteral("503 try later"));
        if (step == Step::SignIn)
            co_return makeError(Error::Kind::Unauthorized, QStringLiteral("401 token expired"));
        if (step == Step::Refuse)
            co_return makeError(Error::Kind::Refused, QStringLiteral("400 no such field"));
        std::optional<Receipt> found;
        for (qsizetype i = 0; i < qsizetype(m_arrivals.size()); ++i) {
            const Arrival &arrival = m_arrivals[size_t(i)];
            if (!found && arrival.key == request.key && arrival.at + searchLag <= m_clock->now())
                found = receipt(i);
        }
        co_return found;
    }

private:
    struct Busyness {
        explicit Busyness(ScriptedDestination *d)
            : destination(d)
        {
            destination->mostInFlight = qMax(destination->mostInFlight, ++destination->inFlight);
        }
        ~Busyness() { --destination->inFlight; }
        Busyness(const Busyness &) = delete;
        Busyness &operator=(const Busyness &) = delete;
        ScriptedDestination *destination;
    };

    static Step nextOf(std::deque<Step> &script)
    {
        if (script.empty())
            return Step::Answer;
        const Step step = script.front();
        script.pop_front();
        return step;
    }

    static Step next(QHash<QString, std::deque<Step>> &scripts, const QString &key)
    {
        auto found = scripts.find(key);
        return found == scripts.end() ? Step::Answer : nextOf(*found);
    }

    detail::SleepAwaiter hang()
    {
        ++hanging;
        return sleepFor(std::chrono::hours(10));
    }

    qsizetype arrive(const QString &key, std::chrono::milliseconds later)
    {
        if (declared.idempotency == Idempotency::Native && folds) {
            for (qsizetype i = 0; i < qsizetype(m_arrivals.size()); ++i) {
                if (m_arrivals[size_t(i)].key == key)
                    return i;
            }
        }
        m_arrivals.push_back({key, m_clock->now() + later});
        return qsizetype(m_arrivals.size()) - 1;
    }

    static Receipt receipt(qsizetype index)
    {
        Receipt receipt;
        receipt.externalId = QString::number(index + 1);
        receipt.url = QStringLiteral("https://tracker.example/%1").arg(index + 1);
        receipt.response = QStringLiteral("201 created %1").arg(index + 1);
        return receipt;
    }

    const Clock *m_clock;
    std::vector<Arrival> m_arrivals;
};

} // namespace patchbay::tests
