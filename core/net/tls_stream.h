#pragma once

#include "core/net/stream.h"

#include <QtNetwork/QSslSocket>

#include <memory>

namespace patchbay {

/// The Stream of real life, over QSslSocket: TLS 1.2 or later, the certificate is always verified and there is no way
/// to go on without that. Owned by the protocol's connection; event loop's thread.
class TlsStream final : public Stream {
    Q_OBJECT

public:
    TlsStream();
    ~TlsStream() override;

    void trust(const QString &caFile) override;
    void open(const QString &host, quint16 port, Security security) override;
    void startEncryption() override;
    void write(const QByteArray &bytes) override;
    qint64 pending() const override;
    void close() override;

private:
    bool applyTrust();
    void onConnected();
    void onEncrypted();
    void onReadable();
    void onError(QAbstractSocket::SocketError code);
    void fail(Error::Kind kind, const QString &message);

    QSslSocket m_socket;
    QString m_host;
    quint16 m_port = 0;
    QString m_caFile;
    QStringList m_certificateFaults;
    Security m_security = Security::Tls;
    bool m_ended = false;
    bool m_isEncrypted = false;
};

/// What ConnectorServices::makeStream makes outside tests.
std::unique_ptr<Stream> makeTlsStream();

} // namespace patchbay
