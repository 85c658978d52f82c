#include "support/child.h"
#include "support/taxonomy_bench.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

SplitPlan warehousePlan(int doubtful = -1)
{
    SplitPlan plan;
    plan.parts = {{{},
                   TaxonomyBench::draft(u"Lost parcels"_s, u"Parcels that never came"_s,
                                        {u"lost"_s, u"never arrived"_s, u"missing parcel"_s})},
                  {{},
                   TaxonomyBench::draft(u"Damaged parcels"_s, u"Goods broken on the way"_s,
                                        {u"broken"_s, u"damaged"_s, u"cracked"_s})}};
    plan.doubtful = doubtful;
    return plan;
}

/// Puts this many conversations of each kind into the category.
void fillCategory(TaxonomyBench &desk, CategoryId category, int each)
{
    const std::pair<QString, QString> mails[] = {{u"Lost"_s, u"The parcel never arrived, it is lost."_s},
                                                 {u"Broken"_s, u"The cup was damaged and cracked, all broken."_s},
                                                 {u"Hello"_s, u"Zxqv wvut."_s}};
    for (int i = 0; i < each; ++i) {
        for (const auto &[subject, text] : mails)
            desk.receive(subject, text);
    }
    (void)desk.change([category](Database &db) {
        db.exec("UPDATE conversation SET category_id = ?", {category.value});
        db.exec("UPDATE classification SET category_id = ?", {category.value});
        db.exec("UPDATE suggestion SET category_id = ?", {category.value});
    });
}

qint64 inCategory(TaxonomyBench &desk, const QString &name)
{
    const CategoryId id = desk.byName(name).id;
    return desk.get([id](Database &db) { return category_history::conversationCount(db, id); });
}

} // namespace

