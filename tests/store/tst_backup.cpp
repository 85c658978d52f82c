#include "core/store/account_table.h"
#include "core/store/backup.h"
#include "core/store/check.h"
#include "core/store/misc_tables.h"
#include "support/child.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

Result<Done> put(Store &store, const QString &key, const QString &value)
{
    return answer(store.write([key, value](Database &db) {
        settings::set(db, key, value);
        return db.finish(Done{});
    }));
}

Result<QString> get(Store &store, const QString &key)
{
    return answer(
        store.read([key](Database &db) { return db.finish(settings::get(db, key, QStringLiteral("none"))); }));
}

/// A channel, a conversation with a message and its attachment, and three deliveries in three states.
Result<Done> fill(Database &db, const QByteArray &sha256)
{
    Channel channel;
    channel.connector = QStringLiteral("mail");
    channel.name = QStringLiteral("Support");
    channel.cursor = QByteArray("\0\1\xff", 3);
    const ChannelId on = channels::insert(db, channel);
    const qint64 contact = db.insert("INSERT INTO contact (uid, name, created_at) VALUES ('c', 'Ann', 1) RETURNING id");
    const qint64 conversation = db.insert(
        "INSERT INTO conversation (uid, channel_id, contact_id, subject, status, unread, awaiting_us, first_at, "
        "sort_at, confidence) VALUES ('v', ?, ?, 'Hi', 'open', 1, 1, 1, 1, 0.25) RETURNING id",
        {on.value, contact});
    const qint64 message =
        db.insert("INSERT INTO message (uid, conversation_id, channel_id, direction, author_name, author_address, "
                  "subject, body_text, body, to_addresses, cc_addresses, provider_at, arrived_at, sort_at) "
                  "VALUES ('m', ?, ?, 'inbound', 'Ann', 'a@b', 'Hi', ?, ?, '', '', 1, 1, 1) RETURNING id",
                  {conversation, on.value, QString(200000, QChar(u'ü')), QByteArray("\0raw'\\", 6)});
    db.exec(
        "INSERT INTO attachment (message_id, position, name, media_type, size, sha256) VALUES (?, 0, 'f', 'x/y', 5, ?)",
        {message, QString::fromLatin1(sha256)});
    for (const char *state : {"queued", "sending", "sent"})
        db.exec("INSERT INTO delivery (uid, kind, conversation_id, key, payload, state, created_at, operator_id) "
                "VALUES (?, 'task', ?, ?, '{}', ?, 1, ?)",
                {QLatin1String(state), conversation, QLatin1String(state), QLatin1String(state),
                 operators::system(db).id.value});
    return db.finish(Done{});
}

} // namespace

class Backups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void restoresRowsAndFilesToBothKindsOfPlace_data()
    {
        QTest::addColumn<QString>("to");
        QTest::newRow("to a folder") << QStringLiteral("sqlite");
        QTest::newRow("to a server") << QStringLiteral("postgres");
    }
    void restoresRowsAndFilesToBothKindsOfPlace()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(QString, to);
        const StorePlace target(to);
        PATCHBAY_SKIP_WITHOUT_SERVER(target.isReachable(), "PostgreSQL");
        const auto store = place.open();
        QVERIFY(store);
        const auto file = (*store)->files().put("bytes");
        QVERIFY(file);
        const auto filled = answer((*store)->write([sha256 = *file](Database &db) { return fill(db, sha256); }));
        QVERIFY2(filled, filled ? "" : qPrintable(filled.error().message));
        const QString path = place.beside(QStringLiteral("copy.patchbay"));
        const auto made = answer(backup(**store, path));
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        QCOMPARE(*made, path);
        QVERIFY(put(**store, QStringLiteral("after"), QStringLiteral("the backup")));
        QCOMPARE(answer(backup(**store, path)).error().kind, Error::Kind::Conflict);

        const auto restored = restoreBackup(path, target.location());
        QVERIFY2(restored, restored ? "" : qPrintable(restored.error().message));
        QCOMPARE(restoreBackup(path, target.location()).error().kind, Error::Kind::Conflict);
        StoreOptions options = target.options();
        options.create = false;
        const auto copy = Store::open(options);
        QVERIFY2(copy, copy ? "" : qPrintable(copy.error().message));
        QCOMPARE((*copy)->workspaceUid(), (*store)->workspaceUid());
        QCOMPARE((*copy)->workspaceName(), QStringLiteral("Desk"));
        QCOMPARE(*get(**copy, QStringLiteral("after")), QStringLiteral("none"));
        QCOMPARE(*(*copy)->files().get(*file), QByteArray("bytes"));
        const auto report = answer((*copy)->read(checkDatabase));
        QVERIFY(report && report->ok());
        QVERIFY(answer(checkFiles(**copy))->ok());
        const auto rows = answer((*copy)->read([](Database &db) {
            const auto message = db.row("SELECT LENGTH(body_text), body FROM message");
            const auto channel = channels::byName(db, QStringLiteral("Support"));
            const auto conversation = db.row("SELECT confidence, thread_key FROM conversation");
            return db.finish(message && message->integer(0) == 200000 && message->blob(1) == QByteArray("\0raw'\\", 6)
                             && channel && channel->cursor == QByteArray("\0\1\xff", 3) && conversation
                             && conversation->real(0) == 0.25 && conversation->isNull(1));
        }));
        QVERIFY(rows && *rows);
        // Ids go on after the highest.
        QVERIFY(answer((*copy)->write([](Database &db) {
            Channel channel;
            channel.name = QStringLiteral("Second");
            channels::insert(db, channel);
            return db.finish(Done{});
        })));
    }

    void marksWhatMayHaveBeenSentSince()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        QVERIFY(answer((*store)->write([](Database &db) { return fill(db, QByteArray(64, 'a')); })));
        const QString path = place.beside(QStringLiteral("copy.patchbay"));
        QVERIFY(answer(backup(**store, path)));
        const StorePlace target;
        QVERIFY(restoreBackup(path, target.location()));
        const auto copy = target.open();
        const auto states = answer((*copy)->read([](Database &db) {
            QString text;
            for (const Row &row :
                 db.rows("SELECT key, state, ever_ambiguous, effect_started_at > 0 FROM delivery ORDER BY key"))
                text += QStringLiteral("%1=%2/%3/%4 ").arg(row.text(0), row.text(1), row.text(2), row.text(3));
            return db.finish(text);
        }));
        QCOMPARE(*states, QStringLiteral("queued=unknown/1/1 sending=unknown/1/1 sent=sent/0/0 "));
    }

    void tellsMissingFilesFromDamagedOnes()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        QVERIFY(answer((*store)->write([](Database &db) { return fill(db, QByteArray(64, 'a')); })));
        const auto report = answer(checkFiles(**store));
        QVERIFY(report);
        QCOMPARE(report->missing, QStringList{QString(64, QLatin1Char('a'))});
        QVERIFY(report->damaged.isEmpty());
    }

    void keepsEveryAcknowledgedWriteOfBeforeItsStartUnderLoad()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        for (int i = 0; i < 40; ++i)
            QVERIFY(put(**store, QStringLiteral("n%1").arg(i), QStringLiteral("x")));
        const QString path = place.beside(QStringLiteral("copy.patchbay"));
        auto copying = backup(**store, path);
        std::vector<QFuture<Result<Done>>> meanwhile;
        for (int i = 40; i < 140; ++i)
            meanwhile.push_back((*store)->write([i](Database &db) {
                settings::set(db, QStringLiteral("n%1").arg(i), QStringLiteral("x"));
                return db.finish(Done{});
            }));
        QVERIFY(answer(copying));
        for (auto &one : meanwhile)
            QVERIFY(answer(one));
        const StorePlace target;
        QVERIFY(restoreBackup(path, target.location()));
        const auto copy = target.open();
        for (int i = 0; i < 40; ++i)
            QCOMPARE(*get(**copy, QStringLiteral("n%1").arg(i)), QStringLiteral("x"));
    }
};

