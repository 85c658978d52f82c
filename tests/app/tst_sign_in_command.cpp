#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::runCtl;

namespace {

/// A vendor on this computer that hands out a code for another device, and a refresh token at the second question.
class CodeVendor final : public QTcpServer {
public:
    CodeVendor()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        });
    }
    QString at(const QString &path) const { return u"http://127.0.0.1:%1"_s.arg(serverPort()) + path; }

    QByteArrayList asked = {}; ///< the forms of the requests

private:
    void read(QTcpSocket *socket)
    {
        const QByteArray request = socket->peek(65536);
        const qsizetype head = request.indexOf("\r\n\r\n");
        const qsizetype field = request.toLower().indexOf("content-length:");
        if (head < 0 || field < 0)
            return;
        const int length = request.mid(field + 15, request.indexOf('\r', field) - field - 15).trimmed().toInt();
        if (request.size() < head + 4 + length)
            return;
        asked << request.mid(head + 4);
        const bool pending = asked.size() == 2;
        QJsonObject said{{u"access_token"_s, u"far-access"_s}, {u"refresh_token"_s, u"far-refresh"_s}};
        if (pending)
            said = {{u"error"_s, u"authorization_pending"_s}};
        if (request.startsWith("POST /devicecode ")) {
            said = {{u"device_code"_s, u"far-device"_s},
                    {u"user_code"_s, u"WDJB-MJHT"_s},
                    {u"interval"_s, 1},
                    {u"verification_uri"_s, at(u"/link"_s)}};
        }
        const QByteArray body = QJsonDocument(said).toJson();
        socket->readAll();
        socket->write(QByteArray(pending ? "HTTP/1.1 400 Bad Request" : "HTTP/1.1 200 OK")
                      + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                      + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }
};

} // namespace

