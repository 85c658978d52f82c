#pragma once

#include "core/net/transport.h"

#include <functional>
#include <memory>

class QNetworkAccessManager;

namespace patchbay {

struct TransportLimits {
    qint64 body = 8 * 1024 * 1024;
    qint64 headers = 64 * 1024;
};

/// Transport over Qt's network access manager, without its conveniences: no redirects, cookies, cache, credentials,
/// compression or HTTP/2. Certificates are always checked. A request that changes something has a connection of its own
/// and is never sent a second time by Qt (which by itself repeats a POST whose connection closed without an answer).
/// Lives on the event loop's thread, outlives its calls.
class NetworkTransport final : public Transport {
public:
    /// `rewrite` sends vendors' addresses to a server on loopback, for tests; credentials and origins are judged before
    /// it.
    explicit NetworkTransport(std::function<QUrl(const QUrl &)> rewrite = {}, TransportLimits limits = {});
    ~NetworkTransport() override;

    Async<Result<Reply>> perform(Request request) override;

private:
    std::function<QUrl(const QUrl &)> m_rewrite;
    TransportLimits m_limits;
    std::unique_ptr<QNetworkAccessManager> m_reading;
};

} // namespace patchbay
