#include "app/gateway/gateway_keeper.h"
#include "support/accounts_rig.h"
#include "support/test_main.h"

#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

bool answersAt(const QString &address)
{
    const QUrl url(address);
    QTcpSocket socket;
    socket.connectToHost(url.host(), quint16(url.port()));
    return QTest::qWaitFor([&socket] { return socket.state() == QAbstractSocket::ConnectedState; }, 5000);
}

/// A port that nobody has at this moment.
int freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

/// A workspace whose connector "open" is called by its platform, and the gateway's keeper in it.
struct KeeperRig {
    KeeperRig()
    {
        for (ChatConnectorInfo &info : rig.catalog.chats)
            info.takesHooks = true;
        settings.port = freePort();
        QObject::connect(&keeper, &GatewayDesk::failed, &keeper,
                         [this](const QString &sentence) { complaints << sentence; });
    }
    Result<Done> store()
    {
        return await(
            rig.desk.store->write([wanted = settings](Database &db) { return writeGatewaySettings(db, wanted); }));
    }
    Result<Done> begin()
    {
        AsyncScope scope;
        return await(scope.run(keeper.begin()));
    }
    Result<Done> addChannel(const QString &name)
    {
        rig.addChannel(u"open"_s, name);
        return await(rig.channels->load());
    }

    AccountsRig rig;
    GatewaySettings settings;
    GatewayKeeper keeper{*rig.desk.store, *rig.channels, *rig.intake, [] { return 0.0; }, 100ms};
    QStringList complaints;
};

} // namespace

/// What starts and ends the console's gateway.
class TestGatewayKeeper : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void listensAsSoonAsAChannelNeedsIt();
    void followsItsSettings();
    void triesABusyPortAgainByItself();
    void doesNotTryAgainForWhatChannelsDo();
    void refusesSettingsThatAreNone();
    void endsForGood();
};

void TestGatewayKeeper::listensAsSoonAsAChannelNeedsIt()
{
    KeeperRig rig;
    QVERIFY(rig.store());
    QVERIFY(rig.begin());
    QVERIFY(rig.keeper.state().listensAt.isEmpty());
    QVERIFY(!rig.keeper.state().isNeeded);
    QVERIFY(rig.addChannel(u"Shop"_s));
    QTRY_COMPARE(rig.keeper.state().listensAt, u"http://127.0.0.1:%1"_s.arg(rig.settings.port));
    QVERIFY(answersAt(rig.keeper.state().listensAt));
    const Gateway *first = rig.keeper.gateway();
    QVERIFY(rig.addChannel(u"Second"_s)); // needs no other one
    QTest::qWait(50);
    QCOMPARE(rig.keeper.gateway(), first);
}

void TestGatewayKeeper::followsItsSettings()
{
    KeeperRig rig;
    QVERIFY(rig.store());
    QVERIFY(rig.addChannel(u"Shop"_s));
    QVERIFY(rig.begin());
    const QString old = rig.keeper.state().listensAt;
    QVERIFY(!old.isEmpty());
    GatewaySettings other = rig.settings;
    other.port = freePort();
    other.publicUrl = u"https://hooks.example.org/"_s;
    QVERIFY(await(rig.keeper.change(other)));
    QCOMPARE(rig.keeper.state().listensAt, u"http://127.0.0.1:%1"_s.arg(other.port));
    QVERIFY(answersAt(rig.keeper.state().listensAt));
    QCOMPARE(rig.keeper.addressOf(u"x"_s), u"https://hooks.example.org/hooks/x"_s);
    other.allowed = false;
    QVERIFY(await(rig.keeper.change(other)));
    QVERIFY(rig.keeper.state().listensAt.isEmpty() && rig.keeper.state().isNeeded);
    QCOMPARE(rig.keeper.addressOf(u"x"_s), u"https://hooks.example.org/hooks/x"_s); // what the platform is told
    other.allowed = true; // by another program, on the command line
    rig.settings = other;
    QVERIFY(rig.store());
    QTRY_VERIFY(!rig.keeper.state().listensAt.isEmpty());
}

void TestGatewayKeeper::triesABusyPortAgainByItself()
{
    KeeperRig rig;
    auto busy = std::make_unique<QTcpServer>();
    QVERIFY(busy->listen(QHostAddress::LocalHost, quint16(rig.settings.port)));
    QVERIFY(rig.store());
    QVERIFY(rig.addChannel(u"Shop"_s));
    QCOMPARE(rig.begin().error().kind, Error::Kind::Offline);
    const GatewayState state = rig.keeper.state();
    QVERIFY2(state.problem.contains(u"port %1"_s.arg(rig.settings.port)), qPrintable(state.problem));
    QVERIFY(state.triesAgainAt && state.listensAt.isEmpty());
    QTest::qWait(400); // several tries
    QCOMPARE(rig.complaints, QStringList{state.problem}); // said once
    QVERIFY(rig.keeper.state().listensAt.isEmpty());
    busy.reset();
    QTRY_VERIFY(!rig.keeper.state().listensAt.isEmpty());
    QVERIFY(rig.keeper.state().problem.isEmpty());
}

void TestGatewayKeeper::doesNotTryAgainForWhatChannelsDo()
{
    KeeperRig rig;
    GatewayKeeper patient(
        *rig.rig.desk.store, *rig.rig.channels, *rig.rig.intake, [] { return 0.0; }, 1h);
    auto busy = std::make_unique<QTcpServer>();
    QVERIFY(busy->listen(QHostAddress::LocalHost, quint16(rig.settings.port)));
    QVERIFY(rig.store());
    QVERIFY(rig.addChannel(u"Shop"_s));
    {
        AsyncScope scope;
        QVERIFY(!await(scope.run(patient.begin())));
    }
    busy.reset();
    QVERIFY(rig.addChannel(u"Second"_s));
    QTest::qWait(100);
    QVERIFY(patient.state().listensAt.isEmpty());
    patient.tryNow(); // a person knows that the port is free
    QTRY_VERIFY(!patient.state().listensAt.isEmpty());
}

void TestGatewayKeeper::refusesSettingsThatAreNone()
{
    KeeperRig rig;
    QVERIFY(rig.store());
    QVERIFY(rig.begin());
    GatewaySettings wrong = rig.settings;
    wrong.publicUrl = u"nonsense"_s;
    QCOMPARE(await(rig.keeper.change(wrong)).error().kind, Error::Kind::Refused);
    QVERIFY(rig.keeper.state().settings.publicUrl.isEmpty());
}

void TestGatewayKeeper::endsForGood()
{
    KeeperRig rig;
    QVERIFY(rig.store());
    QVERIFY(rig.addChannel(u"Shop"_s));
    QVERIFY(rig.begin());
    QVERIFY(!rig.keeper.state().listensAt.isEmpty());
    AsyncScope scope;
    QVERIFY(await(scope.run(rig.keeper.end())));
    QVERIFY(rig.addChannel(u"Second"_s));
    QTest::qWait(50);
    QVERIFY(rig.keeper.state().listensAt.isEmpty());
}

PATCHBAY_TESTS(TestGatewayKeeper)
#include "tst_gateway_keeper.moc"
