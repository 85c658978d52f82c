#pragma once

#include "app/gateway/http_face.h"
#include "core/async/async.h"
#include "core/engine/accounts.h"
#include "core/engine/gateway_desk.h"

#include <QtCore/QUrl>

namespace patchbay {

/// Where the gateway listens, and how the world reaches it.
struct GatewayOptions {
    QString address = QStringLiteral("127.0.0.1"); ///< an IP address of this computer
    int port = GatewaySettings().port; ///< 0: any that is free
    /// An address that other computers reach was asked for: what comes there is not encrypted on its way.
    bool exposed = false;
    QString publicUrl = {}; ///< of the tunnel or proxy in front, without a stroke at its end; empty: not known
    GatewayLimits limits = {};
};

/// Refused, in a sentence, for an address that is none, or reaches further than this computer without being asked to.
Result<Done> checkGatewayOptions(const GatewayOptions &options);

/// What came for one channel since the gateway began.
struct HookFigures {
    qint64 accepted = 0; ///< requests that were answered with 2xx
    qint64 refused = 0; ///< with 401: unsigned, wrongly signed, stale
    qint64 failed = 0; ///< with 503: not stored, or not in time
    qint64 others = 0; ///< with anything else
    qint64 stored = 0; ///< items that were new
    qint64 doubled = 0; ///< items that were there already
};

/// The HTTP face of a workspace: hands requests at "/hooks/<channel uid>" to the channel's live connection and answers
/// when what they brought is stored; "/healthz" says how it fares, to this computer only. Lives on the event loop's
/// thread and outlives neither the channels nor the store.
class Gateway final : public QObject {
    Q_OBJECT

public:
    Gateway(Store &store, Channels &channels, Intake &intake, GatewayOptions options);
    /// What is under way is answered with 503.
    ~Gateway() override;

    /// Listens. Offline or Refused, in a sentence, when it cannot.
    Result<Done> start();
    /// Takes nothing more; finishes when what is under way is answered.
    Async<Result<Done>> end();

    bool isListening() const;
    /// "http://127.0.0.1:8790".
    QString address() const;
    /// What the platform is told: the public address, or this computer's where none is known.
    QString addressOf(const QString &channelUid) const;
    HookFigures figuresOf(ChannelId channel) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay
