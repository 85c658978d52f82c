#include "core/net/network_transport.h"
#include "raw_server.h"
#include "support/await.h"
#include "support/test_main.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslKey>
#include <QtNetwork/QSslServer>

using namespace patchbay;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using tests::RawServer;

namespace {

RawServer::Answer says(const QByteArray &bytes)
{
    return [bytes](QTcpSocket *socket) { socket->write(bytes); };
}

Request get(const QUrl &url, std::chrono::milliseconds deadline = 5s) { return Request("GET", url).deadline(deadline); }

Request post(const QUrl &url, std::chrono::milliseconds deadline = 5s)
{
    return Request("POST", url).json({{u"subject"_s, u"hello"_s}}).deadline(deadline);
}

} // namespace

class TestNetworkTransport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void carriesARequestAndItsAnswer();
    void carriesThePostThatOnlyReads();
    void givesAnyStatusAsAReply_data();
    void givesAnyStatusAsAReply();
    void neverSendsAChangeTwiceWhenTheAnswerIsLost_data();
    void neverSendsAChangeTwiceWhenTheAnswerIsLost();
    void knowsThatARefusedConnectionSentNothing();
    void knowsThatAnUnknownHostWasSentNothing();
    void callsASilentServerATimeout();
    void callsADripADeadline();
    void callsABrokenOffAnswerAmbiguous();
    void refusesTooLargeABody();
    void refusesTooLargeHeaders();
    void refusesAnAnswerWithoutEnd();
    void refusesACompressedAnswer();
    void keepsNoCookie();
    void doesNotFollowRedirects();
    void changesWithAConnectionOfItsOwn();
    void stopsWhenItsScopeEnds();
    void refusesACertificateThatNobodyVouchesFor();
    void refusesOtherSchemes();
    void sendsToTheRewrittenAddress();
};

void TestNetworkTransport::carriesARequestAndItsAnswer()
{
    RawServer server(says("HTTP/1.1 201 Created\r\nX-Thing: 1\r\nContent-Length: 2\r\n\r\n{}"));
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(post(server.url(u"/a%2Fb?c=d%20e"_s))));
    QVERIFY2(reply.ok(), qPrintable(reply.ok() ? QString() : reply.error().message));
    QCOMPARE(reply->status, 201);
    QCOMPARE(reply->body, QByteArray("{}"));
    QCOMPARE(reply->header("x-thing"), QByteArray("1"));
    QCOMPARE(server.requests.size(), 1);
    const QByteArray sent = server.requests.first();
    QVERIFY2(sent.startsWith("POST /a%2Fb?c=d%20e HTTP/1.1\r\n"), sent.constData());
    QVERIFY(sent.endsWith("\r\n\r\n{\"subject\":\"hello\"}"));
    QVERIFY(sent.toLower().contains("content-type: application/json\r\n"));
}

/// A search or a sign-in: what may be repeated is still a POST with its body.
void TestNetworkTransport::carriesThePostThatOnlyReads()
{
    RawServer server(says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(post(server.url(u"/search"_s)).reading()));
    QVERIFY2(reply.ok(), qPrintable(reply.ok() ? QString() : reply.error().message));
    QCOMPARE(server.requests.size(), 1);
    const QByteArray sent = server.requests.first();
    QVERIFY2(sent.startsWith("POST /search HTTP/1.1\r\n"), sent.constData());
    QVERIFY(sent.endsWith("\r\n\r\n{\"subject\":\"hello\"}"));
}

void TestNetworkTransport::givesAnyStatusAsAReply_data()
{
    QTest::addColumn<int>("status");
    for (int status : {200, 204, 301, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503})
        QTest::addRow("%d", status) << status;
}

void TestNetworkTransport::givesAnyStatusAsAReply()
{
    QFETCH(int, status);
    const QByteArray body = status == 204 ? "" : "{\"a\":1}";
    RawServer server(says("HTTP/1.1 " + QByteArray::number(status)
                          + " X\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: "
                          + QByteArray::number(body.size()) + "\r\n\r\n" + body));
    NetworkTransport transport;
    for (const Request &request : {get(server.url()), post(server.url())}) {
        const Result<Reply> reply = tests::await(transport.perform(request));
        QVERIFY2(reply.ok(), qPrintable(reply.ok() ? QString() : reply.error().message));
        QCOMPARE(reply->status, status);
        QCOMPARE(reply->body, body);
    }
    QCOMPARE(server.requests.size(), 2);
}

void TestNetworkTransport::neverSendsAChangeTwiceWhenTheAnswerIsLost_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    for (const char *method : {"POST", "PUT", "PATCH", "DELETE"}) {
        QTest::addRow("%s", method) << QByteArray(method) << QByteArray("{}");
        QTest::addRow("%s without a body", method) << QByteArray(method) << QByteArray();
    }
}

