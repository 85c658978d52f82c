#include "core/store/migrations.h"
#include "core/store/misc_tables.h"
#include "support/child.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

/// A folder of schema steps: those built in, and more.
class Steps {
public:
    /// The first `count` of those that are built in.
    explicit Steps(int count)
    {
        const QDir builtIn(QStringLiteral(":/patchbay/migrations"));
        for (const QString &name : builtIn.entryList()) {
            QFile file(builtIn.filePath(name));
            if (name.left(4).toInt() <= count && file.open(QIODevice::ReadOnly))
                add(name, file.readAll());
        }
    }
    explicit Steps(const QMap<QString, QByteArray> &more = {})
    {
        const QDir builtIn(QStringLiteral(":/patchbay/migrations"));
        for (const QString &name : builtIn.entryList()) {
            QFile file(builtIn.filePath(name));
            if (file.open(QIODevice::ReadOnly))
                add(name, file.readAll());
            m_builtIn = qMax(m_builtIn, name.left(4).toInt());
        }
        for (auto step = more.begin(); step != more.end(); ++step) {
            const int number = m_builtIn + step.key().left(1).toInt(); // "1_name.sql" is the first after those built in
            add(QStringLiteral("%1%2").arg(number, 4, 10, QLatin1Char('0')).arg(step.key().mid(1)), step.value());
        }
    }
    void add(const QString &name, const QByteArray &sql) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(sql);
    }
    QString folder() const { return m_folder.path(); }
    int builtIn() const { return m_builtIn; }

private:
    QTemporaryDir m_folder;
    int m_builtIn = 0;
};

StoreOptions with(const StorePlace &place, const Steps &steps)
{
    StoreOptions options = place.options();
    options.migrations = steps.folder();
    return options;
}

/// Every table, index and column of a schema as text, without what differs between two databases.
QString schemaOf(Store &store)
{
    const auto text = answer(store.read([](Database &db) {
        const bool sqlite = db.dialect() == Dialect::Sqlite;
        QStringList lines;
        for (const Row &row : db.rows(
                 sqlite
                     ? "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY type, name"
                     : "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || "
                       "COALESCE(column_default, '') FROM information_schema.columns WHERE table_schema = "
                       "current_schema() "
                       "UNION ALL SELECT regexp_replace(indexdef, ' ON [^.]*[.]', ' ON ') FROM pg_indexes "
                       "WHERE schemaname = current_schema() ORDER BY 1"))
            lines.append(row.text(0));
        return db.finish(lines.join(QLatin1Char('\n')));
    }));
    return text ? *text : text.error().message;
}

QMap<QString, QByteArray> contents(const QString &folder)
{
    QMap<QString, QByteArray> all;
    QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        QFile file(each.next());
        if (file.open(QIODevice::ReadOnly))
            all[file.fileName()] = file.readAll();
    }
    return all;
}

const QMap<QString, QByteArray> parcels{
    {QStringLiteral("1_parcels.sql"),
     "CREATE TABLE parcel (id {id}, weight {real} NOT NULL, body {blob}){strict};\nINSERT INTO parcel (weight) VALUES "
     "(1.5);"},
    {QStringLiteral("2_parcel_index.sql"), "CREATE INDEX parcel_by_weight ON parcel(weight); -- the last one"}};

} // namespace

