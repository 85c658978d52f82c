#include "app/gateway/http_face.h"
#include "support/await.h"
#include "support/raw_http.h"
#include "support/test_main.h"

#include <QtCore/QSemaphore>

#include <atomic>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::rawExchange;
using tests::rawExchanges;
using tests::rawGet;
using tests::rawPost;

/// The HTTP server of the gateway against senders that are large, slow, many, or say two things at once.
class TestHttpFace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_limits = GatewayLimits();
        m_handed = 0;
        m_gate.tryAcquire(m_gate.available());
        m_held = false;
    }

    void cleanup() { m_face.reset(); }

    void handsOverTheBytesAsTheyCame()
    {
        listen();
        const QByteArray body("{\"n\": 12345678901234567890, \"t\":\"\xc3\x84\"}");
        const auto answer = rawExchange(m_port, rawPost("/known/a%20b?x=1%2B1&y=a+b&x=2", body, "X-Mark: One\r\n"));
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.has("connection: close"));
        QCOMPARE(m_last.hook.body, body);
        QCOMPARE(m_last.path, u"/known/a b"_s);
        QCOMPARE(m_last.hook.parameter(u"x"_s), u"1+1"_s);
        QCOMPARE(m_last.hook.parameter(u"y"_s), u"a b"_s);
        QCOMPARE(m_last.hook.header("x-mark"), QByteArray("One"));
        QCOMPARE(m_last.hook.method, QByteArray("POST"));
    }

    void readsChunksAsOneBody()
    {
        listen();
        const auto answer = rawExchange(
            m_port,
            "POST /known HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n");
        QCOMPARE(answer.status, 200);
        QCOMPARE(m_last.hook.body, QByteArray("abcdefg"));
    }

    void refusesWhatIsNoPlainRequest_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        const QByteArray start("POST /known HTTP/1.1\r\nHost: x\r\n");
        QTest::newRow("a length and chunks")
            << start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            << 400;
        QTest::newRow("two lengths") << start + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" << 400;
        QTest::newRow("a length that is no number") << start + "Content-Length: +4\r\n\r\nabcd" << 400;
        QTest::newRow("another coding") << start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" << 400;
        QTest::newRow("no length") << start + "\r\n" << 411;
        QTest::newRow("too large by its length")
            << start + "Content-Length: 5000\r\n\r\n" + QByteArray(5000, 'x') << 413;
        QTest::newRow("too large by its chunks")
            << start + "Transfer-Encoding: chunked\r\n\r\n1388\r\n" + QByteArray(5000, 'x') + "\r\n0\r\n\r\n"
            << 413;
        QTest::newRow("packed") << start + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd" << 415;
        QTest::newRow("a form with files")
            << start + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 4\r\n\r\nabcd" << 415;
        QTest::newRow("another method") << QByteArray("DELETE /known HTTP/1.1\r\nHost: x\r\n\r\n") << 405;
        QTest::newRow("a look with a body")
            << QByteArray("GET /known HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab") << 400;
        QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n") << 400;
        QTest::newRow("headers without an end")
            << start + "X-Long: " + QByteArray(6000, 'a') + "\r\nX-More: " + QByteArray(6000, 'b') + "\r\n\r\n"
            << 400;
        QTest::newRow("an unknown path") << rawGet("/other") << 404;
        QTest::newRow("an unknown path with a body") << rawPost("/other", "abcd") << 404;
    }
    void refusesWhatIsNoPlainRequest()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        m_limits.body = 4096;
        m_limits.head = 8192;
        listen();
        const auto answer = rawExchange(m_port, request);
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.body, QByteArray());
        QCOMPARE(m_handed.load(), 0);
    }

    void closesOnWhoIsSlow_data()
    {
        QTest::addColumn<QByteArray>("beginning");
        QTest::newRow("with the headers") << QByteArray("POST /known HTTP/1.1\r\nHost: x\r\n");
        QTest::newRow("with the body") << QByteArray(
            "POST /known HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nab");
    }
    void closesOnWhoIsSlow()
    {
        QFETCH(QByteArray, beginning);
        m_limits.headTime = m_limits.bodyTime = std::chrono::milliseconds(200);
        listen();
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, m_port);
        QVERIFY(socket.waitForConnected());
        socket.write(beginning);
        // A byte now and then would keep a server busy that bounds only the wait for each of them.
        for (int i = 0; i < 400 && socket.state() == QAbstractSocket::ConnectedState; ++i) {
            socket.write("a");
            socket.waitForReadyRead(20);
        }
        QCOMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(m_handed.load(), 0);
    }

    void answersALookWithoutItsBody()
    {
        listen();
        const auto answer = rawExchange(m_port, "HEAD /known HTTP/1.1\r\nHost: x\r\n\r\n");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray());
    }

    void turnsAwayWhatIsTooMuchAndSaysWhen()
    {
        m_limits.workers = 2;
        m_limits.perProxy = 2;
        m_limits.waiting = 0;
        m_held = true;
        listen();
        QTcpSocket first, second;
        for (QTcpSocket *socket : {&first, &second}) {
            socket->connectToHost(u"127.0.0.1"_s, m_port);
            QVERIFY(socket->waitForConnected());
        }
        // Nothing may wait: what comes beyond those that are in work is turned away at once.
        const auto answer = rawExchange(m_port, rawPost("/known", "{}"));
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.has("retry-after: 5"));
        QVERIFY(m_face->figures().turnedAway > 0);
        m_gate.release(10);
    }

    void boundsTheConnectionsOfOneAddress()
    {
        m_limits.workers = 8;
        m_limits.perProxy = 2;
        m_held = true;
        listen();
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 2; ++i) {
            sockets.push_back(std::make_unique<QTcpSocket>());
            sockets.back()->connectToHost(u"127.0.0.1"_s, m_port);
            QVERIFY(sockets.back()->waitForConnected());
            sockets.back()->write(rawPost("/known", "{}"));
            QVERIFY(sockets.back()->waitForBytesWritten());
        }
        QTRY_COMPARE(m_handed.load(), 2);
        QCOMPARE(rawExchange(m_port, rawPost("/known", "{}")).status, 503);
        m_gate.release(10);
        for (const auto &socket : sockets) {
            QVERIFY(socket->waitForReadyRead());
            QCOMPARE(tests::rawAnswerFrom(socket->readAll()).status, 200);
        }
        QCOMPARE(rawExchange(m_port, rawPost("/known", "{}")).status, 200);
    }

    void answersWhatIsUnderWayBeforeItEnds()
    {
        m_held = true;
        listen();
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, m_port);
        QVERIFY(socket.waitForConnected());
        socket.write(rawPost("/known", "{}"));
        QVERIFY(socket.waitForBytesWritten());
        QTRY_COMPARE(m_handed.load(), 1);
        QFuture<Result<Done>> ending = m_face->close();
        QVERIFY(!ending.isFinished());
        m_gate.release(10);
        QVERIFY(socket.waitForReadyRead());
        QCOMPARE(tests::rawAnswerFrom(socket.readAll()).status, 200);
        QVERIFY(tests::waitFor(ending));
        QTcpSocket late;
        late.connectToHost(u"127.0.0.1"_s, m_port);
        QVERIFY(!late.waitForConnected(2000));
    }

    void saysWhenThePortIsTaken()
    {
        listen();
        HttpFace second(
            m_limits, [](const QString &) { return true; }, [](GatewayRequest) { return GatewayReply(); });
        const Result<int> taken = second.listen(u"127.0.0.1"_s, m_port);
        QVERIFY(!taken);
        QVERIFY2(taken.error().message.contains(QString::number(m_port)), qPrintable(taken.error().message));
    }

private:
    void listen()
    {
        m_face = std::make_unique<HttpFace>(
            m_limits, [](const QString &path) { return path.startsWith("/known"_L1); },
            [this](GatewayRequest request) {
                m_last = std::move(request);
                ++m_handed;
                if (m_held)
                    m_gate.tryAcquire(1, 20000);
                GatewayReply reply;
                reply.reply.body = "{}";
                return reply;
            });
        const Result<int> port = m_face->listen(u"127.0.0.1"_s, 0);
        QVERIFY(port);
        m_port = quint16(*port);
    }

    GatewayLimits m_limits;
    std::unique_ptr<HttpFace> m_face;
    quint16 m_port = 0;
    GatewayRequest m_last; ///< read when its answer has come
    std::atomic<int> m_handed{0};
    std::atomic<bool> m_held{false};
    QSemaphore m_gate;
};

PATCHBAY_TESTS(TestHttpFace)

#include "tst_http_face.moc"
