#pragma once

#include "core/base/result.h"
#include "core/ports/chat_connector.h"

#include <QtCore/QFuture>

#include <chrono>
#include <functional>
#include <memory>

namespace patchbay {

/// How much of whom the gateway bears. Tests make these small.
struct GatewayLimits {
    qsizetype body = 1024 * 1024; ///< bytes
    qsizetype head = 16 * 1024; ///< bytes of the request line with all headers
    std::chrono::milliseconds headTime{5000}; ///< until the last header is there, however slowly it comes
    std::chrono::milliseconds bodyTime{10000}; ///< until the last byte is there, counted from the last header
    std::chrono::milliseconds answerTime{4000}; ///< until it is stored; after it 503
    std::chrono::milliseconds writeTime{5000};
    int workers = 48; ///< requests that are read and answered at the same time
    int waiting = 1024; ///< connections beyond them that wait; what comes then hears 503 at once
    int perAddress = 16; ///< of those that are read, from one address
    int perProxy = 48; ///< the same from this computer itself: a tunnel or a proxy stands there
};

/// A request within the limits; nothing of it is believed.
struct GatewayRequest {
    QString path = {}; ///< decoded, with the first stroke
    HookRequest hook = {};
};

/// What is answered; HEAD gets it without its body.
struct GatewayReply {
    HookReply reply = {};
    std::chrono::seconds retryAfter{0}; ///< 0: not told
};

/// What the face knows of itself, for the health page.
struct FaceFigures {
    int inWork = 0; ///< requests that are read or answered now
    int waiting = 0;
    qint64 requests = 0; ///< since the start
    qint64 turnedAway = 0; ///< too many at once, of all or of one address
    qint64 malformed = 0; ///< too large, too slow, contradicting itself
};

/// The HTTP server of the gateway: one request per connection, read within limits by threads of its own. The only
/// file with cpp-httplib is its .cpp. Owned by Gateway; made, listened and closed on one thread.
class HttpFace {
public:
    /// Is called on threads of the face, several at once, and may block: for paths that `isKnown` wants.
    using Handler = std::function<GatewayReply(GatewayRequest request)>;
    /// Asked before a body is read: 404 for all others. Any thread.
    using IsKnown = std::function<bool(const QString &path)>;

    HttpFace(GatewayLimits limits, IsKnown isKnown, Handler handler);
    /// Closes, and waits until the last request is answered.
    ~HttpFace();
    HttpFace(const HttpFace &) = delete;
    HttpFace &operator=(const HttpFace &) = delete;

    /// Listens on an IP address; the port that it got (0: any). Offline, in a sentence, where it cannot have it.
    Result<int> listen(const QString &address, int port);
    /// Takes nothing more; the future finishes when all that was taken is answered.
    QFuture<Result<Done>> close();
    FaceFigures figures() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace patchbay
