#pragma once

#include "core/net/network_transport.h"

#include <QtCore/QIODevice>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

namespace patchbay {

/// A body that can be read once. Qt repeats a request on its own when the connection closes without an answer; it
/// cannot when the body does not go back to its beginning.
class OneTimeBody final : public QIODevice {
public:
    OneTimeBody(QByteArray bytes, QObject *parent);
    bool isSequential() const override { return true; }
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override;
    bool atEnd() const override { return bytesAvailable() == 0; }

protected:
    qint64 readData(char *data, qint64 limit) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_position = 0;
};

/// One exchange over the network: starts when made, ends it when destroyed. Owned by the coroutine that awaits it.
class NetworkCall final : public QObject {
public:
    /// `reading` carries requests that change nothing. A change gets a manager of its own and with it a fresh
    /// connection: on a kept one that the other side has just closed, nobody could say whether the request arrived.
    NetworkCall(QNetworkAccessManager &reading, const Request &request, const QUrl &url, TransportLimits limits);
    ~NetworkCall() override;

    bool isDone() const { return m_done; }
    /// Called from the event loop when done, never from inside a signal of Qt's reply.
    void resumeWith(detail::Resumption resumption) { m_resumption = resumption; }
    Result<Reply> result();

private:
    void watch();
    void readHeaders();
    void readBody();
    void fail(Error::Kind kind, const QString &message);
    void finish();
    Error lost() const;

    QByteArray m_method;
    QString m_host;
    bool m_changing = false;
    TransportLimits m_limits;
    std::unique_ptr<QNetworkAccessManager, detail::LaterDeleter> m_own;
    QPointer<QNetworkReply> m_reply;
    QTimer m_deadline;
    Reply m_answer;
    std::optional<Error> m_fault;
    QString m_certificateFault;
    bool m_sent = false;
    bool m_encrypted = false;
    bool m_done = false;
    detail::Resumption m_resumption;
};

} // namespace patchbay
