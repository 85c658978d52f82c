#pragma once

#include "core/net/credentials.h"
#include "core/net/http_status.h"
#include "core/net/rate_limit.h"
#include "core/net/retry.h"
#include "core/net/transport.h"

#include <functional>

namespace patchbay {

/// Everything that is particular to the HTTP of one account.
struct HttpSettings {
    QUrl base = {}; ///< relative requests go below it; its origin is shown the credentials
    /// Further origins that are shown them: addresses of the same vendor out of the settings, never out of an answer.
    QList<QUrl> further = {};
    Credentials credentials = {};
    RateLimit limit = {};
    RetryPolicy retry = {};
    StatusRules rules = {};
    /// Told of each failure that the other side answered with, before anybody waits or tries again; null: nobody is.
    std::function<void(const Error &)> failed = {};
};

/// Awaited just before a request that changes something leaves; when it fails, nothing is sent.
using SendGate = std::function<Async<Result<Done>>()>;

/// Origin in the sense of RFC 6454: scheme, host and port.
bool isSameOrigin(const QUrl &a, const QUrl &b);
/// localhost, 127.0.0.0/8 or ::1, by name; nothing is resolved.
bool isLoopback(const QString &host);

/// The HTTP of one account: absolute addresses, credentials, rate limit, redirects, retry of what may be repeated, and
/// answers as values or errors by kind. Outlives its calls; event loop's thread.
class HttpClient {
public:
    /// Transport and clock outlive the client. `random`: uniform in [0, 1).
    HttpClient(Transport &transport, const Clock &clock, std::function<double()> random, HttpSettings settings);

    /// Sends it within its deadline, repeats included, and reads the answer by the rules. With a gate there is exactly
    /// one attempt, so that the caller's record of the effect's start is the truth. Redirects: at most 3, same origin
    /// only, a changing method only on 307 and 308. RateLimited without sending when the wait for a slot is longer than
    /// the deadline.
    Async<Result<Reply>> send(Request request, SendGate gate = {});

    /// From now on: other credentials (a renewed access token), or another base (an address that the sign-in named).
    void setCredentials(Credentials credentials) { m_settings.credentials = std::move(credentials); }
    void setBase(QUrl base) { m_settings.base = std::move(base); }
    /// The other side has told somebody else to slow down, and means this client as well: nothing is sent for this
    /// long, counted from now.
    void pauseFor(std::chrono::milliseconds time) { m_limiter.pauseFor(time); }

    /// Whether the request leaves the origins that are shown the credentials: an absolute address of somebody else.
    bool leavesHome(const Request &request) const;
    /// Where the request would go: below the base unless it is absolute. Refused when that is no http(s) address.
    Result<QUrl> addressOf(const Request &request) const;
    /// The request as it goes out: absolute, with credentials for its origin. Refused when it leaves the base's scheme
    /// rules or the credentials cannot be a header; Unauthorized when a secret is missing.
    Result<Request> prepared(const Request &request) const;

private:
    Async<Result<Reply>> attempt(Request request, SendGate gate);
    Async<Result<Reply>> followed(Request request);
    Result<Request> redirected(const Request &request, const Reply &reply) const;

    Transport &m_transport;
    const Clock &m_clock;
    std::function<double()> m_random;
    HttpSettings m_settings;
    RateLimiter m_limiter;
};

} // namespace patchbay
