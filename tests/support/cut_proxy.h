#pragma once

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

namespace patchbay::tests {

/// A line between a client and a real server that a test can spoil: it can cut the client off after the server has
/// answered (the answer is lost, its effect is not), or hold a request back before the server sees it.
class CutProxy : public QObject {
    Q_OBJECT

public:
    CutProxy(QString host, quint16 port);

    quint16 port() const { return m_ownPort; }
    /// The next `times` requests whose first line begins so lose their answers.
    void loseAnswersTo(const QByteArray &requestLine, int times);
    /// Such requests reach the server only after so long, even when the client is gone by then.
    void holdBack(const QByteArray &requestLine, int milliseconds);
    int lost() const { return m_lost; }
    /// Nobody answers at the port any more, or somebody does again.
    void setThere(bool isThere);

private:
    void accept();

    QTcpServer m_server;
    quint16 m_ownPort = 0;
    QString m_host;
    quint16 m_port;
    QByteArray m_loseLine;
    int m_loseTimes = 0;
    QByteArray m_holdLine;
    int m_holdMs = 0;
    int m_lost = 0;
};

} // namespace patchbay::tests
