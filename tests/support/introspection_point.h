#pragma once

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

namespace patchbay::tests {

/// The provider's introspection endpoint (RFC 7662) as Dovecot asks it: a POST with the token as a form. A token that
/// was not handed out is {"active": false}. Lives on the test's event loop.
class IntrospectionPoint : public QObject {
public:
    explicit IntrospectionPoint(quint16 port)
    {
        m_listens = m_server.listen(QHostAddress::LocalHost, port);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }

    bool listens() const { return m_listens; }
    void handOut(const QString &token, const QString &address) { m_tokens.insert(token, address); }
    /// The tokens that were asked about.
    const QStringList &asked() const { return m_asked; }

private:
    void answer(QTcpSocket *socket)
    {
        m_read[socket] += socket->readAll();
        const QByteArray &request = m_read[socket];
        const qsizetype head = request.indexOf("\r\n\r\n");
        if (head < 0)
            return;
        const qsizetype at = request.toLower().indexOf("content-length:");
        const qsizetype length =
            at < 0 ? 0 : request.mid(at + 15, request.indexOf('\r', at) - at - 15).trimmed().toInt();
        if (request.size() < head + 4 + length)
            return;
        const QUrlQuery form(QString::fromUtf8(request.mid(head + 4, length)));
        const QString token = form.queryItemValue(QStringLiteral("token"), QUrl::FullyDecoded);
        m_asked.append(token);
        QJsonObject said{{QStringLiteral("active"), m_tokens.contains(token)}};
        if (m_tokens.contains(token))
            said.insert(QStringLiteral("email"), m_tokens.value(token));
        const QByteArray body = QJsonDocument(said).toJson(QJsonDocument::Compact);
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
        m_read.remove(socket);
    }

    QTcpServer m_server;
    bool m_listens = false;
    QHash<QString, QString> m_tokens;
    QHash<QTcpSocket *, QByteArray> m_read;
    QStringList m_asked;
};

} // namespace patchbay::tests
