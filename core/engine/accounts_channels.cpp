#include "core/base/log.h"
#include "core/engine/accounts_live.h"
#include "core/engine/accounts_secrets.h"
#include "core/engine/lazy_files.h"
#include "core/engine/outbox_policy.h"
#include "core/store/account_table.h"

#include <QtCore/QTimer>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<std::vector<Channel>> readAllChannels(Database &db) { return db.finish(channels::all(db)); }

} // namespace

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
    connect(&intake, &Intake::accepted, this, [this](ChannelId channel, int stored, int known) {
        d->log.count(channel, ChannelEvent::Kind::Fetched, stored);
        d->log.count(channel, ChannelEvent::Kind::Doubled, known);
    });
}

ChannelLog &Channels::log() { return d->log; }

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

void Channels::restart(ChannelId channel)
{
    const auto found = d->live.find(channel.value);
    if (found == d->live.end() || !found->second.running)
        return;
    found->second.connector->stop();
    d->health.forget(channel); // what it says from now on is news
    d->scope.run(d->startOne(channel));
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

Async<Result<TemplateList>> Channels::readTemplates(ChannelId channel, bool again)
{
    const Result<ChatConnector *> connector = live(channel);
    if (!connector)
        co_return connector.error();
    auto reading = (*connector)->templates(again);
    Result<TemplateList> list = co_await std::move(reading);
    co_return list;
}

QFuture<Result<TemplateList>> Channels::templates(ChannelId channel, bool again)
{
    return d->scope.run(readTemplates(channel, again));
}

QFuture<Result<Done>> Channels::loadFile(AttachmentId file)
{
    return d->scope.run(loadRemoteFile(&d->store, this, file));
}

QFuture<Result<LoadedFiles>> Channels::loadFiles(ConversationId conversation, QString name)
{
    return d->scope.run(loadRemoteFiles(&d->store, this, conversation, std::move(name)));
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
    const bool called = isCalled(entry);
    const bool ready = started && named && !entry.channel.paused && !entry.problem && entry.connector;
    const bool wanted = ready && (!called || gateway);
    leases.want(id, wanted && !called);
    const bool may = wanted && (called || leases.holds(id));
    if (ready && !wanted && !store.isShared())
        health.note(entry.channel, Health::Offline, u"Nothing can arrive: no gateway is running for this workspace."_s);
    if (may && !entry.running) {
        entry.running = true;
        scope.run(startOne(id));
    } else if (!may && entry.running) {
        entry.running = false;
        entry.connector->stop();
        log.healthChanged(id, Health::Paused, {});
        if (entry.channel.paused)
            health.note(entry.channel, Health::Paused, u"Paused."_s);
        else if (wanted)
            health.forget(id); // another workstation has it, and says how it fares
    }
}

/// Its platform calls us, as it is set up, so it needs the gateway.
bool Channels::Private::isCalled(const LiveChannel &entry) const
{
    const ChatConnectorInfo *info = catalog.chat(entry.channel.connector);
    return info && info->isCalled(entry.channel.settings);
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
    tellAddress(found->second, *found->second.connector);
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
        if (found == live.end())
            return;
        log.healthChanged(id, now, detail);
        health.note(found->second.channel, now, detail);
    });
    QObject::connect(connector, &ChatConnector::standingChanged, q,
                     [this, id](const ChannelStanding &now) { noteStanding(id, now); });
    QObject::connect(connector, &ChatConnector::caughtUp, q, [this, id] { health.noteCaughtUp(id); });
    listenToTyping(id, connector);
    connector->guardAccount([this, id](QString account) { return scope.run(claim(id, std::move(account))); });
}

} // namespace patchbay
