#include "core/engine/reply_text.h"
#include "core/store/guidance_table.h"
#include "core/store/taxonomy_change_table.h"
#include "support/flower_pack.h"
#include "support/taxonomy_bench.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

QByteArray broken(const QByteArray &from, const QByteArray &to)
{
    QByteArray text = flowerPack;
    return text.replace(from, to);
}

Pack good() { return *parsePack(flowerPack, u"flowers.json"_s); }

} // namespace

/// Domain packs: read strictly, brought in with a diff, written out again.
class TestPacks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesLineAndFieldOfWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QByteArray &text, const char16_t *says) {
            QTest::newRow(name) << text << QString::fromUtf16(says);
        };
        row("priority", broken("\"high\"", "\"highest\""),
            u"flowers.json, line 8: /categories/1/priority must be one of low, normal, high, urgent");
        row("unknown field", broken("\"title\": \"Flower", "\"titel\": 1, \"title\": \"Flower"),
            u"flowers.json, line 4: /titel is not a field of this object");
        row("unknown field of a category", broken("\"keywords\": [\"wreath\"]", "\"colour\": \"red\""),
            u"flowers.json, line 8: /categories/1/colour is not a field");
        row("duplicate key", broken("\"priority\": \"low\",", "\"priority\": \"low\", \"priority\": \"low\","),
            u"flowers.json, line 6: /categories/0 has the key \"priority\" twice");
        row("wrong type", broken("\"name\": \"Funerals\",", "\"name\": 7,"),
            u"flowers.json, line 8: /categories/1/name has no string");
        row("key word of a wrong type", broken("\"tulips\"", "{}"),
            u"flowers.json, line 7: /categories/0/keywords/1 has no string");
        row("no list", broken("[\"wreath\"]", "\"wreath\""),
            u"flowers.json, line 8: /categories/1/keywords has no list");
        row("missing", broken("\"title\": \"Flower shop\",", ""), u"/title has no string");
        row("other form", broken("\"format\": 1", "\"format\": 2"), u"flowers.json, line 2: /format must be 1");
        row("name", broken("\"flowers\"", "\"../Flowers\""), u"flowers.json, line 3: /name must be 1 to 40 lower-case");
        row("category twice", broken("\"name\": \"Funerals\",", "\"name\": \"BOUQUETS\","),
            u"flowers.json, line 8: /categories/1/name stands twice");
        row("Unsorted", broken("\"name\": \"Funerals\",", "\"name\": \"unsorted\","), u"must not be Unsorted");
        row("long text", broken("Flowers to order", QByteArray(501, 'x')),
            u"flowers.json, line 6: /categories/0/description is refused: it has more than 500 characters");
        row("hostile name", broken("Funerals\", \"desc", "Fun\xe2\x80\xae\x65rals\", \"desc"), u"U+202E");
        row("rule about an unknown category", broken("\"is\": \"Funerals\"", "\"is\": \"Weddings\""),
            u"flowers.json, line 11: /rules/rules/0/when/is names “Weddings”, which is no category");
        row("rule with an unknown action", broken("\"set_priority\"", "\"set_fire\""),
            u"flowers.json, line 12: /rules/rules/0/then/0");
        row("rules of a wrong type",
            broken("\"rules\": {\"rules\": [", "\"rules\": [{\"rules\": [").replace("\"Tasks\"}", "\"Tasks\"}]"),
            u"flowers.json, line 10: /rules must be an object");
        row("ends before it begins", broken("2027-05-09", "2027-04-30"),
            u"flowers.json, line 19: /business_rules/0/valid_until must not be before valid_from");
        row("no day", broken("2027-05-01", "2027-02-30"),
            u"flowers.json, line 19: /business_rules/0/valid_from must be a day like 2026-01-31");
        row("placeholder", broken("{{contact.name}}", "{{contact.phone}}"),
            u"flowers.json, line 15: /replies/0/text has {{contact.phone}}, which nothing fills");
        row("open placeholder", broken("{{contact.name}}", "{{contact.name"), u"which nothing fills");
        row("reply to an unknown category",
            broken("\"category\": \"Bouquets\", \"language\"", "\"category\": \"B\", \"language\""),
            u"flowers.json, line 15: /replies/0/category names “B”");
        row("language", broken("\"en\"", "\"English\""), u"/replies/0/language must be two lower-case letters");
        row("not JSON",
            broken("\"replies\": [",
                   "\"replies\": ["
                   ","),
            u"flowers.json, line 1");
        row("empty", {}, u"flowers.json, line 1");
        row("binary", QByteArray("\0\xff\xfe", 3), u"flowers.json, line 1");
        row("deep", QByteArray(100000, '['), u"flowers.json, line 1");
        row("large", QByteArray(3 * 1024 * 1024, ' '), u"is larger than");
        row("a list", "[]", u"flowers.json, line 1");
    }
    void namesLineAndFieldOfWhatIsWrong()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto pack = parsePack(text, u"/somewhere/else/flowers.json"_s);
        QVERIFY2(!pack, "it was read");
        QVERIFY2(pack.error().message.contains(says), qPrintable(pack.error().message));
        QVERIFY(!pack.error().message.contains(u"somewhere"_s));
    }

    void readsWhatItWrites()
    {
        QStringList documents{QString::fromUtf8(flowerPack)};
        for (const QString &name : builtInPackNames())
            documents << QString::fromUtf8(packDocument(*builtInPack(name)));
        for (const QString &document : documents) {
            const auto pack = parsePack(document.toUtf8(), u"x.json"_s);
            QVERIFY2(pack, qPrintable(TaxonomyBench::refusal(pack)));
            const QByteArray written = packDocument(*pack);
            const auto again = parsePack(written, u"x.json"_s);
            QVERIFY2(again, qPrintable(TaxonomyBench::refusal(again)));
            QCOMPARE(packDocument(*again), written);
            QCOMPARE(again->categories.size(), pack->categories.size());
        }
    }

    void changesNothingTheSecondTime()
    {
        TaxonomyBench desk;
        const Pack pack = good();
        const auto shown = await(desk.lead->comparePack(pack, {}));
        QCOMPARE(shown->count(PackChange::Kind::Added), 5);
        const auto done = await(desk.lead->importPack(pack, {}, shown->mark()));
        QVERIFY2(done, qPrintable(TaxonomyBench::refusal(done)));
        QVERIFY(desk.names().contains(u"Funerals"_s));
        QCOMPARE(desk.names().constLast(), u"Unsorted"_s);
        const int version = desk.snapshots.current()->rules.version;
        QCOMPARE(desk.snapshots.current()->rules.rules.back().name, u"Funerals first"_s);
        const ConversationId id = desk.receive(u"Wreath"_s, u"A wreath for the funeral, please. Wreath, wreath."_s);
        QCOMPARE(desk.nameOfConversation(id), u"Funerals"_s);
        QCOMPARE(desk.conversation(id).priority, Priority::Urgent);

        const qint64 audited = desk.number("SELECT COUNT(*) FROM audit");
        QVERIFY(await(desk.lead->comparePack(pack, {}))->isEmpty());
        QVERIFY(await(desk.lead->importPack(pack, {}, {}))->isEmpty());
        QCOMPARE(desk.number("SELECT COUNT(*) FROM audit"), audited);
        QCOMPARE(desk.snapshots.current()->rules.version, version);
    }

    void keepsWhatTheLeadChangedAndBringsWhatTheNextEditionHas()
    {
        TaxonomyBench desk;
        QVERIFY(await(desk.lead->importPack(good(), {}, {})));
        Category bouquets = desk.byName(u"Bouquets"_s);
        bouquets.description = u"Our own words"_s;
        QVERIFY(await(desk.lead->change(bouquets)));
        QVERIFY(await(desk.lead->comparePack(good(), {}))->isEmpty());

        QByteArray next = broken("\"keywords\": [\"wreath\"]", "\"keywords\": [\"wreath\", \"urn\"]");
        next.replace("Mothering Sunday", "Fathers Day");
        const Pack edition = *parsePack(next, u"flowers.json"_s);
        const auto diff = await(desk.lead->importPack(edition, {}, {}));
        QVERIFY2(diff, qPrintable(TaxonomyBench::refusal(diff)));
        QCOMPARE(diff->changes.size(), size_t(3));
        QCOMPARE(diff->count(PackChange::Kind::Changed), 1);
        QCOMPARE(diff->count(PackChange::Kind::Removed), 1);
        QCOMPARE(desk.byName(u"Funerals"_s).keywords, (QStringList{u"wreath"_s, u"urn"_s}));
        QCOMPARE(desk.byName(u"Bouquets"_s).description, u"Our own words"_s);
        const auto rules = desk.get([](Database &db) { return business_rules::all(db); });
        QCOMPARE(rules.size(), size_t(1));
        QCOMPARE(rules.front().title, u"Fathers Day"_s);
    }

    void doesOnlyWhatWasShown()
    {
        TaxonomyBench desk;
        const QString shown = await(desk.lead->comparePack(good(), {}))->mark();
        QVERIFY(await(desk.lead->add(TaxonomyBench::draft(u"Funerals"_s, u"Ours"_s))));
        const auto refused = await(desk.lead->importPack(good(), {}, shown));
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        QVERIFY(!desk.names().contains(u"Bouquets"_s));
        QCOMPARE(desk.number("SELECT COUNT(*) FROM pack"), 0);
    }

    void leavesNothingBehindWhenItFailsHalfWay()
    {
        TaxonomyBench desk;
        QVERIFY(await(desk.lead->add(TaxonomyBench::draft(u"Funerals"_s, u"Ours"_s))));
        QVERIFY(desk.change([&](Database &db) { // history follows another change of it
            TaxonomyChange change;
            change.category = categories::byName(db, u"Funerals"_s)->id;
            change.by = desk.me.id;
            taxonomy_changes::insert(db, change);
        }));
        const QStringList before = desk.names();
        const auto refused = await(desk.lead->importPack(good(), {}, {}));
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        QVERIFY2(refused.error().message.contains(u"“Funerals” is being changed"_s),
                 qPrintable(refused.error().message));
        QCOMPARE(desk.names(), before);
        QCOMPARE(desk.number("SELECT COUNT(*) FROM rule_set"), 1);
        QCOMPARE(desk.number("SELECT COUNT(*) FROM canned_reply"), 0);
    }

    void retiresTheOthersOnlyWhenAsked()
    {
        TaxonomyBench desk;
        const auto diff = await(desk.lead->importPack(good(), {.retireOthers = true}, {}));
        QVERIFY2(diff, qPrintable(TaxonomyBench::refusal(diff)));
        QCOMPARE(desk.names(), (QStringList{u"Bouquets"_s, u"Funerals"_s, u"Unsorted"_s}));
        QVERIFY(desk.byName(u"Billing"_s).isRetired());
        // A retired one comes back with the pack that has it.
        const Category funerals = desk.byName(u"Funerals"_s);
        QVERIFY(await(desk.lead->retire(funerals.id, funerals.version)));
        Pack other = good();
        other.name = u"flowers_two"_s;
        QVERIFY(await(desk.lead->importPack(other, {}, {})));
        QVERIFY(!desk.byName(u"Funerals"_s).isRetired());
    }

    void carriesAWorkspaceToAnother()
    {
        TaxonomyBench from;
        QVERIFY(await(from.lead->importPack(good(), {.retireOthers = true}, {})));
        const auto pack = await(from.lead->exportPack(u"ours"_s, u"Our desk"_s));
        QVERIFY2(pack, qPrintable(TaxonomyBench::refusal(pack)));
        TaxonomyBench to;
        QVERIFY(
            await(to.lead->importPack(*parsePack(packDocument(*pack), u"ours.json"_s), {.retireOthers = true}, {})));
        QCOMPARE(to.names(), from.names());
        QCOMPARE(to.get([](Database &db) { return canned_replies::all(db); }).size(), size_t(1));
        QCOMPARE(to.byName(u"Funerals"_s).defaultPriority, Priority::High);
        // A rule about what is retired makes no pack that could be read again: that is said here.
        const Category funerals = from.byName(u"Funerals"_s);
        QVERIFY(await(from.lead->retire(funerals.id, funerals.version)));
        QVERIFY(
            TaxonomyBench::refusal(await(from.lead->exportPack(u"ours"_s, u"Our desk"_s))).contains(u"“Funerals”"_s));
    }

    void setsANewWorkspaceUp()
    {
        for (const QString &name : builtInPackNames()) {
            TaxonomyBench desk; // has the default categories
            const Pack pack = *builtInPack(name);
            QCOMPARE(await(desk.store->write([&](Database &db) { return setUpWorkspace(db, &pack); })).error().kind,
                     Error::Kind::Conflict);
            QTemporaryDir folder;
            StoreOptions options;
            options.location = folder.filePath(u"new.patchbay"_s);
            options.create = true;
            const auto store = Store::open(options);
            QVERIFY(store);
            for (int start = 1; start <= 2; ++start) {
                const auto set = await((*store)->write([&](Database &db) { return setUpWorkspace(db, &pack); }));
                QVERIFY2(set, qPrintable(TaxonomyBench::refusal(set)));
            }
            const auto snapshot = await((*store)->read([](Database &db) { return db.finish(Snapshots::build(db)); }));
            QVERIFY(snapshot);
            QCOMPARE((*snapshot)->taxonomy.size(), pack.categories.size() + 1);
            QVERIFY((*snapshot)->taxonomy.back().isUnsorted);
            QCOMPARE((*snapshot)->rules.version, 1);
            QCOMPARE((*snapshot)->rules.defaultRoute, u"Tasks"_s);
            const auto replies = await((*store)->read([](Database &db) { return db.finish(canned_replies::all(db)); }));
            QCOMPARE(replies->size(), pack.replies.size());
        }
    }
};

