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

namespace detail {

/// What an AsyncScope keeps of one running coroutine.
struct AsyncRoot {
    virtual ~AsyncRoot() = default;
};

/// The root whose frames this thread executes just now; null outside of any.
inline std::shared_ptr<AsyncRoot> &runningRoot()
{
    static thread_local std::shared_ptr<AsyncRoot> root;
    return root;
}

/// Runs the frame with its root held: a scope that is cancelled from inside its own coroutine lets go of the root at
/// once, but the running frame is destroyed only when it has suspended.
inline void resumeWithin(std::shared_ptr<AsyncRoot> root, std::coroutine_handle<> frame)
{
    auto outer = std::exchange(runningRoot(), std::move(root));
    frame.resume();
    const auto held = std::exchange(runningRoot(), std::move(outer));
}

/// How an awaiter comes back: made when it suspends, called once from the event loop. Awaiters of other layers use it
/// instead of resuming the bare handle.
class Resumption {
public:
    Resumption() = default;
    explicit Resumption(std::coroutine_handle<> frame)
        : m_frame(frame)
        , m_root(runningRoot())
        , m_rooted(runningRoot() != nullptr)
    {
    }

    void operator()() const
    {
        auto root = m_root.lock();
        if (m_frame && (root || !m_rooted)) // its root is being destroyed: nobody is waiting any more
            resumeWithin(std::move(root), m_frame);
    }

private:
    std::coroutine_handle<> m_frame;
    std::weak_ptr<AsyncRoot> m_root;
    bool m_rooted = false;
};

} // namespace detail

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
/// cancelAll() may be called from inside one of them: that one goes when it next suspends. Nobody deletes the scope's
/// owner from inside one of its coroutines (deleteLater), because the rest of the running frame may still use the
/// owner.
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
        root->scope = this;
        root->place = m_roots.insert(m_roots.end(), root);
        root->work.m_frame.promise().finished = [ended = root.get()] { settle(*ended); };
        detail::resumeWithin(root, root->work.m_frame);
        return future;
    }

    void cancelAll()
    {
        const auto roots = std::exchange(m_roots, {});
        for (const auto &root : roots)
            root->scope = nullptr;
    }
    bool isIdle() const { return m_roots.empty(); }

private:
    struct RootBase;
    using Roots = std::list<std::shared_ptr<RootBase>>;

    struct RootBase : detail::AsyncRoot {
        AsyncScope *scope = nullptr; ///< null: cancelled
        Roots::iterator place;
    };
    template <class T> struct Root final : RootBase {
        explicit Root(Async<T> w)
            : work(std::move(w))
        {
        }
        QPromise<T> promise;
        Async<T> work; // destroyed first
    };

    /// Called in the frame's final suspension; whoever resumed it holds the root until that has unwound.
    template <class T> static void settle(Root<T> &root)
    {
        if (!root.scope)
            return;
        const auto held = *root.place;
        root.scope->m_roots.erase(root.place);
        root.scope = nullptr;
        root.promise.addResult(std::move(*root.work.m_frame.promise().value));
        root.promise.finish();
        if (detail::runningRoot() != held) // resumed by an awaiter that does not hold the root
            QTimer::singleShot(0, [held] {});
    }

    Roots m_roots;
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
        const Resumption resume(self);
        QObject::connect(m_watcher.get(), &QFutureWatcherBase::finished, m_watcher.get(), [resume] { resume(); });
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
        m_timer->setTimerType(Qt::PreciseTimer); // a coarse one may be 5 % early, and "no sooner than" is a promise
        const Resumption resume(self);
        QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [resume] { resume(); });
        m_timer->start(qMin(m_delay, longest)); // QTimer counts in int
    }
    void await_resume() { }

private:
    static constexpr std::chrono::milliseconds longest{std::chrono::hours(24 * 20)};

    std::chrono::milliseconds m_delay;
    std::unique_ptr<QTimer, LaterDeleter> m_timer;
};

} // namespace detail

/// Waits for a future of another thread and goes on in this one. T is a Result.
template <class T> detail::FutureAwaiter<Result<T>> finished(QFuture<Result<T>> future)
{
    return detail::FutureAwaiter<Result<T>>(std::move(future));
}

/// Goes on no sooner than after this time, from the event loop; at most 20 days.
inline detail::SleepAwaiter sleepFor(std::chrono::milliseconds delay) { return detail::SleepAwaiter(delay); }

} // namespace patchbay
