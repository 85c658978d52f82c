#include "core/net/tls_stream.h"
#include "support/test_main.h"

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

/// A stream that writes down what happens to it.
class Watched {
public:
    Watched()
    {
        QObject::connect(&stream, &Stream::opened, &stream, [this] { ++opened; });
        QObject::connect(&stream, &Stream::encrypted, &stream, [this] { ++encrypted; });
        QObject::connect(&stream, &Stream::received, &stream, [this](const QByteArray &bytes) { received += bytes; });
        QObject::connect(&stream, &Stream::failed, &stream, [this](const Error &error) { errors << error.message; });
    }

    TlsStream stream;
    int opened = 0;
    int encrypted = 0;
    QByteArray received;
    QStringList errors;
};

} // namespace

/// The socket below IMAP and SMTP. What needs certificates is tested with the real servers.
class TlsStreams : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_server.isListening() || m_server.listen(QHostAddress::LocalHost)); }

    void speaksInClearToThisComputer()
    {
        Watched watched;
        watched.stream.open(u"localhost"_s, m_server.serverPort(), Stream::Security::Plain);
        QTRY_COMPARE(watched.opened, 1);
        const std::unique_ptr<QTcpSocket> peer(accepted());
        watched.stream.write("hello");
        QTRY_COMPARE(peer->peek(100), QByteArray("hello"));
        peer->write("last words");
        peer->disconnectFromHost();
        QTRY_COMPARE(watched.errors.size(), 1);
        QCOMPARE(watched.received, QByteArray("last words"));
        QVERIFY2(watched.errors.first().contains(u"closed the connection"), qPrintable(watched.errors.first()));
    }

    void refusesToSpeakInClearToAnybodyElse()
    {
        for (const QString &host : {u"example.org"_s, u"192.0.2.1"_s, u"localhost.example.org"_s}) {
            Watched watched;
            watched.stream.open(host, 143, Stream::Security::Plain);
            QCOMPARE(watched.errors.size(), 1);
            QVERIFY(watched.errors.first().contains(host));
            QCOMPARE(watched.opened, 0);
        }
    }

    void opensOnlyWhenEncrypted()
    {
        Watched watched;
        watched.stream.open(u"127.0.0.1"_s, m_server.serverPort(), Stream::Security::Tls);
        const std::unique_ptr<QTcpSocket> peer(accepted());
        peer->write("* OK I am no TLS server\r\n");
        QTRY_COMPARE(watched.errors.size(), 1);
        QCOMPARE(watched.opened, 0);
        QVERIFY2(watched.received.isEmpty(), "bytes in clear are not believed");
        QVERIFY2(watched.errors.first().contains(u"127.0.0.1"), qPrintable(watched.errors.first()));
    }

    void dropsWhatWasSaidInClearBeforeEncryption()
    {
        Watched watched;
        watched.stream.open(u"127.0.0.1"_s, m_server.serverPort(), Stream::Security::StartTls);
        QTRY_COMPARE(watched.opened, 1);
        const std::unique_ptr<QTcpSocket> peer(accepted());
        watched.stream.startEncryption();
        peer->write("injected\r\n");
        QTRY_COMPARE(watched.errors.size(), 1);
        QCOMPARE(watched.encrypted, 0);
        QVERIFY(watched.received.isEmpty());
    }

    void saysWhatIsWrongWithTheFileOfAuthorities()
    {
        Watched missing;
        missing.stream.trust(u"/nonexistent/ca.pem"_s);
        missing.stream.open(u"127.0.0.1"_s, m_server.serverPort(), Stream::Security::Tls);
        QVERIFY(missing.errors.value(0).contains(u"/nonexistent/ca.pem"));

        const QTemporaryDir folder;
        QFile file(folder.filePath(u"ca.pem"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no certificate");
        file.close();
        Watched empty;
        empty.stream.trust(file.fileName());
        empty.stream.open(u"127.0.0.1"_s, m_server.serverPort(), Stream::Security::Tls);
        QVERIFY(empty.errors.value(0).contains(u"no certificate"));
    }

    void namesThePortThatNobodyServes()
    {
        QTcpServer gone;
        QVERIFY(gone.listen(QHostAddress::LocalHost));
        const quint16 port = gone.serverPort();
        gone.close();
        Watched watched;
        watched.stream.open(u"127.0.0.1"_s, port, Stream::Security::Tls);
        QTRY_COMPARE(watched.errors.size(), 1);
        QVERIFY2(watched.errors.first().contains(QString::number(port)), qPrintable(watched.errors.first()));
    }

    void saysNothingMoreAfterItsEnd()
    {
        Watched watched;
        watched.stream.open(u"127.0.0.1"_s, m_server.serverPort(), Stream::Security::Plain);
        QTRY_COMPARE(watched.opened, 1);
        const std::unique_ptr<QTcpSocket> peer(accepted());
        watched.stream.write("QUIT\r\n");
        watched.stream.close();
        peer->write("221 bye\r\n");
        QTRY_COMPARE(peer->peek(100), QByteArray("QUIT\r\n"));
        QTest::qWait(50);
        QVERIFY(watched.received.isEmpty());
        QVERIFY(watched.errors.isEmpty());
    }

private:
    QTcpSocket *accepted()
    {
        if (!QTest::qWaitFor([this] { return m_server.hasPendingConnections(); }))
            qFatal("nobody came");
        QTcpSocket *peer = m_server.nextPendingConnection();
        peer->setParent(nullptr);
        return peer;
    }

    QTcpServer m_server;
};

PATCHBAY_TESTS(TlsStreams)
#include "tst_tls_stream.moc"
