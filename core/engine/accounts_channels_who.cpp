// Whose account a channel has over there: one account, one channel.
#include "core/base/log.h"
#include "core/engine/accounts_live.h"
#include "core/engine/accounts_secrets.h"
#include "core/engine/one_account.h"
#include "core/store/account_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 identifyTime = 8000; // ms that a person waits for who it is before it is stored all the same

/// Deleted later: what resumes the coroutine that asks may be a signal of the connector's own.
std::shared_ptr<ChatConnector> madeForATrial(const ChatConnectorInfo &info, AccountConfig account)
{
    return {info.create(std::move(account)).release(), [](ChatConnector *gone) { gone->deleteLater(); }};
}

Async<Result<Done>> saidIfLost(QFuture<Result<Done>> writing)
{
    const Result<Done> written = co_await finished(std::move(writing));
    if (!written)
        logWarning("channels", u"What a channel was told could not be stored: %1"_s.arg(written.error().message));
    co_return written;
}

Error noSuchConnector(const QString &id)
{
    return makeError(Error::Kind::NotFound, u"This build has no connector “%1”."_s.arg(id));
}

} // namespace

Error accountTaken(const QString &holder)
{
    return makeError(Error::Kind::Conflict,
                     u"The channel “%1” is connected to this account already; a second one would show every message "
                     u"twice. Use that one, or another account."_s.arg(holder));
}

QFuture<Result<QString>> Channels::test(QString connector, AccountConfig account)
{
    return d->scope.run(d->test(std::move(connector), std::move(account)));
}

QFuture<Result<QString>> Channels::identify(QString connector, AccountConfig account)
{
    return d->scope.run(d->identify(std::move(connector), std::move(account)));
}

QFuture<Result<Done>> Channels::prove(ChannelId channel) { return d->scope.run(d->prove(channel)); }

Async<Result<QString>> Channels::Private::test(QString connector, AccountConfig account)
{
    const ChatConnectorInfo *info = catalog.chat(connector);
    if (!info)
        co_return noSuchConnector(connector);
    registerSecrets(account);
    if (info->check) {
        const Result<Done> checked = info->check(account);
        if (!checked)
            co_return checked.error();
    }
    const std::shared_ptr<ChatConnector> made = madeForATrial(*info, account);
    for (const auto &[id, entry] : live) {
        if (entry.channel.uid == account.uid)
            tellAddress(entry, *made);
    }
    auto testing = made->test();
    Result<QString> result = co_await std::move(testing);
    if (!result)
        co_return result;
    auto asking = made->accountOverThere();
    const Result<QString> who = co_await std::move(asking);
    if (!who)
        co_return who.error();
    auto reading = store.read(
        [who = *who, uid = account.uid](Database &db) { return db.finish(channels::holderOf(db, who, uid)); });
    const Result<QString> holder = co_await finished(std::move(reading));
    if (!holder)
        co_return holder.error();
    if (!holder->isEmpty())
        co_return accountTaken(*holder);
    co_return result;
}

Async<Result<QString>> Channels::Private::identify(QString connector, AccountConfig account)
{
    const ChatConnectorInfo *info = catalog.chat(connector);
    if (!info)
        co_return noSuchConnector(connector);
    // One that would use up a secret to find out is looked at when it starts.
    if (!info->isChat || !account.secrets.value(info->rotatesSecret).isEmpty())
        co_return QString();
    registerSecrets(account);
    bool isNumber = false;
    const qint64 deadline = account.settings.value("deadline_ms"_L1).toVariant().toLongLong(&isNumber);
    account.settings.insert(u"deadline_ms"_s, isNumber ? std::min(deadline, identifyTime) : identifyTime);
    const std::shared_ptr<ChatConnector> made = madeForATrial(*info, account);
    auto asking = made->accountOverThere();
    Result<QString> who = co_await std::move(asking);
    co_return who;
}

Async<Result<Done>> Channels::Private::prove(ChannelId id)
{
    const auto found = live.find(id.value);
    if (found == live.end() || found->second.problem || !found->second.connector)
        co_return Done{}; // what is the matter with it is told elsewhere
    auto asking = found->second.connector->accountOverThere();
    const Result<QString> who = co_await std::move(asking);
    if (!who)
        co_return who.error();
    co_return Done{};
}

/// Asked by the connection itself, each time it has signed in: what was stored under another key may be this account.
Async<Result<Done>> Channels::Private::claim(ChannelId id, QString account)
{
    auto claiming =
        store.write([id, account](Database &db) { return db.finish(channels::claimAccount(db, id, account)); });
    const Result<QString> holder = co_await finished(std::move(claiming));
    if (!holder)
        co_return holder.error();
    if (holder->isEmpty())
        co_return Done{};
    co_return makeError(Error::Kind::Conflict,
                        u"The channel “%1” is connected to this account already; a second one would show every "
                        u"message twice. Stop that one, or sign in here with another account."_s.arg(*holder));
}

void Channels::Private::noteStanding(ChannelId id, const ChannelStanding &now)
{
    const auto found = live.find(id.value);
    if (found == live.end())
        return;
    log.standingChanged(id, found->second.channel.standing, now);
    found->second.channel.standing = now;
    auto keeping = store.write([id, now](Database &db) -> Result<Done> {
        channels::setStanding(db, id, now);
        return db.finish(Done{});
    });
    scope.run(saidIfLost(std::move(keeping)));
}

} // namespace patchbay
