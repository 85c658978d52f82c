#include "core/store/misc_tables.h"
#include "core/store/workspace_lock.h"
#include "support/child.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QDirIterator>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

/// Path -> SHA-256 of every file below a folder. Only while no workspace in it is open in this process.
QMap<QString, QByteArray> fingerprints(const QString &folder)
{
    QMap<QString, QByteArray> all;
    QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        QFile file(each.next());
        if (file.open(QIODevice::ReadOnly))
            all[file.fileName()] = QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex();
    }
    return all;
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

Result<Done> storeSetting(Store &store, const QString &key, const QString &value)
{
    return answer(store.write([key, value](Database &db) {
        settings::set(db, key, value);
        return db.finish(Done{});
    }));
}

Result<QString> storedSetting(Store &store, const QString &key)
{
    return answer(
        store.read([key](Database &db) { return db.finish(settings::get(db, key, QStringLiteral("none"))); }));
}

StoreOptions existing(const StorePlace &place, bool readOnly = false)
{
    StoreOptions options = place.options();
    options.create = false;
    options.readOnly = readOnly;
    return options;
}

/// This program again, holding the workspace until it is killed.
class Holder {
public:
    explicit Holder(const QString &location)
    {
        startChild(m_process, "WorkspaceHolder", {{QStringLiteral("PATCHBAY_TEST_HOLD"), location}});
        while (m_process.waitForReadyRead(20000)) {
            m_output += m_process.readAll();
            if (m_output.contains("HOLDING"))
                break;
        }
    }
    ~Holder() { kill(); }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished(10000);
    }
    bool holds() const { return m_output.contains("HOLDING"); }
    qint64 pid() const { return m_process.processId(); }
    QByteArray output() const { return m_output; }

private:
    QProcess m_process;
    QByteArray m_output;
};

} // namespace

/// Runs in a process of its own: opens the workspace that the environment names, writes, and waits to be killed.
class WorkspaceHolder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void holds()
    {
        StoreOptions options;
        options.location = qEnvironmentVariable("PATCHBAY_TEST_HOLD");
        options.create = true;
        const auto store = Store::open(options);
        QVERIFY2(store, store ? "" : qPrintable(store.error().message));
        QVERIFY(storeSetting(**store, QStringLiteral("by"), QStringLiteral("the holder")));
        std::printf("HOLDING\n");
        std::fflush(stdout);
        QTest::qWait(60000);
    }
};

