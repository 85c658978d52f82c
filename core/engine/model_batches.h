#pragma once

#include "core/engine/snapshots.h"
#include "core/model/question.h"
#include "core/ports/language_model.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>

namespace patchbay {

/// Asks vendors by itself what became of batches, the longer they take the more rarely, and stores what they bring:
/// each answer checked like any other, with its row of the ledger and what it cost. When it is asked for again is in
/// the database, so that of a team one asks. It sends nothing. Event loop's thread.
class ModelBatches final : public QObject {
    Q_OBJECT

public:
    /// The live connection of a model, or why this workstation has none.
    using Resolve = std::function<Result<LanguageModel *>(ModelId)>;

    ModelBatches(Store &store, Snapshots &snapshots, Resolve resolve);
    ~ModelBatches() override;

    void start();
    void stop();
    /// Asks about all of them now; finishes with the number of those that have ended.
    QFuture<Result<int>> runOnce();

private:
    void wake();
    Async<Result<Done>> pump();
    Async<Result<int>> runNow();
    Async<Result<int>> readDue();
    Async<Result<bool>> read(ModelBatch batch, LanguageModel *model);
    Async<Result<bool>> store(ModelBatch batch, ModelBatchReading reading);
    Async<Result<bool>> later(ModelBatch batch, Error error);

    Store &m_store;
    Snapshots &m_snapshots;
    Resolve m_resolve;
    QTimer m_timer;
    bool m_started = false;
    bool m_working = false;
    bool m_again = false;
    AsyncScope m_scope;
};

} // namespace patchbay
