#include "core/engine/rule_acceptor.h"
#include "core/engine/rule_desk.h"
#include "support/command_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *parcelMail = "Where is my parcel? It was to be delivered last week.";

QByteArray ruleFile(const QByteArray &rules) { return "{\"rules\": [" + rules + "], \"default_route\": \"Tasks\"}"; }

QByteArray ruleFor(const QByteArray &name, const QByteArray &when, const QByteArray &then, const QByteArray &rest = {})
{
    return "{\"name\": \"" + name + "\", \"when\": " + when + ", \"then\": [" + then + "]" + rest + "}";
}

/// A desk with a lead at it.
struct LeadDesk : CommandDesk {
    RuleDesk rules;
    Operator ben;

    LeadDesk()
        : rules(*store, snapshots, me)
    {
        (void)change([this](Database &db) {
            ben = operators::forOsUser(db, u"ben"_s, u"Ben"_s);
            snapshots.replace(Snapshots::build(db));
        });
    }

    Result<int> publish(const QByteArray &document)
    {
        const auto draft = await(rules.saveDraft({}, document, u"a test"_s));
        if (!draft)
            return draft.error();
        return await(rules.publish(*draft));
    }
    std::vector<Task> tasks(ConversationId id)
    {
        return get([id](Database &db) { return tasks::ofConversation(db, id); });
    }
    QStringList labels(ConversationId id)
    {
        return get([id](Database &db) { return patchbay::labels::of(db, id); });
    }
    Operator system()
    {
        return get([](Database &db) { return operators::system(db); });
    }
};

} // namespace