class SqliteBackups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goesIntoTheWorkspaceWhenNoFolderIsNamed()
    {
        const StorePlace place;
        const auto store = place.open();
        const auto made = answer(backup(**store, {}));
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        QVERIFY(made->startsWith(place.location() + QStringLiteral("/backups/")));
        const QFile::Permissions others = QFile::ReadGroup | QFile::ReadOther;
        QDirIterator each(*made, QDir::AllEntries | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (each.hasNext())
            QVERIFY2((QFileInfo(each.next()).permissions() & others) == QFile::Permissions(),
                     qPrintable(each.filePath()));
    }

    void worksBesideTheOwner()
    {
        const StorePlace place;
        const auto owner = place.open();
        QVERIFY(put(**owner, QStringLiteral("a"), QStringLiteral("1")));
        StoreOptions options = place.options();
        options.readOnly = true;
        const auto beside = Store::open(options);
        QVERIFY2(beside, beside ? "" : qPrintable(beside.error().message));
        QVERIFY(answer(backup(**beside, place.beside(QStringLiteral("copy")))));
        QVERIFY(put(**owner, QStringLiteral("a"), QStringLiteral("2")));
    }

    void leavesNoHalfBehindWhenItIsKilled()
    {
        const StorePlace place;
        const QString path = place.beside(QStringLiteral("copy.patchbay"));
        QVERIFY(place.open());
        QProcess child;
        startChild(child, "BackupVictim",
                   {{QStringLiteral("PATCHBAY_TEST_BACKUP"), place.location()},
                    {QStringLiteral("PATCHBAY_FAULT"), QStringLiteral("backup.middle")}});
        QVERIFY(wasKilled(child));
        QVERIFY(!QFileInfo::exists(path));
        QCOMPARE(restoreBackup(path, place.beside(QStringLiteral("r"))).error().kind, Error::Kind::NotFound);
        const auto store = place.open();
        QVERIFY(answer(backup(**store, path))); // and what it left is no hindrance
        QVERIFY(restoreBackup(path, place.beside(QStringLiteral("r"))));
    }

    void refusesToRestoreWhatIsNoBackup()
    {
        const StorePlace place;
        const QString path = place.beside(QStringLiteral("text"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not a database at all, but long enough to look at");
        file.close();
        const auto restored = restoreBackup(path, place.location());
        QVERIFY(!restored);
        QVERIFY2(restored.error().message.contains(QStringLiteral("damaged")), qPrintable(restored.error().message));
        QVERIFY(!QFileInfo::exists(place.location()));
    }
};

/// Runs in a process of its own, which the fault point ends.
class BackupVictim : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void backsUp()
    {
        StoreOptions options;
        options.location = qEnvironmentVariable("PATCHBAY_TEST_BACKUP");
        const auto store = Store::open(options);
        QVERIFY(store);
        (void)answer(backup(**store, QFileInfo(options.location).absolutePath() + QStringLiteral("/copy.patchbay")));
    }
};

PATCHBAY_TESTS(Backups)
PATCHBAY_TESTS(SqliteBackups)
PATCHBAY_CHILD_TESTS(BackupVictim, "PATCHBAY_TEST_BACKUP")

#include "tst_backup.moc"
