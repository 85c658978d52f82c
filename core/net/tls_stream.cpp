#include "core/net/tls_stream.h"

#include <QtCore/QFile>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 tlsReadBuffer = 1024 * 1024;
constexpr qint64 tlsTrustFileLimit = 1024 * 1024;

bool tlsIsLoopbackName(const QString &host)
{
    return host.compare(u"localhost"_s, Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

} // namespace

TlsStream::TlsStream()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    m_socket.setSslConfiguration(configuration);
    m_socket.setReadBufferSize(tlsReadBuffer);

    connect(&m_socket, &QAbstractSocket::connected, this, &TlsStream::onConnected);
    connect(&m_socket, &QSslSocket::encrypted, this, &TlsStream::onEncrypted);
    connect(&m_socket, &QIODevice::readyRead, this, &TlsStream::onReadable);
    connect(&m_socket, &QAbstractSocket::errorOccurred, this, &TlsStream::onError);
    connect(&m_socket, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors) {
            if (m_certificateFaults.size() < 5)
                m_certificateFaults << error.errorString();
        }
    });
}

TlsStream::~TlsStream() { m_socket.disconnect(this); }

void TlsStream::trust(const QString &caFile) { m_caFile = caFile; }

void TlsStream::open(const QString &host, quint16 port, Security security)
{
    m_host = host;
    m_port = port;
    m_security = security;
    if (security == Security::Plain && !tlsIsLoopbackName(host)) {
        fail(Error::Kind::Refused,
             u"%1 is not this computer: a connection without encryption is refused. Choose TLS or STARTTLS."_s.arg(
                 host));
        return;
    }
    if (security != Security::Plain && !applyTrust())
        return;
    m_socket.setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    if (security == Security::Tls)
        m_socket.connectToHostEncrypted(host, port);
    else
        m_socket.connectToHost(host, port);
}

bool TlsStream::applyTrust()
{
    if (m_caFile.isEmpty())
        return true;
    QFile file(m_caFile);
    if (!file.open(QIODevice::ReadOnly)) {
        fail(Error::Kind::Refused,
             u"The file of trusted certificates %1 cannot be read: %2."_s.arg(m_caFile, file.errorString()));
        return false;
    }
    const QList<QSslCertificate> certificates = QSslCertificate::fromData(file.read(tlsTrustFileLimit), QSsl::Pem);
    if (certificates.isEmpty()) {
        fail(Error::Kind::Refused,
             u"The file of trusted certificates %1 holds no certificate in PEM form."_s.arg(m_caFile));
        return false;
    }
    QSslConfiguration configuration = m_socket.sslConfiguration();
    configuration.addCaCertificates(certificates);
    m_socket.setSslConfiguration(configuration);
    return true;
}

void TlsStream::onConnected()
{
    // What a name means is decided by the machine's resolver; only the address we are connected to counts.
    if (m_security == Security::Plain && !m_socket.peerAddress().isLoopback()) {
        fail(Error::Kind::Refused,
             u"%1 is not this computer: a connection without encryption is refused. Choose TLS or STARTTLS."_s.arg(
                 m_host));
        return;
    }
    if (m_security != Security::Tls)
        Q_EMIT opened();
}

void TlsStream::onEncrypted()
{
    m_isEncrypted = true;
    if (m_security == Security::Tls)
        Q_EMIT opened();
    else
        Q_EMIT encrypted();
}

void TlsStream::startEncryption()
{
    if (m_ended)
        return;
    // Bytes that came in clear may have been put there by somebody on the way.
    m_socket.readAll();
    m_socket.startClientEncryption();
}

void TlsStream::onReadable()
{
    if (!m_socket.isOpen() || (m_security == Security::Tls && !m_isEncrypted))
        return;
    const QByteArray bytes = m_socket.readAll();
    if (!m_ended && !bytes.isEmpty())
        Q_EMIT received(bytes);
}

void TlsStream::write(const QByteArray &bytes)
{
    if (!m_ended)
        m_socket.write(bytes);
}

qint64 TlsStream::pending() const { return m_socket.bytesToWrite() + m_socket.encryptedBytesToWrite(); }

void TlsStream::close()
{
    m_ended = true;
    m_socket.flush();
    m_socket.disconnectFromHost();
}

void TlsStream::onError(QAbstractSocket::SocketError code)
{
    if (m_ended)
        return;
    onReadable(); // the last words before the end
    if (m_ended)
        return;
    switch (code) {
    case QAbstractSocket::RemoteHostClosedError:
        fail(Error::Kind::Offline, u"%1 closed the connection."_s.arg(m_host));
        return;
    case QAbstractSocket::HostNotFoundError:
        fail(Error::Kind::Offline, u"There is no host named %1, or no network to look it up."_s.arg(m_host));
        return;
    case QAbstractSocket::ConnectionRefusedError:
        fail(Error::Kind::Offline, u"%1 accepts no connection on port %2."_s.arg(m_host).arg(m_port));
        return;
    case QAbstractSocket::SslHandshakeFailedError:
        if (!m_certificateFaults.isEmpty()) {
            // Transient on purpose: behind a hotel's sign-in page every certificate is wrong for a while.
            fail(Error::Kind::Offline,
                 u"The certificate of %1 is not valid: %2. Nothing was sent."_s.arg(m_host,
                                                                                    m_certificateFaults.join(u"; "_s)));
            return;
        }
        fail(Error::Kind::Protocol,
             u"No encrypted connection to %1: %2. Is it the right port for this kind of encryption?"_s.arg(
                 m_host, m_socket.errorString()));
        return;
    default: fail(Error::Kind::Offline, u"No connection to %1: %2."_s.arg(m_host, m_socket.errorString())); return;
    }
}

void TlsStream::fail(Error::Kind kind, const QString &message)
{
    if (m_ended)
        return;
    m_ended = true;
    m_socket.abort();
    Q_EMIT failed(makeError(kind, message));
}

std::unique_ptr<Stream> makeTlsStream() { return std::make_unique<TlsStream>(); }

} // namespace patchbay
