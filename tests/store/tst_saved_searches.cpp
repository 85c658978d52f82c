#include "core/store/misc_tables.h"
#include "core/store/saved_search_table.h"
#include "support/inbox.h"
#include "support/test_main.h"

#include <QtTest/QSignalSpy>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// The searches that a team keeps, on both databases.
class SavedSearches : public QObject {
    Q_OBJECT

private:
    static QStringList listed(Inbox &in)
    {
        QStringList names;
        for (const SavedSearch &one : in.run([](Database &db) { return saved_searches::all(db); }))
            names << one.name + u": "_s + one.query;
        return names;
    }
    static SavedSearchId save(Inbox &in, const QString &name, const QString &query)
    {
        SavedSearch search;
        search.name = name;
        search.query = query;
        search.createdBy = in.me;
        return in.run([&](Database &db) { return saved_searches::insert(db, search); });
    }
    template <class F> static std::optional<Error> refusal(Inbox &in, F work)
    {
        auto done = answer(in.store->write([work](Database &db) -> Result<Done> {
            work(db);
            return db.finish(Done{});
        }));
        return done ? std::nullopt : std::optional(done.error());
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void keepsSearchesInTheirOrder()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const SavedSearchId a = save(in, u"Refunds"_s, u"refund is:open"_s);
        const SavedSearchId b = save(in, u"Late"_s, u"\"too late\" -label:vip"_s);
        const SavedSearchId c = save(in, u"Züri 退款"_s, u"退款"_s);
        QCOMPARE(listed(in),
                 (QStringList{u"Refunds: refund is:open"_s, u"Late: \"too late\" -label:vip"_s, u"Züri 退款: 退款"_s}));
        const auto first = in.run([&](Database &db) { return saved_searches::byId(db, a); });
        QVERIFY(first && isUid(first->uid));
        QCOMPARE(first->createdBy, in.me);
        QCOMPARE(first->createdAt, in.clock.now());
        in.run([&](Database &db) { return saved_searches::move(db, c, 1), Done{}; });
        in.run([&](Database &db) { return saved_searches::move(db, a, 99), Done{}; });
        QCOMPARE(listed(in),
                 (QStringList{u"Züri 退款: 退款"_s, u"Late: \"too late\" -label:vip"_s, u"Refunds: refund is:open"_s}));
        in.run([&](Database &db) { return saved_searches::remove(db, b), Done{}; });
        save(in, u"New"_s, u"new"_s); // at the end, behind the gap too
        QCOMPARE(listed(in), (QStringList{u"Züri 退款: 退款"_s, u"Refunds: refund is:open"_s, u"New: new"_s}));
    }

    void renamesAndChanges()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const SavedSearchId a = save(in, u"Refunds"_s, u"refund"_s);
        in.run([&](Database &db) { return saved_searches::rename(db, a, u"Money back"_s), Done{}; });
        in.run([&](Database &db) {
            return saved_searches::rename(db, a, u"Money back"_s), Done{};
        }); // its own name is free
        in.run([&](Database &db) { return saved_searches::change(db, a, u"refund after:7d"_s), Done{}; });
        QCOMPARE(listed(in), QStringList{u"Money back: refund after:7d"_s});
        const auto found = in.run([](Database &db) { return saved_searches::byName(db, u"Money back"_s); });
        QVERIFY(found && found->id == a);
    }

    void refusesANameThatIsTaken()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        save(in, u"Refunds"_s, u"refund"_s);
        const SavedSearchId b = save(in, u"Late"_s, u"late"_s);
        SavedSearch again;
        again.name = u"Refunds"_s;
        again.query = u"x"_s;
        again.createdBy = in.me;
        const auto second = refusal(in, [&](Database &db) { saved_searches::insert(db, again); });
        QVERIFY(second && second->kind == Error::Kind::Conflict);
        QVERIFY(second->message.contains(u"Refunds"_s));
        const auto renamed = refusal(in, [&](Database &db) { saved_searches::rename(db, b, u"Refunds"_s); });
        QVERIFY(renamed && renamed->kind == Error::Kind::Conflict);
        QCOMPARE(listed(in), (QStringList{u"Refunds: refund"_s, u"Late: late"_s}));
    }

    void saysThatASearchIsGone()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const SavedSearchId a = save(in, u"Refunds"_s, u"refund"_s);
        in.run([&](Database &db) { return saved_searches::remove(db, a), Done{}; });
        for (const auto &work :
             std::vector<std::function<void(Database &)>>{[a](Database &db) { saved_searches::rename(db, a, u"x"_s); },
                                                          [a](Database &db) { saved_searches::change(db, a, u"x"_s); },
                                                          [a](Database &db) { saved_searches::remove(db, a); },
                                                          [a](Database &db) { saved_searches::move(db, a, 1); }}) {
            const auto gone = refusal(in, work);
            QVERIFY(gone && gone->kind == Error::Kind::NotFound);
        }
    }

    void announcesEachChange()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        QSignalSpy changed(in.store.get(), &Store::changed);
        const SavedSearchId a = save(in, u"Refunds"_s, u"refund"_s);
        QTRY_VERIFY(!changed.isEmpty() && changed.last()[0].value<ChangeSet>().savedSearches);
        changed.clear();
        in.run([&](Database &db) { return saved_searches::remove(db, a), Done{}; });
        QTRY_VERIFY(!changed.isEmpty() && changed.last()[0].value<ChangeSet>().savedSearches);
    }
};

PATCHBAY_TESTS(SavedSearches)
#include "tst_saved_searches.moc"
