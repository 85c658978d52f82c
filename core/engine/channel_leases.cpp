#include "core/engine/channel_leases.h"

#include "core/base/log.h"
#include "core/store/lease_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

ChannelLeases::ChannelLeases(Store &store, LeaseTimes times)
    : m_store(store)
    , m_times(times)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(times.renew);
    connect(&m_timer, &QTimer::timeout, this, &ChannelLeases::tend);
}

ChannelLeases::~ChannelLeases()
{
    std::vector<ChannelId> held;
    for (const auto &[id, wish] : m_wishes) {
        if (wish.held)
            held.push_back({id});
    }
    if (held.empty() || !m_store.isShared())
        return;
    // Nobody waits for it: if the server is away, the leases end by themselves.
    m_store.write([held, owner = m_store.owner()](Database &db) -> Result<Done> {
        for (const ChannelId channel : held)
            leases::release(db, channel, owner);
        return db.finish(Done{});
    });
}

void ChannelLeases::want(ChannelId channel, bool wanted)
{
    if (!wanted && m_wishes.find(channel.value) == m_wishes.end())
        return;
    Wish &wish = m_wishes[channel.value];
    if (wish.wanted == wanted)
        return;
    wish.wanted = wanted;
    if (m_store.isShared())
        tend();
    else
        wish.held = wanted;
}

bool ChannelLeases::isWanted(ChannelId channel) const
{
    const auto found = m_wishes.find(channel.value);
    return found != m_wishes.end() && !found->second.isIdle();
}

bool ChannelLeases::holds(ChannelId channel) const
{
    const auto found = m_wishes.find(channel.value);
    return found != m_wishes.end() && found->second.held;
}

Async<Result<Done>> ChannelLeases::borrow(ChannelId channel)
{
    ++m_wishes[channel.value].borrowed;
    if (!m_store.isShared() || holds(channel))
        co_return Done{};
    const auto asked = Steady::now();
    auto taking = m_store.write([channel, owner = m_store.owner(), length = m_times.length](Database &db) {
        const bool ours = leases::take(db, channel, owner, length);
        const auto lease = ours ? std::nullopt : leases::of(db, channel);
        return db.finish(lease ? leases::nameOf(lease->owner) : QString());
    });
    const Result<QString> holder = co_await finished(std::move(taking));
    if (!holder || !holder->isEmpty()) {
        giveBack(channel);
        if (!holder)
            co_return holder.error();
        co_return makeError(
            Error::Kind::Conflict,
            u"This channel runs on %1 at the moment, which fetches what comes in. Look there, or stop it there first."_s
                .arg(*holder));
    }
    Wish &wish = m_wishes[channel.value];
    wish.held = true;
    wish.until = asked + m_times.length;
    if (!m_timer.isActive())
        m_timer.start();
    Q_EMIT changed(channel);
    co_return Done{};
}

void ChannelLeases::giveBack(ChannelId channel)
{
    const auto found = m_wishes.find(channel.value);
    if (found == m_wishes.end() || found->second.borrowed == 0)
        return;
    --found->second.borrowed;
    if (found->second.isIdle() && m_store.isShared())
        tend();
}

void ChannelLeases::tend()
{
    m_again = true;
    if (m_working)
        return;
    m_working = true;
    m_scope.run(work());
}

Async<Result<Done>> ChannelLeases::work()
{
    Result<Done> result = Done{};
    while (m_again) {
        m_again = false;
        result = co_await round();
    }
    m_working = false;
    if (!result)
        logWarning("channels", u"Who runs which channel could not be looked up: %1"_s.arg(result.error().message));
    if (m_wishes.empty())
        m_timer.stop();
    else
        m_timer.start();
    co_return result;
}

std::vector<ChannelId> ChannelLeases::wishes() const
{
    std::vector<ChannelId> all;
    for (const auto &[id, wish] : m_wishes) {
        if (!wish.isIdle())
            all.push_back({id});
    }
    return all;
}

/// What is wanted no longer is forgotten here; the held ones among it are to be released.
std::vector<ChannelId> ChannelLeases::takeIdle()
{
    std::vector<ChannelId> held;
    for (auto it = m_wishes.begin(); it != m_wishes.end();) {
        if (!it->second.isIdle()) {
            ++it;
            continue;
        }
        if (it->second.held)
            held.push_back({it->first});
        it = m_wishes.erase(it);
    }
    return held;
}

Async<Result<Done>> ChannelLeases::round()
{
    const std::vector<ChannelId> ended = takeIdle();
    const std::vector<ChannelId> wanted = wishes();
    if (ended.empty() && wanted.empty())
        co_return Done{};
    const auto asked = Steady::now();
    auto asking = m_store.write([ended, wanted, owner = m_store.owner(),
                                 length = m_times.length](Database &db) -> Result<std::vector<ChannelId>> {
        for (const ChannelId channel : ended)
            leases::release(db, channel, owner);
        std::vector<ChannelId> held;
        for (const ChannelId channel : wanted) {
            if (leases::take(db, channel, owner, length))
                held.push_back(channel);
        }
        return db.finish(std::move(held));
    });
    const Result<std::vector<ChannelId>> held = co_await finished(std::move(asking));
    settle(wanted, held, asked);
    if (!held)
        co_return held.error();
    co_return Done{};
}

void ChannelLeases::settle(const std::vector<ChannelId> &asked, const Result<std::vector<ChannelId>> &held,
                           Steady::time_point at)
{
    std::vector<ChannelId> news;
    for (const ChannelId channel : asked) {
        const auto found = m_wishes.find(channel.value);
        if (found == m_wishes.end())
            continue;
        Wish &wish = found->second;
        // Without an answer it is ours for as long as it surely was; then somebody else may have it.
        const bool ours = held ? std::find(held->begin(), held->end(), channel) != held->end()
                               : wish.held && Steady::now() < wish.until;
        if (held && ours)
            wish.until = at + m_times.length;
        if (std::exchange(wish.held, ours) != ours)
            news.push_back(channel);
    }
    for (const ChannelId channel : news)
        Q_EMIT changed(channel);
}

} // namespace patchbay
