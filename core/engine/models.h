#pragma once

#include "core/engine/snapshots.h"
#include "core/model/delivery.h"
#include "core/model/model_account.h"
#include "core/ports/catalog.h"
#include "core/ports/secret_store.h"
#include "core/store/store.h"

#include <QtCore/QObject>

namespace patchbay {

/// The live connections of the workspace's remote models. Event loop's thread.
class Models final : public QObject {
    Q_OBJECT

public:
    Models(Store &store, const Catalog &catalog, SecretStore &secrets, Snapshots &snapshots);
    ~Models() override;

    /// Loads settings and secrets so that live() works; finishes when all are ready.
    QFuture<Result<Done>> load();
    /// What the Outbox delivers a question to; an error when settings or secrets are missing.
    Result<Destination *> live(const Delivery &question);
    /// The same model, to be asked for what a batch brought.
    Result<LanguageModel *> language(ModelId model);
    /// Why this workstation cannot ask it: no secret here, no connector in this build.
    std::optional<Error> problem(ModelId model) const;
    /// Tries a set-up that need not be stored yet.
    QFuture<Result<QString>> test(QString connector, AccountConfig account);

Q_SIGNALS:
    /// What problem() says may be another thing now.
    void problemsChanged();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay
