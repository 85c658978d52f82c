#include "core/model/routing.h"
#include "core/store/category_edits.h"
#include "core/store/guidance_table.h"
#include "core/store/taxonomy_change_table.h"
#include "core/store/taxonomy_table.h"
#include "support/inbox.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Edits of categories, canned replies, business rules and packs, on both databases.
class TaxonomyTables : public QObject {
    Q_OBJECT

private:
    static CategoryId add(Inbox &in, const QString &name, bool unsorted = false)
    {
        Category category;
        category.name = name;
        category.isUnsorted = unsorted;
        category.position = unsorted ? 99 : 0;
        return in.run([&](Database &db) { return categories::insert(db, category); });
    }
    static Category get(Inbox &in, CategoryId id)
    {
        return in.run([&](Database &db) { return categories::byId(db, id).value_or(Category{}); });
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

    void letsOneOfTwoEditorsWin()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const Category seen = get(in, add(in, u"Billing"_s));
        QCOMPARE(seen.version, 1);
        Category mine = seen;
        mine.keywords = {u"money"_s, u"\"quoted\""_s};
        QVERIFY(!refusal(in, [&](Database &db) { categories::change(db, mine); }));
        QCOMPARE(get(in, seen.id).keywords, mine.keywords);
        QCOMPARE(get(in, seen.id).version, 2);
        for (const auto edit : {&categories::change, &categories::retire})
            QCOMPARE(refusal(in, [&](Database &db) { edit(db, seen); })->kind, Error::Kind::Conflict);
        QVERIFY(!refusal(in, [&](Database &db) { categories::retire(db, *categories::byId(db, seen.id)); }));
        QVERIFY(get(in, seen.id).isRetired());
        QVERIFY(in.run([](Database &db) { return categories::inUse(db); }).empty());
        QCOMPARE(in.run([](Database &db) { return categories::all(db); }).size(), size_t(1));
        QVERIFY(!refusal(in, [&](Database &db) { categories::bringBack(db, *categories::byId(db, seen.id)); }));
        QVERIFY(!get(in, seen.id).isRetired());
    }

    void keepsTheOrderWithUnsortedAtTheEnd()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const CategoryId a = add(in, u"A"_s);
        add(in, u"B"_s);
        const CategoryId c = add(in, u"C"_s);
        add(in, u"Unsorted"_s, true);
        const auto order = [&] {
            QStringList names;
            for (const Category &one : in.run([](Database &db) { return categories::inUse(db); }))
                names << one.name;
            return names.join(u' ');
        };
        in.run([&](Database &db) { return categories::move(db, c, 1), Done{}; });
        QCOMPARE(order(), u"C A B Unsorted"_s);
        in.run([&](Database &db) { return categories::move(db, a, 1000), Done{}; });
        QCOMPARE(order(), u"C B A Unsorted"_s);
    }

    void keepsRepliesAndRulesWithTheirDays()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const CategoryId billing = add(in, u"Billing"_s);
        const CategoryId other = add(in, u"Other"_s);
        CannedReply reply;
        reply.title = u"Thanks"_s;
        reply.category = billing;
        reply.language = u"de"_s;
        reply.text = u"Danke, {{contact.name}}\nBis bald"_s;
        reply.valid.until = QDate(2026, 1, 31);
        BusinessRule rule;
        rule.title = u"Returns"_s;
        rule.text = u"60 days"_s;
        rule.category = billing;
        in.run([&](Database &db) {
            canned_replies::put(db, reply);
            business_rules::put(db, rule);
            packs::put(db, u"retail"_s, "{}", in.me);
            return Done{};
        });
        const auto replies = in.run([](Database &db) { return canned_replies::all(db); });
        QCOMPARE(replies.size(), size_t(1));
        QVERIFY(isUid(replies[0].uid));
        QCOMPARE(replies[0].text, reply.text);
        QCOMPARE(replies[0].valid, reply.valid);
        reply.text = u"Anew"_s;
        in.run([&](Database &db) {
            canned_replies::put(db, reply);
            packs::put(db, u"retail"_s, "{\"a\":1}", in.me);
            category_history::moveGuidance(db, billing, other);
            return Done{};
        });
        const auto changed = in.run([](Database &db) { return canned_replies::all(db); });
        QCOMPARE(changed.size(), size_t(1));
        QCOMPARE(changed[0].uid, replies[0].uid);
        QCOMPARE(changed[0].category, other);
        QCOMPARE(in.run([](Database &db) { return packs::byName(db, u"retail"_s); })->document,
                 QByteArray("{\"a\":1}"));
        in.run([&](Database &db) { return category_history::moveGuidance(db, other, {}), Done{}; });
        QVERIFY(!in.run([](Database &db) { return business_rules::all(db); })[0].category);
        in.run([](Database &db) { return business_rules::remove(db, u"Returns"_s), Done{}; });
        QVERIFY(in.run([](Database &db) { return business_rules::all(db); }).empty());
    }

    void remembersHowFarAChangeIs()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        TaxonomyChange change;
        change.kind = TaxonomyChange::Kind::Split;
        change.category = add(in, u"A"_s);
        const CategoryId part = add(in, u"B"_s);
        const CategoryId free = add(in, u"C"_s);
        change.document = {{u"to"_s, 0}, {u"parts"_s, QJsonArray{part.value}}};
        change.by = in.me;
        const qint64 id = in.run([&](Database &db) { return taxonomy_changes::insert(db, change); });
        const auto busy = [&](CategoryId category) {
            return in.run([&](Database &db) { return taxonomy_changes::isBusy(db, category); });
        };
        QVERIFY(busy(change.category) && busy(part) && !busy(free));
        in.run([&](Database &db) { return taxonomy_changes::setDocument(db, id, {{u"reached"_s, 7}}), Done{}; });
        const auto read = in.run([&](Database &db) { return *taxonomy_changes::byId(db, id); });
        QCOMPARE(read.kind, TaxonomyChange::Kind::Split);
        QCOMPARE(read.document.value("reached"_L1).toInt(), 7);
        QVERIFY(isUid(read.uid) && !read.done);
        in.run([&](Database &db) { return taxonomy_changes::finish(db, id), Done{}; });
        QVERIFY(in.run([](Database &db) { return taxonomy_changes::unfinished(db); }).empty());
        QVERIFY(!busy(change.category));
    }
};

PATCHBAY_TESTS(TaxonomyTables)
#include "tst_taxonomy_tables.moc"
