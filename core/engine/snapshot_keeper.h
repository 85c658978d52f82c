#pragma once

#include "core/async/async.h"
#include "core/engine/snapshots.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// Keeps the Snapshot true to a workspace that others change too: made anew after another workstation's lesson, rule,
/// route or category. With SQLite nobody else writes, and whoever changes something replaces it at once. Event loop's
/// thread.
class SnapshotKeeper final : public QObject {
    Q_OBJECT

public:
    SnapshotKeeper(Store &store, Snapshots &snapshots);

private:
    void rebuild();
    Async<Result<Done>> work();

    Store &m_store;
    Snapshots &m_snapshots;
    QTimer m_timer;
    bool m_working = false;
    AsyncScope m_scope;
};

/// Makes the Snapshot anew, training on a thread of the pool, replaces it as a whole, and stores the model: after
/// lessons were taken back, deleted or added, or when a training is due. The old one is used until then; ends with the
/// scope.
Async<Result<Done>> retrain(Store *store, Snapshots *snapshots);

} // namespace patchbay
