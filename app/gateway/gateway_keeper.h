#pragma once

#include "app/gateway/gateway_settings.h"
#include "connectors/kit/backoff.h"
#include "core/async/async.h"
#include "core/engine/gateway_desk.h"

#include <QtCore/QPromise>
#include <QtCore/QTimer>

#include <memory>

namespace patchbay {

/// Lets the gateway listen while the workspace's settings allow it and a channel needs it. A port that is taken is
/// tried again by itself, less and less often. Event loop's thread; outlives neither store nor channels.
class GatewayKeeper final : public GatewayDesk {
    Q_OBJECT

public:
    /// `random`: uniform in [0, 1). `firstWait`: until the second try.
    GatewayKeeper(Store &store, Channels &channels, Intake &intake, std::function<double()> random,
                  std::chrono::milliseconds firstWait = std::chrono::seconds(5));

    /// From now on it follows settings and channels. Finishes when it listens, or need not, or could not.
    Async<Result<Done>> begin();
    /// Listens as `options` say, in the place of a gateway that was there, and follows nothing.
    Result<Done> start(GatewayOptions options);
    /// Follows nothing any more; what is under way is answered.
    Async<Result<Done>> end();
    /// Null while nothing listens.
    Gateway *gateway() const { return m_gateway.get(); }

    GatewayState state() const override;
    QString addressOf(const QString &channelUid) const override;
    QFuture<Result<Done>> change(GatewaySettings settings) override;
    void tryNow() override;

private:
    void follow();
    /// One at a time: a second wish waits for the first one's end, and is looked at then.
    Async<Result<Done>> keep();
    Async<Result<Done>> keepOnce();
    Async<Result<Done>> stored(GatewaySettings settings);
    void note(const Result<Done> &listening);

    Store &m_store;
    Channels &m_channels;
    Intake &m_intake;
    Backoff m_backoff;
    GatewaySettings m_settings;
    std::unique_ptr<Gateway> m_gateway;
    QString m_problem;
    Timestamp m_triesAgainAt;
    bool m_follows = false;
    bool m_isKeeping = false;
    QPromise<Result<Done>> m_keeping = {}; ///< while `m_isKeeping`
    bool m_again = false;
    QTimer m_retry;
    AsyncScope m_scope;
};

} // namespace patchbay
