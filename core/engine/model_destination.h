#pragma once

#include "core/engine/snapshots.h"
#include "core/model/model_account.h"
#include "core/ports/language_model.h"
#include "core/store/store.h"

namespace patchbay {

/// A remote model as the Outbox sees it: a destination like any other. Before anything leaves, the ledger has it and
/// the month's budget holds its highest price; after it the answer is checked and stored with what it cost. Owned by
/// Models, event loop's thread; outlives its calls.
class ModelDestination final : public Destination {
public:
    ModelDestination(Store &store, Snapshots &snapshots, ModelAccount account, std::unique_ptr<LanguageModel> model);

    /// A repeat doubles nothing but the price, so nothing is looked up.
    DeliveryFacts facts() const override;
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override;
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override;
    Async<Result<QString>> test() override;
    LanguageModel &model() const { return *m_model; }

private:
    Store &m_store;
    Snapshots &m_snapshots;
    ModelAccount m_account;
    std::unique_ptr<LanguageModel> m_model;
};

} // namespace patchbay
