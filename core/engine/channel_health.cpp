#include "core/engine/channel_health.h"

#include "core/base/log.h"
#include "core/store/account_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Async<Result<Done>> logFailure(QFuture<Result<Done>> writing)
{
    const Result<Done> written = co_await finished(std::move(writing));
    if (!written)
        logError("channels", u"A channel's state could not be stored: %1"_s.arg(written.error().message));
    co_return written;
}

} // namespace

void ChannelHealth::note(const Channel &stored, Health health, const QString &detail)
{
    const Said now{health, detail};
    const auto before = m_said.find(stored.id.value);
    const bool known =
        before != m_said.end() ? before->second == now : stored.health == health && stored.healthDetail == detail;
    m_said[stored.id.value] = now;
    if (!known)
        keep(stored.id, now);
}

void ChannelHealth::sayAgain(const Channel &stored)
{
    const auto said = m_said.find(stored.id.value);
    if (stored.health == Health::Unknown && said != m_said.end() && said->second.health != Health::Unknown)
        keep(stored.id, said->second);
}

void ChannelHealth::noteCaughtUp(ChannelId channel)
{
    auto writing = m_store.write([channel](Database &db) -> Result<Done> {
        channels::setCaughtUp(db, channel, db.now());
        return db.finish(Done{});
    });
    m_scope.run(logFailure(std::move(writing)));
}

void ChannelHealth::keep(ChannelId channel, const Said &said)
{
    auto writing = m_store.write([channel, said](Database &db) -> Result<Done> {
        channels::setHealth(db, channel, said.health, said.detail.left(500));
        return db.finish(Done{});
    });
    m_scope.run(logFailure(std::move(writing)));
}

} // namespace patchbay
