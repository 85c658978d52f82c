#include "support/cut_proxy.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>

#include <memory>

namespace patchbay::tests {

namespace {

/// One connection through the proxy. It outlives the client, so that what was begun reaches the server.
struct Line {
    QPointer<QTcpSocket> client;
    QPointer<QTcpSocket> server;
    bool loses = false;
};

} // namespace

CutProxy::CutProxy(QString host, quint16 port)
    : m_host(std::move(host))
    , m_port(port)
{
    m_server.listen(QHostAddress::LocalHost);
    m_ownPort = m_server.serverPort();
    QObject::connect(&m_server, &QTcpServer::newConnection, this, &CutProxy::accept);
}

void CutProxy::loseAnswersTo(const QByteArray &requestLine, int times)
{
    m_loseLine = requestLine;
    m_loseTimes = times;
}

void CutProxy::holdBack(const QByteArray &requestLine, int milliseconds)
{
    m_holdLine = requestLine;
    m_holdMs = milliseconds;
}

void CutProxy::setThere(bool isThere)
{
    if (!isThere)
        m_server.close();
    else if (!m_server.listen(QHostAddress::LocalHost, m_ownPort))
        qWarning("somebody else took the port: %s", qPrintable(m_server.errorString()));
}

void CutProxy::accept()
{
    while (QTcpSocket *client = m_server.nextPendingConnection()) {
        auto line = std::make_shared<Line>();
        line->client = client;
        line->server = new QTcpSocket(this);
        line->server->connectToHost(m_host, m_port);
        QObject::connect(client, &QTcpSocket::readyRead, this, [this, line] {
            const QByteArray bytes = line->client->readAll();
            if (m_loseTimes > 0 && bytes.startsWith(m_loseLine)) {
                --m_loseTimes;
                line->loses = true;
            }
            const int delay = m_holdMs > 0 && bytes.startsWith(m_holdLine) ? m_holdMs : 0;
            QTimer::singleShot(delay, this, [line, bytes] {
                if (line->server)
                    line->server->write(bytes);
            });
        });
        QObject::connect(line->server, &QTcpSocket::readyRead, this, [this, line] {
            const QByteArray bytes = line->server->readAll();
            if (line->loses) {
                ++m_lost;
                if (line->client)
                    line->client->abort();
                return;
            }
            if (line->client)
                line->client->write(bytes);
        });
        QObject::connect(line->server, &QTcpSocket::disconnected, this, [line] {
            if (line->client)
                line->client->disconnectFromHost();
            line->server->deleteLater();
        });
        QObject::connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    }
}

} // namespace patchbay::tests
