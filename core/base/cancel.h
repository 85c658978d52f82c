#pragma once

#include <atomic>
#include <memory>

namespace patchbay {

/// Tells a work that runs elsewhere that nobody waits for it any more. Copies share one state; any thread.
class CancelToken {
public:
    CancelToken()
        : m_cancelled(std::make_shared<std::atomic<bool>>(false))
    {
    }
    void cancel() { m_cancelled->store(true, std::memory_order_relaxed); }
    bool isCancelled() const { return m_cancelled->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_cancelled;
};

} // namespace patchbay
