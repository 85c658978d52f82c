#include "core/engine/rule_desk.h"
#include "core/store/rule_table.h"
#include "support/store_place.h"
#include "support/taxonomy_bench.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// A lead changes the list of categories, and history follows.
class TestTaxonomy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void suggestsANewCategoryFromTheNextMessageOn()
    {
        TaxonomyBench desk;
        const auto added = await(desk.lead->add(TaxonomyBench::draft(
            u" Gift  wrapping "_s, u"Presents and ribbons"_s, {u"gift wrap"_s, u"ribbon"_s, u"ribbon"_s, u" "_s})));
        QVERIFY2(added, qPrintable(TaxonomyBench::refusal(added)));
        QCOMPARE(desk.byName(u"Gift wrapping"_s).keywords, (QStringList{u"gift wrap"_s, u"ribbon"_s}));
        QCOMPARE(desk.names().constLast(), u"Unsorted"_s);
        QCOMPARE(desk.names().at(desk.names().size() - 2), u"Gift wrapping"_s);
        const ConversationId id =
            desk.receive(u"Gift wrap"_s, u"Can you gift wrap the presents with a red ribbon please?"_s);
        QCOMPARE(desk.nameOfConversation(id), u"Gift wrapping"_s);
        QVERIFY(desk.auditActions().contains(u"add_category"_s));
    }

    void refusesNamesThatNobodyCouldTellApart_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << u" \n"_s << u"needs a name"_s;
        QTest::newRow("too long") << QString(61, u'x') << u"more than 60 characters"_s;
        QTest::newRow("there already") << u"bILLING"_s << u"named “Billing” already"_s;
        QTest::newRow("full-width letters") << u"Ｂｉｌｌｉｎｇ"_s << u"named “Billing” already"_s;
        QTest::newRow("turned round") << u"Bill\u202Eing"_s << u"U+202E"_s;
        QTest::newRow("not to be seen") << u"Bill\u200Bing"_s << u"U+200B"_s;
        QTest::newRow("a control character") << u"Bill\x07ing"_s << u"U+0007"_s;
        QTest::newRow("half a character") << (u"Bill"_s + QChar(0xD800)) << u"half a character"_s;
    }
    void refusesNamesThatNobodyCouldTellApart()
    {
        QFETCH(QString, name);
        QFETCH(QString, says);
        TaxonomyBench desk;
        const QStringList before = desk.names();
        const auto added = await(desk.lead->add(TaxonomyBench::draft(name)));
        QVERIFY2(TaxonomyBench::refusal(added).contains(says), qPrintable(TaxonomyBench::refusal(added)));
        Category delivery = desk.byName(u"Delivery"_s);
        delivery.name = name;
        QVERIFY(!await(desk.lead->change(delivery)));
        QCOMPARE(desk.names(), before);
    }

    void boundsDescriptionAndKeyWords()
    {
        TaxonomyBench desk;
        Category delivery = desk.byName(u"Delivery"_s);
        delivery.description = QString(501, u'x');
        QVERIFY(TaxonomyBench::refusal(await(desk.lead->change(delivery))).contains(u"description"_s));
        delivery.description.clear();
        delivery.keywords = {QString(81, u'x')};
        QVERIFY(TaxonomyBench::refusal(await(desk.lead->change(delivery))).contains(u"key word"_s));
        delivery.keywords.clear();
        for (int i = 0; i < 401; ++i)
            delivery.keywords << QString::number(i);
        QVERIFY(TaxonomyBench::refusal(await(desk.lead->change(delivery))).contains(u"400 key words"_s));
    }

    void takesANewNameToDraftsRulesAndSearches()
    {
        TaxonomyBench desk;
        desk.publish(R"({"rules": [{"name": "B", "when": {"all": [{"field": "category", "is": "Billing"},
            {"not": {"field": "category", "one_of": ["Delivery", "billing"]}}]}, "then": [{"add_label": "x"}]}],
            "default_route": "Tasks"})");
        QVERIFY(
            await(desk.commands->saveSearch(u"Mine"_s, u"is:open category:Billing -category:\"billing\" invoice"_s)));
        const ConversationId id = desk.receive(u"Invoice"_s, u"My invoice was charged twice."_s);
        QCOMPARE(desk.nameOfConversation(id), u"Billing"_s);
        const int shown = desk.pending(id)->version;
        Category billing = desk.byName(u"Billing"_s);
        billing.name = u"Invoices & money"_s;
        const auto changed = await(desk.lead->change(billing));
        QVERIFY2(changed, qPrintable(TaxonomyBench::refusal(changed)));
        QCOMPARE(changed->suggestions, 1);
        QCOMPARE(desk.nameOfConversation(id), u"Invoices & money"_s);
        QCOMPARE(desk.pending(id)->draft.category, u"Invoices & money"_s);
        // What is on somebody's screen is not what is there now.
        QCOMPARE(await(desk.commands->accept(id, shown)).error().kind, Error::Kind::Conflict);
        const auto rules = desk.get([](Database &db) { return rule_sets::current(db); });
        QCOMPARE(rules.version, 3);
        QVERIFY(!rules.document.contains("illing"));
        QCOMPARE(rules.document.count("Invoices & money"), 2);
        QCOMPARE(desk.snapshots.current()->rules.version, 3);
        const auto searches = desk.get([](Database &db) { return saved_searches::all(db); });
        QCOMPARE(searches.front().query,
                 u"is:open category:\"Invoices & money\" -category:\"Invoices & money\" invoice"_s);
        QStringList mine;
        for (const audit::Entry &entry : desk.get([](Database &db) { return audit::newest(db, 50); })) {
            if (entry.operatorId == desk.me.id)
                mine << entry.action;
        }
        for (const QString &action :
             {u"rename_category"_s, u"rules_follow_category"_s, u"search_follows_category"_s, u"category_renamed"_s})
            QVERIFY2(mine.contains(action), qPrintable(action));
    }

    void takesANewNameToUnpublishedDrafts()
    {
        TaxonomyBench desk;
        RuleDesk rules(*desk.store, desk.snapshots, desk.me);
        desk.publish(
            R"({"rules": [{"name": "B", "when": {"field": "category", "is": "Billing"}, "then": [{"add_label": "x"}]}],
            "default_route": "Tasks"})");
        const QByteArray text = R"({"rules": [{"then": [{"add_label": "y"}], "name": "mine",
            "when": {"field": "category", "is": "Billing"}}], "default_route": "Tasks"})";
        const auto mine = await(rules.saveDraft({}, text, u"Mine"_s));
        QVERIFY2(mine, qPrintable(TaxonomyBench::refusal(mine)));
        QVERIFY(await(rules.startShadow(*mine, 7)));
        desk.receive(u"Invoice"_s, u"My invoice was charged twice."_s);
        const auto draft = [&] { return *desk.get([&](Database &db) { return rule_drafts::byId(db, *mine); }); };
        QCOMPARE(draft().shadowDiffers, 1);
        QCOMPARE(
            await(desk.lead->previewMerge(desk.byName(u"Billing"_s).id, desk.byName(u"Delivery"_s).id))->named.drafts,
            QStringList{u"Mine"_s});
        const int based = draft().basedOn;
        Category billing = desk.byName(u"Billing"_s);
        billing.name = u"Money"_s;
        QVERIFY(await(desk.lead->change(billing)));
        QCOMPARE(draft().document, QByteArray(text).replace("Billing", "Money"));
        QCOMPARE(draft().author, desk.me.id);
        QCOMPARE(draft().basedOn, based + 1); // it has what that version changed
        // It goes on in the shadow, under the new name.
        desk.receive(u"Invoice"_s, u"My invoice was charged twice again."_s);
        QCOMPARE(draft().shadowDiffers, 2);
        const auto published = await(rules.publish(*mine));
        QVERIFY2(published, qPrintable(TaxonomyBench::refusal(published)));
        QVERIFY(desk.auditActions().contains(u"rules_draft_follows_category"_s));
    }

    void refusesTheSecondEditOfTwoWorkstations()
    {
        TaxonomyBench desk;
        TaxonomyDesk other(*desk.store, desk.snapshots, desk.me);
        const Category seen = desk.byName(u"Billing"_s);
        Category mine = seen;
        mine.description = u"Mine"_s;
        QVERIFY(await(desk.lead->change(mine)));
        Category theirs = seen;
        theirs.name = u"Theirs"_s;
        const auto refused = await(other.change(theirs));
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        QVERIFY(refused.error().message.contains(u"Somebody has changed the category “Billing”"_s));
        QCOMPARE(await(other.retire(seen.id, seen.version)).error().kind, Error::Kind::Conflict);
        QCOMPARE(await(other.merge(seen.id, seen.version, desk.byName(u"Delivery"_s).id)).error().kind,
                 Error::Kind::Conflict);
        QCOMPARE(desk.byName(u"Billing"_s).description, u"Mine"_s);
        QCOMPARE(desk.number("SELECT COUNT(*) FROM taxonomy_change"), 0);
    }

    void neitherSuggestsLearnsNorOffersARetiredCategoryAndKeepsItsHistory()
    {
        TaxonomyBench desk;
        const QString text = u"My invoice was charged twice, the payment was debited two times."_s;
        const ConversationId old = desk.receive(u"Invoice"_s, text);
        const Category billing = desk.byName(u"Billing"_s);
        QCOMPARE(desk.conversation(old).category, billing.id);
        QVERIFY(await(desk.lead->retire(billing.id, billing.version)));
        QCOMPARE(desk.nameOfConversation(old), u"Billing"_s);
        QVERIFY(!desk.names().contains(u"Billing"_s));
        const ConversationId next = desk.receive(u"Invoice"_s, text);
        QVERIFY(desk.conversation(next).category != billing.id);
        QVERIFY(await(desk.commands->overrideCategory(next, billing.id)).error().message.contains(u"retired"_s));
        const auto accepted = await(desk.commands->accept(old, desk.pending(old)->version));
        QVERIFY2(accepted, qPrintable(TaxonomyBench::refusal(accepted)));
        QVERIFY(desk.lessons().empty());
        desk.receiveMore(old, u"Any news?"_s); // says nothing certain, and the category is no longer there to be kept
        QVERIFY(desk.conversation(old).category != billing.id);
        QVERIFY(TaxonomyBench::refusal(await(desk.lead->add(TaxonomyBench::draft(u"billing"_s))))
                    .contains(u"retired category"_s));

        const Category retired = desk.byName(u"Billing"_s);
        QVERIFY(retired.isRetired());
        QVERIFY(await(desk.lead->bringBack(retired.id, retired.version)));
        QCOMPARE(desk.nameOfConversation(desk.receive(u"Invoice"_s, text)), u"Billing"_s);
    }

    void leavesUnsortedWhereItIs()
    {
        TaxonomyBench desk;
        Category unsorted = desk.byName(u"Unsorted"_s);
        const CategoryId billing = desk.byName(u"Billing"_s).id;
        QCOMPARE(await(desk.lead->retire(unsorted.id, unsorted.version)).error().kind, Error::Kind::Refused);
        QCOMPARE(await(desk.lead->merge(unsorted.id, unsorted.version, billing)).error().kind, Error::Kind::Refused);
        QCOMPARE(await(desk.lead->merge(billing, 1, unsorted.id)).error().kind, Error::Kind::Refused);
        QCOMPARE(await(desk.lead->move(unsorted.id, 1)).error().kind, Error::Kind::Refused);
        unsorted.name = u"Rest"_s;
        QCOMPARE(await(desk.lead->change(unsorted)).error().kind, Error::Kind::Refused);
        unsorted.name = u"Unsorted"_s;
        unsorted.description = u"What fits nowhere"_s;
        QVERIFY(await(desk.lead->change(unsorted)));
        QVERIFY(await(desk.lead->move(desk.byName(u"Delivery"_s).id, 1)));
        QCOMPARE(desk.names().constFirst(), u"Delivery"_s);
        QVERIFY(await(desk.lead->move(desk.byName(u"Delivery"_s).id, 99)));
        QCOMPARE(desk.names().constLast(), u"Unsorted"_s);
    }

    void takesAllOfOneCategoryIntoAnother()
    {
        TaxonomyBench desk;
        desk.publish(R"({"rules": [{"name": "R", "when": {"field": "category", "one_of": ["Refund", "Billing"]},
            "then": [{"add_label": "money"}]}], "default_route": "Tasks"})");
        QVERIFY(await(desk.commands->saveSearch(u"Refunds"_s, u"category:\"Refund\""_s)));
        const Category refund = otherThanBilling(desk);
        const Category billing = desk.byName(u"Billing"_s);
        const ConversationId id = desk.receive(u"Hello"_s, u"Please look at this matter of ours."_s);
        QVERIFY(await(desk.commands->overrideCategory(id, refund.id)));
        QCOMPARE(desk.lessons().front().category, refund.id);
        QVERIFY(desk.change([&](Database &db) { // chooses its target by category
            category_history::RouteDocument route = category_history::routeDocuments(db).front();
            route.document.insert(
                u"categories"_s,
                QJsonArray{QJsonObject{{u"category"_s, QString::number(refund.id.value)}, {u"target"_s, u"1"_s}}});
            category_history::setRouteDocument(db, route.id, route.document);
        }));
        const auto preview = await(desk.lead->previewMerge(refund.id, billing.id));
        QVERIFY2(preview, qPrintable(TaxonomyBench::refusal(preview)));
        QCOMPARE(preview->counts.conversations, 1);
        QCOMPARE(preview->counts.lessons, 1);
        QCOMPARE(preview->named.routes.size(), 1);
        const Category now = desk.byName(refund.name);
        const auto merged = await(desk.lead->merge(now.id, now.version, billing.id));
        QVERIFY2(merged, qPrintable(TaxonomyBench::refusal(merged)));
        QCOMPARE(merged->conversations, 1);
        QCOMPARE(merged->lessons, 1);
        QVERIFY(merged->suggestions >= 1);
        QCOMPARE(desk.conversation(id).category, billing.id);
        QCOMPARE(desk.pending(id)->draft.category, u"Billing"_s);
        QCOMPARE(desk.pending(id)->classification.category, billing.id);
        QCOMPARE(desk.lessons().front().category, billing.id);
        for (const char *table : {"conversation", "classification", "lesson", "suggestion"})
            QCOMPARE(desk.number(QByteArray("SELECT COUNT(*) FROM ")
                                     .append(table)
                                     .append(" WHERE category_id = ")
                                     .append(QByteArray::number(refund.id.value))
                                     .constData()),
                     0);
        const auto document = category_history::routeDocuments;
        const auto route = desk.get([&](Database &db) { return document(db); }).front().document;
        QCOMPARE(route.value("categories"_L1)[0]["category"_L1].toString(), QString::number(billing.id.value));
        // The name is free again, and nothing of it is left on the screen.
        QVERIFY(!desk.names().contains(refund.name));
        QVERIFY(await(desk.lead->add(TaxonomyBench::draft(refund.name, u"Anew"_s))));
        QCOMPARE(await(desk.lead->bringBack(refund.id, now.version + 1)).error().kind, Error::Kind::NotFound);
    }

