#include "core/net/network_web_socket.h"

#include "core/base/log.h"
#include "core/net/http_client.h"

#include <QtCore/QTimer>
#include <QtNetwork/QNetworkRequest>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>
#include <QtWebSockets/QWebSocket>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Over QWebSocket. Its address may carry a ticket, so only the host is ever named.
class NetworkWebSocket final : public WebSocket {
public:
    explicit NetworkWebSocket(WebSocketLimits limits);
    ~NetworkWebSocket() override;

    void open(const QUrl &url) override;
    void send(const QByteArray &message, bool isText) override;
    void close() override;

private:
    void onConnected();
    void onDisconnected();
    void onError(QAbstractSocket::SocketError code);
    void onPing();
    void take(const QByteArray &message, bool isText);
    void end(int code, const QString &reason, Error::Kind kind, const QString &sentence);

    WebSocketLimits m_limits;
    QWebSocket m_socket;
    QString m_host;
    QStringList m_certificateFaults;
    QTimer m_handshake;
    QTimer m_ping;
    bool m_isOpen = false;
    bool m_ended = false;
    bool m_heard = true; ///< since the last ping
};

NetworkWebSocket::NetworkWebSocket(WebSocketLimits limits)
    : m_limits(limits)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    m_socket.setSslConfiguration(configuration);
    m_socket.setMaxAllowedIncomingMessageSize(quint64(limits.message));
    m_socket.setMaxAllowedIncomingFrameSize(quint64(limits.message));
    m_handshake.setSingleShot(true);
    m_handshake.setInterval(limits.handshake);
    m_ping.setInterval(limits.ping);
    connect(&m_socket, &QWebSocket::connected, this, &NetworkWebSocket::onConnected);
    connect(&m_socket, &QWebSocket::disconnected, this, &NetworkWebSocket::onDisconnected);
    connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &NetworkWebSocket::onError);
    connect(&m_socket, &QWebSocket::textMessageReceived, this,
            [this](const QString &message) { take(message.toUtf8(), true); });
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this,
            [this](const QByteArray &message) { take(message, false); });
    connect(&m_socket, &QWebSocket::pong, this, [this] { m_heard = true; });
    connect(&m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors) {
            if (m_certificateFaults.size() < 5)
                m_certificateFaults << error.errorString();
        }
    });
    connect(&m_handshake, &QTimer::timeout, this, [this] {
        end(0, {}, Error::Kind::Timeout,
            u"%1 did not open the connection within %2 s."_s.arg(m_host).arg(m_limits.handshake.count() / 1000));
    });
    connect(&m_ping, &QTimer::timeout, this, &NetworkWebSocket::onPing);
}

NetworkWebSocket::~NetworkWebSocket()
{
    m_ended = true;
    m_socket.disconnect(this);
}

void NetworkWebSocket::open(const QUrl &url)
{
    m_host = url.host();
    const bool isEncrypted = url.scheme() == u"wss"_s;
    const bool isHere = url.scheme() == u"ws"_s && isLoopback(m_host);
    if (!url.isValid() || m_host.isEmpty() || !url.userInfo().isEmpty() || (!isEncrypted && !isHere)) {
        end(0, {}, Error::Kind::Refused,
            u"“%1” is no address of an encrypted connection: only wss is opened."_s.arg(escapedForLog(m_host, 200)));
        return;
    }
    QNetworkRequest request(url);
    request.setRawHeader("User-Agent", "Patchbay");
    for (const auto &[name, value] : m_headers)
        request.setRawHeader(name, value);
    m_handshake.start();
    m_socket.open(request);
}

void NetworkWebSocket::send(const QByteArray &message, bool isText)
{
    if (m_ended || !m_isOpen)
        return;
    if (isText)
        m_socket.sendTextMessage(QString::fromUtf8(message));
    else
        m_socket.sendBinaryMessage(message);
}

void NetworkWebSocket::close()
{
    m_ended = true;
    m_handshake.stop();
    m_ping.stop();
    m_socket.close();
}

void NetworkWebSocket::onConnected()
{
    if (m_ended)
        return;
    // What a name means is decided by the machine's resolver; only the address we are connected to counts.
    if (m_socket.requestUrl().scheme() == u"ws"_s && !m_socket.peerAddress().isLoopback()) {
        end(0, {}, Error::Kind::Refused,
            u"%1 is not this computer: a connection without encryption is refused."_s.arg(m_host));
        return;
    }
    m_isOpen = true;
    m_handshake.stop();
    m_ping.start();
    Q_EMIT opened();
}

void NetworkWebSocket::onDisconnected()
{
    if (!m_isOpen) { // why, is told just behind it
        QTimer::singleShot(0, this, [this] {
            end(0, {}, Error::Kind::Offline, u"%1 closed the connection before it was open."_s.arg(m_host));
        });
        return;
    }
    const int code = int(m_socket.closeCode());
    const QString reason = escapedForLog(m_socket.closeReason(), 200);
    if (code == int(QWebSocketProtocol::CloseCodeTooMuchData)) {
        end(code, reason, Error::Kind::Protocol,
            u"%1 sent a message of more than %2 MB."_s.arg(m_host).arg(m_limits.message / 1024 / 1024));
        return;
    }
    const QString words = reason.isEmpty() ? QString() : u": "_s + reason;
    end(code, reason, Error::Kind::Offline,
        u"%1 closed the connection (%2)%3."_s.arg(m_host, QString::number(code), words));
}

void NetworkWebSocket::onError(QAbstractSocket::SocketError code)
{
    if (m_ended || (m_isOpen && code == QAbstractSocket::RemoteHostClosedError))
        return; // disconnected() follows, with the code
    if (code == QAbstractSocket::SslHandshakeFailedError && !m_certificateFaults.isEmpty()) {
        // Transient on purpose: behind a hotel's sign-in page every certificate is wrong for a while.
        end(0, {}, Error::Kind::Offline,
            u"The certificate of %1 is not valid: %2. Nothing was sent."_s.arg(m_host,
                                                                               m_certificateFaults.join(u"; "_s)));
        return;
    }
    const QString words = escapedForLog(redacted(m_socket.errorString()), 200);
    end(0, {}, Error::Kind::Offline, u"No connection to %1: %2."_s.arg(m_host, words));
}

void NetworkWebSocket::onPing()
{
    if (!m_heard) {
        end(0, {}, Error::Kind::Timeout, u"%1 does not answer any more."_s.arg(m_host));
        return;
    }
    m_heard = false;
    m_socket.ping();
}

void NetworkWebSocket::take(const QByteArray &message, bool isText)
{
    m_heard = true;
    if (!m_ended)
        Q_EMIT received(message, isText);
}

void NetworkWebSocket::end(int code, const QString &reason, Error::Kind kind, const QString &sentence)
{
    if (m_ended)
        return;
    m_ended = true;
    m_handshake.stop();
    m_ping.stop();
    // Not at once: the socket may be in the middle of a signal of its own.
    QTimer::singleShot(0, &m_socket, [this] { m_socket.abort(); });
    const Error error = makeError(kind, sentence);
    // open() may end before its caller has returned.
    QMetaObject::invokeMethod(
        this, [this, code, reason, error] { Q_EMIT closed(code, reason, error); }, Qt::QueuedConnection);
}

} // namespace

std::unique_ptr<WebSocket> makeNetworkWebSocket(WebSocketLimits limits)
{
    return std::make_unique<NetworkWebSocket>(limits);
}

} // namespace patchbay
