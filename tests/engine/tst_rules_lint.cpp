#include "core/engine/rules_cases.h"
#include "core/engine/rules_diff.h"
#include "core/engine/rules_lint.h"
#include "support/test_main.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

RuleNames knownNames()
{
    return {{u"Billing"_s, u"Delivery"_s}, {u"Tasks"_s, u"Warehouse"_s}, {u"VIP"_s}, {u"Support"_s}, {u"Ana"_s}};
}

QByteArray lintSet(const QByteArray &rules, const QByteArray &rest = R"("default_route": "Tasks")")
{
    return "{\"rules\": [\n" + rules + "\n], " + rest + "}";
}

QByteArray lintRule(const QByteArray &name, const QByteArray &when, const QByteArray &then)
{
    return "{\"name\": \"" + name + "\", \"when\": " + when + ", \"then\": [" + then + "]}";
}

RuleSet readRules(const QByteArray &document)
{
    const auto set = parseRuleSet(document, 1);
    if (!set)
        QTest::qFail(qPrintable(set.error().message), __FILE__, __LINE__);
    return set ? *set : RuleSet{};
}

} // namespace

/// What a lead is told of a rule set before it is published.
class RulesLintTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findNothingInTheDefaultRules()
    {
        const RuleNames names = knownNames();
        QVERIFY(lintDocument(defaultRuleSet(), &names).empty());
    }

    void findWhatCannotWork_data()
    {
        QTest::addColumn<QByteArray>("document");
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<bool>("isError");
        const auto row = [](const char *name, const QByteArray &document, const QString &sentence,
                            const QString &pointer,
                            bool isError) { QTest::newRow(name) << document << sentence << pointer << isError; };
        const QByteArray label = R"({"add_label": "a"})";
        row("a category that is not there",
            lintSet(lintRule("r", R"({"any": [{"field": "category", "one_of": ["Billing", "Moods"]}]})", label)),
            u"no category \"Moods\""_s, u"/rules/0/when/any/0/one_of"_s, true);
        row("a route that is not there", lintSet(lintRule("r", R"({"all": []})", R"({"suggest_route": "Nowhere"})")),
            u"no route \"Nowhere\""_s, u"/rules/0/then/0"_s, true);
        row("an operator who is not there", lintSet(lintRule("r", R"({"all": []})", R"({"assign": "Bob"})")),
            u"no operator \"Bob\""_s, u"/rules/0/then/0"_s, true);
        row("a channel that is not there", lintSet(lintRule("r", R"({"field": "channel", "is": "Sales"})", label)),
            u"no channel \"Sales\""_s, u"/rules/0/when/is"_s, false);
        row("a label that nobody gives", lintSet(lintRule("r", R"({"field": "label", "is": "gold"})", label)),
            u"no label \"gold\""_s, u"/rules/0/when/is"_s, false);
        row("no default route", lintSet("", R"("time_zone": "UTC")"), u"no default route"_s, u"/default_route"_s,
            false);
        row("an unknown default route", lintSet("", R"("default_route": "Gone")"), u"no route \"Gone\""_s,
            u"/default_route"_s, true);
        row("two categories at once",
            lintSet(lintRule(
                "r", R"({"all": [{"field": "category", "is": "Billing"}, {"field": "category", "is": "Delivery"}]})",
                label)),
            u"never holds"_s, u"/rules/0/when"_s, true);
        row("is and is not",
            lintSet(lintRule(
                "r", R"({"all": [{"field": "label", "is": "VIP"}, {"not": {"field": "label", "is": "VIP"}}]})", label)),
            u"never holds"_s, u"/rules/0/when"_s, true);
        row("at least more than at most",
            lintSet(lintRule(
                "r", R"({"all": [{"field": "confidence", "at_least": 0.9}, {"field": "confidence", "at_most": 0.5}]})",
                label)),
            u"never holds"_s, u"/rules/0/when"_s, true);
        row("urgent and at most high",
            lintSet(lintRule(
                "r", R"({"all": [{"field": "priority", "is": "urgent"}, {"field": "priority", "at_most": "high"}]})",
                label)),
            u"never holds"_s, u"/rules/0/when"_s, true);
        row("a branch that cannot be",
            lintSet(lintRule(
                "r",
                R"({"any": [{"field": "language", "is": "en"}, {"all": [{"field": "automatic", "is": true}, {"field": "automatic", "is": false}]}]})",
                label)),
            u"branch never holds"_s, u"/rules/0/when/any/1"_s, false);
        row("behind a rule that stops",
            lintSet(
                lintRule("first", R"({"field": "category", "one_of": ["Billing", "Delivery"]})", R"({"stop": true})")
                + ","
                + lintRule("second",
                           R"({"all": [{"field": "category", "is": "billing"}, {"field": "text", "contains": "x"}]})",
                           label)),
            u"\"first\" before it holds whenever this one does, and stops"_s, u"/rules/1"_s, false);
        row("a second route for the same",
            lintSet(lintRule("first", R"({"field": "text", "contains": "refund"})", R"({"suggest_route": "Tasks"})")
                    + ","
                    + lintRule("second", R"({"field": "text", "contains": "my refund"})",
                               R"({"suggest_route": "Warehouse"})")),
            u"the first one wins"_s, u"/rules/1"_s, false);
        row("names that differ in case",
            lintSet(lintRule("Refunds", R"({"all": []})", label) + "," + lintRule("refunds", R"({"all": []})", label)),
            u"but for the case"_s, u"/rules/1/name"_s, false);
        row("an expression for everything", lintSet(lintRule("r", R"({"field": "text", "matches": ".*"})", label)),
            u"matches every text"_s, u"/rules/0/when/matches"_s, false);
        row("acceptance without a bound", lintSet(lintRule("r", R"({"all": []})", R"({"accept_above": 0.9})")),
            u"at_most_per_hour"_s, u"/rules/0/then/0"_s, true);
        row("what cannot be read", "{\"rules\":\n [{}]}", u"no string"_s, u"/rules/0/name"_s, true);
    }
    void findWhatCannotWork()
    {
        QFETCH(QByteArray, document);
        QFETCH(QString, sentence);
        QFETCH(QString, pointer);
        QFETCH(bool, isError);
        const RuleNames names = knownNames();
        const std::vector<RuleFinding> found = lintDocument(document, &names);
        QVERIFY(!found.empty());
        QCOMPARE(found.size(), size_t(1));
        QVERIFY2(found[0].sentence.contains(sentence), qPrintable(found[0].sentence));
        QCOMPARE(found[0].pointer, pointer);
        QCOMPARE(found[0].severity == RuleFinding::Severity::Error, isError);
        QCOMPARE(hasErrors(found), isError);
        QVERIFY(found[0].line > 0);
    }

    void leaveAloneWhatWorks_data()
    {
        QTest::addColumn<QByteArray>("rules");
        const QByteArray a = R"({"add_label": "a"})";
        QTest::newRow("a stop that has a bound")
            << R"({"name": "first", "when": {"all": []}, "then": [{"stop": true}], "at_most_per_hour": 3},)"
                + lintRule("second", R"({"all": []})", a);
        QTest::newRow("a wider rule behind a narrow one")
            << lintRule("n", R"({"all": [{"field": "category", "is": "Billing"}, {"field": "text", "contains": "x"}]})",
                        R"({"stop": true})")
                + "," + lintRule("w", R"({"field": "category", "is": "Billing"})", a);
        QTest::newRow("labels add up") << lintRule("one", R"({"all": []})", a) + ","
                + lintRule("two", R"({"all": []})", R"({"add_label": "b"})");
        QTest::newRow("a contact has an address and a name") << lintRule(
            "r", R"({"all": [{"field": "contact", "is": "Zoe"}, {"field": "contact", "is": "z@x.org"}]})", a);
        QTest::newRow("was another category before") << lintRule(
            "r", R"({"all": [{"field": "category", "became": "Billing"}, {"field": "category", "is": "Billing"}]})", a);
        QTest::newRow("an empty text alone") << lintRule("r", R"({"field": "text", "matches": "^$"})", a);
        QTest::newRow("a label that another rule gives")
            << lintRule("r", R"({"field": "label", "is": "b"})", R"({"add_label": "b"})");
    }
    void leaveAloneWhatWorks()
    {
        QFETCH(QByteArray, rules);
        const RuleNames names = knownNames();
        for (const RuleFinding &finding : lintDocument(lintSet(rules), &names))
            QFAIL(qPrintable(finding.sentence));
    }

    void compareVersionsByTheNamesOfTheirRules()
    {
        const QByteArray a = lintRule("a", R"({"all": []})", R"({"add_label": "1"})");
        const QByteArray b = lintRule("b", R"({"all": []})", R"({"add_label": "2"})");
        const QByteArray c = lintRule("c", R"({"all": []})", R"({"add_label": "3"})");
        const QByteArray d = lintRule("d", R"({"all": []})", R"({"add_label": "4"})");
        const QByteArray otherB = lintRule("b", R"({"field": "automatic", "is": true})", R"({"add_label": "2"})");
        const RuleSet from = readRules(lintSet(a + "," + b + "," + c));
        const RuleSet to = readRules(lintSet(c + "," + a + "," + otherB + "," + d, R"("default_route": "Warehouse")"));
        QVERIFY(diffRules(from, from).isEmpty());
        const RuleDiff diff = diffRules(from, to);
        QStringList told;
        for (const RuleChange &change : diff.rules)
            told << u"%1 %2"_s.arg(int(change.kind)).arg(change.rule);
        QCOMPARE(told, (QStringList{u"3 c"_s, u"2 b"_s, u"0 d"_s}));
        QCOMPARE(diff.settings, QStringList{u"default_route"_s});
        QVERIFY(diff.rules[1].before != diff.rules[1].after && diff.rules[1].after.contains("automatic"));
        const RuleDiff back = diffRules(to, from);
        QVERIFY(std::any_of(back.rules.begin(), back.rules.end(), [](const RuleChange &change) {
            return change.kind == RuleChange::Kind::Removed && change.rule == u"d"_s;
        }));
    }

    void writeWhatTheyRead()
    {
        const QByteArray document = R"({"rules": [
            {"name": "everything", "at_most_per_hour": 5,
             "when": {"all": [{"not": {"field": "automatic", "is": true}}, {"any": []  , "any": []}]},
             "then": [{"stop": true}]}]})";
        QVERIFY(!parseRuleSet(document, 1)); // a key twice
        const QByteArray good =
            R"({"time_zone": "Europe/Berlin", "business_hours": {"friday": ["09:00-12:00", "13:00-17:30"]},
            "default_route": "Tasks", "rules": [
            {"name": "everything ж", "at_most_per_hour": 5,
             "when": {"all": [{"not": {"field": "automatic", "is": true}}, {"any": [
                {"field": "category", "became": "Billing"}, {"field": "text", "contains": ["a", "b"]},
                {"field": "subject", "matches": "\\bx+\\b"}, {"field": "confidence", "at_least": 0.85},
                {"field": "weekday", "one_of": ["friday"]}, {"field": "time", "at_most": "09:05"},
                {"field": "business_hours", "is": false}, {"field": "waiting_minutes", "at_least": 90},
                {"field": "priority", "at_least": "high"}]}, {"all": []}]},
             "then": [{"suggest_route": "Tasks"}, {"set_priority": "high"}, {"add_label": "x"}, {"assign": "Ana"},
                {"escalate": "Ana"}, {"draft_reply": "Hello\nthere"}, {"accept_above": 0.95}, {"stop": true}]}]})";
        const RuleSet set = readRules(good);
        const QByteArray written = ruleSetDocument(set);
        const RuleSet again = readRules(written);
        QCOMPARE(ruleSetDocument(again), written);
        QVERIFY(diffRules(set, again).isEmpty());
        QCOMPARE(again.rules[0].then, set.rules[0].then);
        QCOMPARE(again.businessHours[4].size(), size_t(2));
        QVERIFY(readRules(ruleSetDocument(RuleSet{})).rules.empty());
    }

    void refuseTenThousandNestedConditionsWithTheirPlace()
    {
        const auto nested = [](int depth, const QByteArray &open, const QByteArray &close) {
            QByteArray when;
            for (int i = 0; i < depth; ++i)
                when += open;
            when += R"({"all": []})";
            for (int i = 0; i < depth; ++i)
                when += close;
            return lintSet(lintRule("deep", when, R"({"stop": true})"));
        };
        for (const int depth : {13, 35, 10'000}) {
            for (const QByteArray &document :
                 {nested(depth, R"({"not": )", "}"), nested(depth, "{\"all\": [\n", "]}")}) {
                RuleFault fault;
                const auto set = parseRuleSet(document, 1, fault);
                QVERIFY(!set);
                QVERIFY2(set.error().message.contains(u"nested deeper"_s), qPrintable(set.error().message));
                QVERIFY2(fault.pointer.startsWith(u"/rules/0/when/"_s), qPrintable(fault.pointer));
                QVERIFY(fault.line >= 2);
                QVERIFY(set.error().message.size() < 2000);
            }
        }
    }

    void surviveWhateverIsInTheFile()
    {
        const QByteArray good = lintSet(lintRule(
            "a", R"({"all": [{"field": "text", "matches": "a+"}, {"field": "category", "became": "Billing"}]})",
            R"({"accept_above": 0.9}, {"draft_reply": "x"})"));
        QVERIFY(parseRuleSet(good, 1));
        QRandomGenerator random(20260301);
        int refused = 0;
        for (int i = 0; i < 20'000; ++i) {
            QByteArray broken = good;
            for (int n = 1 + int(random.bounded(4)); n > 0; --n) {
                const auto at = qsizetype(random.bounded(int(broken.size()) + 1));
                switch (random.bounded(4)) {
                case 0: broken.replace(at, 1, QByteArray(1, char(random.bounded(256)))); break;
                case 1: broken.remove(at, 1 + random.bounded(5)); break;
                case 2: broken.insert(at, broken.mid(qsizetype(random.bounded(int(broken.size()) + 1)), 8)); break;
                default: broken.truncate(std::max<qsizetype>(at, 1));
                }
            }
            RuleFault fault;
            const auto set = parseRuleSet(broken, 1, fault);
            refused += set ? 0 : 1;
            QVERIFY(set || !set.error().message.isEmpty());
            (void)parseRuleCases(broken);
            (void)lintDocument(broken, nullptr);
        }
        QVERIFY(refused > 10'000);
        for (const QByteArray &hostile : {QByteArray(), QByteArray("\0\0\0", 3), QByteArray("[]"), QByteArray("null"),
                                          QByteArray("\xff\xfe{}"), QByteArray(1'000'000, '['), QByteArray("\"x\"")})
            QVERIFY(!parseRuleSet(hostile, 1));
    }

    void runCasesFromAFile()
    {
        const RuleSet rules = readRules(
            lintSet(lintRule("vip", R"({"field": "label", "is": "VIP"})",
                             R"({"set_priority": "high"}, {"suggest_route": "Warehouse"}, {"accept_above": 0.9})")));
        const auto cases = parseRuleCases(R"({"cases": [
            {"name": "a VIP", "message": {"labels": ["VIP"], "text": "hi", "confidence": 0.95},
             "expect": {"route": "Warehouse", "priority": "high", "fired": ["vip"], "accepted": true}},
            {"name": "wrong", "message": {"text": "hi"}, "expect": {"route": "Warehouse", "labels": ["x"]}},
            {"name": "a machine", "message": {"labels": ["VIP"], "automatic": true}, "expect": {"accepted": false}}]})");
        QVERIFY2(cases, qPrintable(cases ? QString() : cases.error().message));
        QVERIFY(failuresOf((*cases)[0], rules).isEmpty());
        QCOMPARE(
            failuresOf((*cases)[1], rules),
            (QStringList{u"route is \"Tasks\", expected \"Warehouse\""_s, u"labels is nothing, expected \"x\""_s}));
        QVERIFY(failuresOf((*cases)[2], rules).isEmpty());
        const auto typo = parseRuleCases(
            "{\"cases\": [\n{\"name\": \"x\", \"message\": {\"txt\": \"\"},\n \"expect\": {\"route\": \"a\"}}]}");
        QVERIFY(!typo);
        QVERIFY2(typo.error().message.contains(u"/cases/0/message/txt (line 2)"_s), qPrintable(typo.error().message));
        QVERIFY(!parseRuleCases(R"({"cases": [{"name": "x", "message": {}, "expect": {}}]})"));
    }
};

PATCHBAY_TESTS(RulesLintTests)

#include "tst_rules_lint.moc"
