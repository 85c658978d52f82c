#include "core/net/network_web_socket.h"
#include "raw_server.h"
#include "support/test_main.h"

#include <QtCore/QCryptographicHash>
#include <QtWebSockets/QWebSocket>
#include <QtWebSockets/QWebSocketServer>

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// What a connection told, in order.
struct HeardSocket {
    explicit HeardSocket(WebSocketLimits limits = {})
        : socket(makeNetworkWebSocket(limits))
    {
        QObject::connect(socket.get(), &WebSocket::opened, socket.get(), [this] { isOpen = true; });
        QObject::connect(socket.get(), &WebSocket::received, socket.get(),
                         [this](const QByteArray &message, bool isText) {
                             messages << message;
                             texts << isText;
                         });
        QObject::connect(socket.get(), &WebSocket::closed, socket.get(),
                         [this](int with, const QString &why, const Error &error) {
                             ++ends;
                             code = with;
                             reason = why;
                             fault = error;
                         });
    }

    std::unique_ptr<WebSocket> socket;
    bool isOpen = false;
    QList<QByteArray> messages;
    QList<bool> texts;
    int ends = 0;
    int code = -1;
    QString reason;
    Error fault;
};

/// A server on loopback that speaks WebSocket in clear.
struct FarSocket {
    FarSocket()
        : server(u"far"_s, QWebSocketServer::NonSecureMode)
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QWebSocketServer::newConnection, &server, [this] {
            peer = server.nextPendingConnection();
            QObject::connect(peer, &QWebSocket::textMessageReceived, peer,
                             [this](const QString &text) { heard << text; });
        });
    }
    QUrl url() const { return QUrl(u"ws://127.0.0.1:%1/live?ticket=geheim-4f1c"_s.arg(server.serverPort())); }

    QWebSocketServer server;
    QWebSocket *peer = nullptr;
    QStringList heard;
};

} // namespace

class TestWebSocket : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void carriesWholeMessagesBothWays();
    void tellsTheClosingCodeOnce();
    void endsWithAMessageThatIsTooLarge();
    void opensNothingButEncryptedAddressesElsewhere();
    void followsNoRedirect();
    void endsWhereTheHandshakeDoesNotCome();
    void endsWhereNobodyAnswersAPing();
    void tellsThatNobodyListens();
    void saysNothingAfterItWasClosed();
};

void TestWebSocket::carriesWholeMessagesBothWays()
{
    FarSocket far;
    HeardSocket here;
    here.socket->open(far.url());
    QTRY_VERIFY(here.isOpen && far.peer);
    here.socket->send("grüße", true);
    QTRY_COMPARE(far.heard, QStringList{u"grüße"_s});
    far.peer->sendTextMessage(u"hello"_s);
    far.peer->sendBinaryMessage(QByteArray("\0\1", 2));
    QTRY_COMPARE(here.messages, QList<QByteArray>({"hello", QByteArray("\0\1", 2)}));
    QCOMPARE(here.texts, QList<bool>({true, false}));
    QCOMPARE(here.ends, 0);
}

void TestWebSocket::tellsTheClosingCodeOnce()
{
    FarSocket far;
    HeardSocket here;
    here.socket->open(far.url());
    QTRY_VERIFY(far.peer);
    far.peer->sendTextMessage(u"last words"_s);
    far.peer->close(QWebSocketProtocol::CloseCode(4004), u"Authentication failed"_s);
    QTRY_COMPARE(here.ends, 1);
    QCOMPARE(here.messages, QList<QByteArray>{"last words"});
    QCOMPARE(here.code, 4004);
    QCOMPARE(here.reason, u"Authentication failed"_s);
    QCOMPARE(int(here.fault.kind), int(Error::Kind::Offline));
    QVERIFY2(here.fault.message.contains(u"127.0.0.1 closed the connection (4004): Authentication failed"),
             qPrintable(here.fault.message));
    QVERIFY(!here.fault.message.contains(u"geheim"));
    QTest::qWait(50);
    QCOMPARE(here.ends, 1);
}

