#include "core/engine/scheduler.h"

#include "core/base/log.h"
#include "core/store/conversation_table.h"

#include <algorithm>
#include <chrono>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using std::chrono::milliseconds;

// A sleeping machine or a changed clock is noticed within this time.
constexpr milliseconds scheduleCheck{60000};
constexpr milliseconds scheduleAfterFailure{10000};

/// How long nothing is due; nothing when no conversation is snoozed.
Result<std::optional<milliseconds>> untilNextWake(Database &db)
{
    const Timestamp next = conversations::nextWakeAt(db);
    std::optional<milliseconds> wait;
    if (next)
        wait = std::chrono::ceil<milliseconds>(next - db.now());
    return db.finish(wait);
}

Result<std::optional<milliseconds>> wakeAndLookOn(Database &db)
{
    conversations::wakeSnoozed(db, db.now());
    return untilNextWake(db);
}

} // namespace

Scheduler::Scheduler(Store &store)
    : m_store(store)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Scheduler::wake);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (!changes.conversations.isEmpty() || changes.everything)
            wake();
    });
}

void Scheduler::start()
{
    m_started = true;
    wake();
}

void Scheduler::stop()
{
    m_started = false;
    m_timer.stop();
}

void Scheduler::wake()
{
    m_again = true;
    if (!m_started || m_working)
        return;
    m_working = true;
    m_scope.run(work());
}

Async<Result<Done>> Scheduler::work()
{
    Result<Done> result = Done{};
    while (m_started && m_again) {
        m_again = false;
        // Most changes concern no snoozed conversation, and a write costs a commit: so look first.
        auto looking = m_store.read(untilNextWake);
        auto wait = co_await finished(std::move(looking));
        if (wait && *wait && **wait <= milliseconds{0}) {
            auto waking = m_store.write(wakeAndLookOn);
            wait = co_await finished(std::move(waking));
        }
        if (!m_started)
            break;
        if (!wait) {
            result = wait.error();
            logError("scheduler", u"Snoozed conversations could not be looked at: %1"_s.arg(wait.error().message));
            m_timer.start(scheduleAfterFailure);
        } else if (*wait) {
            m_timer.start(std::clamp(**wait, milliseconds{1}, scheduleCheck));
        } else {
            m_timer.stop();
        }
    }
    m_working = false;
    co_return result;
}

} // namespace patchbay
