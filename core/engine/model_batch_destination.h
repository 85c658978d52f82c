#pragma once

#include "core/engine/snapshots.h"
#include "core/model/model_account.h"
#include "core/model/question.h"
#include "core/ports/language_model.h"
#include "core/store/store.h"

namespace patchbay {

/// A remote model as the Outbox sees it for questions that leave together: the first that waits takes the others along.
/// Before anything leaves, the ledger has a row for each and the month's budget holds their highest prices. Sent means
/// that the vendor has named its batch; the answers come later (ModelBatches). Owned by Models, event loop's thread;
/// outlives its calls.
class ModelBatchDestination final : public Destination {
public:
    /// `model` outlives it.
    ModelBatchDestination(Store &store, ModelAccount account, LanguageModel &model);

    /// What may be over there is looked up before it is sent again: a second batch would cost its price again.
    DeliveryFacts facts() const override;
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override;
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override;
    Async<Result<QString>> test() override;

private:
    Async<Result<Receipt>> begun(ModelBatch batch, QString externalId);

    Store &m_store;
    ModelAccount m_account;
    LanguageModel &m_model;
};

} // namespace patchbay