void TestWebSocket::endsWithAMessageThatIsTooLarge()
{
    FarSocket far;
    WebSocketLimits limits;
    limits.message = 1024 * 1024;
    HeardSocket here(limits);
    here.socket->open(far.url());
    QTRY_VERIFY(far.peer && here.isOpen);
    far.peer->sendTextMessage(QString(2 * 1024 * 1024, u'x'));
    QTRY_COMPARE(here.ends, 1);
    QVERIFY(here.messages.isEmpty());
}

void TestWebSocket::opensNothingButEncryptedAddressesElsewhere()
{
    for (const char *address : {"ws://192.0.2.1/x", "http://127.0.0.1/x", "wss://user:word@far.example/x", "wss:///x",
                                "file:///etc/passwd", ""}) {
        HeardSocket here;
        here.socket->open(QUrl(QString::fromLatin1(address)));
        QTRY_COMPARE(here.ends, 1);
        QCOMPARE(int(here.fault.kind), int(Error::Kind::Refused));
        QVERIFY(!here.fault.message.contains(u"word"));
    }
}

void TestWebSocket::followsNoRedirect()
{
    FarSocket far;
    tests::RawServer server([&far](QTcpSocket *socket) {
        socket->write("HTTP/1.1 302 Found\r\nLocation: " + far.url().toEncoded() + "\r\nContent-Length: 0\r\n\r\n");
    });
    HeardSocket here;
    QUrl url = server.url();
    url.setScheme(u"ws"_s);
    here.socket->open(url);
    QTRY_COMPARE(here.ends, 1);
    QVERIFY(!here.isOpen);
    QVERIFY(!far.peer);
    QCOMPARE(int(here.fault.kind), int(Error::Kind::Offline));
}

void TestWebSocket::endsWhereTheHandshakeDoesNotCome()
{
    tests::RawServer server([](QTcpSocket *) {});
    WebSocketLimits limits;
    limits.handshake = 100ms;
    HeardSocket here(limits);
    QUrl url = server.url();
    url.setScheme(u"ws"_s);
    here.socket->open(url);
    QTRY_COMPARE(here.ends, 1);
    QCOMPARE(int(here.fault.kind), int(Error::Kind::Timeout));
}

void TestWebSocket::endsWhereNobodyAnswersAPing()
{
    // A server that greets as RFC 6455 wants it, and then is silent.
    tests::RawServer *self = nullptr;
    tests::RawServer server([&self](QTcpSocket *socket) {
        const QByteArray asked = self->requests.last();
        const qsizetype at = asked.toLower().indexOf("sec-websocket-key:") + 18;
        const QByteArray key = asked.mid(at, asked.indexOf('\r', at) - at).trimmed();
        const QByteArray accepted =
            QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
        socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: "
                      + accepted + "\r\n\r\n");
    });
    self = &server;
    WebSocketLimits limits;
    limits.ping = 100ms;
    HeardSocket here(limits);
    QUrl url = server.url();
    url.setScheme(u"ws"_s);
    here.socket->open(url);
    QTRY_VERIFY(here.isOpen);
    QTRY_COMPARE(here.ends, 1);
    QCOMPARE(here.fault.message, u"127.0.0.1 does not answer any more."_s);
}

void TestWebSocket::tellsThatNobodyListens()
{
    QUrl url;
    {
        FarSocket far;
        url = far.url();
    }
    HeardSocket here;
    here.socket->open(url);
    QTRY_COMPARE(here.ends, 1);
    QCOMPARE(int(here.fault.kind), int(Error::Kind::Offline));
    QVERIFY2(here.fault.message.startsWith(u"No connection to 127.0.0.1: "), qPrintable(here.fault.message));
    QVERIFY(!here.fault.message.contains(u"geheim"));
}

void TestWebSocket::saysNothingAfterItWasClosed()
{
    FarSocket far;
    HeardSocket here;
    here.socket->open(far.url());
    QTRY_VERIFY(far.peer && here.isOpen);
    here.socket->close();
    far.peer->sendTextMessage(u"late"_s);
    QTest::qWait(100);
    QVERIFY(here.messages.isEmpty());
    QCOMPARE(here.ends, 0);
}

PATCHBAY_TESTS(TestWebSocket)
#include "tst_web_socket.moc"
