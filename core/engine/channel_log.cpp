#include "core/engine/channel_log.h"

#include "core/base/log.h"
#include "core/store/channel_event_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds untilCounted{3000};

Async<Result<Done>> sayIfLost(QFuture<Result<Done>> writing)
{
    const Result<Done> written = co_await finished(std::move(writing));
    if (!written)
        logWarning("channels", u"A channel's log could not be written: %1"_s.arg(written.error().message));
    co_return written;
}

} // namespace

ChannelLog::ChannelLog(Store &store)
    : m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(untilCounted);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { writeCounted(); });
}

ChannelLog::~ChannelLog() { writeCounted(); }

void ChannelLog::note(ChannelId channel, ChannelEvent::Kind kind, const QString &detail)
{
    writeCounted(); // what came before stands before
    write([channel, kind, said = redacted(detail)](Database &db) { channel_events::note(db, channel, kind, 1, said); });
}

void ChannelLog::count(ChannelId channel, ChannelEvent::Kind kind, int times)
{
    if (times <= 0)
        return;
    m_counted[{channel.value, kind}] += times;
    if (!m_timer.isActive())
        m_timer.start();
}

void ChannelLog::healthChanged(ChannelId channel, Health health, const QString &detail)
{
    auto &[before, words] = m_said[channel.value];
    if (before == health && words == detail)
        return;
    // While it works, other words are no event of their own.
    const bool goesOn = before == health && (health == Health::Ok || health == Health::CatchingUp);
    before = health;
    words = detail;
    if (goesOn)
        return;
    switch (health) {
    case Health::Ok: return note(channel, ChannelEvent::Kind::Connected, detail);
    case Health::CatchingUp: return note(channel, ChannelEvent::Kind::Connecting, detail);
    case Health::Paused: return note(channel, ChannelEvent::Kind::Stopped);
    case Health::Offline:
    case Health::Failed: return note(channel, ChannelEvent::Kind::Lost, detail);
    case Health::Unknown: break;
    }
}

void ChannelLog::standingChanged(ChannelId channel, const ChannelStanding &before, const ChannelStanding &now)
{
    if (now.refusedAt && !before.refusedAt)
        note(channel, ChannelEvent::Kind::SignInRefused);
    if (now.waitsUntil > before.waitsUntil)
        note(channel, ChannelEvent::Kind::Waits,
             u"until %1 UTC"_s.arg(now.waitsUntil.toDateTime().toString(u"yyyy-MM-dd hh:mm:ss"_s)));
}

void ChannelLog::writeCounted()
{
    m_timer.stop();
    if (m_counted.empty())
        return;
    write([counted = std::exchange(m_counted, {})](Database &db) {
        for (const auto &[what, times] : counted)
            channel_events::note(db, ChannelId{what.first}, what.second, times);
    });
}

void ChannelLog::write(std::function<void(Database &)> what)
{
    auto writing = m_store.write([what = std::move(what)](Database &db) -> Result<Done> {
        what(db);
        return db.finish(Done{});
    });
    m_scope.run(sayIfLost(std::move(writing)));
}

} // namespace patchbay
