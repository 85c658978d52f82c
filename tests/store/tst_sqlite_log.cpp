#include "core/store/sqlite_log_file.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace {

constexpr int logHead = 32; ///< of the file, and 24 of each frame: sqlite.org/fileformat2.html
constexpr int frameHead = 24;
constexpr int pageSize = 4096;

/// What the log's own layer asks of the system, counted; after `allowed` writes the disk is full.
struct SystemBelow {
    static inline const sqlite3_io_methods *methods = nullptr;
    static inline sqlite3_io_methods counting = {};
    static inline int writes = 0;
    static inline int allowed = 0;
    static inline int (*openSystem)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *) = nullptr;

    static int write(sqlite3_file *file, const void *from, int size, sqlite3_int64 at)
    {
        if (writes >= allowed)
            return SQLITE_FULL;
        ++writes;
        return methods->xWrite(file, from, size, at);
    }

    static int open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *outFlags)
    {
        const int opened = openSystem(vfs, name, file, flags, outFlags);
        if (opened != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
            return opened;
        methods = file->pMethods;
        counting = *methods;
        counting.xWrite = &write;
        file->pMethods = &counting;
        return opened;
    }

    SystemBelow()
    {
        writes = 0;
        allowed = std::numeric_limits<int>::max();
        openSystem = sqlite3_vfs_find(nullptr)->xOpen;
        sqlite3_vfs_find(nullptr)->xOpen = &open;
    }
    ~SystemBelow() { sqlite3_vfs_find(nullptr)->xOpen = openSystem; }
};

class Connection {
public:
    Connection(const QString &file, const char *system)
    {
        m_opened =
            sqlite3_open_v2(file.toUtf8().constData(), &m_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, system);
    }
    ~Connection() { sqlite3_close_v2(m_db); }
    bool isOpen() const { return m_opened == SQLITE_OK; }
    int run(const char *sql) { return sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr); }
    QByteArray one(const char *sql)
    {
        QByteArray out;
        const auto take = [](void *to, int, char **values, char **) {
            *static_cast<QByteArray *>(to) = values[0];
            return 0;
        };
        return sqlite3_exec(m_db, sql, take, &out, nullptr) == SQLITE_OK ? out : QByteArray(sqlite3_errmsg(m_db));
    }

private:
    sqlite3 *m_db = nullptr;
    int m_opened = 0;
};

constexpr const char *anHundredRows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
                                      "INSERT INTO t (a, b) SELECT hex(randomblob(20)), hex(randomblob(300)) FROM n";

} // namespace

/// The file system that SQLite's log is written through.
class SqliteLog : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString path(const QString &name) const { return m_folder.filePath(name); }

    /// A small cache: pages go to the log before the commit, and again when they have changed once more.
    bool prepare(Connection &db) const
    {
        return db.isOpen() && db.one("PRAGMA journal_mode=WAL") == "wal" && db.run("PRAGMA synchronous=FULL") == 0
            && db.run("PRAGMA wal_autocheckpoint=0") == 0 && db.run("PRAGMA cache_size=8") == 0
            && db.run("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT)") == 0;
    }

    /// The files as they are at this moment, opened by the system alone: as after a power cut.
    QByteArray rowsAfterAPowerCut(const QString &file) const
    {
        const QString copy = path(u"copy.sqlite"_s);
        for (const QString &suffix : {QString(), u"-wal"_s, u"-shm"_s})
            QFile::remove(copy + suffix);
        if (!QFile::copy(file, copy) || !QFile::copy(file + u"-wal"_s, copy + u"-wal"_s))
            return "not copied";
        Connection db(copy, nullptr);
        const QByteArray sound = db.one("PRAGMA integrity_check");
        return sound == "ok" ? db.one("SELECT count(*) FROM t") : sound;
    }

private Q_SLOTS:
    void keepsWhatWasCommittedAndNothingElse()
    {
        const QString file = path(u"kept.sqlite"_s);
        Connection db(file, patchbay::sqliteLogFileSystem());
        QVERIFY(prepare(db));
        int rows = 0;
        for (int round = 0; round < 12; ++round) {
            QCOMPARE(db.run("BEGIN IMMEDIATE"), SQLITE_OK);
            for (int i = 0; i < 3; ++i)
                QCOMPARE(db.run(anHundredRows), SQLITE_OK);
            QCOMPARE(db.run("SAVEPOINT s"), SQLITE_OK);
            QCOMPARE(db.run(anHundredRows), SQLITE_OK);
            QCOMPARE(db.run(round % 2 == 0 ? "ROLLBACK TO s" : "RELEASE s"), SQLITE_OK);
            QCOMPARE(db.run("UPDATE t SET b = hex(randomblob(300)) WHERE id % 3 = 0"), SQLITE_OK);
            QCOMPARE(rowsAfterAPowerCut(file), QByteArray::number(rows)); // it was not committed
            QCOMPARE(db.run(round % 4 == 3 ? "ROLLBACK" : "COMMIT"), SQLITE_OK);
            rows += round % 4 == 3 ? 0 : round % 2 == 0 ? 300 : 400;
            QCOMPARE(rowsAfterAPowerCut(file), QByteArray::number(rows));
            if (round == 7)
                QCOMPARE(db.run("PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
        }
        Connection reader(file, nullptr);
        QCOMPARE(reader.one("SELECT count(*) FROM t"), QByteArray::number(rows));
        QCOMPARE(reader.one("PRAGMA integrity_check"), "ok");
    }

    void writesAPageOfTheLogByOneCall()
    {
        const SystemBelow below;
        const QString file = path(u"counted.sqlite"_s);
        Connection db(file, patchbay::sqliteLogFileSystem());
        QVERIFY(prepare(db));
        QCOMPARE(db.run("PRAGMA cache_size=1000"), SQLITE_OK);
        const auto frames = [&file] { return (QFileInfo(file + u"-wal"_s).size() - logHead) / (frameHead + pageSize); };
        const qint64 framesBefore = frames();
        const int before = SystemBelow::writes;
        QCOMPARE(db.run(anHundredRows), SQLITE_OK);
        QVERIFY(frames() > framesBefore + 10);
        QCOMPARE(qint64(SystemBelow::writes - before), frames() - framesBefore);
    }

    /// At each write in turn.
    void refusesTheTransactionThatADiskHasNoRoomFor()
    {
        const SystemBelow below;
        const QString file = path(u"full.sqlite"_s);
        Connection db(file, patchbay::sqliteLogFileSystem());
        QVERIFY(prepare(db));
        QCOMPARE(db.run(anHundredRows), SQLITE_OK);
        int refused = 0;
        for (int room = 0; refused == room; ++room) {
            QVERIFY(room < 200);
            SystemBelow::writes = 0;
            SystemBelow::allowed = room;
            QCOMPARE(db.run("BEGIN IMMEDIATE"), SQLITE_OK);
            const bool stored = db.run(anHundredRows) == SQLITE_OK && db.run("COMMIT") == SQLITE_OK;
            SystemBelow::allowed = std::numeric_limits<int>::max();
            refused += stored ? 0 : 1;
            if (!stored)
                db.run("ROLLBACK"); // mostly done by SQLite itself
            QCOMPARE(db.one("SELECT count(*) FROM t"), stored ? "200" : "100");
            QCOMPARE(rowsAfterAPowerCut(file), stored ? "200" : "100");
        }
        QVERIFY(refused > 10);
        QCOMPARE(db.run(anHundredRows), SQLITE_OK);
        QCOMPARE(rowsAfterAPowerCut(file), "300");
    }
};

PATCHBAY_TESTS(SqliteLog)
#include "tst_sqlite_log.moc"
