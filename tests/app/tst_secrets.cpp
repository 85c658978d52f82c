#include "app/secrets/folder_secrets.h"
#include "app/secrets/keychain_secrets.h"
#include "core/base/clock.h"
#include "core/base/ids.h"

#include "support/await.h"
#include "support/child.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace Qt::StringLiterals;
using patchbay::tests::await;
using patchbay::tests::startChild;

namespace {

SecretKey supportPassword()
{
    SecretKey key;
    key.workspaceUid = u"w"_s;
    key.accountUid = newUid(SystemClock());
    key.accountName = u"Support"_s;
    key.field = u"password"_s;
    return key;
}

void writeSecretFile(const QString &path, const QByteArray &bytes, QFile::Permissions permissions)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    QVERIFY(file.setPermissions(permissions));
}

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

} // namespace

class SecretsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsASecretFileWithoutItsLineEnd()
    {
        QTemporaryDir folder;
        writeSecretFile(folder.filePath(u"Support.password"_s), "correct horse\n", ownerOnly);
        FolderSecrets secrets(folder.path());
        const auto read = await(secrets.read(supportPassword()));
        QVERIFY(read.ok());
        QCOMPARE(**read, u"correct horse"_s);
    }

    void saysThatASecretIsAbsentWithoutAnError()
    {
        QTemporaryDir folder;
        FolderSecrets secrets(folder.path());
        const auto read = await(secrets.read(supportPassword()));
        QVERIFY(read.ok());
        QVERIFY(!read->has_value());
    }

    void refusesASecretFileThatOthersCanRead()
    {
        QTemporaryDir folder;
        writeSecretFile(folder.filePath(u"Support.password"_s), "open", ownerOnly | QFile::ReadGroup);
        FolderSecrets secrets(folder.path());
        const auto read = await(secrets.read(supportPassword()));
        QVERIFY(!read.ok());
        QVERIFY(read.error().message.contains(u"chmod 600"_s));
    }

    void refusesAnAccountNameThatLeavesTheFolder()
    {
        QTemporaryDir folder;
        FolderSecrets secrets(folder.path());
        SecretKey key = supportPassword();
        key.accountName = u"../../etc/shadow"_s;
        QVERIFY(!await(secrets.read(key)).ok());
    }

    void namesTheFileInsteadOfWritingIt()
    {
        QTemporaryDir folder;
        FolderSecrets secrets(folder.path());
        const auto written = await(secrets.write(supportPassword(), u"x"_s));
        QVERIFY(!written.ok());
        QVERIFY(written.error().message.contains(folder.filePath(u"Support.password"_s)));
        QVERIFY(!QFile::exists(folder.filePath(u"Support.password"_s)));
    }

    void replacesWhatTheOtherSideRenewed()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"Support.password"_s);
        writeSecretFile(path, "old token\n", ownerOnly);
        FolderSecrets secrets(folder.path());
        QVERIFY(secrets.canReplace(supportPassword()).ok());
        QVERIFY(await(secrets.replace(supportPassword(), u"new token"_s)).ok());
        QCOMPARE(await(secrets.read(supportPassword()))->value_or(QString()), u"new token"_s);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{u"Support.password"_s});
    }

    void saysBeforehandThatItCannotReplace()
    {
        QTemporaryDir folder;
        FolderSecrets secrets(folder.filePath(u"gone"_s));
        const Result<Done> can = secrets.canReplace(supportPassword());
        QVERIFY(!can.ok());
        QVERIFY(can.error().message.contains(folder.filePath(u"gone"_s)));
        QVERIFY(!await(secrets.replace(supportPassword(), u"x"_s)).ok());
    }

    void keepsASecretInTheKeychainAcrossPrograms()
    {
        PATCHBAY_SKIP_WITHOUT_SERVER(qEnvironmentVariableIntValue("PATCHBAY_TEST_KEYCHAIN"), "a keychain");
        const SecretKey key = supportPassword();
        {
            KeychainSecrets first;
            QVERIFY(await(first.write(key, u"s3cret ñ"_s)).ok());
            QCOMPARE(first.limitation(), QString());
        }
        KeychainSecrets second;
        const auto read = await(second.read(key));
        QVERIFY(read.ok());
        QCOMPARE(read->value_or(QString()), u"s3cret ñ"_s);
        QVERIFY(await(second.remove(key)).ok());
        const auto gone = await(KeychainSecrets().read(key));
        QVERIFY(gone.ok() && !gone->has_value());
    }

    void saysSoWhereThereIsNoKeychainAndKeepsSecretsForThisRun()
    {
        // In a process of its own, without the session bus that a full run has.
        QProcess child;
        startChild(
            child, "WithoutKeychain",
            {{u"PATCHBAY_WITHOUT_KEYCHAIN"_s, u"1"_s}, {u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path=/nowhere"_s}});
        QVERIFY(child.waitForFinished(60000));
        QVERIFY2(child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0, child.readAll().constData());
    }

    void tellsALockedKeychainFromAnAbsentSecret() { runWithBusOfItsOwn("LockedKeychain", "PATCHBAY_LOCKED_KEYCHAIN"); }

    void movesASecretIntoTheKeychainWhenItIsThereAfterAll()
    {
        // A bus that starts no service by itself, so that the keyring comes when the test says so.
        QTemporaryDir folder;
        const QString rules = folder.filePath(u"bus.conf"_s);
        writeSecretFile(rules, R"(<busconfig>
  <type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>)",
                        ownerOnly);
        runWithBusOfItsOwn("LateKeychain", "PATCHBAY_LATE_KEYCHAIN", {u"--config-file="_s + rules});
    }

private:
    /// This program again with one class, a session bus and a home folder of its own, and nobody who answers a prompt.
    static void runWithBusOfItsOwn(const char *testClass, const char *variable, const QStringList &busOptions = {})
    {
        const bool isThere = !QStandardPaths::findExecutable(u"gnome-keyring-daemon"_s).isEmpty()
            && !QStandardPaths::findExecutable(u"dbus-run-session"_s).isEmpty();
        PATCHBAY_SKIP_WITHOUT_SERVER(isThere, "gnome-keyring");
        QTemporaryDir home;
        QVERIFY(QDir(home.path()).mkpath(u".local/share/keyrings"_s));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"PATCHBAY_JUNIT", "DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME"})
            environment.remove(QLatin1String(name));
        environment.insert(QLatin1String(variable), u"1"_s);
        environment.insert(u"HOME"_s, home.path());
        environment.insert(u"XDG_RUNTIME_DIR"_s, home.path());
        QProcess child;
        child.setProcessEnvironment(environment);
        child.setProcessChannelMode(QProcess::MergedChannels);
        child.start(u"dbus-run-session"_s,
                    busOptions
                        + QStringList{u"--"_s, QCoreApplication::applicationFilePath(), QLatin1String(testClass)});
        QVERIFY(child.waitForFinished(120000));
        QVERIFY2(child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0, child.readAll().constData());
    }
};
PATCHBAY_TESTS(SecretsTest)

