#pragma once

#include "core/base/result.h"

#include <QtCore/QFuture>
#include <QtCore/QFutureWatcher>
#include <QtCore/QPromise>
#include <QtCore/QTimer>

#include <coroutine>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace patchbay {

/// A lazy coroutine that yields one T. The frame belongs to its holder: whoever destroys the Async destroys the
/// suspended frame and everything it awaits. One thread (the event loop's) throughout.
///
/// House rules, because GCC 12 miscompiles some forms: inside one co_await statement no braced list, no aggregate
/// temporary and no capturing lambda; name the value first. Parameters by value; no capturing lambda coroutines.
template <class T> class [[nodiscard]] Async {
public:
    struct promise_type {
        std::optional<T> value;
        std::coroutine_handle<> continuation;
        std::function<void()> finished; // for roots, held by an AsyncScope

        Async get_return_object() { return Async(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        auto final_suspend() noexcept
        {
            struct Final {
                bool await_ready() noexcept { return false; }
                void await_suspend(std::coroutine_handle<promise_type> self) noexcept
                {
                    // The frame may be destroyed by either call, so nothing of it is touched afterwards.
                    if (auto next = self.promise().continuation)
                        next.resume();
                    else if (auto done = std::move(self.promise().finished))
                        done();
                }
                void await_resume() noexcept { }
            };
            return Final{};
        }
        void return_value(T result) { value.emplace(std::move(result)); }
        [[noreturn]] void unhandled_exception() { std::terminate(); } // no exception crosses a function of ours
    };

    Async(Async &&other) noexcept
        : m_frame(std::exchange(other.m_frame, {}))
    {
    }
    Async &operator=(Async &&other) noexcept
    {
        if (this != &other) {
            reset();
            m_frame = std::exchange(other.m_frame, {});
        }
        return *this;
    }
    ~Async() { reset(); }

    auto operator co_await() &&noexcept
    {
        struct Awaiter {
            std::coroutine_handle<promise_type> child;
            bool await_ready() const noexcept { return false; }
            // The child runs first; when it ends at once the parent just goes on, so long loops need no stack.
            bool await_suspend(std::coroutine_handle<> parent)
            {
                child.resume();
                if (child.done())
                    return false;
                child.promise().continuation = parent;
                return true;
            }
            T await_resume() { return std::move(*child.promise().value); }
        };
        return Awaiter{m_frame};
    }

private:
    friend class AsyncScope;
    explicit Async(std::coroutine_handle<promise_type> frame)
        : m_frame(frame)
    {
    }
    void reset()
    {
        if (m_frame)
            std::exchange(m_frame, {}).destroy();
    }

    std::coroutine_handle<promise_type> m_frame;
};

/// Owns running coroutines. Last member of the object that starts work: destroying it destroys their suspended frames.
/// Nobody deletes the scope's owner from inside one of its coroutines (deleteLater).
class AsyncScope {
public:
    AsyncScope() = default;
    AsyncScope(const AsyncScope &) = delete;
    AsyncScope &operator=(const AsyncScope &) = delete;
    ~AsyncScope() { cancelAll(); }

    /// Runs it until it first suspends, then from the event loop. The future never blocks anyone; when the scope ends
    /// first, it finishes cancelled, without a result.
    template <class T> QFuture<T> run(Async<T> work)
    {
        auto root = std::make_shared<Root<T>>(std::move(work));
        QFuture<T> future = root->promise.future();
        root->promise.start();
        m_roots.push_back(root);
        auto &promise = root->work.m_frame.promise();
        promise.finished = [this, weak = std::weak_ptr<Root<T>>(root)] {
            if (auto ended = weak.lock())
                settle(ended);
        };
        root->work.m_frame.resume();
        return future;
    }

    void cancelAll()
    {
        auto roots = std::exchange(m_roots, {});
        roots.clear();
    }
    bool isIdle() const { return m_roots.empty(); }

private:
    struct RootBase {
        virtual ~RootBase() = default;
    };
    template <class T> struct Root : RootBase {
        explicit Root(Async<T> w)
            : work(std::move(w))
        {
        }
        QPromise<T> promise;
        Async<T> work; // destroyed first
    };

    template <class T> void settle(std::shared_ptr<Root<T>> root)
    {
        m_roots.remove(root);
        root->promise.addResult(std::move(*root->work.m_frame.promise().value));
        root->promise.finish();
        // The frame is still inside its final suspension; let it unwind before it goes.
        QTimer::singleShot(0, [root] {});
    }

    std::list<std::shared_ptr<RootBase>> m_roots;
};

namespace detail {

/// Deletes an object that may be emitting a signal just now.
struct LaterDeleter {
    void operator()(QObject *object) const
    {
        object->disconnect();
        object->deleteLater();
    }
};

template <class T> class FutureAwaiter {
public:
    explicit FutureAwaiter(QFuture<T> future)
        : m_future(std::move(future))
    {
    }
    bool await_ready() const { return m_future.isFinished(); }
    void await_suspend(std::coroutine_handle<> self)
    {
        m_watcher.reset(new QFutureWatcher<T>);
        QObject::connect(m_watcher.get(), &QFutureWatcherBase::finished, m_watcher.get(), [self] { self.resume(); });
        m_watcher->setFuture(m_future);
    }
    T await_resume()
    {
        if (m_future.resultCount() == 0)
            return T(makeError(Error::Kind::Cancelled, QStringLiteral("The work was cancelled.")));
        return m_future.result();
    }

private:
    QFuture<T> m_future;
    std::unique_ptr<QFutureWatcher<T>, LaterDeleter> m_watcher;
};

class SleepAwaiter {
public:
    explicit SleepAwaiter(std::chrono::milliseconds delay)
        : m_delay(delay)
    {
    }
    bool await_ready() const { return m_delay.count() <= 0; }
    void await_suspend(std::coroutine_handle<> self)
    {
        m_timer.reset(new QTimer);
        m_timer->setSingleShot(true);
        QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [self] { self.resume(); });
        m_timer->start(m_delay);
    }
    void await_resume() { }

private:
    std::chrono::milliseconds m_delay;
    std::unique_ptr<QTimer, LaterDeleter> m_timer;
};

} // namespace detail

/// Waits for a future of another thread and goes on in this one. T is a Result.
template <class T> detail::FutureAwaiter<Result<T>> finished(QFuture<Result<T>> future)
{
    return detail::FutureAwaiter<Result<T>>(std::move(future));
}

inline detail::SleepAwaiter sleepFor(std::chrono::milliseconds delay) { return detail::SleepAwaiter(delay); }

} // namespace patchbay
