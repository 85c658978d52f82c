#include "core/engine/accounts.h"

#include "core/base/log.h"
#include "core/engine/accounts_secrets.h"
#include "core/engine/task_status.h"
#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "core/store/task_table.h"

#include <QtCore/QTimer>

#include <map>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct LiveTarget {
    Target target = {};
    AccountConfig config = {};
    std::unique_ptr<CrmConnector> connector = {};
    std::optional<Error> problem = {};
    std::optional<FieldChoices> choices = {}; ///< as they were read last with this configuration
};

/// A sent task whose status can be asked for.
struct StatusQuestion {
    DeliveryId delivery = {};
    TargetId target = {};
    QString externalId = {};
    qint64 fence = 0;
};

Result<std::vector<Target>> readAllTargets(Database &db) { return db.finish(targets::all(db)); }

/// Begins a reading of each.
Result<std::vector<StatusQuestion>> openTasksOf(Database &db, ConversationId conversation)
{
    const WatchLimits limits;
    std::vector<StatusQuestion> questions;
    const std::vector<Delivery> sent = deliveries::ofConversation(db, conversation);
    for (const Task &task : tasks::ofConversation(db, conversation)) {
        for (const Delivery &delivery : sent) {
            if (delivery.remoteClosed || delivery.task != task.id || delivery.state != DeliveryState::Sent
                || delivery.externalId.isEmpty())
                continue;
            task_watch::enroll(db, {delivery.id}, limits.shortest, limits.spread);
            if (const auto fence = task_watch::begin(db, delivery.id))
                questions.push_back({delivery.id, delivery.target, delivery.externalId, *fence});
        }
    }
    return db.finish(std::move(questions));
}

/// Lets what is still on the call stack end before the connector goes.
template <class T> void forgetLater(std::shared_ptr<T> connector)
{
    QTimer::singleShot(0, [connector] {});
}

} // namespace

struct Targets::Private {
    Targets *q;
    Store &store;
    const Catalog &catalog;
    SecretStore &secrets;
    std::map<qint64, LiveTarget> live = {};
    std::vector<std::unique_ptr<CrmConnector>> retired = {}; ///< an attempt may still be running on one
    bool loaded = false;
    bool refreshing = false;
    bool again = false;
    AsyncScope scope = {};

    Private(Targets *targets, Store &s, const Catalog &c, SecretStore &k)
        : q(targets)
        , store(s)
        , catalog(c)
        , secrets(k)
    {
    }

    void refresh();
    Async<Result<Done>> refreshAll();
    Async<Result<Done>> loadAll(bool withSecrets);
    Async<Result<Done>> loadOne(Target target);
    Async<Result<Done>> keepHealth(Target target, std::optional<Error> problem);
    Async<Result<QString>> test(QString connector, AccountConfig account);
    Async<Result<std::vector<FieldChoice>>> fields(QString connector, AccountConfig account);
    Async<Result<FieldChoices>> choices(TargetId target, bool fresh);
    Async<Result<Done>> refreshStatus(ConversationId conversation);
    Result<std::shared_ptr<CrmConnector>> temporary(const QString &connector, const AccountConfig &account);
};

Targets::Targets(Store &store, const Catalog &catalog, SecretStore &secrets)
    : d(std::make_unique<Private>(this, store, catalog, secrets))
{
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.targets && d->loaded)
            d->refresh();
    });
}

Targets::~Targets() = default;

QFuture<Result<Done>> Targets::load() { return d->scope.run(d->loadAll(true)); }

Result<CrmConnector *> Targets::live(TargetId target)
{
    const auto found = d->live.find(target.value);
    if (found == d->live.end()) {
        if (!d->loaded)
            return makeError(Error::Kind::Offline, u"The targets are still being loaded."_s);
        return makeError(Error::Kind::NotFound, u"This target is not in the workspace any more."_s);
    }
    if (found->second.problem)
        return *found->second.problem;
    return found->second.connector.get();
}

