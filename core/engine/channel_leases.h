#pragma once

#include "core/async/async.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <map>

namespace patchbay {

struct LeaseTimes {
    std::chrono::milliseconds length{60000}; ///< after it another process may take over
    std::chrono::milliseconds renew{15000}; ///< also: how often others' are looked at
};

/// Which channels this process runs. In a workspace on a server several processes want the same ones: the holder of a
/// channel's lease runs it, the others ask again and take over when it ends. With SQLite, where one process has the
/// file, whatever is wanted is held. Event loop's thread.
class ChannelLeases final : public QObject {
    Q_OBJECT

public:
    explicit ChannelLeases(Store &store, LeaseTimes times = {});
    /// Gives back what is held.
    ~ChannelLeases() override;

    /// From now on this channel is wanted; or no longer, and others may have it at once.
    void want(ChannelId channel, bool wanted);
    bool isWanted(ChannelId channel) const;
    bool holds(ChannelId channel) const;
    /// For one fetch: finishes when the channel is ours, or with a sentence that says whose it is. Then giveBack().
    Async<Result<Done>> borrow(ChannelId channel);
    void giveBack(ChannelId channel);
    const LeaseTimes &times() const { return m_times; }

Q_SIGNALS:
    /// It is held now, or no longer.
    void changed(patchbay::ChannelId channel);

private:
    using Steady = std::chrono::steady_clock;
    struct Wish {
        bool wanted = false;
        int borrowed = 0;
        bool held = false;
        Steady::time_point until = {}; ///< surely ours until then, should the server be away

        bool isIdle() const { return !wanted && borrowed == 0; }
    };

    void tend();
    Async<Result<Done>> work();
    Async<Result<Done>> round();
    std::vector<ChannelId> wishes() const;
    std::vector<ChannelId> takeIdle();
    void settle(const std::vector<ChannelId> &asked, const Result<std::vector<ChannelId>> &held, Steady::time_point at);

    Store &m_store;
    LeaseTimes m_times;
    std::map<qint64, Wish> m_wishes;
    QTimer m_timer;
    bool m_working = false;
    bool m_again = false;
    AsyncScope m_scope;
};

} // namespace patchbay
