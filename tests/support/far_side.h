#pragma once

#include "support/whole_request.h"

#include <QtCore/QHash>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtCore/QUrl>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketServer>

#include <functional>

namespace patchbay::tests {

struct FarRequest {
    QByteArray method = {};
    QUrl url = {}; ///< path and query
    QByteArray body = {};
};

struct FarAnswer {
    int status = 200;
    QByteArray body = {};
    QByteArray headers = {}; ///< lines, each with its end
    int holdMs = 0; ///< until it is given
};

/// An HTTP server of a platform's, on loopback: one request a connection. Answers while the test's event loop turns.
class FarHttp final : public QTcpServer {
public:
    explicit FarHttp(std::function<FarAnswer(const FarRequest &)> answer)
        : m_answer(std::move(answer))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                    m_texts.remove(socket);
                    socket->deleteLater();
                });
            }
        });
    }

    QString url(const QString &path) const
    {
        return QStringLiteral("http://127.0.0.1:%1/%2").arg(serverPort()).arg(path);
    }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &text = m_texts[socket];
        text += socket->readAll();
        const std::optional<WholeRequest> whole = wholeRequest(text);
        if (!whole)
            return;
        const FarRequest request{whole->method, QUrl::fromEncoded(whole->target), whole->body};
        text.clear();
        const FarAnswer answer = m_answer(request);
        QTimer::singleShot(answer.holdMs, socket, [socket, answer] {
            if (socket->state() != QAbstractSocket::ConnectedState)
                return; // it did not wait
            socket->write("HTTP/1.1 " + QByteArray::number(answer.status)
                          + " x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                          + QByteArray::number(answer.body.size()) + "\r\n" + answer.headers + "\r\n" + answer.body);
            socket->disconnectFromHost();
        });
    }

    std::function<FarAnswer(const FarRequest &)> m_answer;
    QHash<QTcpSocket *, QByteArray> m_texts;
};

/// The live connections of platforms, told apart by their path: one at a time each, the newest.
class FarSockets final : public QWebSocketServer {
public:
    using Heard = std::function<void(QWebSocket &socket, const QByteArray &frame)>;

    FarSockets()
        : QWebSocketServer(QStringLiteral("far"), QWebSocketServer::NonSecureMode)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QWebSocketServer::newConnection, this, [this] {
            while (QWebSocket *socket = nextPendingConnection())
                take(socket);
        });
    }

    /// `opened` when one comes, `heard` with each text that it says.
    void at(const QString &path, std::function<void(QWebSocket &)> opened, Heard heard)
    {
        m_places.insert(path, Place{std::move(opened), std::move(heard), {}});
    }
    QString url(const QString &path) const { return QStringLiteral("ws://127.0.0.1:%1%2").arg(serverPort()).arg(path); }
    /// Null while nobody is connected there.
    QWebSocket *socket(const QString &path) const { return m_places.value(path).socket; }
    /// Ends what is connected there, and takes nobody until it is let in again.
    void shut(const QString &path, bool isShut)
    {
        m_places[path].isShut = isShut;
        if (QWebSocket *socket = m_places[path].socket; socket && isShut)
            socket->abort();
    }

private:
    struct Place {
        std::function<void(QWebSocket &)> opened = {};
        Heard heard = {};
        QPointer<QWebSocket> socket = {};
        bool isShut = false;
    };

    void take(QWebSocket *socket)
    {
        const QString path = socket->requestUrl().path();
        connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        if (!m_places.contains(path) || m_places[path].isShut) {
            socket->close();
            return;
        }
        m_places[path].socket = socket;
        connect(socket, &QWebSocket::textMessageReceived, socket, [this, socket, path](const QString &text) {
            if (m_places[path].heard)
                m_places[path].heard(*socket, text.toUtf8());
        });
        m_places[path].opened(*socket);
    }

    QHash<QString, Place> m_places;
};

/// Sends requests to an address as a platform does: again and again until it is answered with 200.
class FarCaller final : public QObject {
public:
    int taken = 0;
    int failed = 0; ///< tries

    void post(quint16 port, const QByteArray &request)
    {
        auto *socket = new QTcpSocket(this);
        connect(socket, &QTcpSocket::connected, socket, [socket, request] { socket->write(request); });
        connect(socket, &QTcpSocket::stateChanged, this, [=, this](QAbstractSocket::SocketState state) {
            if (state != QAbstractSocket::UnconnectedState)
                return;
            socket->deleteLater();
            if (socket->readAll().startsWith("HTTP/1.1 200")) {
                ++taken;
                return;
            }
            ++failed;
            QTimer::singleShot(300, this, [=, this] { post(port, request); });
        });
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    }
};

} // namespace patchbay::tests
