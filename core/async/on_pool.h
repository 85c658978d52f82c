#pragma once

#include <QtCore/QFuture>
#include <QtCore/QPromise>
#include <QtCore/QThreadPool>

#include <memory>
#include <type_traits>

namespace patchbay {

/// What `work` returns, from the application's thread pool: for what would hold up the event loop. It is given values
/// alone, because it may outlive who asked.
template <class F> auto onPool(F work) -> QFuture<std::invoke_result_t<F &>>
{
    using T = std::invoke_result_t<F &>;
    auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    QFuture<T> future = promise->future();
    QThreadPool::globalInstance()->start([promise, work = std::move(work)]() mutable {
        promise->addResult(work());
        promise->finish();
    });
    return future;
}

} // namespace patchbay