/// Run by SecretsTest in a process without a session bus.
class WithoutKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsSecretsForThisRunAndSaysSo()
    {
        KeychainSecrets secrets;
        QSignalSpy changes(&secrets, &KeychainSecrets::limitationChanged);
        const SecretKey key = supportPassword();
        QVERIFY(await(secrets.write(key, u"only now"_s)).ok());
        QVERIFY(secrets.limitation().contains(u"this run only"_s));
        QCOMPARE(changes.count(), 1);
        QCOMPARE(await(secrets.read(key))->value_or(QString()), u"only now"_s);
        KeychainSecrets next;
        QVERIFY(!await(next.read(key))->has_value());
    }

    void saysSoBeforeSomebodyTypesAPassword()
    {
        KeychainSecrets secrets;
        QSignalSpy changes(&secrets, &KeychainSecrets::limitationChanged);
        QCOMPARE(secrets.limitation(), QString());
        secrets.probe();
        QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, 10000);
        QVERIFY(secrets.limitation().contains(u"this run only"_s));
    }

    void doesNotClaimToHaveDeletedWhatItCouldNotReach()
    {
        KeychainSecrets secrets;
        const SecretKey key = supportPassword();
        QVERIFY(!await(secrets.remove(key)).ok());
        QVERIFY(await(secrets.write(key, u"only now"_s)).ok());
        QVERIFY(await(secrets.remove(key)).ok());
        QVERIFY(!await(secrets.read(key))->has_value());
    }
};
PATCHBAY_CHILD_TESTS(WithoutKeychain, "PATCHBAY_WITHOUT_KEYCHAIN")

