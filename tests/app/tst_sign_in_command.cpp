#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpSocket>

#include <memory>

using namespace Qt::StringLiterals;
using patchbay::tests::CtlResult;
using patchbay::tests::runCtl;

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
                        "\"Local tasks\" has no sign-in with a browser")}) {
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