std::optional<Error> Targets::problem(TargetId target) const
{
    const auto found = d->live.find(target.value);
    return found == d->live.end() ? std::nullopt : found->second.problem;
}

Result<QString> Targets::preview(TargetId target, const TaskPayload &payload, const QString &key)
{
    const auto found = d->live.find(target.value);
    // A preview needs no sign-in: it works while the secret is missing.
    if (found == d->live.end() || !found->second.connector)
        return live(target).error();
    DeliveryRequest request;
    request.key = key;
    request.payload = toJson(payload);
    return found->second.connector->preview(std::move(request));
}

QFuture<Result<QString>> Targets::test(QString connector, AccountConfig account)
{
    return d->scope.run(d->test(std::move(connector), std::move(account)));
}

QFuture<Result<std::vector<FieldChoice>>> Targets::fields(QString connector, AccountConfig account)
{
    return d->scope.run(d->fields(std::move(connector), std::move(account)));
}

QFuture<Result<FieldChoices>> Targets::choices(TargetId target, bool fresh)
{
    return d->scope.run(d->choices(target, fresh));
}

QFuture<Result<Done>> Targets::refreshStatus(ConversationId conversation)
{
    return d->scope.run(d->refreshStatus(conversation));
}

void Targets::Private::refresh()
{
    again = true;
    if (refreshing)
        return;
    refreshing = true;
    scope.run(refreshAll());
}

Async<Result<Done>> Targets::Private::refreshAll()
{
    Result<Done> result = Done{};
    while (again) {
        again = false;
        result = co_await loadAll(false);
    }
    refreshing = false;
    if (!result)
        logError("targets", result.error().message);
    co_return result;
}

