#pragma once

#include "core/async/async.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// Does what is due by the clock: wakes snoozed conversations. Sleeps until the next one is due. Event loop's thread.
class Scheduler final : public QObject {
    Q_OBJECT

public:
    explicit Scheduler(Store &store);

    void start();
    void stop();

private:
    void wake();
    Async<Result<Done>> work();

    Store &m_store;
    QTimer m_timer;
    bool m_started = false;
    bool m_working = false;
    bool m_again = false;
    AsyncScope m_scope;
};

} // namespace patchbay