/// Canned replies and business rules on a day and for a conversation.
class TestGuidance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void offersThoseOfTheConversationFirstAndNoneThatAreOver()
    {
        const auto reply = [](const char *title, int category, const char *language, const char *until = "") {
            CannedReply one;
            one.title = QLatin1String(title);
            one.category = {category};
            one.language = QLatin1String(language);
            one.valid.until = QDate::fromString(QLatin1String(until), Qt::ISODate);
            return one;
        };
        const std::vector<CannedReply> all{reply("general", 0, ""),
                                           reply("other", 2, "en"),
                                           reply("ours", 1, "en"),
                                           reply("german", 1, "de"),
                                           reply("over", 1, "en", "2026-11-20"),
                                           reply("last day", 1, "en", "2026-11-21")};
        const OfferedReplies offered = offeredReplies(all, {1}, u"en"_s, {2026, 11, 21});
        const auto titles = [](const std::vector<CannedReply> &list) {
            QStringList names;
            for (const CannedReply &one : list)
                names << one.title;
            return names;
        };
        QCOMPARE(titles(offered.fitting), (QStringList{u"ours"_s, u"last day"_s, u"general"_s}));
        QCOMPARE(titles(offered.others), (QStringList{u"other"_s, u"german"_s}));
        QCOMPARE(offered.over, 1);
    }

    void fillsPlaceholdersOnceAndLeavesNoneBehind()
    {
        const QHash<QString, QString> values{{u"contact.name"_s, u"{{operator.name}}"_s},
                                             {u"operator.name"_s, u"Ana"_s}};
        QCOMPARE(filledReply(u"Dear {{ contact.name }}, {{contact.address}}{{operator.name}}"_s, values),
                 u"Dear {{operator.name}}, Ana"_s);
        QCOMPARE(unknownPlaceholder(u"{{contact.name}} {{nobody}}"_s), u"{{nobody}}"_s);
        QVERIFY(!unknownPlaceholder(u"{{contact.name"_s).isEmpty());
        QVERIFY(unknownPlaceholder(u"no { placeholder }"_s).isEmpty());
    }

    void holdsRulesOnTheirDaysAlone()
    {
        BusinessRule christmas;
        christmas.category = {1};
        christmas.valid = {{2026, 12, 1}, {2027, 1, 31}};
        BusinessRule always;
        const std::vector<BusinessRule> all{christmas, always};
        QCOMPARE(heldRules(all, {1}, {2026, 11, 30}).size(), size_t(1));
        QCOMPARE(heldRules(all, {1}, {2026, 12, 1}).size(), size_t(2));
        QCOMPARE(heldRules(all, {1}, {2027, 1, 31}).size(), size_t(2));
        QCOMPARE(heldRules(all, {1}, {2027, 2, 1}).size(), size_t(1));
        QCOMPARE(heldRules(all, {2}, {2026, 12, 24}).size(), size_t(1));
    }
};

PATCHBAY_TESTS(TestPacks)
PATCHBAY_TESTS(TestGuidance)
#include "tst_packs.moc"
