#include "core/engine/models.h"

#include "core/base/log.h"
#include "core/engine/accounts_secrets.h"
#include "core/engine/model_batch_destination.h"
#include "core/engine/model_destination.h"
#include "core/store/model_table.h"

#include <QtCore/QTimer>

#include <map>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct LiveModel {
    ModelAccount account = {};
    AccountConfig config = {};
    std::unique_ptr<ModelDestination> destination = {};
    std::unique_ptr<ModelBatchDestination> batches = {}; ///< over the same model
    std::optional<Error> problem = {};
};

Result<std::vector<ModelAccount>> readAllModels(Database &db) { return db.finish(model_accounts::all(db)); }

} // namespace

struct Models::Private {
    Models *q;
    Store &store;
    const Catalog &catalog;
    SecretStore &secrets;
    Snapshots &snapshots;
    std::map<qint64, LiveModel> live = {};
    std::vector<LiveModel> retired = {}; ///< an attempt may still be running on one
    bool loaded = false;
    bool refreshing = false;
    bool again = false;
    AsyncScope scope = {};

    Result<LiveModel *> ready(ModelId model);
    Async<Result<Done>> refreshAll();
    Async<Result<Done>> loadAll(bool withSecrets);
    Async<Result<Done>> loadOne(ModelAccount account);
    Async<Result<QString>> test(QString connector, AccountConfig account);
};

Models::Models(Store &store, const Catalog &catalog, SecretStore &secrets, Snapshots &snapshots)
    : d(new Private{this, store, catalog, secrets, snapshots})
{
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (!changes.models || !d->loaded)
            return;
        d->again = true;
        if (!std::exchange(d->refreshing, true))
            d->scope.run(d->refreshAll());
    });
}

Models::~Models() = default;

QFuture<Result<Done>> Models::load() { return d->scope.run(d->loadAll(true)); }

Result<LiveModel *> Models::Private::ready(ModelId model)
{
    const auto found = live.find(model.value);
    if (found == live.end()) {
        if (!loaded)
            return makeError(Error::Kind::Offline, u"The models are still being loaded."_s);
        return makeError(Error::Kind::NotFound, u"This model is not in the workspace any more."_s);
    }
    if (found->second.problem)
        return *found->second.problem;
    return &found->second;
}

Result<Destination *> Models::live(const Delivery &question)
{
    const Result<LiveModel *> ready = d->ready(question.model);
    if (!ready)
        return ready.error();
    if (question.payload.contains("batch"_L1))
        return static_cast<Destination *>((*ready)->batches.get());
    return static_cast<Destination *>((*ready)->destination.get());
}

Result<LanguageModel *> Models::language(ModelId model)
{
    const Result<LiveModel *> ready = d->ready(model);
    if (!ready)
        return ready.error();
    return &(*ready)->destination->model();
}

std::optional<Error> Models::problem(ModelId model) const
{
    const auto found = d->live.find(model.value);
    return found == d->live.end() ? std::nullopt : found->second.problem;
}

QFuture<Result<QString>> Models::test(QString connector, AccountConfig account)
{
    return d->scope.run(d->test(std::move(connector), std::move(account)));
}

Async<Result<Done>> Models::Private::refreshAll()
{
    Result<Done> result = Done{};
    while (again) {
        again = false;
        result = co_await loadAll(false);
    }
    refreshing = false;
    if (!result)
        logError("models", result.error().message);
    co_return result;
}

/// Each account on its own, so that one keychain prompt does not hold up the others.
Async<Result<Done>> Models::Private::loadAll(bool withSecrets)
{
    auto reading = store.read(readAllModels);
    const Result<std::vector<ModelAccount>> all = co_await finished(std::move(reading));
    if (!all)
        co_return all.error();
    std::vector<QFuture<Result<Done>>> loading;
    for (const ModelAccount &account : *all) {
        const auto known = live.find(account.id.value);
        const bool same = known != live.end() && known->second.account.settings == account.settings
            && known->second.account.name == account.name;
        if (!same || withSecrets)
            loading.push_back(scope.run(loadOne(account)));
        else
            known->second.account = account;
    }
    Result<Done> result = Done{};
    for (QFuture<Result<Done>> &one : loading) {
        const Result<Done> done = co_await finished(one);
        if (!done)
            result = done.error();
    }
    loaded = true;
    co_return result;
}

Async<Result<Done>> Models::Private::loadOne(ModelAccount account)
{
    LoadedAccount result;
    result.config = {account.uid, account.name, account.settings, {}, account.addedAt};
    const ModelConnectorInfo *info = catalog.model(account.connector);
    if (!info) {
        result.problem =
            makeError(Error::Kind::NotFound,
                      u"This build has no connector “%1” for “%2”."_s.arg(account.connector, account.name));
    } else {
        auto loading = loadSecrets(&secrets, store.workspaceUid(), result.config, info->form, u"model's settings"_s);
        result = co_await std::move(loading);
    }
    LiveModel &entry = live[account.id.value];
    const bool same = entry.destination && entry.config.settings == result.config.settings
        && entry.config.secrets == result.config.secrets;
    entry.account = account;
    entry.problem = result.problem;
    entry.config = result.config;
    if (!same && info) {
        if (entry.destination)
            retired.push_back({{}, {}, std::move(entry.destination), std::move(entry.batches), {}});
        entry.destination = std::make_unique<ModelDestination>(store, snapshots, account, info->create(result.config));
        entry.batches = std::make_unique<ModelBatchDestination>(store, account, entry.destination->model());
    }
    Q_EMIT q->problemsChanged();
    co_return Done{};
}

Async<Result<QString>> Models::Private::test(QString connector, AccountConfig account)
{
    const ModelConnectorInfo *info = catalog.model(connector);
    if (!info)
        co_return makeError(Error::Kind::NotFound, u"This build has no connector “%1”."_s.arg(connector));
    registerSecrets(account);
    if (info->check) {
        const Result<Done> checked = info->check(account);
        if (!checked)
            co_return checked.error();
    }
    const std::shared_ptr<LanguageModel> model(info->create(account));
    auto testing = model->test();
    Result<QString> result = co_await std::move(testing);
    QTimer::singleShot(0, [model] {}); // what is still on the call stack ends before it goes
    co_return result;
}

} // namespace patchbay
