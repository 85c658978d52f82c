#include "core/base/log.h"
#include "core/engine/accounts.h"
#include "core/engine/accounts_secrets.h"
#include "core/engine/channel_health.h"
#include "core/engine/outbox_policy.h"
#include "core/store/account_table.h"

#include <QtCore/QScopeGuard>
#include <QtCore/QTimer>

#include <map>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct LiveChannel {
    Channel channel = {};
    AccountConfig config = {};
    std::unique_ptr<ChatConnector> connector = {};
    std::optional<Error> problem = {};
    bool running = false;
};

Result<std::vector<Channel>> readAllChannels(Database &db) { return db.finish(channels::all(db)); }

} // namespace

struct Channels::Private {
    Channels *q;
    Store &store;
    const Catalog &catalog;
    SecretStore &secrets;
    Intake &intake;
    ChannelLeases &leases;
    ChannelHealth health;
    std::map<qint64, LiveChannel> live = {};
    std::vector<std::unique_ptr<ChatConnector>> retired = {}; ///< an attempt may still be running on one
    bool loaded = false;
    bool started = false;
    std::vector<ChannelId> only = {}; ///< to receive from; empty: from all
    bool refreshing = false;
    bool again = false;
    AsyncScope scope = {};

    Private(Channels *channels, Store &s, const Catalog &c, SecretStore &k, Intake &i)
        : q(channels)
        , store(s)
        , catalog(c)
        , secrets(k)
        , intake(i)
        , leases(i.leases())
        , health(s)
    {
    }

    void refresh();
    Async<Result<Done>> refreshAll();
    Async<Result<Done>> loadAll(bool withSecrets);
    Async<Result<Done>> loadOne(Channel channel);
    std::optional<Error> whyNotSignedIn(const ChatConnectorInfo &info, const AccountConfig &account) const;
    Async<Result<Done>> startOne(ChannelId id);
    Async<Result<Done>> fetchOnce(ChannelId id);
    Async<Result<QString>> test(QString connector, AccountConfig account);
    void adjust(LiveChannel &entry);
    void listen(ChannelId id, ChatConnector *connector);
    void noteLoaded(const LiveChannel &entry);
    IntakeSink sink(ChannelId id);
};

Channels::Channels(Store &store, const Catalog &catalog, SecretStore &secrets, Intake &intake)
    : d(std::make_unique<Private>(this, store, catalog, secrets, intake))
{
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.channels && d->loaded)
            d->refresh();
    });
    connect(&intake.leases(), &ChannelLeases::changed, this, [this](ChannelId channel) {
        const auto found = d->live.find(channel.value);
        if (found != d->live.end())
            d->adjust(found->second);
    });
}

Channels::~Channels()
{
    for (const auto &[id, entry] : d->live)
        d->leases.want(entry.channel.id, false);
}

QFuture<Result<Done>> Channels::load() { return d->scope.run(d->loadAll(true)); }

void Channels::start(std::vector<ChannelId> only)
{
    d->only = std::move(only);
    d->started = true;
    if (!d->loaded)
        d->scope.run(d->loadAll(true));
    for (auto &[id, entry] : d->live)
        d->adjust(entry);
}

void Channels::stop()
{
    d->started = false;
    for (auto &[id, entry] : d->live)
        d->adjust(entry);
}

Result<ChatConnector *> Channels::live(ChannelId channel)
{
    const auto found = d->live.find(channel.value);
    if (found == d->live.end()) {
        if (!d->loaded)
            return makeError(Error::Kind::Offline, u"The channels are still being loaded."_s);
        return makeError(Error::Kind::NotFound, u"This channel is not in the workspace any more."_s);
    }
    if (found->second.problem)
        return *found->second.problem;
    return found->second.connector.get();
}

std::optional<Error> Channels::problem(ChannelId channel) const
{
    const auto found = d->live.find(channel.value);
    return found == d->live.end() ? std::nullopt : found->second.problem;
}

QFuture<Result<Done>> Channels::fetchOnce(ChannelId channel) { return d->scope.run(d->fetchOnce(channel)); }

QFuture<Result<QString>> Channels::test(QString connector, AccountConfig account)
{
    return d->scope.run(d->test(std::move(connector), std::move(account)));
}

void Channels::Private::refresh()
{
    again = true;
    if (refreshing)
        return;
    refreshing = true;
    scope.run(refreshAll());
}

