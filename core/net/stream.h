#pragma once

#include "core/base/result.h"

#include <QtCore/QObject>

namespace patchbay {

/// A line of bytes to one host: TCP with TLS, for protocols that are not HTTP. Tests script it. Event loop's thread.
class Stream : public QObject {
    Q_OBJECT

public:
    enum class Security { Tls, StartTls, Plain };

    /// A PEM file with certificates to trust beside the system's (a company's own authority). Before open(); empty: none.
    virtual void trust(const QString &caFile) = 0;

    /// Opens; Security::Tls is encrypted before opened(). Plain is refused for anything but loopback.
    virtual void open(const QString &host, quint16 port, Security security) = 0;
    /// StartTls only, after the other side agreed: drops all bytes received so far in clear.
    virtual void startEncryption() = 0;
    virtual void write(const QByteArray &bytes) = 0;
    /// Bytes not yet handed to the operating system.
    virtual qint64 pending() const = 0;
    virtual void close() = 0;

Q_SIGNALS:
    void opened();
    void encrypted();
    void received(const QByteArray &bytes);
    /// Also for a lost connection; nothing comes after it. Certificate faults say which.
    void failed(const patchbay::Error &error);
};

} // namespace patchbay
