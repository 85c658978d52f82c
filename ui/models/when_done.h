#pragma once

#include "core/base/result.h"

#include <QtCore/QFuture>
#include <QtCore/QFutureWatcher>
#include <QtCore/QObject>

namespace patchbay {

/// Calls f(const Result<T> &) in the context's thread when the future ends, with a Cancelled error when it was given
/// up. Nothing is called once the context is gone. Never blocks.
template <class T, class F> void whenDone(QObject *context, QFuture<Result<T>> future, F f)
{
    auto *watcher = new QFutureWatcher<Result<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, f = std::move(f)]() mutable {
        watcher->deleteLater();
        if (watcher->future().resultCount() == 0)
            f(Result<T>(makeError(Error::Kind::Cancelled, QStringLiteral("The work was given up."))));
        else
            f(watcher->future().result());
    });
    watcher->setFuture(std::move(future));
}

} // namespace patchbay
