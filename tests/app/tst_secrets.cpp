#include "app/secrets/folder_secrets.h"
#include "app/secrets/keychain_secrets.h"
#include "core/base/clock.h"
#include "core/base/ids.h"

#include "support/await.h"
#include "support/test_main.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace Qt::StringLiterals;
using patchbay::tests::await;

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
        if (qEnvironmentVariableIntValue("PATCHBAY_TEST_KEYCHAIN"))
            QSKIP("this session has a keychain; the run without one covers it");
        KeychainSecrets secrets;
        const SecretKey key = supportPassword();
        QVERIFY(await(secrets.write(key, u"only now"_s)).ok());
        QVERIFY(secrets.limitation().contains(u"this run only"_s));
        QCOMPARE(await(secrets.read(key))->value_or(QString()), u"only now"_s);
        KeychainSecrets next;
        QVERIFY(!await(next.read(key))->has_value());
    }
};
PATCHBAY_TESTS(SecretsTest)

#include "tst_secrets.moc"
