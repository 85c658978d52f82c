#pragma once

#include "core/async/async.h"

#include <QtCore/QEventLoop>

#include <optional>

namespace patchbay::tests {

/// Runs the event loop until the future has finished, at most `limit`. Nothing: it did not finish, or it was cancelled.
template <class T>
std::optional<T> waitFor(QFuture<T> future, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    if (!future.isFinished()) {
        QEventLoop loop;
        QFutureWatcher<T> watcher;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        QTimer::singleShot(limit, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        loop.exec();
    }
    if (!future.isFinished() || future.resultCount() == 0)
        return std::nullopt;
    return future.result();
}

/// The result of a future or of a coroutine; a time limit that passed, or a cancelled one, is an error "timeout".
template <class T>
Result<T> await(QFuture<Result<T>> future, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    auto result = waitFor(std::move(future), limit);
    if (!result)
        return makeError(Error::Kind::Timeout, QStringLiteral("The test waited in vain."));
    return std::move(*result);
}

template <class T> Result<T> await(Async<Result<T>> work, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    AsyncScope scope;
    return await(scope.run(std::move(work)), limit);
}

} // namespace patchbay::tests