/// One category becomes several.
class TestTaxonomySplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsFirstWhereEverythingWouldGo()
    {
        TaxonomyBench desk;
        const Category delivery = desk.byName(u"Delivery"_s);
        fillCategory(desk, delivery.id, 3);
        const auto preview = await(desk.lead->previewSplit(delivery.id, warehousePlan()));
        QVERIFY2(preview, qPrintable(TaxonomyBench::refusal(preview)));
        QCOMPARE(preview->conversations, 9);
        QCOMPARE(preview->looked, 9);
        QCOMPARE(preview->parts[0].name, u"Lost parcels"_s);
        QCOMPARE(preview->parts[0].conversations, 3);
        QCOMPARE(preview->parts[0].examples.first(), u"Lost"_s);
        QCOMPARE(preview->parts[1].conversations, 3);
        QCOMPARE(preview->doubtful.conversations, 3);
        QCOMPARE(preview->doubtful.name, u"Unsorted"_s);
        QCOMPARE(inCategory(desk, u"Delivery"_s), 9);
        QVERIFY(!desk.names().contains(u"Lost parcels"_s));
    }

    void sendsEachConversationAndLessonToTheBestPart()
    {
        TaxonomyBench desk;
        const Category delivery = desk.byName(u"Delivery"_s);
        const ConversationId taught = desk.receive(u"Broken"_s, u"The vase came broken and damaged."_s);
        QVERIFY(await(desk.commands->overrideCategory(taught, delivery.id)));
        QVERIFY(await(desk.commands->saveSearch(u"D"_s, u"category:Delivery"_s)));
        fillCategory(desk, delivery.id, 2);
        const auto split = await(desk.lead->split(delivery.id, delivery.version, warehousePlan()));
        QVERIFY2(split, qPrintable(TaxonomyBench::refusal(split)));
        QCOMPARE(split->conversations, 7);
        QCOMPARE(split->doubtful, 2);
        QCOMPARE(split->lessons, 1);
        QCOMPARE(inCategory(desk, u"Lost parcels"_s), 2);
        QCOMPARE(inCategory(desk, u"Damaged parcels"_s), 3);
        QCOMPARE(inCategory(desk, u"Unsorted"_s), 2);
        QCOMPARE(inCategory(desk, u"Delivery"_s), 0);
        QVERIFY(desk.byName(u"Delivery"_s).isRetired());
        QCOMPARE(desk.nameOf(desk.lessons().front().category), u"Damaged parcels"_s);
        QCOMPARE(desk.pending(taught)->draft.category, u"Damaged parcels"_s);
        QCOMPARE(desk.get([](Database &db) { return saved_searches::all(db); }).front().query,
                 u"category:\"Lost parcels\" OR category:\"Damaged parcels\""_s);
        // The model has learned the parts, with the lessons that went over.
        QCOMPARE(desk.nameOfConversation(desk.receive(u"?"_s, u"My parcel is lost, it never arrived."_s)),
                 u"Lost parcels"_s);
        QVERIFY(desk.auditActions().contains(u"split_category"_s));
        QVERIFY(desk.auditActions().contains(u"category_split"_s));
    }

    void putsDoubtfulOnesWhereTheLeadWantsThem()
    {
        TaxonomyBench desk;
        const Category delivery = desk.byName(u"Delivery"_s);
        fillCategory(desk, delivery.id, 1);
        QVERIFY(await(desk.lead->split(delivery.id, delivery.version, warehousePlan(1))));
        QCOMPARE(inCategory(desk, u"Damaged parcels"_s), 2);
        QCOMPARE(inCategory(desk, u"Unsorted"_s), 0);
    }

    void refusesPartsThatMakeNoSense()
    {
        TaxonomyBench desk;
        const Category delivery = desk.byName(u"Delivery"_s);
        const auto refusal = [&](const SplitPlan &plan) {
            return TaxonomyBench::refusal(await(desk.lead->split(delivery.id, delivery.version, plan)));
        };
        SplitPlan plan = warehousePlan();
        plan.parts.pop_back();
        QVERIFY(refusal(plan).contains(u"2 to 12 parts"_s));
        plan = warehousePlan();
        plan.parts[1].made.name = u"lost PARCELS"_s;
        QVERIFY(refusal(plan).contains(u"Two parts"_s));
        plan.parts[1].made.name = u"Delivery"_s;
        QVERIFY(refusal(plan).contains(u"already"_s));
        plan.parts[1] = {delivery.id, {}};
        QVERIFY(refusal(plan).contains(u"another one"_s));
        plan = warehousePlan(2);
        QVERIFY(refusal(plan).contains(u"one of the parts"_s));
        QCOMPARE(desk.number("SELECT COUNT(*) FROM taxonomy_change"), 0);
        QVERIFY(!desk.byName(u"Delivery"_s).isRetired());
    }

    void goesOnAfterAKill_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("fault");
        QTest::newRow("split, at its beginning") << u"split"_s << u"taxonomy.middle:1"_s;
        QTest::newRow("split, in the middle") << u"split"_s << u"taxonomy.middle:4"_s;
        QTest::newRow("merge, at its beginning") << u"merge"_s << u"taxonomy.middle:1"_s;
        QTest::newRow("merge, in the middle") << u"merge"_s << u"taxonomy.middle:5"_s;
    }
    void goesOnAfterAKill()
    {
        QFETCH(QString, kind);
        QFETCH(QString, fault);
        QTemporaryDir folder;
        const QString place = folder.filePath(u"desk.patchbay"_s);
        {
            TaxonomyBench desk(place);
            fillCategory(desk, desk.byName(u"Delivery"_s).id, 70);
        }
        QProcess child;
        startChild(child, "TaxonomyVictim",
                   {{u"PATCHBAY_TEST_TAXONOMY"_s, place},
                    {u"PATCHBAY_TEST_TAXONOMY_KIND"_s, kind},
                    {u"PATCHBAY_FAULT"_s, fault}});
        QVERIFY2(wasKilled(child), child.readAll().constData());
        TaxonomyBench desk(place);
        QCOMPARE(desk.number("SELECT COUNT(*) FROM taxonomy_change WHERE state = 'running'"), 1);
        // Nothing else may be done with it in between.
        Category part = desk.byName(kind == "split"_L1 ? u"Lost parcels"_s : u"Billing"_s);
        part.name = u"Another name"_s;
        QCOMPARE(await(desk.lead->change(part)).error().kind, Error::Kind::Conflict);
        const auto resumed = await(desk.lead->resume());
        QVERIFY2(resumed, qPrintable(TaxonomyBench::refusal(resumed)));
        QCOMPARE(resumed->conversations, 210);
        QCOMPARE(desk.number("SELECT COUNT(*) FROM conversation WHERE category_id = (SELECT id FROM category WHERE "
                             "name LIKE 'Delivery%')"),
                 0);
        QCOMPARE(desk.number("SELECT COUNT(*) FROM taxonomy_change WHERE state = 'running'"), 0);
        if (kind == "split"_L1) {
            QCOMPARE(inCategory(desk, u"Lost parcels"_s), 70);
            QCOMPARE(inCategory(desk, u"Damaged parcels"_s), 70);
            QCOMPARE(inCategory(desk, u"Unsorted"_s), 70);
        } else {
            QCOMPARE(inCategory(desk, u"Billing"_s), 210);
        }
        QCOMPARE(*await(desk.lead->resume()), TaxonomyMoved());
    }
};

/// Runs in a process of its own, which the fault point ends.
class TaxonomyVictim : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changes()
    {
        TaxonomyBench desk(qEnvironmentVariable("PATCHBAY_TEST_TAXONOMY"));
        const Category delivery = desk.byName(u"Delivery"_s);
        if (qEnvironmentVariable("PATCHBAY_TEST_TAXONOMY_KIND") == "split"_L1)
            (void)await(desk.lead->split(delivery.id, delivery.version, warehousePlan()));
        else
            (void)await(desk.lead->merge(delivery.id, delivery.version, desk.byName(u"Billing"_s).id));
    }
};

PATCHBAY_TESTS(TestTaxonomySplit)
PATCHBAY_CHILD_TESTS(TaxonomyVictim, "PATCHBAY_TEST_TAXONOMY")
#include "tst_taxonomy_split.moc"