void TestNetworkTransport::neverSendsAChangeTwiceWhenTheAnswerIsLost()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    for (const bool reset : {false, true}) {
        RawServer server([reset](QTcpSocket *socket) { reset ? socket->abort() : socket->disconnectFromHost(); });
        NetworkTransport transport;
        Request request = Request(method, server.url()).deadline(2s);
        if (!body.isEmpty())
            request = Request(request).body(body, "application/json");
        const Result<Reply> reply = tests::await(transport.perform(request));
        QVERIFY(!reply.ok());
        QVERIFY2(reply.error().ambiguous, qPrintable(reply.error().message));
        QTest::qWait(50);
        QCOMPARE(server.requests.size(), 1);
    }
}

void TestNetworkTransport::knowsThatARefusedConnectionSentNothing()
{
    RawServer server(says(""));
    const QUrl url = server.url();
    server.close();
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(post(url)));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Offline);
    QVERIFY(!reply.error().ambiguous);
    QVERIFY(reply.error().message.contains(u"127.0.0.1"_s));
}

void TestNetworkTransport::knowsThatAnUnknownHostWasSentNothing()
{
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(post(QUrl(u"http://no-such-host.invalid/"_s))));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Offline);
    QVERIFY(!reply.error().ambiguous);
}

void TestNetworkTransport::callsASilentServerATimeout()
{
    RawServer server([](QTcpSocket *) {});
    NetworkTransport transport;
    const Result<Reply> write = tests::await(transport.perform(post(server.url(), 200ms)));
    QVERIFY(!write.ok());
    QCOMPARE(write.error().kind, Error::Kind::Timeout);
    QVERIFY(write.error().ambiguous);
    const Result<Reply> read = tests::await(transport.perform(get(server.url(), 200ms)));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().kind, Error::Kind::Timeout);
    QVERIFY(!read.error().ambiguous);
}

void TestNetworkTransport::callsADripADeadline()
{
    RawServer server([](QTcpSocket *socket) {
        socket->write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        auto *timer = new QTimer(socket);
        QObject::connect(timer, &QTimer::timeout, socket, [socket] { socket->write("x"); });
        timer->start(20);
    });
    NetworkTransport transport;
    const auto start = std::chrono::steady_clock::now();
    const Result<Reply> reply = tests::await(transport.perform(post(server.url(), 300ms)));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Timeout);
    QVERIFY(reply.error().ambiguous);
    QVERIFY(std::chrono::steady_clock::now() - start < 3s);
}

void TestNetworkTransport::callsABrokenOffAnswerAmbiguous()
{
    RawServer server([](QTcpSocket *socket) {
        socket->write("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"id\":");
        socket->disconnectFromHost();
    });
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(post(server.url())));
    QVERIFY(!reply.ok());
    QVERIFY(reply.error().ambiguous);
    QCOMPARE(server.requests.size(), 1);
}

