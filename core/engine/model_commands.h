#pragma once

#include "core/async/async.h"
#include "core/engine/model_batch_asking.h"
#include "core/engine/model_policy.h"
#include "core/ports/catalog.h"
#include "core/store/model_batch_table.h"
#include "core/store/model_call_table.h"

#include <QtCore/QFuture>

namespace patchbay {

/// What models cost in a calendar month, and what is left.
struct ModelMeter {
    Timestamp month = {};
    std::vector<model_calls::Usage> usage = {};
    Money committed = {}; ///< spent, or held for questions on their way
    ModelPolicy policy = {};
};

/// What a person can do with remote models. Each is one transaction with its audit row; errors are sentences. Event
/// loop's thread; nothing here talks to the network.
class ModelCommands final {
public:
    ModelCommands(Store &store, const Catalog &catalog, Snapshots &snapshots, Operator me);

    /// Secrets go to the secret store, not through here.
    QFuture<Result<ModelAccount>> add(QString connector, QString name, QJsonObject settings);
    QFuture<Result<Done>> change(ModelId model, QString name, QJsonObject settings);
    QFuture<Result<Done>> setPolicy(ModelPolicy policy);

    /// What askModel() does, asked by this operator. The answer comes with a later change of the conversation.
    QFuture<Result<Question>> ask(ConversationId conversation, Purpose purpose, QString language = {},
                                  ModelId model = {}, bool anew = false);
    /// What askInBatches() does, asked by this operator; planBatches() says what that would be, and stores nothing.
    QFuture<Result<BatchAsked>> planBatches(BatchRequest request);
    QFuture<Result<BatchAsked>> askInBatches(BatchRequest request);
    /// The newest first.
    QFuture<Result<std::vector<model_batches::Shown>>> batches(int limit);
    /// The text of an answered question as it may stand in a draft: with what was struck out back in its place.
    static QString draftText(const Question &question);

    QFuture<Result<ModelMeter>> meter(Timestamp month = {});
    QFuture<Result<std::vector<model_calls::Entry>>> ledger(ModelCallId before, int limit);

private:
    Store &m_store;
    const Catalog &m_catalog;
    Snapshots &m_snapshots;
    Operator m_me;
};

/// The words of an answer, whatever its purpose: category, reply, summary or translation.
QString answerText(const Question &question);

} // namespace patchbay
