#pragma once

#include "core/async/async.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// Keeps the search index up with what is stored: a new message is visible at once and found a moment later, because
/// many are indexed together at a third of the cost. What a killed program left over is indexed at the next start. When
/// there is nothing else to do it merges the index. Event loop's thread.
class SearchIndexer final : public QObject {
    Q_OBJECT

public:
    explicit SearchIndexer(Store &store);

    void start();
    void stop();
    /// Indexes everything that waits now; for programs that end afterwards.
    QFuture<Result<Done>> drain();

private:
    void wake();
    Async<Result<Done>> work();
    Async<Result<Done>> index();
    Async<Result<Done>> merge();

    Store &m_store;
    QTimer m_timer;
    bool m_started = false;
    bool m_working = false;
    bool m_again = false; ///< something came while it worked
    AsyncScope m_scope;
};

} // namespace patchbay
