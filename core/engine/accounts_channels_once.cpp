// What Channels does beside keeping connections: one look, and the channels that are called.
#include "core/engine/accounts_live.h"
#include "core/store/account_table.h"

#include <QtCore/QScopeGuard>

namespace patchbay {

using namespace Qt::StringLiterals;

void Channels::setGateway(bool listens, std::function<QUrl(const QString &uid)> addressOf)
{
    d->gateway = listens;
    d->addressAtGateway = std::move(addressOf);
    for (auto &[id, entry] : d->live)
        d->adjust(entry);
}

void Channels::Private::tellAddress(const LiveChannel &entry, ChatConnector &connector) const
{
    if (gateway && addressAtGateway && isCalled(entry))
        connector.reachedAt(addressAtGateway(entry.channel.uid));
}

std::vector<HookChannel> Channels::hookChannels() const
{
    std::vector<HookChannel> all;
    for (const auto &[id, entry] : d->live) {
        if (d->isCalled(entry))
            all.push_back({entry.channel.id, entry.channel.uid, entry.channel.name,
                           entry.running ? entry.connector.get() : nullptr});
    }
    return all;
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

} // namespace patchbay
