#pragma once

#include "ui/models/block_history.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace patchbay {

/// Measures how long the thread it lives in was blocked. A thread of its own posts a beat every 20 ms and looks how
/// long it waits for the answer, so that a block that never ends is noticed and logged too; a block is measured up to
/// one beat too short, never too long. Owned by the composition root; lives in the GUI thread.
class GuiWatchdog final : public QObject {
    Q_OBJECT

public:
    explicit GuiWatchdog(QObject *parent = nullptr);
    ~GuiWatchdog() override;

    /// The longest block of the last hour, the present one excepted.
    std::chrono::milliseconds longest() const;
    /// 99 of 100 beats of the last hour were answered within this time.
    std::chrono::milliseconds p99() const;
    /// "GUI thread: longest block 43 ms in the last hour".
    QString sentence() const;
    /// How often a block over 250 ms was logged. Any thread.
    int warnings() const { return m_warnings; }
    /// How many beats were answered.
    qint64 beats() const { return m_beats; }

protected:
    bool event(QEvent *event) override;

private:
    void watch();
    std::chrono::milliseconds now() const { return std::chrono::milliseconds(m_clock.elapsed()); }

    QElapsedTimer m_clock;
    BlockHistory m_history;
    qint64 m_beats = 0;
    std::atomic<qint64> m_askedAt{-1}; ///< milliseconds of m_clock; -1: the last beat was answered
    std::atomic<int> m_warnings{0};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_ending = false;
    std::thread m_thread;
};

} // namespace patchbay