/// `channels login` and `targets login`: the address for the browser, and who comes back from there.
class SignInCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_folder->path()).mkdir(u"secrets"_s));
        QFile::setPermissions(m_folder->filePath(u"secrets"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QCOMPARE(ctl({u"init"_s}).status, 0);
    }

    void refusesWhatCannotSignInWithABrowser()
    {
        addMailbox({});
        for (const auto &[arguments, says] :
             {std::pair(QStringList{u"channels"_s, u"login"_s, u"Sales"_s}, "There is no channel \"Sales\"."),
              std::pair(QStringList{u"channels"_s, u"login"_s, u"Support"_s}, "This mailbox signs in with a password."),
              std::pair(QStringList{u"targets"_s, u"login"_s, u"Sales"_s}, "There is no target \"Sales\"."),
              std::pair(QStringList{u"targets"_s, u"login"_s, u"Local tasks"_s},
                        "\"Local tasks\" has no sign-in with a browser"),
              std::pair(QStringList{u"channels"_s, u"login"_s, u"Support"_s, u"--device"_s},
                        "This mailbox signs in with a password.")}) {
            const CtlResult refused = ctl(arguments);
            QCOMPARE(refused.status, 1);
            QVERIFY2(refused.err.contains(says), refused.err.constData());
        }
    }

    void sendsThePersonToTheMailProviderAndSaysWhoRefused()
    {
        addMailbox({u"sign_in=google"_s, u"client_id=desk"_s});
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL),
                      everywhere() + QStringList{u"channels"_s, u"login"_s, u"Support"_s});
        QByteArray said;
        const auto hasSaidWhere = [&] {
            said += program.readAllStandardError();
            return said.contains("https://") && said.endsWith('\n');
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasSaidWhere(), 20000);
        QVERIFY2(said.startsWith("Open this address in a browser on this computer:\n"), said.constData());
        const QUrl page(QString::fromUtf8(said.trimmed().split('\n').last()));
        QCOMPARE(page.host(), u"accounts.google.com"_s);
        const QUrlQuery query(page);
        QCOMPARE(query.queryItemValue(u"client_id"_s), u"desk"_s);
        QCOMPARE(query.queryItemValue(u"code_challenge_method"_s), u"S256"_s);
        const QUrl back(query.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded));
        QCOMPARE(back.host(), u"127.0.0.1"_s);

        QTcpSocket browser; // whose person said no over there
        browser.connectToHost(back.host(), quint16(back.port()));
        browser.write("GET /?error=access_denied&state=" + query.queryItemValue(u"state"_s).toLatin1()
                      + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        QTRY_COMPARE_WITH_TIMEOUT(program.state(), QProcess::NotRunning, 20000);
        QCOMPARE(program.exitCode(), 1);
        said += program.readAllStandardError();
        QVERIFY2(said.contains("access_denied"), said.constData());
        QVERIFY(!QFile::exists(m_folder->filePath(u"secrets/Support.refresh_token"_s)));
    }

    void showsACodeForAnotherDeviceAndKeepsWhatTheVendorGave()
    {
        CodeVendor vendor;
        QStringList arguments{u"targets"_s, u"add"_s, u"dynamics"_s, u"--name"_s, u"Tracker"_s};
        for (const QString &one :
             {u"url="_s + vendor.at({}), u"token_url="_s + vendor.at(u"/token"_s), u"allow_http=true"_s, u"tenant=t7"_s,
              u"client_id=desk"_s, u"sign_in=refresh_token"_s})
            arguments << u"--set"_s << one;
        const CtlResult added = ctl(arguments);
        QVERIFY2(added.status == 0, added.err.constData());
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL),
                      everywhere() + QStringList{u"targets"_s, u"login"_s, u"Tracker"_s, u"--device"_s, u"--json"_s});
        QTRY_COMPARE_WITH_TIMEOUT(program.state(), QProcess::NotRunning, 30000);
        const QByteArray said = program.readAllStandardError();
        QVERIFY2(program.exitCode() == 0, said.constData());
        const QByteArray page = vendor.at(u"/link"_s).toUtf8();
        QCOMPARE(said,
                 "Open this address in a browser on any device:\n" + page
                     + "\nEnter this code there:\nWDJB-MJHT\nIt is valid for 10 min.\n");
        QVERIFY(!program.readAllStandardOutput().contains("far-"));
        QCOMPARE(vendor.asked.size(), 3);
        QVERIFY2(vendor.asked.last().contains("device_code=far-device"), vendor.asked.last().constData());
        QFile kept(m_folder->filePath(u"secrets/Tracker.refresh_token"_s));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll().trimmed(), "far-refresh");
    }

    void saysWhichTargetsHandOutNoCodes()
    {
        const CtlResult added =
            ctl({u"targets"_s, u"add"_s, u"asana"_s, u"--name"_s, u"Tracker"_s, u"--set"_s, u"project=7"_s, u"--set"_s,
                 u"sign_in=browser"_s, u"--set"_s, u"client_id=desk"_s});
        QVERIFY2(added.status == 0, added.err.constData());
        const CtlResult refused = ctl({u"targets"_s, u"login"_s, u"Tracker"_s, u"--device"_s});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("hands out no codes for another device"), refused.err.constData());
    }

private:
    QStringList everywhere() const
    {
        return {u"--workspace"_s, m_folder->filePath(u"desk.patchbay"_s), u"--secrets"_s,
                m_folder->filePath(u"secrets"_s)};
    }
    CtlResult ctl(const QStringList &arguments) const { return runCtl(everywhere() + arguments); }

    void addMailbox(const QStringList &settings) const
    {
        QStringList arguments{u"channels"_s, u"add"_s, u"mail"_s, u"--name"_s, u"Support"_s};
        for (const QString &one :
             QStringList{u"address=support@example.test"_s, u"imap_host=127.0.0.1"_s, u"smtp_host=127.0.0.1"_s}
                 + settings)
            arguments << u"--set"_s << one;
        const CtlResult added = ctl(arguments);
        QVERIFY2(added.status == 0, added.err.constData());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};
PATCHBAY_TESTS(SignInCommand)

#include "tst_sign_in_command.moc"