class Migrations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void upgradesToTheSchemaThatANewOneHas()
    {
        PATCHBAY_STORE_PLACE(place);
        const StorePlace other(dialect);
        const Steps steps(parcels);
        QVERIFY(migrationSteps(steps.folder()));
        {
            const auto old = place.open();
            QVERIFY(old);
            QVERIFY(answer((*old)->write([](Database &db) {
                settings::set(db, QStringLiteral("kept"), QStringLiteral("yes"));
                return db.finish(Done{});
            })));
        }
        const auto upgraded = Store::open(with(place, steps));
        QVERIFY2(upgraded, upgraded ? "" : qPrintable(upgraded.error().message));
        const auto fresh = Store::open(with(other, steps));
        QVERIFY2(fresh, fresh ? "" : qPrintable(fresh.error().message));
        const QString schema = schemaOf(**upgraded);
        QVERIFY(schema.contains(QStringLiteral("parcel_by_weight")));
        QCOMPARE(schema, schemaOf(**fresh));
        const auto kept = answer(
            (*upgraded)->read([](Database &db) { return db.finish(settings::get(db, QStringLiteral("kept"))); }));
        QCOMPARE(*kept, QStringLiteral("yes"));
    }

    void putsTheDayInFrontOfKeysThatAHashMade()
    {
        PATCHBAY_STORE_PLACE(place);
        const Steps old(7);
        {
            const auto store = Store::open(with(place, old));
            QVERIFY2(store, store ? "" : qPrintable(store.error().message));
            const auto filled = answer((*store)->write([](Database &db) {
                db.exec(
                    "INSERT INTO channel (id, uid, connector, name, settings, added_at) VALUES (1, 'c', 'mail', 'C', "
                    "'{}', 0)");
                db.exec("INSERT INTO contact (id, uid, name, created_at) VALUES (1, 'p', 'Ana', 0)");
                db.exec("INSERT INTO conversation (id, uid, channel_id, contact_id, subject, status, unread, "
                        "awaiting_us, first_at, sort_at) VALUES (1, 'v', 1, 1, '', 'done', 0, 0, 0, 0)");
                const auto message = [&db](int id, const char *key, qint64 sent) {
                    db.exec("INSERT INTO message (id, uid, conversation_id, channel_id, direction, author_name, "
                            "author_address, dedupe_key, subject, body_text, body, to_addresses, cc_addresses, "
                            "provider_at, arrived_at, sort_at) VALUES (?, ?, 1, 1, 'inbound', '', '', ?, '', '', ?, "
                            "'[]', '[]', ?, 0, 0)",
                            {id, QString::number(id), QString::fromLatin1(key), QByteArray("{}"), sent});
                };
                message(1, "mail:aa", 1710287999000000);
                message(2, "mail:raw:bb", 1710287999000000);
                message(3, "telegram:1:2", 1710287999000000);
                message(4, "mail:cc", 0);
                const auto raw = [&db](int id, const char *key, const char *state, QVariant of) {
                    db.exec(
                        "INSERT INTO raw_message (id, uid, channel_id, source_key, sha256, size, state, message_id, "
                        "received_at) VALUES (?, ?, 1, ?, '', 0, ?, ?, 5)",
                        {id, QString::number(id), QString::fromLatin1(key), QString::fromLatin1(state), of});
                };
                raw(1, "file:aa:1", "visible", 1);
                raw(2, "INBOX;1;2", "visible", 2);
                raw(3, "file:dd:1", "quarantined", {});
                raw(4, "file:cc:1", "duplicate", 4);
                return db.finish(Done{});
            }));
            QVERIFY2(filled, filled ? "" : qPrintable(filled.error().message));
        }
        const auto store = place.open();
        QVERIFY2(store, store ? "" : qPrintable(store.error().message));
        const auto keys = answer((*store)->read([](Database &db) {
            QStringList all;
            for (const Row &row : db.rows("SELECT dedupe_key FROM message ORDER BY id"))
                all << row.text(0);
            for (const Row &row : db.rows("SELECT source_key, state, received_at FROM raw_message ORDER BY id"))
                all << row.text(0) + QLatin1Char(' ') + row.text(1) + QLatin1Char(' ') + row.text(2);
            return db.finish(all);
        }));
        const QStringList expected{
            QStringLiteral("mail:4d52aa"),
            QStringLiteral("mail:raw:bb"),
            QStringLiteral("telegram:1:2"),
            QStringLiteral("mail:0000cc"),
            QStringLiteral("file:4d52aa:1 visible 5"),
            QStringLiteral("INBOX;1;2 visible 5"),
            QStringLiteral("file:0000dd:1 quarantined 5"),
            QStringLiteral("file:0000cc:1 duplicate 5"),
        };
        QCOMPARE(*keys, expected);
    }

    void refusesANewerSchemaUntouched()
    {
        PATCHBAY_STORE_PLACE(place);
        const Steps steps(parcels);
        QVERIFY(Store::open(with(place, steps)));
        const auto before = contents(place.location());
        for (const bool readOnly : {false, true}) {
            StoreOptions options = place.options();
            options.readOnly = readOnly;
            const auto store = Store::open(options);
            QVERIFY(!store);
            QCOMPARE(store.error().kind, Error::Kind::Refused);
            QVERIFY2(store.error().message.contains(QStringLiteral("newer Patchbay")),
                     qPrintable(store.error().message));
        }
        QCOMPARE(contents(place.location()), before);
    }

    void leavesTheSchemaBeforeAStepThatFails()
    {
        PATCHBAY_STORE_PLACE(place);
        QVERIFY(place.open());
        const Steps broken({{QStringLiteral("1_parcels.sql"), "CREATE TABLE parcel (id {id}); CREATE TABLE oops ("}});
        const auto store = Store::open(with(place, broken));
        QVERIFY(!store);
        QVERIFY2(store.error().message.contains(QStringLiteral("left as it was")), qPrintable(store.error().message));
        const auto again = place.open();
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QVERIFY(!schemaOf(**again).contains(QStringLiteral("parcel")));
    }

    void runsEachStepOnceWhenTwoOpenAtOnce()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto first = place.open();
        const auto second = place.open();
        QVERIFY(first);
        QCOMPARE(second.ok(), place.isPostgres()); // a folder has one owner, a server many
        const auto count = answer((*first)->read([](Database &db) {
            const auto row = db.row("SELECT COUNT(*) - MAX(version) FROM schema_migration");
            return db.finish(row ? row->integer(0) : -1);
        }));
        QCOMPARE(*count, 0);
    }
};

