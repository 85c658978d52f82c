#include "core/store/misc_tables.h"
#include "support/manual_clock.h"
#include "support/store_place.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// The server's process ids of a Store's writer and readers.
static QSet<qint64> connectionsOf(Store &store)
{
    const auto ask = [](Database &db) {
        const auto row = db.row("SELECT pg_backend_pid(), pg_sleep(0.05)");
        return db.finish(row ? row->integer(0) : 0);
    };
    QSet<qint64> ids{written(store, ask)};
    std::vector<QFuture<Result<qint64>>> reading;
    for (int i = 0; i < 8; ++i)
        reading.push_back(store.read(ask));
    for (const QFuture<Result<qint64>> &one : reading) {
        if (const auto id = answer(one))
            ids.insert(*id);
    }
    return ids;
}

class SharedServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsOneWorkstationWhatAnotherCommitted()
    {
        const StorePlace place(QStringLiteral("postgres"));
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        const auto one = place.open();
        const auto other = place.open();
        QVERIFY(one && other);
        QCOMPARE((*one)->workspaceUid(), (*other)->workspaceUid());
        QSignalSpy here(one->get(), &Store::changed);
        QSignalSpy there(other->get(), &Store::changed);
        written(**one, [](Database &db) {
            db.changes().timelines.insert({42});
            return db.finish(Done{});
        });
        QTRY_COMPARE_WITH_TIMEOUT(there.size(), 1, 10000);
        QVERIFY(there[0][0].value<ChangeSet>().timelines.contains({42}));
        QTest::qWait(2500);
        QCOMPARE(here.size(), 1); // its own commit is announced once
        QCOMPARE(there.size(), 1);
    }

    void saysThatEverythingChangedAfterALongSleep()
    {
        const StorePlace place(QStringLiteral("postgres"));
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        ManualClock clock;
        const auto one = place.open(&clock);
        const auto other = place.open(&clock);
        QVERIFY(one && other);
        QSignalSpy there(other->get(), &Store::changed);
        QTest::qWait(1500); // it has asked
        QVERIFY(there.isEmpty());
        clock.advance(std::chrono::hours(22));
        QTest::qWait(1500);
        QVERIFY(there.isEmpty());
        // Asleep for longer than rows are kept: what was committed meanwhile is forgotten, or may be.
        clock.advance(std::chrono::hours(25));
        QTRY_COMPARE_WITH_TIMEOUT(there.size(), 1, 10000);
        const auto changes = there[0][0].value<ChangeSet>();
        QVERIFY(changes.everything && changes.channels && changes.rules && changes.counters);
        QTest::qWait(1500);
        QCOMPARE(there.size(), 1);
        written(**one, [](Database &db) {
            db.changes().timelines.insert({42});
            return db.finish(Done{});
        });
        QTRY_COMPARE_WITH_TIMEOUT(there.size(), 2, 10000);
        QVERIFY(!there[1][0].value<ChangeSet>().everything);
    }

    void connectsAgainAfterTheServerCutTheLine()
    {
        const StorePlace place(QStringLiteral("postgres"));
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        const auto store = place.open();
        const auto other = place.open();
        QVERIFY(store && other);
        const auto set = [](const QString &value) {
            return [value](Database &db) {
                settings::set(db, QStringLiteral("a"), value);
                return db.finish(Done{});
            };
        };
        const auto get = [](Database &db) { return db.finish(settings::get(db, QStringLiteral("a"))); };
        written(**store, set(QStringLiteral("1")));
        QVERIFY(answer((*store)->read(get)));
        const QSet<qint64> ours = connectionsOf(**store); // other tests use the same server at this moment
        QVERIFY(ours.size() >= 2);
        QVERIFY(answer((*other)->write([ours](Database &db) {
            for (const qint64 pid : ours)
                db.rows("SELECT pg_terminate_backend(CAST(? AS integer))", {pid});
            return db.finish(Done{});
        })));
        written(**store, set(QStringLiteral("2")));
        const auto value = answer((*store)->read(get));
        QVERIFY2(value, value ? "" : qPrintable(value.error().message));
        QCOMPARE(*value, QStringLiteral("2"));
    }

    void refusesAWorkThatTheServerEndedAndKeepsNothingOfIt()
    {
        const StorePlace place(QStringLiteral("postgres"));
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        const auto store = place.open();
        QVERIFY(store);
        const auto cut = answer((*store)->write([](Database &db) {
            settings::set(db, QStringLiteral("a"), QStringLiteral("half"));
            db.rows("SELECT pg_terminate_backend(pg_backend_pid())");
            return db.finish(Done{});
        }));
        QVERIFY(!cut);
        QCOMPARE(cut.error().kind, Error::Kind::Offline);
        const auto value = answer((*store)->read(
            [](Database &db) { return db.finish(settings::get(db, QStringLiteral("a"), QStringLiteral("none"))); }));
        QCOMPARE(*value, QStringLiteral("none"));
    }

    void countsTimeByTheServersClock()
    {
        const StorePlace place(QStringLiteral("postgres"));
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        const SystemClock right;
        const WrongClock behind(right, -std::chrono::minutes(5));
        ManualClock stopped;
        StoreOptions options = place.options();
        options.clock = &behind;
        const auto one = Store::open(options);
        options.clock = &stopped;
        const auto two = Store::open(options);
        QVERIFY(one && two);
        const auto wrongBy = [](Database &db) -> Result<qint64> {
            const auto row = db.row("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)");
            return db.finish(std::abs(db.now().us - row->integer(0)));
        };
        const auto check = [&](Store &store) {
            for (const auto &wrong : {answer(store.read(wrongBy)), answer(store.write(wrongBy))}) {
                QVERIFY(wrong);
                QVERIFY2(*wrong < 1'000'000, qPrintable(QString::number(*wrong)));
            }
        };
        check(**one);
        check(**two);
        stopped.advance(std::chrono::hours(7)); // somebody sets the clock, or the machine slept
        check(**two);
        QVERIFY(std::chrono::abs((*one)->clock().now() - right.now()) < std::chrono::seconds(1));
    }

    void keepsPasswordsOutOfItsAddressAndRefusesOddSchemas()
    {
        StoreOptions options;
        options.location = QStringLiteral("postgresql://ann:geheim@127.0.0.1:1/desk");
        const auto away = Store::open(options);
        QVERIFY(!away);
        QCOMPARE(away.error().kind, Error::Kind::Offline);
        QVERIFY(!away.error().message.contains(QStringLiteral("geheim")));
        for (const char *schema : {"a;b", "A", "\"", "pg_catalog", "a b", ""}) {
            options.location = QStringLiteral("postgresql://127.0.0.1:1/desk?schema=%1").arg(QLatin1String(schema));
            const auto odd = Store::open(options);
            QVERIFY(!odd);
            QCOMPARE(odd.error().kind, Error::Kind::Refused);
        }
    }
};

PATCHBAY_TESTS(SharedServer)

#include "tst_shared_server.moc"
