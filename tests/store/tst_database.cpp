#include "core/store/account_table.h"
#include "core/store/change_log.h"
#include "core/store/misc_tables.h"
#include "support/store_place.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

class DatabaseValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void tellsNullFromAnEmptyText()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto id = written(**store, [](Database &db) {
            Channel channel; // unset texts in columns that are NOT NULL
            return db.finish(channels::insert(db, channel));
        });
        const auto nulls = written(**store, [id](Database &db) {
            db.exec("UPDATE channel SET cursor = ? WHERE id = ?", {QVariant(), id.value});
            const auto row = db.row("SELECT name, cursor FROM channel WHERE id = ?", {id.value});
            return db.finish(row && !row->isNull(0) && row->isNull(1) && row->blob(1).isEmpty());
        });
        QVERIFY(nulls);
    }

    void keepsWhatTextAndNumbersCanHold()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const QString long_ = QString(2'000'000, QChar(u'x')) + QStringLiteral("'\\ ? :name $1 %1 \u202e ☃🙂");
        const auto same = written(**store, [long_](Database &db) {
            const QString nul = QStringLiteral("a") + QChar(u'\0') + QStringLiteral("b") + QChar(u'\xd800');
            settings::set(db, QStringLiteral("long"), long_);
            settings::set(db, QStringLiteral("nul"), nul);
            db.exec("INSERT INTO counter (name, value) VALUES ('big', ?), ('small', ?)",
                    {std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min() + 1});
            const auto big = db.row("SELECT value FROM counter WHERE name = 'big'");
            const auto small = db.row("SELECT value FROM counter WHERE name = 'small'");
            // A sum is numeric on one side and an integer on the other.
            const auto sum = db.row("SELECT SUM(value), COUNT(*) FROM counter");
            return db.finish(settings::get(db, QStringLiteral("long")) == long_
                             && settings::get(db, QStringLiteral("nul")) == QStringLiteral("a\ufffdb\ufffd") && big
                             && small && big->integer(0) == std::numeric_limits<qint64>::max()
                             && small->integer(0) == std::numeric_limits<qint64>::min() + 1 && sum
                             && sum->integer(0) == 0 && sum->integer(1) == 10);
        });
        QVERIFY(same);
    }

    void refusesAWrongNumberOfValues()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto run = [](const QVariantList &values) {
            return [values](Database &db) {
                const auto row = db.row("SELECT value FROM setting WHERE key = ? OR value = ?", values);
                return db.finish(row ? row->text(0) : QString());
            };
        };
        // Twice: the statement that is kept must not remember the values of the time before.
        for (int i = 0; i < 2; ++i) {
            QVERIFY(answer((*store)->write(run({QStringLiteral("is_sample"), QStringLiteral("nothing")}))));
            QCOMPARE(answer((*store)->write(run({QStringLiteral("is_sample")}))).error().kind, Error::Kind::Storage);
        }
        QVERIFY(!answer((*store)->write(run({QStringList(), QStringLiteral("x")}))));
    }

    void reportsAUniqueRowAsConflictAndAForeignKeyAsStorage()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto twice = answer((*store)->write([](Database &db) {
            db.exec("INSERT INTO setting (key, value) VALUES ('is_sample', '1')");
            return db.finish(Done{});
        }));
        QCOMPARE(twice.error().kind, Error::Kind::Conflict);
        const auto orphan = answer((*store)->write([](Database &db) {
            db.exec("INSERT INTO handle (kind, address, contact_id) VALUES ('mail', 'a@b', 4711)");
            return db.finish(Done{});
        }));
        QCOMPARE(orphan.error().kind, Error::Kind::Storage);
    }

    void turnsAThrownExceptionIntoAnError()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto done = answer((*store)->write([](Database &db) -> Result<Done> {
            settings::set(db, QStringLiteral("a"), QStringLiteral("1"));
            throw std::runtime_error("oops");
        }));
        QVERIFY(!done);
        QVERIFY(done.error().message.contains(QStringLiteral("oops")));
    }

    void writesAChangeSetAndReadsItBack()
    {
        ChangeSet changes;
        changes.conversations = {{1}, {2}};
        changes.timelines = {{3}};
        changes.deliveries = {{4}};
        changes.tasks = {{5}};
        changes.localTasks = {{6}};
        changes.rules = changes.counters = changes.lessons = true;
        const ChangeSet back = change_log::fromJson(change_log::toJson(changes));
        QCOMPARE(back.conversations, changes.conversations);
        QCOMPARE(back.timelines, changes.timelines);
        QCOMPARE(back.deliveries, changes.deliveries);
        QCOMPARE(back.tasks, changes.tasks);
        QCOMPARE(back.localTasks, changes.localTasks);
        QVERIFY(back.rules && back.counters && back.lessons && !back.savedSearches);
        QVERIFY(!back.channels && !back.targets && !back.taxonomy && !back.settings);
        changes.savedSearches = true;
        QVERIFY(change_log::fromJson(change_log::toJson(changes)).savedSearches);
        QVERIFY(change_log::fromJson("not json").isEmpty());
    }
};

PATCHBAY_TESTS(DatabaseValues)

#include "tst_database.moc"
