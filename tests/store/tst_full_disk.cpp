#include "core/store/check.h"
#include "core/store/misc_tables.h"
#include "support/child.h"
#include "support/small_disk.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtTest/QSignalSpy>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

QFuture<Result<Done>> writeSetting(Store &store, const QString &key, const QString &value)
{
    return store.write([key, value](Database &db) {
        settings::set(db, key, value);
        return db.finish(Done{});
    });
}

Result<QString> readSetting(Store &store, const QString &key)
{
    return answer(
        store.read([key](Database &db) { return db.finish(settings::get(db, key, QStringLiteral("none"))); }));
}

} // namespace

/// Runs in a process of its own, as root of its own namespace, on a file system of 4 MB that is mounted for it: a new
/// workspace, the log of its making and a megabyte of ballast.
class FullDiskVictim : public QObject {
    Q_OBJECT

private:
    QStringList m_kept;
    QStringList m_refused;

    /// Groups of writes until the disk is full; then some more, which must all be refused.
    void fill(Store &store, int from)
    {
        int refusedGroups = 0;
        for (int group = 0; group < 100 && refusedGroups < 3; ++group) {
            QMap<QString, QFuture<Result<Done>>> works;
            for (int i = 0; i < 10; ++i) {
                const QString key = QStringLiteral("%1-%2-%3").arg(from).arg(group).arg(i);
                works[key] = writeSetting(store, key, QString(8000, QLatin1Char('x')));
            }
            bool refused = false;
            for (auto work = works.begin(); work != works.end(); ++work) {
                const auto done = answer(work.value());
                (done ? m_kept : m_refused).append(work.key());
                refused = refused || !done;
                if (!done) {
                    QCOMPARE(done.error().kind, Error::Kind::Storage);
                    const QString said = done.error().message;
                    QVERIFY2(said.contains(QStringLiteral("not stored")) && said.contains(QStringLiteral("bytes free"))
                                 && said.contains(qEnvironmentVariable("PATCHBAY_TEST_TMPFS")),
                             qPrintable(said));
                }
            }
            refusedGroups += refused;
        }
        QVERIFY(refusedGroups > 0);
    }

private Q_SLOTS:
    void keepsWhatItAcknowledgedAndNothingElse()
    {
        const QString disk = qEnvironmentVariable("PATCHBAY_TEST_TMPFS");
        QFile ballast(disk + QStringLiteral("/ballast"));
        QVERIFY(ballast.open(QIODevice::WriteOnly));
        QCOMPARE(ballast.write(QByteArray(1024 * 1024, 'b')), qint64(1024 * 1024));
        ballast.close();
        StoreOptions options;
        options.location = disk + QStringLiteral("/Desk.patchbay");
        options.create = true;
        {
            auto store = Store::open(options);
            QVERIFY2(store, store ? "" : qPrintable(store.error().message));
            QSignalSpy troubled(store->get(), &Store::troubled);
            fill(**store, 1);
            QTRY_VERIFY(!troubled.isEmpty()
                        && troubled.last().first().toString().contains(QStringLiteral("bytes free")));
            QVERIFY(!(*store)->files().put(QByteArray(2 * 1024 * 1024, 'f')));
            QVERIFY(ballast.remove());
            // By itself, in the same process, as soon as there is space.
            const auto again = answer(writeSetting(**store, QStringLiteral("after"), QStringLiteral("space")));
            QVERIFY2(again, again ? "" : qPrintable(again.error().message));
            QCOMPARE(*readSetting(**store, QStringLiteral("after")), QStringLiteral("space"));
            QTRY_COMPARE(troubled.last().first().toString(), QString()); // and says that it can again
            for (const QString &key : std::as_const(m_kept))
                QCOMPARE(readSetting(**store, key)->size(), 8000);
            fill(**store, 2);
        }
        auto store = Store::open(options);
        QVERIFY2(store, store ? "" : qPrintable(store.error().message));
        QVERIFY(m_kept.size() > 20);
        for (const QString &key : std::as_const(m_kept))
            QCOMPARE(readSetting(**store, key)->size(), 8000);
        for (const QString &key : std::as_const(m_refused))
            QCOMPARE(*readSetting(**store, key), QStringLiteral("none"));
        const auto report = answer((*store)->read(checkDatabase));
        QVERIFY(report && report->ok());
        std::printf("SURVIVED %lld kept, %lld refused\n", qlonglong(m_kept.size()), qlonglong(m_refused.size()));
    }
};

class FullDisk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatItAcknowledgedAndGoesOnWhenThereIsSpace()
    {
        const QTemporaryDir folder;
        PATCHBAY_SKIP_WITHOUT_SMALL_DISK();
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove(QStringLiteral("PATCHBAY_JUNIT"));
        environment.insert(QStringLiteral("PATCHBAY_TEST_TMPFS"), folder.path());
        child.setProcessEnvironment(environment);
        child.setProcessChannelMode(QProcess::MergedChannels);
        const QString script =
            QStringLiteral("mount -t tmpfs -o size=4m,mode=0700 tmpfs \"$1\" && exec \"$2\" FullDiskVictim");
        child.start(QStringLiteral("unshare"),
                    {QStringLiteral("-rm"), QStringLiteral("sh"), QStringLiteral("-c"), script, QStringLiteral("sh"),
                     folder.path(), QCoreApplication::applicationFilePath()});
        QVERIFY(child.waitForFinished(120000));
        const QByteArray output = child.readAll();
        QVERIFY2(child.exitCode() == 0 && output.contains("SURVIVED"), output.constData());
    }
};

PATCHBAY_CHILD_TESTS(FullDiskVictim, "PATCHBAY_TEST_TMPFS")
PATCHBAY_TESTS(FullDisk)

#include "tst_full_disk.moc"