class SqliteWorkspace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesTheHolderToTheSecondOpener()
    {
        const StorePlace place;
        Holder holder(place.location());
        QVERIFY2(holder.holds(), holder.output().constData());
        const auto second = place.open();
        QVERIFY(!second);
        QCOMPARE(second.error().kind, Error::Kind::Conflict);
        const QString said = second.error().message;
        QVERIFY2(said.contains(QStringLiteral("test_store (process %1 of ").arg(holder.pid())), qPrintable(said));
        QVERIFY2(said.contains(QSysInfo::machineHostName()), qPrintable(said));
    }

    void isFreedByAKillWithNothingAcknowledgedLost()
    {
        const StorePlace place;
        Holder holder(place.location());
        QVERIFY2(holder.holds(), holder.output().constData());
        holder.kill();
        const auto store = Store::open(existing(place));
        QVERIFY2(store, store ? "" : qPrintable(store.error().message));
        QCOMPARE(*storedSetting(**store, QStringLiteral("by")), QStringLiteral("the holder"));
    }

    void readsBesideTheOwnerAndRefusesToWriteWithItsName()
    {
        const StorePlace place;
        Holder holder(place.location());
        QVERIFY2(holder.holds(), holder.output().constData());
        const auto beside = Store::open(existing(place, true));
        QVERIFY2(beside, beside ? "" : qPrintable(beside.error().message));
        QVERIFY((*beside)->isReadOnly());
        QCOMPARE(*storedSetting(**beside, QStringLiteral("by")), QStringLiteral("the holder"));
        const auto done = storeSetting(**beside, QStringLiteral("by"), QStringLiteral("me"));
        QVERIFY(!done);
        QCOMPARE(done.error().kind, Error::Kind::Conflict);
        QVERIFY2(done.error().message.contains(QString::number(holder.pid())), qPrintable(done.error().message));
        QCOMPARE((*beside)->files().put("x").error().kind, Error::Kind::Refused);
    }

    void leavesNoLockAndNoLogBehind()
    {
        const StorePlace place;
        QVERIFY(place.open());
        QCOMPARE(WorkspaceLock::holder(place.location()), QString());
        QCOMPARE(QDir(place.location()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden),
                 (QStringList{QStringLiteral("lock"), QStringLiteral("workspace.sqlite")}));
        QVERIFY(Store::open(existing(place)));
    }

    void keepsEveryFileToItsOwner()
    {
        const StorePlace place;
        const auto store = place.open();
        QVERIFY(store);
        QVERIFY(storeSetting(**store, QStringLiteral("a"), QStringLiteral("1")));
        QVERIFY((*store)->files().put("bytes"));
        int seen = 0;
        QDirIterator each(place.location(), QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot,
                          QDirIterator::Subdirectories);
        const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
            | QFile::WriteOther | QFile::ExeOther;
        while (each.hasNext()) {
            const QFileInfo info(each.next());
            QVERIFY2((info.permissions() & others) == QFile::Permissions(), qPrintable(info.filePath()));
            ++seen;
        }
        QVERIFY(seen >= 6); // database, log, index, lock, a folder with a file in a folder
        QVERIFY((QFileInfo(place.location()).permissions() & others) == QFile::Permissions());
    }

    void refusesDamagedAndEmptyFilesUntouched_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("word");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("empty");
        QTest::newRow("text") << QByteArray("hello, this is not a database") << QStringLiteral("damaged");
        QTest::newRow("zeros") << QByteArray(8192, '\0') << QStringLiteral("damaged");
    }
    void refusesDamagedAndEmptyFilesUntouched()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, word);
        const StorePlace place;
        QVERIFY(place.open());
        write(place.location() + QStringLiteral("/workspace.sqlite"), bytes);
        const auto before = fingerprints(place.location());
        const auto store = place.open(); // create is set: still no new database in silence
        QVERIFY(!store);
        QCOMPARE(store.error().kind, Error::Kind::Storage);
        QVERIFY2(store.error().message.contains(word), qPrintable(store.error().message));
        QCOMPARE(fingerprints(place.location()), before);
    }

    void refusesADatabaseDamagedInside()
    {
        const StorePlace place;
        {
            const auto store = place.open();
            QVERIFY(store);
            for (int i = 0; i < 30; ++i)
                QVERIFY(storeSetting(**store, QString::number(i), QString(3000, QLatin1Char('x'))));
        }
        const QString file = place.location() + QStringLiteral("/workspace.sqlite");
        QFile database(file);
        QVERIFY(database.open(QIODevice::ReadWrite));
        QVERIFY(database.seek(4096));
        database.write(QByteArray(int(database.size() - 4096), '\x5a'));
        database.close();
        const auto store = place.open();
        QVERIFY(!store);
        QCOMPARE(store.error().kind, Error::Kind::Storage);
        QVERIFY2(store.error().message.contains(QStringLiteral("damaged")), qPrintable(store.error().message));
    }

    void refusesADatabaseOfAnotherProgram()
    {
        const StorePlace place;
        QVERIFY(place.open());
        QFile database(place.location() + QStringLiteral("/workspace.sqlite"));
        QVERIFY(database.open(QIODevice::ReadWrite));
        QVERIFY(database.seek(68));
        database.write("\0\0\0\1", 4);
        database.close();
        const auto store = place.open();
        QVERIFY(!store);
        QVERIFY2(store.error().message.contains(QStringLiteral("another program")), qPrintable(store.error().message));
    }

    void neverMakesAWorkspaceAnewWhereOneLostItsDatabase()
    {
        const StorePlace place;
        {
            const auto store = place.open();
            QVERIFY((*store)->files().put("a customer's file"));
        }
        QVERIFY(QFile::remove(place.location() + QStringLiteral("/workspace.sqlite")));
        const auto store = place.open();
        QVERIFY(!store);
        QCOMPARE(store.error().kind, Error::Kind::Conflict);
        QVERIFY(!QFileInfo::exists(place.location() + QStringLiteral("/workspace.sqlite")));
    }

    void saysSoWhenThePlaceIsAFile()
    {
        const StorePlace place;
        write(place.location(), "text");
        const auto store = place.open();
        QVERIFY(!store);
        QVERIFY(store.error().message.contains(QStringLiteral("is a file")));
    }
};

PATCHBAY_CHILD_TESTS(WorkspaceHolder, "PATCHBAY_TEST_HOLD")
PATCHBAY_TESTS(SqliteWorkspace)

#include "tst_workspace.moc"
