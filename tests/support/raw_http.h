#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QElapsedTimer>
#include <QtCore/QMessageAuthenticationCode>
#include <QtNetwork/QTcpSocket>

#include <memory>
#include <vector>

namespace patchbay::tests {

/// What came back over a plain connection, byte for byte.
struct RawAnswer {
    int status = 0; ///< 0: nothing that begins like an answer
    QByteArray head = {};
    QByteArray body = {};

    bool has(const QByteArray &header) const { return head.toLower().contains(header.toLower()); }
};

inline RawAnswer rawAnswerFrom(const QByteArray &bytes)
{
    RawAnswer answer;
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    answer.head = end < 0 ? bytes : bytes.left(end);
    answer.body = end < 0 ? QByteArray() : bytes.mid(end + 4);
    if (bytes.startsWith("HTTP/1.1 "))
        answer.status = bytes.mid(9, 3).toInt();
    return answer;
}

inline QByteArray rawPost(const QByteArray &path, const QByteArray &body, const QByteArray &headers = {})
{
    return "POST " + path + " HTTP/1.1\r\nHost: hooks.example.org\r\nContent-Type: application/json\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body;
}

inline QByteArray rawGet(const QByteArray &path, const QByteArray &host = "127.0.0.1")
{
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

/// Several requests, each over a connection of its own, all under way at once. Blocking; for tests only.
inline std::vector<RawAnswer> rawExchanges(quint16 port, const std::vector<QByteArray> &requests, int seconds = 60)
{
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    for (size_t i = 0; i < requests.size(); ++i) {
        sockets.push_back(std::make_unique<QTcpSocket>());
        sockets.back()->connectToHost(QStringLiteral("127.0.0.1"), port);
    }
    QElapsedTimer timer;
    timer.start();
    std::vector<RawAnswer> answers;
    for (size_t i = 0; i < requests.size(); ++i) {
        if (sockets[i]->waitForConnected(int(seconds * 1000 - timer.elapsed()))) {
            sockets[i]->write(requests[i]);
            sockets[i]->flush();
        }
    }
    for (const auto &socket : sockets) {
        QByteArray bytes;
        while (timer.elapsed() < seconds * 1000 && socket->state() != QAbstractSocket::UnconnectedState
               && socket->waitForReadyRead(int(seconds * 1000 - timer.elapsed())))
            bytes += socket->readAll();
        bytes += socket->readAll();
        answers.push_back(rawAnswerFrom(bytes));
    }
    return answers;
}

inline RawAnswer rawExchange(quint16 port, const QByteArray &request, int seconds = 30)
{
    return rawExchanges(port, {request}, seconds).front();
}

inline QByteArray hexHmac(const QByteArray &body, const QByteArray &secret)
{
    return QMessageAuthenticationCode::hash(body, secret, QCryptographicHash::Sha256).toHex();
}

} // namespace patchbay::tests
