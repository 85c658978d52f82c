#pragma once

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMutex>
#include <QtCore/QThread>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <atomic>
#include <functional>

namespace patchbay::tests {

/// A server on this machine that speaks Chat Completions, on a thread of its own so that a test may wait for a program.
class ModelServer final : public QThread {
public:
    /// The content of the answer to this question; called on the server's thread.
    using Answer = std::function<QString(const QJsonObject &question)>;

    explicit ModelServer(Answer answer)
        : m_answer(std::move(answer))
    {
        start();
        while (m_port == 0)
            msleep(1);
    }
    ~ModelServer() override
    {
        quit();
        wait();
    }

    QString url() const { return QStringLiteral("http://127.0.0.1:%1/v1").arg(m_port.load()); }
    /// Bodies of what was asked, in order.
    QList<QByteArray> asked() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_asked;
    }

private:
    void run() override
    {
        QTcpServer server;
        QObject::connect(&server, &QTcpServer::newConnection, &server, [&] {
            while (QTcpSocket *socket = server.nextPendingConnection())
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
        });
        const bool listens = server.listen(QHostAddress::LocalHost);
        m_port = listens ? server.serverPort() : -1;
        exec();
    }
    void read(QTcpSocket *socket)
    {
        QByteArray &bytes = m_buffers[socket];
        bytes += socket->readAll();
        const qsizetype head = bytes.indexOf("\r\n\r\n");
        const qsizetype at = bytes.toLower().indexOf("content-length:");
        const qsizetype length = at < 0 || at > head ? 0 : bytes.mid(at + 15, 12).split('\r').first().trimmed().toInt();
        if (head < 0 || bytes.size() < head + 4 + length)
            return;
        const QByteArray body = bytes.mid(head + 4, length);
        const bool asks = bytes.startsWith("POST");
        bytes.clear();
        QJsonObject reply{
            {QStringLiteral("data"), QJsonArray{QJsonObject{{QStringLiteral("id"), QStringLiteral("small")}}}}};
        if (asks) {
            {
                const QMutexLocker lock(&m_mutex);
                m_asked.append(body);
            }
            const QJsonObject message{{QStringLiteral("role"), QStringLiteral("assistant")},
                                      {QStringLiteral("content"), m_answer(QJsonDocument::fromJson(body).object())}};
            const QJsonObject choice{{QStringLiteral("finish_reason"), QStringLiteral("stop")},
                                     {QStringLiteral("message"), message}};
            const QJsonObject usage{{QStringLiteral("prompt_tokens"), 100}, {QStringLiteral("completion_tokens"), 20}};
            reply = {{QStringLiteral("id"), QStringLiteral("chat-1")},
                     {QStringLiteral("model"), QStringLiteral("small")},
                     {QStringLiteral("choices"), QJsonArray{choice}},
                     {QStringLiteral("usage"), usage}};
        }
        const QByteArray json = QJsonDocument(reply).toJson(QJsonDocument::Compact);
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                      + QByteArray::number(json.size()) + "\r\nConnection: close\r\n\r\n" + json);
        socket->disconnectFromHost();
    }

    Answer m_answer;
    std::atomic<int> m_port = 0;
    mutable QMutex m_mutex;
    QList<QByteArray> m_asked;
    QHash<QTcpSocket *, QByteArray> m_buffers; ///< the server's thread alone
};

} // namespace patchbay::tests