void TestNetworkTransport::refusesTooLargeABody()
{
    const QByteArray body(200'000, 'x');
    RawServer server(says("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + body));
    NetworkTransport small({}, {100'000, 64 * 1024});
    const Result<Reply> refused = tests::await(small.perform(post(server.url())));
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().kind, Error::Kind::Protocol);
    QVERIFY(refused.error().ambiguous);
    NetworkTransport large({}, {200'000, 64 * 1024});
    const Result<Reply> taken = tests::await(large.perform(get(server.url())));
    QVERIFY(taken.ok());
    QCOMPARE(taken->body, body);
}

void TestNetworkTransport::refusesTooLargeHeaders()
{
    QByteArray headers;
    for (int i = 0; i < 20; ++i)
        headers += "X-Filler-" + QByteArray::number(i) + ": " + QByteArray(4000, 'x') + "\r\n";
    RawServer server(says("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 0\r\n\r\n"));
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(get(server.url())));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
}

void TestNetworkTransport::refusesAnAnswerWithoutEnd()
{
    RawServer server([](QTcpSocket *socket) {
        socket->write("HTTP/1.1 200 OK\r\n\r\n");
        auto *timer = new QTimer(socket);
        QObject::connect(timer, &QTimer::timeout, socket, [socket] { socket->write(QByteArray(1 << 20, 'x')); });
        timer->start(1);
    });
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(get(server.url(), 15s)));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
}

void TestNetworkTransport::refusesACompressedAnswer()
{
    RawServer server(says("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"));
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(get(server.url())));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Protocol);
    QVERIFY(server.requests.first().toLower().contains("accept-encoding: identity\r\n"));
}

void TestNetworkTransport::keepsNoCookie()
{
    RawServer server(says("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"));
    NetworkTransport transport;
    QVERIFY(tests::await(transport.perform(get(server.url()))).ok());
    QVERIFY(tests::await(transport.perform(get(server.url()))).ok());
    QCOMPARE(server.requests.size(), 2);
    QVERIFY(!server.requests.last().toLower().contains("cookie"));
}

void TestNetworkTransport::doesNotFollowRedirects()
{
    RawServer server(says("HTTP/1.1 307 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
    NetworkTransport transport;
    const Result<Reply> reply = tests::await(transport.perform(post(server.url())));
    QVERIFY2(reply.ok(), qPrintable(reply.ok() ? QString() : reply.error().message));
    QCOMPARE(reply->status, 307);
    QCOMPARE(reply->header("location"), QByteArray("/elsewhere"));
    QCOMPARE(server.requests.size(), 1);
}

void TestNetworkTransport::changesWithAConnectionOfItsOwn()
{
    RawServer server(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    NetworkTransport transport;
    QVERIFY(tests::await(transport.perform(get(server.url()))).ok());
    QVERIFY(tests::await(transport.perform(get(server.url()))).ok());
    QCOMPARE(server.connections, 1); // reads may share one
    QVERIFY(tests::await(transport.perform(post(server.url()))).ok());
    QCOMPARE(server.connections, 2);
    QVERIFY(tests::await(transport.perform(post(server.url()))).ok());
    QCOMPARE(server.connections, 3);
}

void TestNetworkTransport::stopsWhenItsScopeEnds()
{
    RawServer server([](QTcpSocket *) {});
    NetworkTransport transport;
    QFuture<Result<Reply>> future;
    {
        AsyncScope scope;
        future = scope.run(transport.perform(post(server.url())));
        QTRY_COMPARE(server.requests.size(), 1);
    }
    QVERIFY(future.isCanceled());
    QTest::qWait(50);
}

void TestNetworkTransport::refusesACertificateThatNobodyVouchesFor()
{
    QTemporaryDir folder;
    QProcess openssl;
    openssl.start(u"openssl"_s,
                  {u"req"_s, u"-x509"_s, u"-newkey"_s, u"rsa:2048"_s, u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s,
                   u"/CN=127.0.0.1"_s, u"-keyout"_s, folder.filePath(u"key"_s), u"-out"_s,
                   folder.filePath(u"certificate"_s)});
    if (!openssl.waitForFinished(20000) || openssl.exitCode() != 0)
        QSKIP("no openssl program to make a certificate with");
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    QFile key(folder.filePath(u"key"_s));
    QVERIFY(key.open(QIODevice::ReadOnly));
    configuration.setPrivateKey(QSslKey(&key, QSsl::Rsa));
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(folder.filePath(u"certificate"_s)));
    QSslServer server;
    server.setSslConfiguration(configuration);
    QVERIFY(server.listen(QHostAddress::LocalHost));
    qsizetype received = 0;
    connect(&server, &QSslServer::pendingConnectionAvailable, &server, [&server, &received] {
        QTcpSocket *socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket, &received] { received += socket->readAll().size(); });
    });
    NetworkTransport transport;
    const QUrl url(u"https://127.0.0.1:%1/"_s.arg(server.serverPort()));
    const Result<Reply> reply = tests::await(transport.perform(post(url)));
    QVERIFY(!reply.ok());
    QCOMPARE(reply.error().kind, Error::Kind::Offline);
    QVERIFY(!reply.error().ambiguous);
    QVERIFY2(reply.error().message.contains(u"certificate"_s), qPrintable(reply.error().message));
    QTest::qWait(20);
    QCOMPARE(received, 0);
}

void TestNetworkTransport::refusesOtherSchemes()
{
    NetworkTransport transport;
    for (const char *url : {"file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,x", "qrc:/x", "http:///x"}) {
        const Result<Reply> reply = tests::await(transport.perform(get(QUrl(QString::fromLatin1(url)))));
        QVERIFY(!reply.ok());
        QCOMPARE(reply.error().kind, Error::Kind::Refused);
    }
}

void TestNetworkTransport::sendsToTheRewrittenAddress()
{
    RawServer server(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const QUrl here = server.url(u"/"_s);
    const auto rewrite = [here](const QUrl &url) {
        QUrl to = url;
        to.setScheme(here.scheme());
        to.setHost(here.host());
        to.setPort(here.port());
        return to;
    };
    NetworkTransport transport(rewrite);
    QVERIFY(tests::await(transport.perform(get(QUrl(u"https://api.vendor.example/v3/x?y=1"_s)))).ok());
    QVERIFY(server.requests.first().startsWith("GET /v3/x?y=1 "));
}

PATCHBAY_TESTS(TestNetworkTransport)
#include "tst_network_transport.moc"
