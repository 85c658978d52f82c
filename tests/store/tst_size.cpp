#include "core/store/account_table.h"
#include "core/store/check.h"
#include "core/store/compaction.h"
#include "core/store/loose_files.h"
#include "core/store/misc_tables.h"
#include "core/store/size.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr int rowBytes = 100000;

/// Rows that fill pages, of which `left` stay.
void fillAndEmpty(Store &store, int rows, int left)
{
    written(store, [rows](Database &db) {
        for (int i = 0; i < rows; ++i)
            settings::set(db, u"row%1"_s.arg(i, 4, 10, QLatin1Char('0')), QString(rowBytes, u'x'));
        return db.finish(Done{});
    });
    written(store, [left](Database &db) {
        db.exec("DELETE FROM setting WHERE key LIKE 'row%' AND key >= ?",
                {u"row%1"_s.arg(left, 4, 10, QLatin1Char('0'))});
        return db.finish(Done{});
    });
}

} // namespace

class WorkspaceSize : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void tellsWhichTableHasTheBytes()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        fillAndEmpty(**store, 30, 30);
        const auto size = answer(measureDatabase(**store, SizeDetail::Tables));
        QVERIFY2(size, size ? "" : qPrintable(size.error().message));
        QVERIFY(!size->tables.empty());
        qint64 sum = 0;
        for (const TableSize &table : size->tables)
            sum += table.bytes;
        QVERIFY(sum > 0 && sum <= size->bytes);
        if (place.isPostgres()) {
            QVERIFY(!size->note.isEmpty());
            return; // it packs what repeats itself
        }
        QCOMPARE(size->tables.front().name, u"setting"_s);
        QVERIFY(size->tables.front().bytes > 30 * rowBytes);
    }

    void countsFilesAndKnowsWhichNobodyRefersTo()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const QByteArray old = *(*store)->files().put("an old one");
        const QByteArray fresh = *(*store)->files().put("a fresh one");
        const auto files = answer(measureFiles(**store));
        QCOMPARE(files->count, 2);
        QCOMPARE(files->bytes, 21);
        if (!place.isPostgres()) {
            QFile file(
                u"%1/files/%2/%3"_s.arg(place.location(), QString::fromLatin1(old.left(2)), QString::fromLatin1(old)));
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-2), QFileDevice::FileModificationTime));
        }
        const auto found = answer(findUnreferenced(**store));
        QVERIFY(found);
        QCOMPARE(found->files.size(), size_t(place.isPostgres() ? 2 : 1)); // a server does not know how old one is
        QVERIFY(answer(releaseUnreferenced(**store, found->files)));
        BlobStore &blobs = (*store)->files();
        const auto swept =
            answer((*store)->write([&blobs](Database &db) { return loose_files::sweep(db, blobs, 100); }));
        QVERIFY2(swept, swept ? "" : qPrintable(swept.error().message));
        QCOMPARE(swept->left, 0);
        QCOMPARE(blobs.get(old).error().kind, Error::Kind::NotFound);
        QCOMPARE(blobs.get(fresh).ok(), !place.isPostgres());
    }

    void compactsAFileAndRefusesAServer()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        fillAndEmpty(**store, 60, 2);
        const auto done = answer(compact(**store));
        if (place.isPostgres()) {
            QVERIFY(!done);
            QCOMPARE(done.error().kind, Error::Kind::Refused);
            QVERIFY2(done.error().message.contains(u"server"_s), qPrintable(done.error().message));
            return;
        }
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        QVERIFY(done->before > 60 * rowBytes);
        QVERIFY(done->after < 10 * rowBytes);
        QCOMPARE(QFileInfo(place.location() + u"/workspace.sqlite"_s).size(), done->after);
        QVERIFY(answer((*store)->read(checkDatabase))->ok());
        QCOMPARE(answer(measureDatabase(**store, SizeDetail::Total))->free, 0);
        // And it goes on as before.
        const QString kept = written(**store, [](Database &db) {
            settings::set(db, u"after"_s, u"1"_s);
            return db.finish(settings::get(db, u"row0001"_s));
        });
        QCOMPARE(kept.size(), rowBytes);
    }

    void letsTheLogGrowOnlyWhereItIsTold()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto length = [&] {
            const auto read = answer((*store)->maintain([](Database &db) -> Result<qint64> {
                const auto row = db.row(db.dialect() == Dialect::Sqlite ? "PRAGMA wal_autocheckpoint" : "SELECT 0");
                return db.finish(row ? row->integer(0) : -1);
            }));
            return read ? *read : -2;
        };
        const qint64 before = length();
        QVERIFY(answer(lengthenLog(**store)));
        QCOMPARE(length(), 4 * before);
    }

    void readsAndWritesAroundWhatRunsAlone()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        std::vector<QFuture<Result<Done>>> all;
        for (int i = 0; i < 20; ++i) {
            all.push_back((*store)->write([i](Database &db) {
                settings::set(db, u"n"_s, QString::number(i));
                return db.finish(Done{});
            }));
            if (i % 5 == 0)
                all.push_back((*store)->maintain([i](Database &db) -> Result<Done> {
                    // All before it are committed, none after it has begun.
                    if (settings::get(db, u"n"_s) != QString::number(i))
                        return makeError(Error::Kind::Conflict, u"out of turn"_s);
                    return db.finish(Done{});
                }));
        }
        for (auto &one : all) {
            const auto done = answer(one);
            QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        }
    }

    void knowsItsOwnBackups()
    {
        QTemporaryDir folder;
        QDir().mkpath(folder.filePath(u"backups/20260101-000000.patchbay"_s));
        QDir().mkpath(folder.filePath(u"backups/20260102-000000.patchbay.part"_s));
        QFile file(folder.filePath(u"backups/20260101-000000.patchbay/workspace.sqlite"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("12345");
        file.close();
        const BackupsSize size = measureBackups(folder.path());
        QCOMPARE(size.count, 1);
        QCOMPARE(size.bytes, 5);
        QVERIFY(size.newest.endsWith(u"20260101-000000.patchbay"_s));
        QVERIFY(size.newestAt);
    }
};

PATCHBAY_TESTS(WorkspaceSize)

#include "tst_size.moc"