private:
    static Category otherThanBilling(TaxonomyBench &desk)
    {
        for (const Category &category : desk.get([](Database &db) { return categories::inUse(db); })) {
            if (category.name != "Billing"_L1 && !category.isUnsorted)
                return category;
        }
        return {};
    }
};

/// The whole way on each database, by two workstations where there is a server.
class TestTaxonomyInATeam : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void mergesSplitsRenamesAndImports()
    {
        PATCHBAY_STORE_PLACE(place);
        TaxonomyBench desk(place.location());
        QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure));
        const ConversationId id = desk.receive(u"Invoice"_s, u"My invoice was charged twice."_s);
        QVERIFY(await(desk.commands->overrideCategory(id, desk.byName(u"Billing"_s).id)));
        Category billing = desk.byName(u"Billing"_s);
        billing.name = u"Money"_s;
        QVERIFY2(await(desk.lead->change(billing)), "rename");
        QCOMPARE(desk.pending(id)->draft.category, u"Money"_s);
        const Category money = desk.byName(u"Money"_s);
        const auto merged = await(desk.lead->merge(money.id, money.version, desk.byName(u"Delivery"_s).id));
        QVERIFY2(merged, qPrintable(TaxonomyBench::refusal(merged)));
        QCOMPARE(merged->conversations, 1);
        QCOMPARE(merged->lessons, 1);
        QCOMPARE(desk.nameOfConversation(id), u"Delivery"_s);
        SplitPlan plan;
        plan.parts = {{{}, TaxonomyBench::draft(u"Invoices"_s, u"Bills"_s, {u"invoice"_s, u"charged twice"_s})},
                      {{}, TaxonomyBench::draft(u"Parcels"_s, u"Boxes"_s, {u"parcel"_s, u"courier"_s})}};
        const Category delivery = desk.byName(u"Delivery"_s);
        const auto split = await(desk.lead->split(delivery.id, delivery.version, plan));
        QVERIFY2(split, qPrintable(TaxonomyBench::refusal(split)));
        QCOMPARE(desk.nameOfConversation(id), u"Invoices"_s);
        QCOMPARE(desk.nameOf(desk.lessons().front().category), u"Invoices"_s);
        const auto imported = await(desk.lead->importPack(*builtInPack(u"retail"_s), {.retireOthers = true}, {}));
        QVERIFY2(imported, qPrintable(TaxonomyBench::refusal(imported)));
        QVERIFY(await(desk.lead->comparePack(*builtInPack(u"retail"_s), {}))->isEmpty());
        if (!place.isPostgres())
            return;
        TaxonomyBench other(place.location()); // a second workstation at the same server
        const Category seen = other.byName(u"Refunds"_s);
        Category mine = desk.byName(u"Refunds"_s);
        mine.description = u"Money back"_s;
        QVERIFY(await(desk.lead->change(mine)));
        Category theirs = seen;
        theirs.name = u"Theirs"_s;
        QCOMPARE(await(other.lead->change(theirs)).error().kind, Error::Kind::Conflict);
        QCOMPARE(other.byName(u"Refunds"_s).description, u"Money back"_s);
    }
};

