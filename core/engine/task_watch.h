#pragma once

#include "core/async/async.h"
#include "core/engine/task_status.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <map>

namespace patchbay {

/// Reads the statuses of tasks back by itself: soon after sending, then more and more rarely, a few at a time per
/// target, never where the target is away. What is due is in the database, so that a restart asks nothing twice, and of
/// a team that shares it one asks. It changes no delivery's state. Event loop's thread.
class TaskWatch final : public QObject {
    Q_OBJECT

public:
    /// The live connection of a target, or why this workstation has none.
    using Resolve = std::function<Result<CrmConnector *>(TargetId)>;
    /// Uniform in [0, 1): chance, so that tests can fix it.
    using Random = std::function<double()>;

    TaskWatch(Store &store, Resolve resolve, WatchLimits limits, Random random);
    ~TaskWatch() override;

    void start();
    /// Nothing new is asked; what is under way may end.
    void stop();
    /// Reads what is due now, also when it is switched off in the workspace; finishes with the number of readings.
    QFuture<Result<int>> runOnce();
    /// The conversation is on the screen: its open tasks are read soon, unless they were just now.
    void show(ConversationId conversation);
    int running() const { return m_running; }

private:
    struct Round;
    bool accepting() const { return m_started || !m_waiters.empty(); }
    void wake();
    Async<Result<Done>> pump();
    Async<Result<Done>> work();
    Async<Result<Done>> enroll();
    Async<Result<Round>> look();
    Async<Result<Done>> ask(task_watch::Question question, CrmConnector *connector, WatchLimits limits);
    Async<Result<Done>> hastenShown(ConversationId conversation);
    void choose(Round &round);
    void ended(const Result<Done> &result);
    void finishWaiters(const Result<Done> &result);

    Store &m_store;
    Resolve m_resolve;
    WatchLimits m_limits;
    Random m_random;
    QTimer m_timer;
    std::vector<QPromise<Result<int>>> m_waiters;
    QSet<DeliveryId> m_changed; ///< perhaps sent just now
    QSet<LocalTaskId> m_changedHere; ///< rows of the built-in target
    std::map<qint64, int> m_asking; ///< per target
    bool m_enrollAll = true;
    bool m_started = false;
    bool m_working = false;
    bool m_again = false;
    bool m_waits = true; ///< something is asked for one day
    int m_running = 0;
    int m_read = 0; ///< since the waiters came
    AsyncScope m_scope;
};

} // namespace patchbay
