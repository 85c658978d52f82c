#include "bench/far_server.h"

#include "support/recorded_side.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSocketNotifier>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <cstdio>

namespace patchbay::bench {

using namespace Qt::StringLiterals;
using tests::RecordedSide;

namespace {

/// Puts the twelve digits that end a key into each place where another key's stand; the ones that stood there last.
/// `group` is what stands before them in every form that connectors give the key.
QByteArray exchangeKeyEnd(QByteArray &bytes, const QByteArray &group, const QByteArray &end)
{
    QByteArray was;
    for (qsizetype at = bytes.indexOf(group); at >= 0; at = bytes.indexOf(group, at + 1)) {
        qsizetype begin = at + group.size();
        if (bytes.mid(begin, 1) == "-")
            ++begin;
        const QByteArray there = bytes.mid(begin, 12);
        bool isHex = there.size() == 12;
        for (const char c : there)
            isHex = isHex && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (!isHex)
            continue;
        was = there;
        bytes.replace(begin, 12, end);
    }
    return was;
}

class FarServer {
public:
    explicit FarServer(const QString &connector)
        : m_side(RecordedSide::of(connector))
    {
        const QByteArray key = m_side.create.request().key.toLatin1();
        m_end = key.right(12);
        m_group = key.mid(key.size() - 17, 4);
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] { accept(); });
    }
    quint16 port() const { return m_server.serverPort(); }

private:
    void accept()
    {
        QTcpSocket *socket = m_server.nextPendingConnection();
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
        QObject::connect(socket, &QTcpSocket::disconnected, socket, [this, socket] {
            m_open.remove(socket);
            socket->deleteLater();
        });
    }

    void read(QTcpSocket *socket)
    {
        QByteArray &bytes = m_open[socket];
        bytes += socket->readAll();
        for (;;) {
            const qsizetype head = bytes.indexOf("\r\n\r\n");
            if (head < 0)
                return;
            const QByteArray lower = bytes.left(head).toLower();
            const qsizetype at = lower.indexOf("\r\ncontent-length:");
            const qsizetype length =
                at < 0 ? 0 : lower.mid(at + 17, lower.indexOf('\r', at + 2) - at - 17).trimmed().toLongLong();
            if (bytes.size() < head + 4 + length)
                return;
            const QList<QByteArray> line = bytes.left(bytes.indexOf('\r')).split(' ');
            socket->write(answer(line.value(0), line.value(1), bytes.mid(head + 4, length)));
            bytes.remove(0, head + 4 + length);
        }
    }

    QByteArray answer(const QByteArray &method, QByteArray target, QByteArray body)
    {
        if (target == "/__creations")
            return written({200, {}, QByteArray::number(m_creations)});
        QByteArray end = exchangeKeyEnd(target, m_group, m_end);
        if (const QByteArray inBody = exchangeKeyEnd(body, m_group, m_end); !inBody.isEmpty())
            end = inBody;
        RecordedSide::Match match = m_side.match(method, QUrl::fromEncoded(target), body, false);
        if (match.part == RecordedSide::Part::Unknown)
            return written({418, {}, "not recorded: " + method + ' ' + target});
        m_creations += match.part == RecordedSide::Part::Create ? 1 : 0;
        if (!end.isEmpty())
            exchangeKeyEnd(match.reply.body, m_group, end);
        return written(match.reply);
    }

    static QByteArray written(const Reply &reply)
    {
        QByteArray bytes = "HTTP/1.1 " + QByteArray::number(reply.status) + " Said\r\n";
        for (const auto &[name, value] : reply.headers)
            bytes += name + ": " + value + "\r\n";
        return bytes + "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n" + reply.body;
    }

    RecordedSide m_side;
    QByteArray m_group; ///< the four digits before the last twelve of the key
    QByteArray m_end;
    QTcpServer m_server;
    QHash<QTcpSocket *, QByteArray> m_open;
    int m_creations = 0;
};

} // namespace

int runFarServer(const QString &connector)
{
    FarServer server(connector);
    std::printf("%d\n", int(server.port()));
    std::fflush(stdout);
    QSocketNotifier end(0, QSocketNotifier::Read);
    QObject::connect(&end, &QSocketNotifier::activated, qApp, &QCoreApplication::quit);
    return QCoreApplication::exec();
}

} // namespace patchbay::bench
