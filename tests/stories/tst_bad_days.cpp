#include "support/desk.h"
#include "support/small_disk.h"
#include "support/test_main.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QProcess>

#include <memory>

using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// What goes wrong on a bad day is a sentence that says what to do, and nothing is lost.
class BadDays : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { PATCHBAY_SKIP_WITHOUT_SERVER(m_mail.isThere(), "Dovecot and Exim"); }

    void init()
    {
        m_mail.empty(m_mail.support(), "INBOX");
        m_desk = std::make_unique<Desk>();
        QCOMPARE(m_desk->setUp(m_mail), QString());
    }

    void saysThatAPasswordIsWrong()
    {
        m_desk->writeSecret(u"Support.password"_s, u"certainly-wrong"_s);
        const CtlResult fetched = m_desk->fetch();
        QCOMPARE(fetched.status, 1);
        QVERIFY2(fetched.out.contains("password") || fetched.out.contains("sign in"), fetched.out.constData());
        QVERIFY(!(fetched.out + fetched.err).contains("certainly-wrong"));
    }

    void refusesASecretThatOthersCanRead()
    {
        const QString path = m_desk->secretsFolder() + u"/Support.password"_s;
        QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
        const CtlResult fetched = m_desk->fetch();
        QCOMPARE(fetched.status, 1);
        QVERIFY2((fetched.out + fetched.err).contains("chmod 600"), (fetched.out + fetched.err).constData());
    }

    void refusesASecretOnTheCommandLine()
    {
        const CtlResult added = m_desk->ctl({u"channels"_s, u"add"_s, u"mail"_s, u"--name"_s, u"Second"_s, u"--set"_s, u"password=swordfish"_s});
        QCOMPARE(added.status, 2);
        QVERIFY(added.err.contains("Second.password"));
        QVERIFY(!added.err.contains("swordfish"));
    }

    void saysThatAHostDoesNotAnswer()
    {
        QVERIFY(m_mail.control(u"stop"_s));
        const CtlResult fetched = m_desk->fetch();
        QVERIFY(m_mail.control(u"start"_s));
        QCOMPARE(fetched.status, 1);
        QVERIFY2(fetched.out.contains(m_mail.text("imap_host").toUtf8()), fetched.out.constData());
        QCOMPARE(m_desk->fetch().status, 0);
    }

    void goesOnAfterTheMailServerRestartedInTheMiddle()
    {
        constexpr int count = 800;
        for (int i = 0; i < count; ++i)
            QVERIFY(m_mail.append(m_mail.support(), "INBOX", plainMail(m_mail.customer().address, m_mail.support().address, u"Batch %1"_s.arg(i), QString(20000, u'x'), u"batch-%1@customer.test"_s.arg(i))));
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL), {u"--workspace"_s, m_desk->workspace(), u"--secrets"_s, m_desk->secretsFolder(), u"channels"_s, u"start"_s});
        QVERIFY(program.waitForStarted());
        int received = 0;
        for (int i = 0; i < 400 && received == 0; ++i)
            received = m_desk->ctl({u"check"_s}).json.value("received"_L1).toInt(); // reads beside the owner
        QVERIFY(m_mail.control(u"crash"_s));
        received = m_desk->ctl({u"check"_s}).json.value("received"_L1).toInt();
        QVERIFY2(received > 0 && received < count, qPrintable(u"the server did not stop in the middle: %1"_s.arg(received)));
        qInfo("the server was gone after %d of %d messages", received, count);
        QVERIFY(m_mail.control(u"start"_s));
        int visible = 0;
        for (int i = 0; i < 100 && visible < count; ++i) {
            QTest::qWait(300);
            visible = m_desk->ctl({u"check"_s}).json.value("visible"_L1).toInt();
        }
        program.terminate();
        QVERIFY(program.waitForFinished(10000));
        QCOMPARE(program.exitCode(), 0);
        QCOMPARE(visible, count);
        const QJsonObject check = m_desk->check();
        QCOMPARE(check.value("received"_L1).toInt(), count);
        QCOMPARE(m_desk->conversations().size(), count);
    }

    void setsAsideWhatCannotBeReadAndGoesOn()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("contracts/payloads/email");
        const QDir folder(sharedFolder() + u"/contracts/payloads/email"_s);
        int put = 0;
        for (const QString &name : folder.entryList({u"*.eml"_s})) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QByteArray bytes = file.readAll().replace("\r\n", "\n").replace("\n", "\r\n");
            if (bytes.contains('\0'))
                continue; // Dovecot refuses NUL in an APPEND
            put += m_mail.append(m_mail.support(), "INBOX", bytes) ? 1 : 0;
        }
        QVERIFY(m_mail.append(m_mail.support(), "INBOX", "\r\nno header at all\r\n"));
        QVERIFY(m_mail.append(m_mail.support(), "INBOX", plainMail(m_mail.customer().address, m_mail.support().address, u"After the bad ones"_s, u"Still here?"_s, u"after@customer.test"_s)));
        QCOMPARE(m_desk->fetch().status, 0);
        const QJsonObject check = m_desk->check();
        QCOMPARE(check.value("received"_L1).toInt(), put + 2);
        QCOMPARE(check.value("pending"_L1).toInt(), 0);
        QVERIFY(check.value("quarantined"_L1).toInt() >= 1);
        QVERIFY(check.value("visible"_L1).toInt() > put / 2);
        QVERIFY(!m_desk->conversation(u"After the bad ones"_s).isEmpty());
    }

    void saysWhoHoldsTheWorkspace()
    {
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL), {u"--workspace"_s, m_desk->workspace(), u"--secrets"_s, m_desk->secretsFolder(), u"channels"_s, u"start"_s});
        QVERIFY(program.waitForStarted());
        QTest::qWait(700);
        const CtlResult second = m_desk->fetch();
        program.kill();
        program.waitForFinished();
        QCOMPARE(second.status, 1);
        QVERIFY2(second.err.contains(QByteArray::number(program.processId())) || second.err.contains("patchbayctl"), second.err.constData());
        QCOMPARE(m_desk->fetch().status, 0); // the lock is the kernel's: a kill frees it
    }

    void leavesACorruptFileAsItIs()
    {
        const QString path = m_desk->workspace() + u"/workspace.sqlite"_s;
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.resize(4096));
        file.write(QByteArray(4096, 'x'));
        file.close();
        const CtlResult checked = m_desk->ctl({u"check"_s});
        QCOMPARE(checked.status, 1);
        QVERIFY2(checked.err.contains("workspace.sqlite"), checked.err.constData());
        QCOMPARE(m_desk->fetch().status, 1);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray(4096, 'x'));
    }

    void storesNothingHalfWhenTheDiskIsFull()
    {
        PATCHBAY_SKIP_WITHOUT_SMALL_DISK();
        // A small tmpfs of our own; what was reported as added is there afterwards, the rest is a sentence.
        const QString script = uR"(
            set -e
            mount -t tmpfs -o size=6m none "$1"
            "$2" --workspace "$1/desk.patchbay" init >/dev/null
            "$2" --workspace "$1/desk.patchbay" --json import "$3" --channel Full && echo NOT-FULL || true
            "$2" --workspace "$1/desk.patchbay" --json check
            mount -o remount,size=64m "$1"
            "$2" --workspace "$1/desk.patchbay" --json import "$3" --channel Full
            "$2" --workspace "$1/desk.patchbay" --json check)"_s;
        QTemporaryDir folder;
        QFile mbox(folder.filePath(u"big.mbox"_s));
        QVERIFY(mbox.open(QIODevice::WriteOnly));
        for (int i = 0; i < 400; ++i) {
            QByteArray mail = plainMail(u"a@example.test"_s, u"b@example.test"_s, u"Big %1"_s.arg(i), QString(30000, QChar(u'a' + i % 26)), u"big-%1@example.test"_s.arg(i));
            mbox.write("From a@example.test Thu Jan  1 00:00:00 2026\n" + mail.replace("\r\n", "\n") + "\n");
        }
        mbox.close();
        QVERIFY(QDir(folder.path()).mkdir(u"small"_s));
        QProcess process;
        process.start(u"unshare"_s, {u"-rm"_s, u"bash"_s, u"-c"_s, script, u"bash"_s, folder.filePath(u"small"_s), QString::fromUtf8(PATCHBAYCTL), mbox.fileName()});
        QVERIFY(process.waitForFinished(120000));
        const QByteArray out = process.readAllStandardOutput();
        const QByteArray err = process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, out + err);
        QVERIFY2(!out.contains("NOT-FULL"), out.constData());
        QVERIFY2(err.contains("full") || err.contains("space"), err.constData());
        const QList<QByteArray> lines = out.trimmed().split('\n');
        QVERIFY2(lines.last().contains("\"visible\":400"), out.constData());
        QVERIFY2(lines.last().contains("\"integrity\":\"ok\""), out.constData());
    }

private:
    MailServer m_mail;
    std::unique_ptr<Desk> m_desk;
};
PATCHBAY_TESTS(BadDays)

#include "tst_bad_days.moc"