/// Names in texts, without a database.
class TestTaxonomyNames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesOneConditionSeveralWhereACategoryIsSplit()
    {
        const QByteArray rules = R"({"rules": [
            {"name": "is", "when": {"field": "category", "is": "A"}, "then": []},
            {"name": "not", "when": {"field": "category", "is_not": "a"}, "then": []},
            {"name": "list", "when": {"field": "category", "one_of": ["A", "B"]}, "then": []},
            {"name": "text", "when": {"field": "text", "contains": "A"}, "then": []}], "default_route": "A"})";
        const auto followed = rulesFollow(rules, u"A"_s, {u"B"_s, u"C"_s});
        QVERIFY(followed);
        const QJsonObject document = QJsonDocument::fromJson(*followed).object();
        const QJsonArray list = document.value("rules"_L1).toArray();
        QCOMPARE(list[0]["when"_L1]["any"_L1].toArray().size(), 2);
        QCOMPARE(list[0]["when"_L1]["any"_L1][1]["is"_L1].toString(), u"C"_s);
        QCOMPARE(list[1]["when"_L1]["all"_L1].toArray().size(), 2);
        QCOMPARE(list[2]["when"_L1]["one_of"_L1].toArray(), (QJsonArray{u"B"_s, u"C"_s}));
        QCOMPARE(list[3]["when"_L1]["contains"_L1].toString(), u"A"_s);
        QCOMPARE(document.value("default_route"_L1).toString(), u"A"_s);
        QCOMPARE(rulesNaming(rules, u"a"_s), (QStringList{u"is"_s, u"not"_s, u"list"_s}));
        QVERIFY(!rulesFollow(rules, u"Z"_s, {u"B"_s}));
        QVERIFY(!rulesFollow("not json", u"A"_s, {u"B"_s}));
    }

    void leavesAllElseOfARuleFileAsItsAuthorWroteIt()
    {
        const QByteArray rules = R"({
  "time_zone": "Europe/Lisbon",
  "rules": [
    {"then": [{"add_label":  "A"}], "name": "z",
     "when": {"is": "A", "field": "category"}},
    {"name": "a", "when": {"all": [ {"field": "text", "contains": "A"}, {"not": {"field": "category", "one_of": ["B","a", "C"]}} ]}, "then": []}
  ],
  "default_route": "A"
}
)";
        QByteArray renamed = rules;
        renamed.replace("\"is\": \"A\"", "\"is\": \"N \\\"1\\\"\"")
            .replace(R"(["B","a", "C"])", "[\"B\", \"N \\\"1\\\"\", \"C\"]");
        QCOMPARE(*rulesFollow(rules, u"A"_s, {u"N \"1\""_s}), renamed);
        QByteArray split = rules;
        split
            .replace(R"({"is": "A", "field": "category"})",
                     R"({"any": [{"is": "X", "field": "category"}, {"is": "C", "field": "category"}]})")
            .replace(R"(["B","a", "C"])", R"(["B", "X", "C"])");
        QCOMPARE(*rulesFollow(rules, u"A"_s, {u"X"_s, u"C"_s}), split);
    }

    void changesNothingButTheCategoryOfASearch()
    {
        QCOMPARE(searchFollows(u"A category:A \"category:A\" -category:\"a\" label:A"_s, u"A"_s, {u"B \"x\""_s}),
                 u"A category:\"B \"\"x\"\"\" \"category:A\" -category:\"B \"\"x\"\"\" label:A"_s);
        QCOMPARE(searchFollows(u"category:A is:open"_s, u"A"_s, {u"B"_s, u"C"_s}),
                 u"category:\"B\" OR category:\"C\" is:open"_s);
        QCOMPARE(searchFollows(u"-category:A"_s, u"A"_s, {u"B"_s, u"C"_s}), u"-category:\"B\" -category:\"C\""_s);
        QCOMPARE(searchFollows(u"category:AB"_s, u"A"_s, {u"B"_s}), u"category:AB"_s);
    }
};

PATCHBAY_TESTS(TestTaxonomy)
PATCHBAY_TESTS(TestTaxonomyInATeam)
PATCHBAY_TESTS(TestTaxonomyNames)
#include "tst_taxonomy.moc"
