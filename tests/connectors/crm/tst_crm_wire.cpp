#include "core/net/network_transport.h"
#include "connectors/crm_outcome.h"
#include "net/raw_server.h"
#include "support/recorded_side.h"
#include "support/test_main.h"

#include <QtCore/QTimer>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::RawServer;
using tests::RecordedSide;

namespace {

QByteArray written(const Reply &reply)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(reply.status) + " Said\r\n";
    for (const auto &[name, value] : reply.headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n" + reply.body;
}

QString below(const QUrl &url) { return url.toString(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::FullyEncoded); }

/// A target over real sockets: its vendor answers from the recordings, but the creation as the test says. Whoever goes
/// to another host reaches `elsewhere`.
struct WireDesk {
    RecordedSide side;
    RawServer::Answer creation;
    int creations = 0;
    RawServer vendor{[this](QTcpSocket *socket) { answer(socket); }};
    RawServer elsewhere{[](QTcpSocket *socket) { socket->write(written({200, {}, "{}"})); }};
    NetworkTransport transport{[this](const QUrl &url) {
        const bool away = url.host() == QLatin1String("elsewhere.example");
        return (away ? elsewhere : vendor).url(below(url));
    }};
    tests::HandClock clock;
    std::unique_ptr<CrmConnector> connector;

    WireDesk(const QString &id, RawServer::Answer onCreation, int deadline = 15000)
        : side(RecordedSide::of(id))
        , creation(std::move(onCreation))
    {
        clock.at = tests::timeOf(side.create);
        ConnectorServices services{&transport, {}, &clock, [] { return 0.0; }};
        services.storeSecret = [](AccountConfig, QString, QString) { return tests::CrmBench::storedNow(); };
        const Catalog catalog = makeCatalog(services, id);
        AccountConfig account = tests::accountOf(side.create, *catalog.crm(id));
        account.settings.insert(u"deadline_ms"_s, deadline);
        connector = catalog.crm(id)->create(account);
    }

    Result<Receipt> deliver()
    {
        int passes = 0;
        return tests::delivered(*connector, side.create, &passes);
    }

    void answer(QTcpSocket *socket)
    {
        const QByteArray request = vendor.requests.last();
        const QList<QByteArray> line = request.left(request.indexOf('\r')).split(' ');
        const QByteArray body = request.mid(request.indexOf("\r\n\r\n") + 4);
        const auto match = side.match(line.value(0), QUrl::fromEncoded(line.value(1)), body, false);
        if (match.part != RecordedSide::Part::Create) {
            socket->write(written(match.reply));
            return;
        }
        ++creations;
        creation(socket);
    }
};

} // namespace

/// Each CRM over real sockets, where the other side's answer to the creation is none that one can wait for or follow.
class TestCrmWire : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void creates_data() { targets(); }
    void creates();
    void sendsNothingToWhereARedirectLeads_data() { targets(); }
    void sendsNothingToWhereARedirectLeads();
    void doesNotReadAnAnswerWithoutEnd_data() { targets(); }
    void doesNotReadAnAnswerWithoutEnd();
    void doesNotWaitForASlowDrip_data() { targets(); }
    void doesNotWaitForASlowDrip();

private:
    void targets();
};

void TestCrmWire::targets()
{
    QTest::addColumn<QString>("id");
    const Catalog &catalog = tests::wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms)
        QTest::addRow("%s", qPrintable(crm.id)) << crm.id;
}

void TestCrmWire::creates()
{
    QFETCH(QString, id);
    const Reply created = RecordedSide::of(id).created();
    WireDesk desk(id, [created](QTcpSocket *socket) { socket->write(written(created)); });
    const Result<Receipt> receipt = desk.deliver();
    QVERIFY2(receipt.ok(), receipt.ok() ? "" : qPrintable(receipt.error().message));
    QCOMPARE(receipt->externalId, desk.side.create.expected()[u"id"_s].toString());
    QCOMPARE(desk.creations, 1);
}

void TestCrmWire::sendsNothingToWhereARedirectLeads()
{
    QFETCH(QString, id);
    for (const int status : {302, 307}) {
        Reply away{status, {}, ""};
        away.headers.emplaceBack("location", "https://elsewhere.example/take");
        WireDesk desk(id, [away](QTcpSocket *socket) { socket->write(written(away)); });
        const Result<Receipt> receipt = desk.deliver();
        QVERIFY(!receipt.ok());
        QCOMPARE(receipt.error().ambiguous, status == 302); // what web applications answer after having acted
        QVERIFY2(receipt.error().message.contains(u"elsewhere.example"_s), qPrintable(receipt.error().message));
        QCOMPARE(desk.creations, 1);
        QCOMPARE(desk.elsewhere.connections, 0);
    }
}

void TestCrmWire::doesNotReadAnAnswerWithoutEnd()
{
    QFETCH(QString, id);
    Reply large{200, {}, QByteArray(50 * 1024 * 1024, ' ')};
    large.headers.emplaceBack("content-type", "application/json");
    WireDesk desk(id, [&large](QTcpSocket *socket) { socket->write(written(large)); });
    const Result<Receipt> receipt = desk.deliver();
    QVERIFY(!receipt.ok());
    QCOMPARE(kindName(receipt.error().kind), kindName(Error::Kind::Protocol));
    QVERIFY(receipt.error().ambiguous);
    QCOMPARE(desk.creations, 1);
}

void TestCrmWire::doesNotWaitForASlowDrip()
{
    QFETCH(QString, id);
    constexpr int deadline = 1500;
    const auto drip = [](QTcpSocket *socket) {
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n");
        auto *timer = new QTimer(socket);
        QObject::connect(timer, &QTimer::timeout, socket, [socket] { socket->write(" "); });
        timer->start(20);
    };
    WireDesk desk(id, drip, deadline);
    const Result<Receipt> receipt = desk.deliver();
    QVERIFY(!receipt.ok());
    QCOMPARE(kindName(receipt.error().kind), kindName(Error::Kind::Timeout));
    QVERIFY(receipt.error().ambiguous);
    QCOMPARE(desk.creations, 1);
}

PATCHBAY_TESTS(TestCrmWire)
#include "tst_crm_wire.moc"