Async<Result<Done>> Channels::Private::refreshAll()
{
    Result<Done> result = Done{};
    while (again) {
        again = false;
        result = co_await loadAll(false);
    }
    refreshing = false;
    if (!result)
        logError("channels", result.error().message);
    co_return result;
}

/// Each account on its own, so that one keychain prompt does not hold up the others.
Async<Result<Done>> Channels::Private::loadAll(bool withSecrets)
{
    auto reading = store.read(readAllChannels);
    const Result<std::vector<Channel>> all = co_await finished(std::move(reading));
    if (!all)
        co_return all.error();
    std::vector<QFuture<Result<Done>>> loading;
    for (const Channel &channel : *all) {
        const auto known = live.find(channel.id.value);
        const bool same = known != live.end() && known->second.channel.settings == channel.settings
            && known->second.channel.name == channel.name;
        if (!same || withSecrets) {
            loading.push_back(scope.run(loadOne(channel)));
        } else {
            known->second.channel = channel;
            if (leases.holds(channel.id))
                health.sayAgain(channel);
            adjust(known->second);
        }
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

Async<Result<Done>> Channels::Private::loadOne(Channel channel)
{
    AccountConfig account;
    account.uid = channel.uid;
    account.name = channel.name;
    account.settings = channel.settings;
    account.addedAt = channel.addedAt;
    const ChatConnectorInfo *info = catalog.chat(channel.connector);
    LoadedAccount result;
    result.config = account;
    if (!info) {
        result.problem =
            makeError(Error::Kind::NotFound,
                      u"This build has no connector “%1” for “%2”."_s.arg(channel.connector, channel.name));
    } else {
        auto loading = loadSecrets(&secrets, store.workspaceUid(), account, info->form, u"channel settings"_s);
        result = co_await std::move(loading);
        if (!result.problem)
            result.problem = whyNotSignedIn(*info, result.config);
    }
    LiveChannel &entry = live[channel.id.value];
    const bool same = entry.connector && entry.config.settings == result.config.settings
        && entry.config.name == result.config.name && entry.config.secrets == result.config.secrets;
    entry.channel = channel;
    entry.problem = result.problem;
    Q_EMIT q->problemsChanged();
    if (!same) {
        if (entry.connector) {
            entry.connector->disconnect(q);
            entry.connector->stop();
            retired.push_back(std::move(entry.connector));
        }
        entry.running = false;
        health.forget(channel.id);
        entry.config = result.config;
        if (info) {
            entry.connector = info->create(result.config);
            listen(channel.id, entry.connector.get());
        }
    }
    noteLoaded(entry);
    adjust(entry);
    co_return Done{};
}

/// What speaks against a channel that may sign in with a secret which is replaced while it works. Its secrets are all
/// optional then, because it may sign in in another way: at least one is needed, and that one must be replaceable.
std::optional<Error> Channels::Private::whyNotSignedIn(const ChatConnectorInfo &info,
                                                       const AccountConfig &account) const
{
    if (info.rotatesSecret.isEmpty())
        return std::nullopt;
    if (account.secrets.isEmpty())
        return makeError(Error::Kind::Unauthorized,
                         u"No sign-in stored for “%1”: open the channel settings."_s.arg(account.name));
    if (!account.secrets.contains(info.rotatesSecret))
        return std::nullopt;
    return whyNotRenewed(secrets, store.workspaceUid(), account, info.rotatesSecret);
}

/// A missing secret, or a connector that this build lacks. In a team that is no news about the channel: another
/// workstation may have what it takes.
void Channels::Private::noteLoaded(const LiveChannel &entry)
{
    if (entry.problem && !store.isShared())
        health.note(entry.channel, Health::Failed, entry.problem->message);
    // New secrets, maybe: whether it works now is not known until it is asked.
    const bool ours = !store.isShared() || asksForSignIn(entry.channel.healthDetail);
    if (!entry.problem && ours && entry.channel.health == Health::Failed && !entry.running)
        health.note(entry.channel, Health::Unknown, {});
}

/// Starts or stops the connection so that it is as it should be.
void Channels::Private::adjust(LiveChannel &entry)
{
    const ChannelId id = entry.channel.id;
    const bool named = only.empty() || std::find(only.begin(), only.end(), id) != only.end();
    const bool wanted = started && named && !entry.channel.paused && !entry.problem && entry.connector;
    leases.want(id, wanted);
    const bool may = wanted && leases.holds(id);
    if (may && !entry.running) {
        entry.running = true;
        scope.run(startOne(id));
    } else if (!may && entry.running) {
        entry.running = false;
        entry.connector->stop();
        if (entry.channel.paused)
            health.note(entry.channel, Health::Paused, u"Paused."_s);
        else if (wanted)
            health.forget(id); // another workstation has it, and says how it fares
    }
}

/// The cursor is read anew: batches have moved it since the channel was loaded.
Async<Result<Done>> Channels::Private::startOne(ChannelId id)
{
    auto reading = store.read([id](Database &db) { return db.finish(channels::byId(db, id)); });
    const Result<std::optional<Channel>> channel = co_await finished(std::move(reading));
    const auto found = live.find(id.value);
    if (found == live.end() || !found->second.running)
        co_return Done{};
    if (!channel || !channel->has_value()) {
        found->second.running = false;
        const Error error = channel ? makeError(Error::Kind::NotFound, u"The channel is gone."_s) : channel.error();
        logError("channels", error.message);
        co_return error;
    }
    found->second.connector->start((*channel)->cursor, sink(id));
    co_return Done{};
}

IntakeSink Channels::Private::sink(ChannelId id)
{
    return [this, id](Batch batch) { return intake.accept(id, std::move(batch)); };
}

void Channels::Private::listen(ChannelId id, ChatConnector *connector)
{
    QObject::connect(connector, &ChatConnector::healthChanged, q, [this, id](Health now, const QString &detail) {
        const auto found = live.find(id.value);
        if (found != live.end())
            health.note(found->second.channel, now, detail);
    });
    QObject::connect(connector, &ChatConnector::caughtUp, q, [this, id] { health.noteCaughtUp(id); });
}

Async<Result<Done>> Channels::Private::fetchOnce(ChannelId id)
{
    auto reading = store.read([id](Database &db) { return db.finish(channels::byId(db, id)); });
    const Result<std::optional<Channel>> channel = co_await finished(std::move(reading));
    if (!channel)
        co_return channel.error();
    if (!channel->has_value())
        co_return makeError(Error::Kind::NotFound, u"This channel is not in the workspace."_s);
    if (live.find(id.value) == live.end()) {
        auto loading = loadOne(**channel);
        const Result<Done> done = co_await std::move(loading);
        if (!done)
            co_return done.error();
    }
    LiveChannel &entry = live[id.value];
    if (entry.problem)
        co_return *entry.problem;
    auto borrowing = leases.borrow(id);
    const Result<Done> ours = co_await std::move(borrowing);
    if (!ours)
        co_return ours.error();
    const auto giveBack = qScopeGuard([this, id] { leases.giveBack(id); });

    auto ended = std::make_shared<QPromise<Result<Done>>>();
    ended->start();
    QObject listener;
    const auto end = [ended](Result<Done> result) {
        if (ended->future().isFinished())
            return;
        ended->addResult(std::move(result));
        ended->finish();
    };
    QObject::connect(entry.connector.get(), &ChatConnector::caughtUp, &listener, [end] { end(Done{}); });
    QObject::connect(entry.connector.get(), &ChatConnector::healthChanged, &listener,
                     [end](Health health, const QString &detail) {
                         if (health == Health::Failed)
                             end(makeError(Error::Kind::Remote, detail));
                         else if (health == Health::Offline)
                             end(makeError(Error::Kind::Offline, detail));
                     });
    entry.connector->fetchOnce((*channel)->cursor, sink(id));
    auto ending = ended->future();
    const Result<Done> result = co_await finished(std::move(ending));
    // The one look took the place of the connection that keeps looking.
    const auto still = live.find(id.value);
    if (still != live.end() && still->second.running)
        scope.run(startOne(id));
    co_return result;
}

Async<Result<QString>> Channels::Private::test(QString connector, AccountConfig account)
{
    const ChatConnectorInfo *info = catalog.chat(connector);
    if (!info)
        co_return makeError(Error::Kind::NotFound, u"This build has no connector “%1”."_s.arg(connector));
    registerSecrets(account);
    if (info->check) {
        const Result<Done> checked = info->check(account);
        if (!checked)
            co_return checked.error();
    }
    // Deleted later: what resumes this coroutine may be a signal of the connector's own.
    const std::shared_ptr<ChatConnector> made(info->create(account).release(),
                                              [](ChatConnector *gone) { gone->deleteLater(); });
    auto testing = made->test();
    Result<QString> result = co_await std::move(testing);
    co_return result;
}

} // namespace patchbay
