#include "core/net/network_call.h"

#include <QtNetwork/QSslError>

#include <cstring>

namespace patchbay {

OneTimeBody::OneTimeBody(QByteArray bytes, QObject *parent)
    : QIODevice(parent)
    , m_bytes(std::move(bytes))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OneTimeBody::bytesAvailable() const { return m_bytes.size() - m_position; }

qint64 OneTimeBody::readData(char *data, qint64 limit)
{
    const qint64 count = std::min(limit, bytesAvailable());
    if (count <= 0)
        return -1;
    std::memcpy(data, m_bytes.constData() + m_position, size_t(count));
    m_position += count;
    return count;
}

namespace {

/// Everything but GET and HEAD goes out with a body and on a connection of its own, also where it only reads.
bool hasBody(const Request &request) { return request.method() != "GET" && request.method() != "HEAD"; }

QNetworkRequest networkRequest(const Request &request, const QUrl &url)
{
    QNetworkRequest out(url);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    out.setRawHeader(QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("identity"));
    out.setRawHeader(QByteArrayLiteral("User-Agent"), QByteArrayLiteral("Patchbay"));
    for (const auto &[name, value] : request.headers())
        out.setRawHeader(name, value);
    if (hasBody(request)) {
        out.setRawHeader(QByteArrayLiteral("Connection"), QByteArrayLiteral("close"));
        out.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        out.setHeader(QNetworkRequest::ContentLengthHeader, request.bytes().size());
        if (!out.hasRawHeader("Content-Type"))
            out.setRawHeader(QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/octet-stream"));
    }
    return out;
}

/// Errors that end an attempt before any byte of the request can have left.
bool isBeforeSending(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::SslHandshakeFailedError:
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::UnknownNetworkError: return true;
    default: return false;
    }
}

} // namespace

NetworkCall::NetworkCall(QNetworkAccessManager &reading, const Request &request, const QUrl &url,
                         TransportLimits limits)
    : m_method(request.method())
    , m_host(url.host())
    , m_changing(request.changesSomething())
    , m_limits(limits)
{
    const QNetworkRequest out = networkRequest(request, url);
    if (hasBody(request)) {
        m_own.reset(new QNetworkAccessManager);
        auto *body = new OneTimeBody(request.bytes(), m_own.get());
        m_reply = m_own->sendCustomRequest(out, m_method, body);
    } else {
        m_reply = m_method == "HEAD" ? reading.head(out) : reading.get(out);
    }
    m_reply->setReadBufferSize(256 * 1024);
    watch();
    m_deadline.setSingleShot(true);
    m_deadline.start(request.deadline());
}

NetworkCall::~NetworkCall()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    if (m_reply->isRunning())
        m_reply->abort();
    m_reply->deleteLater();
}

void NetworkCall::watch()
{
    connect(m_reply, &QNetworkReply::requestSent, this, [this] { m_sent = true; });
    connect(m_reply, &QNetworkReply::uploadProgress, this,
            [this](qint64 sent, qint64) { m_sent = m_sent || sent > 0; });
    connect(m_reply, &QNetworkReply::encrypted, this, [this] { m_encrypted = true; });
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        if (!errors.isEmpty())
            m_certificateFault = errors.first().errorString();
    });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] { readHeaders(); });
    connect(m_reply, &QNetworkReply::readyRead, this, [this] { readBody(); });
    connect(m_reply, &QNetworkReply::finished, this, [this] { finish(); });
    connect(&m_deadline, &QTimer::timeout, this,
            [this] { fail(Error::Kind::Timeout, QStringLiteral("%1 did not answer in time.").arg(m_host)); });
}

void NetworkCall::readHeaders()
{
    m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_answer.headers.clear();
    qint64 size = 0;
    for (const auto &[name, value] : m_reply->rawHeaderPairs()) {
        size += name.size() + value.size();
        m_answer.headers.append({name.toLower(), value});
    }
    const QByteArray encoding = m_answer.header(QByteArrayLiteral("content-encoding")).toLower();
    if (size > m_limits.headers)
        fail(Error::Kind::Protocol, QStringLiteral("%1 answered with too large headers.").arg(m_host));
    else if (!encoding.isEmpty() && encoding != "identity")
        fail(Error::Kind::Protocol, QStringLiteral("%1 answered compressed although it was not asked to.").arg(m_host));
}

void NetworkCall::readBody()
{
    if (m_done || m_fault)
        return;
    m_answer.body += m_reply->read(m_limits.body + 1 - m_answer.body.size());
    if (m_answer.body.size() > m_limits.body) {
        m_answer.body.clear();
        fail(Error::Kind::Protocol,
             QStringLiteral("%1 answered with more than %2 bytes.").arg(m_host).arg(m_limits.body));
    }
}

void NetworkCall::fail(Error::Kind kind, const QString &message)
{
    if (m_done || m_fault)
        return;
    m_fault = m_changing ? makeAmbiguous(kind, message) : makeError(kind, message);
    m_reply->abort(); // emits finished()
    finish();
}

void NetworkCall::finish()
{
    if (m_done)
        return;
    if (!m_fault) {
        readHeaders();
        while (!m_fault && m_reply->bytesAvailable() > 0)
            readBody();
    }
    if (m_done)
        return;
    // An answer is whole when Qt saw no error but the status itself. On 307 and 308 Qt rewinds the body, which is
    // refused.
    const bool redirects = m_answer.status == 307 || m_answer.status == 308;
    const bool whole = m_reply->error() == QNetworkReply::NoError
        || (redirects && m_reply->error() == QNetworkReply::ContentReSendError)
        || (m_answer.status >= 400 && m_reply->error() >= QNetworkReply::ContentAccessDenied);
    if (!m_fault && (!whole || m_answer.status < 100))
        m_fault = lost();
    m_done = true;
    m_deadline.stop();
    QMetaObject::invokeMethod(
        this, [this] { m_resumption(); }, Qt::QueuedConnection);
}

Error NetworkCall::lost() const
{
    const QNetworkReply::NetworkError error = m_reply->error();
    if (m_answer.status == 0 && !m_sent && !m_encrypted && isBeforeSending(error)) {
        const QString why = m_certificateFault.isEmpty() ? m_reply->errorString() : m_certificateFault;
        return makeError(Error::Kind::Offline, QStringLiteral("%1 cannot be reached: %2").arg(m_host, why));
    }
    const QString message = m_answer.status > 0
        ? QStringLiteral("The answer of %1 broke off: %2").arg(m_host, m_reply->errorString())
        : QStringLiteral("The connection to %1 was lost before it answered.").arg(m_host);
    return m_changing ? makeAmbiguous(Error::Kind::Offline, message) : makeError(Error::Kind::Offline, message);
}

Result<Reply> NetworkCall::result()
{
    if (m_fault)
        return *m_fault;
    return std::move(m_answer);
}

} // namespace patchbay
