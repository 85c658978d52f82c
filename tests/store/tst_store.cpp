#include "core/store/account_table.h"
#include "core/store/misc_tables.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QDir>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

Result<Done> setSetting(Database &db, const QString &key, const QString &value)
{
    settings::set(db, key, value);
    return db.finish(Done{});
}

Result<QString> setting(Store &store, const QString &key)
{
    return answer(
        store.read([key](Database &db) { return db.finish(settings::get(db, key, QStringLiteral("none"))); }));
}

/// Holds the writer until it is let go, so that what is written meanwhile waits and shares a commit.
class Held {
public:
    explicit Held(Store &store)
        : m_future(store.write([release = m_release, held = m_held](Database &db) {
            held->release();
            release->acquire();
            return db.finish(Done{});
        }))
    {
        m_held->acquire();
    }
    ~Held() { m_release->release(); }

private:
    std::shared_ptr<QSemaphore> m_release = std::make_shared<QSemaphore>();
    std::shared_ptr<QSemaphore> m_held = std::make_shared<QSemaphore>();
    QFuture<Result<Done>> m_future;
};

} // namespace

class StoreWork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void keepsWhatWasWrittenWhenItIsOpenedAgain()
    {
        PATCHBAY_STORE_PLACE(place);
        QString uid;
        {
            auto store = place.open();
            QVERIFY2(store, store ? "" : qPrintable(store.error().message));
            uid = (*store)->workspaceUid();
            QVERIFY(isUid(uid));
            QVERIFY(answer((*store)->write([](Database &db) {
                return setSetting(db, QStringLiteral("colour"), QStringLiteral("green ✓ 'quoted' \\ and\n🙂"));
            })));
        }
        StoreOptions options = place.options();
        options.create = false;
        auto store = Store::open(options);
        QVERIFY(store);
        QCOMPARE((*store)->workspaceUid(), uid);
        QCOMPARE((*store)->workspaceName(), QStringLiteral("Desk"));
        QCOMPARE(*setting(**store, QStringLiteral("colour")), QStringLiteral("green ✓ 'quoted' \\ and\n🙂"));
    }

    void refusesAPlaceWithoutAWorkspace()
    {
        PATCHBAY_STORE_PLACE(place);
        StoreOptions options = place.options();
        options.create = false;
        const auto store = Store::open(options);
        QVERIFY(!store);
        QCOMPARE(store.error().kind, Error::Kind::NotFound);
    }

    void takesBackAFailedWorkAndKeepsItsNeighbours()
    {
        PATCHBAY_STORE_PLACE(place);
        auto store = place.open();
        QVERIFY(store);
        QFuture<Result<Done>> before, wrong, refused, after;
        {
            const Held held(**store);
            before = (*store)->write([](Database &db) { return setSetting(db, u"a"_qs, u"1"_qs); });
            wrong = (*store)->write([](Database &db) {
                settings::set(db, u"b"_qs, u"1"_qs);
                db.exec("INSERT INTO no_such_table VALUES (1)");
                settings::set(db, u"c"_qs, u"1"_qs); // does nothing: the first error sticks
                return db.finish(Done{});
            });
            refused = (*store)->write([](Database &db) -> Result<Done> {
                settings::set(db, u"d"_qs, u"1"_qs);
                return makeError(Error::Kind::Refused, u"no"_qs);
            });
            after = (*store)->write([](Database &db) { return setSetting(db, u"e"_qs, u"1"_qs); });
        }
        QVERIFY(answer(before));
        QCOMPARE(answer(wrong).error().kind, Error::Kind::Storage);
        QCOMPARE(answer(refused).error().message, u"no"_qs);
        QVERIFY(answer(after));
        QString found;
        for (const char *key : {"a", "b", "c", "d", "e"})
            found += *setting(**store, QLatin1String(key)) + QLatin1Char(' ');
        QCOMPARE(found, u"1 none none none 1 "_qs);
    }

    void failsAWorkWhoseErrorWasOverlooked()
    {
        PATCHBAY_STORE_PLACE(place);
        auto store = place.open();
        QVERIFY(store);
        const auto done = answer((*store)->write([](Database &db) -> Result<Done> {
            settings::set(db, u"a"_qs, u"1"_qs);
            db.exec("UPDATE nothing SET at = 1");
            return Done{};
        }));
        QVERIFY(!done);
        QCOMPARE(*setting(**store, u"a"_qs), u"none"_qs);
    }

    void sharesACommitAmongWaitingWorks()
    {
        PATCHBAY_STORE_PLACE(place);
        auto store = place.open();
        QVERIFY(store);
        QSignalSpy spy(store->get(), &Store::changed);
        std::vector<QFuture<Result<Done>>> works;
        {
            const Held held(**store);
            for (int i = 0; i < 120; ++i)
                works.push_back((*store)->write(
                    [i](Database &db) { return setSetting(db, QString::number(i), QString::number(i)); }));
        }
        for (auto &work : works)
            QVERIFY(answer(work));
        QCoreApplication::processEvents();
        QVERIFY2(spy.size() >= 3, "a transaction takes at most 50 works");
        QVERIFY2(spy.size() < 40, qPrintable(QString::number(spy.size())));
        QCOMPARE(*setting(**store, u"119"_qs), u"119"_qs);
    }

    void announcesChangesOnceAndOnlyAfterTheCommit()
    {
        PATCHBAY_STORE_PLACE(place);
        auto store = place.open();
        QVERIFY(store);
        std::vector<QString> seen;
        ChangeSet announced;
        int announcements = 0;
        connect(store->get(), &Store::changed, this, [&](const ChangeSet &changes) {
            announced = changes;
            ++announcements;
            seen.push_back(*setting(**store, u"a"_qs));
            QCOMPARE(QThread::currentThread(), thread());
        });
        QVERIFY(!answer((*store)->write([](Database &db) -> Result<Done> {
            db.changes().rules = true;
            return makeError(Error::Kind::Refused, u"no"_qs);
        })));
        QVERIFY(answer((*store)->write([](Database &db) {
            db.changes().timelines.insert({7});
            return setSetting(db, u"a"_qs, u"1"_qs);
        })));
        QTRY_COMPARE(announcements, 1);
        QCOMPARE(seen.front(), u"1"_qs);
        QVERIFY(announced.settings && !announced.rules);
        QVERIFY(announced.timelines.contains({7}));
        const auto row = answer((*store)->read([](Database &db) {
            const auto last = db.row("SELECT document FROM change ORDER BY id DESC LIMIT 1");
            return db.finish(last ? last->text(0) : QString());
        }));
        QCOMPARE(*row, QStringLiteral("{\"settings\":true,\"timelines\":[7]}"));
    }

    void refusesWritesOfReaders()
    {
        PATCHBAY_STORE_PLACE(place);
        auto store = place.open();
        QVERIFY(store);
        const auto done = answer(
            (*store)->read([](Database &db) { return setSetting(db, QStringLiteral("a"), QStringLiteral("1")); }));
        QVERIFY(!done);
        QCOMPARE(done.error().kind, Error::Kind::Refused);
        QCOMPARE(*setting(**store, u"a"_qs), u"none"_qs);
    }

    void doesAllWaitingWritesBeforeItCloses()
    {
        PATCHBAY_STORE_PLACE(place);
        auto store = place.open();
        QVERIFY(store);
        std::vector<QFuture<Result<Done>>> works;
        for (int i = 0; i < 60; ++i)
            works.push_back((*store)->write(
                [i](Database &db) { return setSetting(db, QString::number(i), QStringLiteral("kept")); }));
        store->reset();
        for (auto &work : works) {
            QVERIFY(work.isFinished());
            QVERIFY(work.result());
        }
        store = place.open();
        QVERIFY(store);
        QCOMPARE(*setting(**store, u"59"_qs), u"kept"_qs);
    }
};

PATCHBAY_TESTS(StoreWork)

#include "tst_store.moc"
