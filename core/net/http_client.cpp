#include "core/net/http_client.h"

#include "core/base/log.h"

#include <QtCore/QDeadlineTimer>
#include <QtNetwork/QHostAddress>

#include <algorithm>

namespace patchbay {

using std::chrono::milliseconds;

namespace {

constexpr int mostRedirects = 3;

QUrl absoluteUrl(const QUrl &base, const QUrl &url)
{
    if (!url.isRelative())
        return url;
    QUrl target = base;
    QString path = base.path(QUrl::FullyEncoded);
    while (path.endsWith(QLatin1Char('/')))
        path.chop(1);
    target.setPath(path + url.path(QUrl::FullyEncoded), QUrl::TolerantMode);
    target.setQuery(url.query(QUrl::FullyEncoded));
    target.setFragment({});
    return target;
}

bool isHeaderValue(const QByteArray &value)
{
    return std::all_of(value.cbegin(), value.cend(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

int effectivePort(const QUrl &url) { return url.port(url.scheme() == QLatin1String("https") ? 443 : 80); }

QUrl withParameter(QUrl url, const Credentials &credentials)
{
    QString query = url.query(QUrl::FullyEncoded);
    if (!query.isEmpty())
        query += QLatin1Char('&');
    query += QString::fromLatin1(credentials.parameter + '=' + credentials.value);
    url.setQuery(query, QUrl::StrictMode);
    return url;
}

Request copyTo(const Request &request, const QUrl &url, milliseconds deadline)
{
    return Request(request).at(url).deadline(deadline);
}

} // namespace

bool isSameOrigin(const QUrl &a, const QUrl &b)
{
    return a.scheme() == b.scheme() && a.host() == b.host() && effectivePort(a) == effectivePort(b);
}

bool isLoopback(const QString &host)
{
    const QHostAddress address(host);
    return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 || address.isLoopback();
}

HttpClient::HttpClient(Transport &transport, const Clock &clock, std::function<double()> random, HttpSettings settings)
    : m_transport(transport)
    , m_clock(clock)
    , m_random(std::move(random))
    , m_settings(std::move(settings))
    , m_limiter(m_settings.limit, clock)
{
}

Result<QUrl> HttpClient::addressOf(const Request &request) const
{
    const QUrl url = absoluteUrl(m_settings.base, request.url());
    const bool web = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    if (!web || url.host().isEmpty() || !url.userInfo().isEmpty()) {
        return makeError(
            Error::Kind::Refused,
            QStringLiteral("%1 has no usable address. Check it in the settings.").arg(m_settings.rules.who));
    }
    return url;
}

bool HttpClient::leavesHome(const Request &request) const
{
    const QUrl url = absoluteUrl(m_settings.base, request.url());
    return !isSameOrigin(url, m_settings.base)
        && std::none_of(m_settings.further.begin(), m_settings.further.end(),
                        [&url](const QUrl &home) { return isSameOrigin(url, home); });
}

Result<Request> HttpClient::prepared(const Request &request) const
{
    const Result<QUrl> url = addressOf(request);
    if (!url)
        return url.error();
    Request ready =
        Request(request).at(*url).header(QByteArrayLiteral("Accept"), QByteArrayLiteral("application/json"));
    const Credentials &credentials = m_settings.credentials;
    const bool none = credentials.header.isEmpty() && credentials.parameter.isEmpty();
    if (none || leavesHome(request))
        return ready;
    if (!credentials.complete) {
        return makeError(Error::Kind::Unauthorized,
                         QStringLiteral("No secret is stored for this %1 account. Enter it in its settings.")
                             .arg(m_settings.rules.who));
    }
    if (!isHeaderValue(credentials.value)) {
        return makeError(Error::Kind::Unauthorized,
                         QStringLiteral("The secret of this %1 account has characters that no key has. Enter it again.")
                             .arg(m_settings.rules.who));
    }
    if (!credentials.parameter.isEmpty())
        return Request(ready).at(withParameter(*url, credentials));
    return Request(ready).header(credentials.header, credentials.value);
}

Async<Result<Reply>> HttpClient::send(Request request, SendGate gate)
{
    const Result<Request> ready = prepared(request);
    if (!ready)
        co_return ready.error();
    const QDeadlineTimer end(request.deadline());
    Request next = *ready;
    for (int attemptNumber = 1;; ++attemptNumber) {
        const Result<Reply> reply = co_await attempt(next, gate);
        if (reply.ok() || gate || attemptNumber >= m_settings.retry.attempts || !mayRepeat(*ready, reply.error()))
            co_return reply;
        const milliseconds pause = backoff(m_settings.retry, attemptNumber, reply.error(), m_random());
        const milliseconds left = milliseconds(end.remainingTime()) - pause;
        if (pause > m_settings.retry.longest || left <= milliseconds(0))
            co_return reply;
        co_await sleepFor(pause);
        next = copyTo(*ready, ready->url(), left);
    }
}

Async<Result<Reply>> HttpClient::attempt(Request request, SendGate gate)
{
    const milliseconds wait = m_limiter.reserve();
    if (wait > request.deadline()) {
        m_limiter.giveBack();
        Error busy = makeError(Error::Kind::RateLimited,
                               QStringLiteral("%1 asked to slow down; the next request may go in %2 s.")
                                   .arg(m_settings.rules.who)
                                   .arg(wait.count() / 1000 + 1));
        busy.retryAfter = wait;
        co_return busy;
    }
    co_await sleepFor(wait);
    if (gate) {
        const Result<Done> open = co_await gate();
        if (!open)
            co_return open.error();
    }
    const Result<Reply> reply = co_await followed(request);
    if (!reply) {
        Error error = reply.error();
        error.message = redacted(error.message);
        co_return error;
    }
    const Result<Reply> outcome = judged(request, *reply, m_settings.rules, m_clock.now());
    if (!outcome && outcome.error().retryAfter.count() > 0)
        m_limiter.pauseFor(outcome.error().retryAfter);
    if (!outcome && m_settings.failed)
        m_settings.failed(outcome.error());
    co_return outcome;
}

Async<Result<Reply>> HttpClient::followed(Request request)
{
    const QDeadlineTimer end(request.deadline());
    Request hop = request;
    for (int redirects = 0;; ++redirects) {
        const Result<Reply> reply = co_await m_transport.perform(hop);
        if (!reply || redirects == mostRedirects)
            co_return reply;
        const Result<Request> next = redirected(hop, *reply);
        if (!next)
            co_return reply;
        const milliseconds left = std::max(milliseconds(1), milliseconds(end.remainingTime()));
        hop = copyTo(*next, next->url(), left);
    }
}

/// The next hop, or an error when this answer is no redirect that may be followed.
Result<Request> HttpClient::redirected(const Request &request, const Reply &reply) const
{
    const bool keepsMethod = reply.status == 307 || reply.status == 308;
    const bool redirects = keepsMethod || reply.status == 301 || reply.status == 302 || reply.status == 303;
    const QByteArray location = reply.header(QByteArrayLiteral("location"));
    const QUrl to = request.url().resolved(QUrl::fromEncoded(location, QUrl::StrictMode));
    const bool allowed = redirects && !location.isEmpty() && to.isValid() && to.userInfo().isEmpty()
        && isSameOrigin(to, request.url()) && (keepsMethod || !request.changesSomething());
    if (!allowed)
        return makeError(Error::Kind::Protocol, QStringLiteral("not followed"));
    return copyTo(request, to, request.deadline());
}

} // namespace patchbay
