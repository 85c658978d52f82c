#include "core/net/network_transport.h"

#include "core/net/network_call.h"

namespace patchbay {

namespace {

class NetworkCallAwaiter {
public:
    explicit NetworkCallAwaiter(NetworkCall &call)
        : m_call(call)
    {
    }
    bool await_ready() const { return m_call.isDone(); }
    void await_suspend(std::coroutine_handle<> frame) { m_call.resumeWith(detail::Resumption(frame)); }
    void await_resume() const { }

private:
    NetworkCall &m_call;
};

} // namespace

NetworkTransport::NetworkTransport(std::function<QUrl(const QUrl &)> rewrite, TransportLimits limits)
    : m_rewrite(std::move(rewrite))
    , m_limits(limits)
    , m_reading(std::make_unique<QNetworkAccessManager>())
{
}

NetworkTransport::~NetworkTransport() = default;

Async<Result<Reply>> NetworkTransport::perform(Request request)
{
    const QUrl url = m_rewrite ? m_rewrite(request.url()) : request.url();
    const QString scheme = url.scheme();
    if ((scheme != QLatin1String("https") && scheme != QLatin1String("http")) || url.host().isEmpty())
        co_return makeError(Error::Kind::Refused, QStringLiteral("Only http and https addresses are called."));
    NetworkCall call(*m_reading, request, url, m_limits);
    NetworkCallAwaiter ended(call);
    co_await ended;
    co_return call.result();
}

} // namespace patchbay
