#pragma once

#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <functional>

namespace patchbay::tests {

/// Carries bytes between a client and a loopback server, and cuts where a test says so. Event loop's thread.
class ByteProxy : public QObject {
public:
    explicit ByteProxy(quint16 serverPort)
        : m_serverPort(serverPort)
    {
        m_listener.listen(QHostAddress::LocalHost);
        connect(&m_listener, &QTcpServer::newConnection, this, [this] { accept(); });
    }

    ~ByteProxy() override
    {
        const QList<QTcpSocket *> clients = m_clients; // they leave the list as they end
        for (QTcpSocket *client : clients)
            client->disconnect(this);
    }

    quint16 port() const { return m_listener.serverPort(); }
    int cuts() const { return m_cuts; }
    /// Ends all connections now.
    void cut()
    {
        const QList<QTcpSocket *> clients = m_clients; // they leave the list as they end
        for (QTcpSocket *client : clients)
            client->abort();
    }

    /// How many bytes of the server the next connection carries; 0: all.
    std::function<qint64()> allowance = [] { return 0; };
    /// Once the client has said this, the server's answer is lost and the connection cut.
    QByteArray loseAnswerTo;

private:
    void accept()
    {
        QTcpSocket *client = m_listener.nextPendingConnection();
        auto *server = new QTcpSocket(client);
        m_clients << client;
        const qint64 allowed = allowance();
        auto carried = std::make_shared<qint64>(0);
        auto said = std::make_shared<QByteArray>();
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_serverPort);
        connect(client, &QTcpSocket::readyRead, server, [=] {
            const QByteArray bytes = client->readAll();
            *said = (*said + bytes).right(1000);
            if (server->isOpen())
                server->write(bytes);
        });
        connect(server, &QTcpSocket::readyRead, client, [=, this] {
            QByteArray bytes = server->readAll();
            const bool lose = !loseAnswerTo.isEmpty() && said->contains(loseAnswerTo);
            if (lose)
                bytes.clear();
            else if (allowed > 0)
                bytes.truncate(qMax<qint64>(0, allowed - *carried));
            *carried += bytes.size();
            if (client->isOpen())
                client->write(bytes);
            if (lose || (allowed > 0 && *carried >= allowed)) {
                ++m_cuts;
                client->disconnectFromHost();
            }
        });
        connect(server, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        connect(client, &QTcpSocket::disconnected, this, [=, this] {
            m_clients.removeOne(client);
            client->deleteLater();
        });
    }

    QTcpServer m_listener;
    quint16 m_serverPort = 0;
    QList<QTcpSocket *> m_clients;
    int m_cuts = 0;
};

} // namespace patchbay::tests
