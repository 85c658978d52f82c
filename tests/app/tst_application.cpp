#include "app/application.h"

#include "support/await.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace Qt::StringLiterals;
using patchbay::tests::await;
using patchbay::tests::StorePlace;

using Opened = Result<std::unique_ptr<Application>>;

namespace {

ApplicationOptions optionsAt(const QString &location, const QString &secrets)
{
    ApplicationOptions options;
    options.location = location;
    options.secretsFolder = secrets;
    options.name = u"Desk"_s;
    options.create = true;
    return options;
}

Opened openAt(AsyncScope &scope, const ApplicationOptions &options)
{
    QFuture<Opened> opening = scope.run(Application::open(options));
    if (!QTest::qWaitFor([&] { return opening.isFinished(); }, 20000))
        return makeError(Error::Kind::Timeout, u"not opened"_s);
    return opening.takeResult();
}

} // namespace

/// Opening a workspace, which may take long, and what it may not do meanwhile.
class ApplicationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void letsTheEventLoopTurnWhileTheDatabaseDoesNotAnswer()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        AsyncScope scope;
        QFuture<Opened> opening = scope.run(Application::open(optionsAt(addressOf(silent), m_folder.path())));
        QElapsedTimer sinceTick;
        qint64 longest = 0;
        sinceTick.start();
        QTimer ticks;
        connect(&ticks, &QTimer::timeout, this, [&] { longest = qMax(longest, sinceTick.restart()); });
        ticks.start(5);
        QTest::qWait(1500);
        longest = qMax(longest, sinceTick.elapsed());
        QVERIFY(silent.hasPendingConnections());
        QVERIFY(!opening.isFinished());
        QVERIFY2(longest < 400, qPrintable(u"the event loop stood still for %1 ms"_s.arg(longest)));
        silent.close();
        delete silent.nextPendingConnection();
        QTRY_VERIFY_WITH_TIMEOUT(opening.isFinished(), 15000);
        QVERIFY(!opening.takeResult().ok());
    }

    void closesAWorkspaceAgainThatNobodyWaitsForAnyMore()
    {
        const ApplicationOptions options = optionsAt(m_folder.filePath(u"left.patchbay"_s), m_folder.path());
        {
            AsyncScope impatient;
            impatient.run(Application::open(options));
        }
        AsyncScope scope;
        bool isOpen = false;
        for (int i = 0; i < 100 && !isOpen; ++i) {
            const Opened opened = openAt(scope, options); // refused as long as the first one holds the lock
            isOpen = opened.ok();
            QTest::qWait(50);
        }
        QVERIFY(isOpen);
    }

    void hearsOfOthersOnTheSameServer()
    {
        const StorePlace place(u"postgres"_s);
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        AsyncScope scope;
        const Opened first = openAt(scope, optionsAt(place.location(), m_folder.path()));
        QVERIFY2(first.ok(), first.ok() ? "" : qPrintable(first.error().message));
        const Opened second = openAt(scope, optionsAt(place.location(), m_folder.path()));
        QVERIFY(second.ok());
        QCOMPARE((*first)->store().thread(), QThread::currentThread());
        QSignalSpy heard(&(*second)->store(), &Store::changed);
        QVERIFY(await((*first)->commands()->addChannel(u"file"_s, u"Files"_s, {})).ok());
        QTRY_VERIFY_WITH_TIMEOUT(heard.count() > 0, 10000);
    }

    void takesTheServersPasswordFromPgpass()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QFile pgpass(m_folder.filePath(u"pgpass"_s));
        QVERIFY(pgpass.open(QIODevice::WriteOnly));
        pgpass.write("127.0.0.1:" + QByteArray::number(server.serverPort()) + ":desk:ana:swordfish\n");
        pgpass.close();
        QVERIFY(pgpass.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        qputenv("PGPASSFILE", pgpass.fileName().toUtf8());
        QByteArray given;
        askForPassword(server, given);
        AsyncScope scope;
        const Opened opened = openAt(scope, optionsAt(addressOf(server), m_folder.path()));
        qunsetenv("PGPASSFILE");
        QVERIFY(!opened.ok());
        QCOMPARE(given, QByteArray("swordfish"));
    }

    void refusesAPasswordInTheAddress()
    {
        AsyncScope scope;
        const Opened opened =
            openAt(scope, optionsAt(u"postgresql://ana:swordfish@127.0.0.1:1/desk"_s, m_folder.path()));
        QVERIFY(!opened.ok());
        QVERIFY2(opened.error().message.contains(u"~/.pgpass"_s), qPrintable(opened.error().message));
        QVERIFY(!opened.error().message.contains(u"swordfish"_s));
        QVERIFY(checkWorkspaceAddress(u"postgresql://ana@127.0.0.1:5432/desk?schema=team"_s).ok());
        QVERIFY(checkWorkspaceAddress(u"/desks/ana/a:b@c.patchbay"_s).ok());
    }

private:
    static QString addressOf(const QTcpServer &server)
    {
        return u"postgresql://ana@127.0.0.1:%1/desk"_s.arg(server.serverPort());
    }

    /// PostgreSQL's side of a sign-in: no encryption, then the wish for a password in clear text.
    static void askForPassword(QTcpServer &server, QByteArray &given)
    {
        connect(&server, &QTcpServer::newConnection, &server, [&server, &given] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, &server, [socket, &given] {
                const QByteArray said = socket->readAll();
                if (said.startsWith('p')) {
                    given = said.mid(5).chopped(1);
                    socket->disconnectFromHost();
                } else if (said.size() == 8) {
                    socket->write("N"); // it asked for encryption
                } else {
                    socket->write(QByteArray::fromHex("520000000800000003"));
                }
            });
        });
    }

    QTemporaryDir m_folder;
};
PATCHBAY_TESTS(ApplicationTest)

#include "tst_application.moc"
