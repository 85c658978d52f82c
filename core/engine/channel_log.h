#pragma once

#include "core/async/async.h"
#include "core/model/account.h"
#include "core/model/channel_event.h"
#include "core/store/store.h"

#include <QtCore/QTimer>

#include <map>

namespace patchbay {

/// Writes down what happens to the channels in this process. In the database, because who asks is often another
/// process (patchbayctl, another workstation) and asks when it is over; bounded there. What is counted is written every
/// few seconds, so that much traffic costs no write each. Owned by Channels; event loop's thread.
class ChannelLog {
public:
    explicit ChannelLog(Store &store);
    /// Writes what was counted; nobody waits for it.
    ~ChannelLog();

    /// At once. Secrets are struck out.
    void note(ChannelId channel, ChannelEvent::Kind kind, const QString &detail = {});
    /// Soon.
    void count(ChannelId channel, ChannelEvent::Kind kind, int times = 1);
    /// What a connection says of itself.
    void healthChanged(ChannelId channel, Health health, const QString &detail);
    /// What the platform told beside that.
    void standingChanged(ChannelId channel, const ChannelStanding &before, const ChannelStanding &now);

private:
    using Counted = std::map<std::pair<qint64, ChannelEvent::Kind>, int>;
    void writeCounted();
    void write(std::function<void(Database &)> what);

    Store &m_store;
    Counted m_counted;
    std::map<qint64, std::pair<Health, QString>> m_said;
    QTimer m_timer;
    AsyncScope m_scope;
};

} // namespace patchbay
