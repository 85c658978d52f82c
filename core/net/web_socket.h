#pragma once

#include "core/base/result.h"

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QPair>
#include <QtCore/QUrl>

#include <chrono>

namespace patchbay {

struct WebSocketLimits {
    qint64 message = 16 * 1024 * 1024; ///< bytes of one
    std::chrono::milliseconds handshake{30000};
    std::chrono::milliseconds ping{30000}; ///< between pings; twice this long without a sign ends the connection
};

/// One WebSocket connection (RFC 6455) that we open. Tests script it. Event loop's thread; used once.
class WebSocket : public QObject {
    Q_OBJECT

public:
    /// Goes with the handshake, once for a name; before open().
    void setHeader(const QByteArray &name, const QByteArray &value) { m_headers.append({name, value}); }
    /// wss, or ws to this computer. Redirects are not followed.
    virtual void open(const QUrl &url) = 0;
    /// A whole message.
    virtual void send(const QByteArray &message, bool isText) = 0;
    /// Says goodbye; nothing comes after it.
    virtual void close() = 0;

Q_SIGNALS:
    void opened();
    void received(const QByteArray &message, bool isText);
    /// The end, whoever made it; nothing comes after it. `code` and `reason` are the other side's (RFC 6455, section
    /// 7.4), 0 where it said none; the error tells a person what happened.
    void closed(int code, const QString &reason, const patchbay::Error &error);

protected:
    QList<QPair<QByteArray, QByteArray>> m_headers;
};

} // namespace patchbay