/// Rules from a draft to what they do, and back.
class RuleDeskTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishAsVersionsAndRollBackAsANewOne()
    {
        LeadDesk desk;
        QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure));
        QCOMPARE(desk.snapshots.current()->rules.version, 1);
        const auto version = desk.publish(ruleFile(ruleFor("a", R"({"all": []})", R"({"add_label": "seen"})")));
        QVERIFY2(version, qPrintable(version ? QString() : version.error().message));
        QCOMPARE(*version, 2);
        QCOMPARE(desk.labels(desk.receive(u"Hello"_s, u"Hi"_s)), QStringList{u"seen"_s}); // from the next message on
        QCOMPARE(await(desk.rules.rollBack(0)).value(), 3);
        QVERIFY(desk.labels(desk.receive(u"Hello again"_s, u"Hi"_s)).isEmpty());
        const auto versions = desk.get([](Database &db) { return rule_sets::versions(db); });
        QCOMPARE(versions.size(), size_t(3));
        QCOMPARE(versions[0].restores, 1);
        QVERIFY(versions[0].publishedBy == desk.me.id);
        QCOMPARE(desk.get([](Database &db) { return rule_sets::document(db, 3); }),
                 desk.get([](Database &db) { return rule_sets::document(db, 1); }));
        QVERIFY(desk.get([](Database &db) { return rule_drafts::all(db); }).empty());
        const QStringList audited = desk.auditActions();
        QVERIFY(audited.contains(u"rules_publish"_s) && audited.contains(u"rules_rollback"_s));
        QVERIFY(!await(desk.rules.rollBack(9)));
        // A workspace that is opened again decides as before.
        const auto built = desk.get([](Database &db) { return Snapshots::build(db); });
        QCOMPARE(built->rules.version, 3);
    }

    void refuseToPublishWhatTheLinterFindsWrong()
    {
        LeadDesk desk;
        const auto refused =
            desk.publish(ruleFile(ruleFor("a", R"({"field": "category", "is": "Moods"})", R"({"add_label": "x"})")));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(u"no category \"Moods\""_s), qPrintable(refused.error().message));
        QVERIFY(!await(desk.rules.saveDraft({}, "{", {})));
        QCOMPARE(desk.get([](Database &db) { return rule_sets::current(db).version; }), 1);
        QCOMPARE(desk.get([](Database &db) { return rule_drafts::all(db).size(); }), size_t(1)); // to be put right
    }

    void wantASecondPersonWhereTheWorkspaceDoes()
    {
        LeadDesk desk;
        QVERIFY(await(desk.rules.requireSecondPerson(true)));
        const QByteArray document = ruleFile(ruleFor("a", R"({"all": []})", R"({"add_label": "x"})"));
        const auto draft = await(desk.rules.saveDraft({}, document, u"labels"_s));
        const auto own = await(desk.rules.publish(*draft));
        QVERIFY(!own && own.error().message.contains(u"second person"_s));
        RuleDesk bens(*desk.store, desk.snapshots, desk.ben);
        QCOMPARE(await(bens.publish(*draft)).value(), 2);
        const auto newest = desk.get([](Database &db) { return rule_sets::versions(db).front(); });
        QVERIFY(newest.publishedBy == desk.ben.id && newest.writtenBy == desk.me.id);
        // Whoever changes a draft has written it.
        const auto next = await(desk.rules.saveDraft({}, document, {}));
        QVERIFY(await(bens.saveDraft(*next, document, {})));
        QVERIFY(!await(bens.publish(*next)));
        QVERIFY(await(desk.rules.publish(*next)));
    }

    void tellThatAnotherVersionWasPublishedMeanwhile()
    {
        LeadDesk desk;
        const QByteArray document = ruleFile(ruleFor("a", R"({"all": []})", R"({"add_label": "x"})"));
        const auto old = await(desk.rules.saveDraft({}, document, {}));
        QVERIFY(desk.publish(ruleFile({})));
        const auto refused = await(desk.rules.publish(*old));
        QVERIFY(!refused && refused.error().kind == Error::Kind::Conflict);
        QCOMPARE(await(desk.rules.publish(*old, true)).value(), 3);
    }

    void assignOnlyWhatNobodyHasAndEscalateWhateverSomebodyHas()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(
            ruleFile(ruleFor("assign", R"({"all": []})", R"({"assign": "Ben"})") + ","
                     + ruleFor("escalate", R"({"field": "text", "contains": "lawyer"})", R"({"escalate": "Ana"})"))));
        const ConversationId id = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        QVERIFY(desk.conversation(id).assignee == desk.ben.id);
        QVERIFY(await(desk.commands->assign(id, {})));
        QVERIFY(await(desk.commands->assign(id, desk.me.id)));
        desk.receiveMore(id, u"Any news of my parcel?"_s);
        QVERIFY(desk.conversation(id).assignee == desk.me.id);
        QVERIFY(await(desk.commands->assign(id, desk.ben.id)));
        desk.receiveMore(id, u"My lawyer will write to you."_s);
        QVERIFY(desk.conversation(id).assignee == desk.me.id);
        QVERIFY(desk.conversation(id).priority == Priority::Urgent);
        QVERIFY(desk.auditActions().contains(u"rule_escalate"_s));
    }

    void keepARulesDraftUntilAPersonWritesOrSends()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(ruleFile(ruleFor("draft", R"({"all": []})", R"({"draft_reply": "We look into it."})"))));
        const ConversationId id = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        QCOMPARE(desk.draft(id, u"reply"_s), u"We look into it."_s);
        QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u"My own words"_s)));
        QCOMPARE(desk.draft(id, u"reply"_s), u"My own words"_s);
        QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u""_s))); // thrown away: both
        QCOMPARE(desk.draft(id, u"reply"_s), QString());
    }

    void acceptWithoutAskingOnceAndTeachTheModelNothing()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(
            ruleFile(ruleFor("push", R"({"all": []})", R"({"accept_above": 0.2})", R"(, "at_most_per_hour": 100)"))));
        const ConversationId id = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        QVERIFY(desk.pending(id));
        QVERIFY2(!desk.pending(id)->classification.abstained, "the mail must be clear for this test");
        {
            RuleAcceptor acceptor(*desk.store, desk.catalog, desk.snapshots, desk.system());
            acceptor.start();
            QTRY_COMPARE(desk.tasks(id).size(), size_t(1));
            QTRY_VERIFY(desk.auditActions().contains(u"rule_accept"_s));
            QVERIFY(desk.tasks(id).front().operatorId == desk.system().id);
            QVERIFY(desk.lessons().empty());
            // Another subject in the hour after: somebody has to look at it.
            desk.receiveMore(id, u"And I was charged twice on the invoice, please refund the payment to my card."_s);
            QTRY_VERIFY(desk.auditActions().contains(u"rule_accept_refused"_s)
                        || desk.get([](Database &db) { return rule_acceptances::next(db, 9); }).empty());
            QCOMPARE(desk.tasks(id).size(), size_t(1));
        }
        // What a killed program did not get to is done by the next one; a person was quicker here.
        const ConversationId other = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        QCOMPARE(desk.get([](Database &db) { return rule_acceptances::next(db, 9); }).size(), size_t(1));
        QVERIFY(await(desk.commands->accept(other, desk.pending(other)->version)));
        RuleAcceptor again(*desk.store, desk.catalog, desk.snapshots, desk.system());
        again.start();
        QTRY_VERIFY(desk.get([](Database &db) { return rule_acceptances::next(db, 9); }).empty());
        QCOMPARE(desk.tasks(other).size(), size_t(1));
    }

    void neverAcceptBelowTheConfidenceOrForAPersonsOwnWord()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(
            ruleFile(ruleFor("push", R"({"all": []})", R"({"accept_above": 0.999})", R"(, "at_most_per_hour": 100)"))));
        const ConversationId id = desk.receive(u"Hello"_s, u"Hello"_s);
        QVERIFY(await(desk.commands->overrideCategory(id, desk.category(u"Billing"_s)))); // confidence 1
        QVERIFY(desk.get([](Database &db) { return rule_acceptances::next(db, 9); }).empty());
    }

    void holdTheirBoundAlsoAfterARestart()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(
            ruleFile(ruleFor("label", R"({"all": []})", R"({"add_label": "x"})", R"(, "at_most_per_hour": 2)"))));
        QCOMPARE(desk.labels(desk.receive(u"1"_s, u"a"_s)).size(), 1);
        desk.snapshots.replace(desk.get([](Database &db) { return Snapshots::build(db); })); // as a restart does
        QCOMPARE(desk.labels(desk.receive(u"2"_s, u"a"_s)).size(), 1);
        const ConversationId third = desk.receive(u"3"_s, u"a"_s);
        QVERIFY(desk.labels(third).isEmpty());
        const RuleTrace told = desk.pending(third)->trace.rules.at(0);
        QVERIFY(!told.matched);
        QVERIFY2(told.note.contains(u"has fired 2 times in this hour"_s), qPrintable(told.note));
        desk.clock.advance(std::chrono::hours(1));
        QCOMPARE(desk.labels(desk.receive(u"4"_s, u"a"_s)).size(), 1);
    }

    void neverSetEachOtherOff()
    {
        // Each rule would fire on what the other does, were rules asked about their own changes.
        LeadDesk desk;
        QVERIFY(desk.publish(
            ruleFile(ruleFor("a", R"({"not": {"field": "label", "is": "two"}})",
                             R"({"add_label": "one"}, {"set_priority": "high"})")
                     + "," + ruleFor("b", R"({"field": "label", "is": "one"})", R"({"add_label": "two"})") + ","
                     + ruleFor("c", R"({"field": "priority", "became": "urgent"})", R"({"add_label": "three"})"))));
        const ConversationId id = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        QCOMPARE(desk.labels(id), QStringList{u"one"_s}); // b did not see what a did
        const int version = desk.pending(id)->version;
        QTest::qWait(50);
        QCOMPARE(desk.pending(id)->version, version); // and nothing was evaluated again
        desk.receiveMore(id, u"Any news?"_s);
        QCOMPARE(desk.labels(id), (QStringList{u"one"_s, u"two"_s})); // the next message sees it
    }

    void tellBecameFromIs()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(
            ruleFile(ruleFor("is", R"({"field": "category", "is": "Billing"})", R"({"add_label": "is"})") + ","
                     + ruleFor("became", R"({"field": "category", "became": "Billing"})",
                               R"({"draft_reply": "About your bill"})"))));
        const ConversationId id =
            desk.receive(u"Invoice"_s, u"I was charged twice on my invoice, please refund the payment to my card."_s);
        QCOMPARE(desk.conversation(id).category, desk.category(u"Billing"_s));
        QCOMPARE(desk.draft(id, u"reply"_s), u"About your bill"_s);
        QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u""_s)));
        desk.receiveMore(id, u"The invoice shows the second payment on my card again, please refund it."_s);
        QCOMPARE(desk.conversation(id).category, desk.category(u"Billing"_s));
        QCOMPARE(desk.draft(id, u"reply"_s), QString()); // it was that before
        QVERIFY(await(desk.commands->overrideCategory(id, desk.category(u"Delivery"_s))));
        QVERIFY(await(desk.commands->overrideCategory(id, desk.category(u"Billing"_s))));
        QCOMPARE(desk.draft(id, u"reply"_s), u"About your bill"_s); // by a person's word
    }

    void countInTheShadowWithoutAnEffect()
    {
        LeadDesk desk;
        const auto draft = await(desk.rules.saveDraft(
            {}, ruleFile(ruleFor("a", R"({"field": "text", "contains": "parcel"})", R"({"add_label": "x"})")), {}));
        QVERIFY(await(desk.rules.startShadow(*draft, 7)));
        const ConversationId id = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        (void)desk.receive(u"Hello"_s, u"Hello"_s);
        QVERIFY(desk.labels(id).isEmpty());
        auto seen = desk.get([&](Database &db) { return *rule_drafts::byId(db, *draft); });
        QCOMPARE(seen.shadowSeen, 2);
        QCOMPARE(seen.shadowDiffers, 1);
        const auto found = desk.get([&](Database &db) { return rule_drafts::differences(db, *draft, 0, 10); });
        QCOMPARE(found.size(), size_t(1));
        QVERIFY(found[0].conversation == id);
        QVERIFY2(found[0].draft.contains(u"label x"_s), qPrintable(found[0].draft));
        desk.clock.advance(std::chrono::hours(24 * 8)); // its time is over
        (void)desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        QCOMPARE(desk.get([&](Database &db) { return rule_drafts::byId(db, *draft)->shadowSeen; }), 2);
        QVERIFY(await(desk.rules.removeDraft(*draft)));
        QVERIFY(desk.get([&](Database &db) { return rule_drafts::differences(db, *draft, 0, 10); }).empty());
    }

    void explainEveryConditionForAConversation()
    {
        LeadDesk desk;
        const ConversationId id = desk.receive(u"Parcel"_s, QString::fromLatin1(parcelMail));
        const auto rules = parseRuleSet(ruleFile(ruleFor("a", R"({"all": [{"field": "text", "contains": "PARCEL"},
            {"field": "channel", "is": "Sales"}]})",
                                                         R"({"add_label": "x"})")),
                                        0);
        const auto told =
            desk.get([&](Database &db) { return explainRules(db, *desk.snapshots.current(), *rules, id).value(); });
        const RuleTrace &rule = told.trace.rules.at(0);
        QVERIFY(rule.conditions.at(0).holds && rule.conditions.at(0).actual.contains(u"parcel"_s));
        QVERIFY(!rule.conditions.at(1).holds);
        QCOMPARE(rule.conditions.at(1).actual, u"Support"_s);
        QCOMPARE(rule.conditions.at(1).expected, u"Sales"_s);
    }

    void sayWhenTheyNameAnOperatorWhoIsNotThere()
    {
        LeadDesk desk;
        QVERIFY(desk.publish(ruleFile(ruleFor("a", R"({"all": []})", R"({"assign": "Ben"})"))));
        (void)desk.change([](Database &db) { db.exec("UPDATE operator SET name = 'Benedict' WHERE name = 'Ben'"); });
        desk.snapshots.replace(desk.get([](Database &db) { return Snapshots::build(db); }));
        const ConversationId id = desk.receive(u"Hello"_s, u"Hello"_s);
        QVERIFY(!desk.conversation(id).assignee);
        const auto pending = desk.pending(id);
        QVERIFY(pending);
        QVERIFY(pending->trace.rules.back().rule.contains(u"Ben"_s));
    }
};

PATCHBAY_TESTS(RuleDeskTests)

#include "tst_rule_desk.moc"
