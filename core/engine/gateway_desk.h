#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

namespace patchbay {

/// What the workspace says about its gateway: the console obeys it, `patchbayctl serve` begins with it.
struct GatewaySettings {
    /// The console listens as soon as there is a channel that needs it. In a team's workspace not unless said so: only
    /// one of many consoles is where the tunnel ends.
    bool allowed = true;
    int port = 8790;
    QString publicUrl = {};

    bool operator==(const GatewaySettings &) const = default;
};

/// How the gateway of this process stands.
struct GatewayState {
    GatewaySettings settings = {};
    bool isNeeded = false; ///< there is a channel whose platform calls us
    QString listensAt = {}; ///< "http://127.0.0.1:8790"; empty: it does not listen
    QString problem = {}; ///< why it does not, although it should
    Timestamp triesAgainAt = {}; ///< with `problem`
};

/// The gateway as the window sees and changes it. GUI thread.
class GatewayDesk : public QObject {
    Q_OBJECT

public:
    virtual GatewayState state() const = 0;
    /// What a platform is told, also while nothing listens.
    virtual QString addressOf(const QString &channelUid) const = 0;
    /// Stores the settings and follows them. Refused, in a sentence, for an address that is none.
    virtual QFuture<Result<Done>> change(GatewaySettings settings) = 0;
    /// Does not wait for the next try.
    virtual void tryNow() = 0;

Q_SIGNALS:
    /// What state() says is another thing now.
    void changed();
    /// It could not listen: for a person. Once for each sentence.
    void failed(const QString &sentence);
};

} // namespace patchbay