/// The keyring of the session bus that a child of SecretsTest has for itself.
class Keyring {
public:
    ~Keyring()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished(5000);
    }
    /// Starts it with a login keyring, unlocked.
    void start()
    {
        m_daemon.start(u"gnome-keyring-daemon"_s,
                       {u"--foreground"_s, u"--replace"_s, u"--unlock"_s, u"--components=secrets"_s});
        QVERIFY(m_daemon.waitForStarted());
        m_daemon.write("\n");
        m_daemon.closeWriteChannel();
        const QString made = QDir::homePath() + u"/.local/share/keyrings/login.keyring"_s;
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(made), 10000);
        QTRY_VERIFY_WITH_TIMEOUT(answers(), 10000); // its file is there before its name is on the bus
    }
    static void lock() { call(u"Lock"_s, {u"array:objpath:/org/freedesktop/secrets/collection/login"_s}); }

private:
    static bool answers()
    {
        QProcess program;
        program.start(u"dbus-send"_s,
                      {u"--session"_s, u"--print-reply"_s, u"--dest=org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                       u"org.freedesktop.DBus.NameHasOwner"_s, u"string:org.freedesktop.secrets"_s});
        return program.waitForFinished(10000) && program.readAllStandardOutput().contains("boolean true");
    }
    static void call(const QString &method, const QStringList &arguments)
    {
        QProcess program;
        program.start(u"dbus-send"_s,
                      QStringList{u"--session"_s, u"--print-reply"_s, u"--dest=org.freedesktop.secrets"_s,
                                  u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service."_s + method}
                          + arguments);
        QVERIFY(program.waitForFinished(10000));
        QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
    }

    QProcess m_daemon;
};

/// Run by SecretsTest with a bus of its own.
class LockedKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysThatItIsLocked()
    {
        Keyring keyring;
        keyring.start();
        KeychainSecrets secrets;
        QSignalSpy changes(&secrets, &KeychainSecrets::limitationChanged);
        const SecretKey key = supportPassword();
        secrets.probe();
        QVERIFY(await(secrets.write(key, u"kept"_s)).ok());
        QVERIFY(await(secrets.read(key))->has_value());
        Keyring::lock();
        const auto read = await(secrets.read(key));
        QVERIFY(!read.ok());
        QVERIFY2(read.error().message.contains(u"locked"_s), qPrintable(read.error().message));
        SecretKey absent = key;
        absent.field = u"never_stored"_s;
        const auto none = await(secrets.read(absent));
        QVERIFY(none.ok() && !none->has_value());
        const auto written = await(secrets.write(key, u"new"_s));
        QVERIFY(!written.ok());
        QVERIFY2(written.error().message.contains(u"locked"_s), qPrintable(written.error().message));
        QCOMPARE(changes.count(), 0);
        QCOMPARE(secrets.limitation(), QString()); // a lock is no reason to say that there is no keychain
    }
};
PATCHBAY_CHILD_TESTS(LockedKeychain, "PATCHBAY_LOCKED_KEYCHAIN")

/// Run by SecretsTest with a bus of its own, where no keyring answers at first.
class LateKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesWhatWasKeptForThisRun()
    {
        KeychainSecrets secrets;
        const SecretKey early = supportPassword();
        QVERIFY(await(secrets.write(early, u"early"_s)).ok());
        QVERIFY(secrets.limitation().contains(u"this run only"_s));
        QCOMPARE(await(secrets.read(early))->value_or(QString()), u"early"_s);

        Keyring keyring;
        keyring.start();
        const SecretKey late = supportPassword();
        QVERIFY(await(secrets.write(late, u"late"_s)).ok());
        QTRY_COMPARE_WITH_TIMEOUT(secrets.limitation(), QString(), 10000);
        KeychainSecrets next; // as another run of the program
        QCOMPARE(await(next.read(early))->value_or(QString()), u"early"_s);
        QCOMPARE(await(next.read(late))->value_or(QString()), u"late"_s);
    }
};
PATCHBAY_CHILD_TESTS(LateKeychain, "PATCHBAY_LATE_KEYCHAIN")

#include "tst_secrets.moc"