/// Each account on its own, so that one keychain prompt does not hold up the others.
Async<Result<Done>> Targets::Private::loadAll(bool withSecrets)
{
    auto reading = store.read(readAllTargets);
    const Result<std::vector<Target>> all = co_await finished(std::move(reading));
    if (!all)
        co_return all.error();
    std::vector<QFuture<Result<Done>>> loading;
    for (const Target &target : *all) {
        const auto known = live.find(target.id.value);
        const bool same = known != live.end() && known->second.target.settings == target.settings
            && known->second.target.name == target.name;
        if (!same || withSecrets)
            loading.push_back(scope.run(loadOne(target)));
        else
            known->second.target = target;
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

Async<Result<Done>> Targets::Private::loadOne(Target target)
{
    AccountConfig account;
    account.uid = target.uid;
    account.name = target.name;
    account.settings = target.settings;
    account.addedAt = target.addedAt;
    const CrmConnectorInfo *info = catalog.crm(target.connector);
    LoadedAccount result;
    result.config = account;
    if (!info) {
        result.problem = makeError(Error::Kind::NotFound,
                                   u"This build has no connector “%1” for “%2”."_s.arg(target.connector, target.name));
    } else {
        auto loading = loadSecrets(&secrets, store.workspaceUid(), account, info->form, u"target settings"_s);
        result = co_await std::move(loading);
        if (!result.problem && result.config.secrets.contains(info->rotatesSecret))
            result.problem = whyNotRenewed(secrets, store.workspaceUid(), result.config, info->rotatesSecret);
    }
    LiveTarget &entry = live[target.id.value];
    const bool same = entry.connector && entry.config.settings == result.config.settings
        && entry.config.name == result.config.name && entry.config.secrets == result.config.secrets;
    entry.target = target;
    entry.problem = result.problem;
    Q_EMIT q->problemsChanged();
    if (!same) {
        if (entry.connector)
            retired.push_back(std::move(entry.connector));
        entry.choices.reset();
        entry.config = result.config;
        if (info)
            entry.connector = info->create(result.config);
    }
    auto keeping = keepHealth(target, result.problem);
    const Result<Done> kept = co_await std::move(keeping);
    co_return kept;
}

Async<Result<Done>> Targets::Private::keepHealth(Target target, std::optional<Error> problem)
{
    // In a team what this workstation lacks is no news about the target: another one may have it.
    if (problem && store.isShared())
        co_return Done{};
    // Loaded: whether it works now is not known until it is asked.
    if (!problem && target.health != Health::Failed)
        co_return Done{};
    const Health health = problem ? Health::Failed : Health::Unknown;
    const QString detail = problem ? problem->message : QString();
    if (target.health == health && target.healthDetail == detail)
        co_return Done{};
    auto writing = store.write([id = target.id, health, detail](Database &db) -> Result<Done> {
        targets::setHealth(db, id, health, detail);
        return db.finish(Done{});
    });
    const Result<Done> written = co_await finished(std::move(writing));
    co_return written;
}

Result<std::shared_ptr<CrmConnector>> Targets::Private::temporary(const QString &connector,
                                                                  const AccountConfig &account)
{
    const CrmConnectorInfo *info = catalog.crm(connector);
    if (!info)
        return makeError(Error::Kind::NotFound, u"This build has no connector “%1”."_s.arg(connector));
    registerSecrets(account);
    if (info->check) {
        const Result<Done> checked = info->check(account);
        if (!checked)
            return checked.error();
    }
    return std::shared_ptr<CrmConnector>(info->create(account));
}

Async<Result<QString>> Targets::Private::test(QString connector, AccountConfig account)
{
    const auto made = temporary(connector, account);
    if (!made)
        co_return made.error();
    auto testing = (*made)->test();
    Result<QString> result = co_await std::move(testing);
    forgetLater(*made);
    co_return result;
}

Async<Result<std::vector<FieldChoice>>> Targets::Private::fields(QString connector, AccountConfig account)
{
    const auto made = temporary(connector, account);
    if (!made)
        co_return made.error();
    auto asking = (*made)->fields();
    Result<std::vector<FieldChoice>> result = co_await std::move(asking);
    forgetLater(*made);
    co_return result;
}

Async<Result<FieldChoices>> Targets::Private::choices(TargetId target, bool fresh)
{
    const auto known = live.find(target.value);
    if (!fresh && known != live.end() && known->second.choices)
        co_return *known->second.choices;
    const Result<CrmConnector *> connector = q->live(target);
    if (!connector)
        co_return connector.error();
    auto asking = (*connector)->fields();
    const Result<std::vector<FieldChoice>> read = co_await std::move(asking);
    if (!read)
        co_return read.error();
    const FieldChoices bounded = boundedChoices(*read, store.clock().now());
    const auto still = live.find(target.value); // it may have been set up otherwise meanwhile
    if (still != live.end() && still->second.connector.get() == *connector)
        still->second.choices = bounded;
    co_return bounded;
}

Async<Result<Done>> Targets::Private::refreshStatus(ConversationId conversation)
{
    auto beginning = store.write([conversation](Database &db) { return openTasksOf(db, conversation); });
    const Result<std::vector<StatusQuestion>> questions = co_await finished(std::move(beginning));
    if (!questions)
        co_return questions.error();
    Result<Done> result = Done{};
    for (const StatusQuestion &question : *questions) {
        const auto found = live.find(question.target.value);
        if (found == live.end() || found->second.problem || !found->second.connector) {
            result = found != live.end() && found->second.problem
                ? *found->second.problem
                : makeError(Error::Kind::NotFound, u"The task's target is not loaded."_s);
            continue;
        }
        auto asking = found->second.connector->status(question.externalId);
        const Result<RemoteTask> status = co_await std::move(asking);
        if (!status && status.error().kind != Error::Kind::NotFound) // gone over there is an answer too
            result = status.error();
        auto writing = store.write([question, status](Database &db) -> Result<Done> {
            const WatchLimits limits = watchSettings(db).applied({});
            noteReading(db, question.delivery, question.fence, status, limits, 0.5);
            return db.finish(Done{});
        });
        const Result<Done> written = co_await finished(std::move(writing));
        if (!written)
            result = written.error();
    }
    co_return result;
}

} // namespace patchbay