class PostgresMigrations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sayThatTheBackupOfAServerIsTheTeams()
    {
        const StorePlace place(QStringLiteral("postgres"));
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        const Steps steps(parcels);
        {
            const auto made = place.open();
            QVERIFY(made);
            QVERIFY((*made)->notice().isEmpty());
        }
        StoreOptions beside = with(place, steps);
        beside.readOnly = true;
        const auto refused = Store::open(beside);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(QStringLiteral("pg_dump")), qPrintable(refused.error().message));
        const auto upgraded = Store::open(with(place, steps));
        QVERIFY(upgraded);
        const QString notice = (*upgraded)->notice();
        const QString told = QStringLiteral("from %1 to %2").arg(steps.builtIn()).arg(steps.builtIn() + 2);
        QVERIFY2(notice.contains(QStringLiteral("pg_dump")) && notice.contains(told), qPrintable(notice));
        QVERIFY(!notice.contains(QStringLiteral("password")));
        const auto again = Store::open(with(place, steps));
        QVERIFY(again && (*again)->notice().isEmpty());
    }
};

class SqliteMigrations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void backsUpBeforeItUpgrades()
    {
        const StorePlace place;
        {
            const auto old = place.open();
            QVERIFY(answer((*old)->write([](Database &db) {
                settings::set(db, QStringLiteral("before"), QStringLiteral("upgrade"));
                return db.finish(Done{});
            })));
        }
        const Steps steps(parcels);
        QVERIFY(Store::open(with(place, steps)));
        const QDir backups(place.location() + QStringLiteral("/backups"));
        const auto files = backups.entryInfoList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QVERIFY(files.first().fileName().startsWith(QStringLiteral("before-schema-%1-").arg(steps.builtIn() + 1)));
        QCOMPARE(files.first().permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        // The backup opens with the program of its time.
        const QString copy = place.beside(QStringLiteral("Copy.patchbay"));
        QVERIFY(QDir().mkpath(copy));
        QVERIFY(QFile::copy(files.first().filePath(), copy + QStringLiteral("/workspace.sqlite")));
        StoreOptions options = place.options();
        options.location = copy;
        const auto store = Store::open(options);
        QVERIFY2(store, store ? "" : qPrintable(store.error().message));
        const auto value =
            answer((*store)->read([](Database &db) { return db.finish(settings::get(db, QStringLiteral("before"))); }));
        QCOMPARE(*value, QStringLiteral("upgrade"));
    }

    void opensAfterAKillAtAnyPointOfAnUpgrade()
    {
        const Steps steps(parcels);
        for (int pass = 1; pass <= 5; ++pass) {
            const StorePlace place;
            QVERIFY(place.open());
            QProcess child;
            startChild(child, "MigrationVictim",
                       {{QStringLiteral("PATCHBAY_TEST_UPGRADE"), place.location()},
                        {QStringLiteral("PATCHBAY_TEST_STEPS"), steps.folder()},
                        {QStringLiteral("PATCHBAY_FAULT"), QStringLiteral("migration.step:%1").arg(pass)}});
            QVERIFY(wasKilled(child));
            const auto store = Store::open(with(place, steps));
            QVERIFY2(store, store ? "" : qPrintable(store.error().message));
            QVERIFY(schemaOf(**store).contains(QStringLiteral("parcel_by_weight")));
        }
    }

    void beginsAnewAfterAKilledCreation()
    {
        const StorePlace place;
        QProcess child;
        startChild(child, "MigrationVictim",
                   {{QStringLiteral("PATCHBAY_TEST_UPGRADE"), place.location()},
                    {QStringLiteral("PATCHBAY_FAULT"), QStringLiteral("migration.step:7")}});
        QVERIFY(wasKilled(child));
        QVERIFY(!QFileInfo::exists(place.location() + QStringLiteral("/workspace.sqlite")));
        StoreOptions options = place.options();
        options.create = false;
        QCOMPARE(Store::open(options).error().kind, Error::Kind::NotFound);
        QVERIFY(place.open());
    }

    void refusesStepsWithAGap()
    {
        const Steps steps;
        steps.add(QStringLiteral("0099_far.sql"), "CREATE TABLE far (id {id});");
        const auto found = migrationSteps(steps.folder());
        QVERIFY(!found);
        QVERIFY(found.error().message.contains(QStringLiteral("0099_far")));
    }

    void refusesHalfAPairOfVariants()
    {
        const Steps steps({{QStringLiteral("1_search.sqlite.sql"), "CREATE TABLE s (id {id});"}});
        QVERIFY(!migrationSteps(steps.folder()));
    }

    void splitsScriptsAtTheRightSemicolons()
    {
        const auto parts =
            splitStatements("-- a; comment\n"
                            "INSERT INTO a VALUES ('x;y''z;'); /* ; */\n"
                            "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
                            "  UPDATE a SET b = CASE WHEN 1 THEN 2 ELSE 3 END; DELETE FROM c; END;\n"
                            "CREATE FUNCTION f() RETURNS trigger AS $body$ BEGIN x; END; $body$ LANGUAGE plpgsql;\n"
                            "SELECT \"odd;name\" ;;\n SELECT 1");
        QCOMPARE(parts.size(), size_t(5));
        QCOMPARE(parts[0], QByteArray("INSERT INTO a VALUES ('x;y''z;')"));
        QVERIFY(parts[1].startsWith("CREATE TRIGGER") && parts[1].endsWith("END"));
        QVERIFY(parts[2].startsWith("CREATE FUNCTION") && parts[2].endsWith("plpgsql"));
        QCOMPARE(parts[3], QByteArray("SELECT \"odd;name\""));
        QCOMPARE(parts[4], QByteArray("SELECT 1"));
    }
};

/// Runs in a process of its own, which the fault point ends.
class MigrationVictim : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opens()
    {
        StoreOptions options;
        options.location = qEnvironmentVariable("PATCHBAY_TEST_UPGRADE");
        options.create = true;
        options.migrations = qEnvironmentVariable("PATCHBAY_TEST_STEPS");
        (void)Store::open(options);
    }
};

PATCHBAY_TESTS(Migrations)
PATCHBAY_TESTS(PostgresMigrations)
PATCHBAY_TESTS(SqliteMigrations)
PATCHBAY_CHILD_TESTS(MigrationVictim, "PATCHBAY_TEST_UPGRADE")

#include "tst_migrations.moc"
