#include "core/engine/rules.h"
#include "core/engine/rules_text.h"
#include "core/engine/task_draft.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

Facts parcelFacts()
{
    Facts facts;
    facts.channel = u"Support"_s;
    facts.connector = u"mail"_s;
    facts.category = u"Delivery"_s;
    facts.confidence = 0.8;
    facts.language = u"en"_s;
    facts.subject = u"Parcel"_s;
    facts.text = u"Where is my parcel? This is URGENT, I leave tomorrow."_s;
    facts.contactAddress = u"zoe@example.org"_s;
    facts.contactName = u"Zoe"_s;
    facts.labels = {u"VIP"_s};
    return facts;
}

RuleSet parsed(const QByteArray &document)
{
    const auto set = parseRuleSet(document, 3);
    if (!set)
        QTest::qFail(qPrintable(set.error().message), __FILE__, __LINE__);
    return set ? *set : RuleSet{};
}

QByteArray oneRule(const QByteArray &when, const QByteArray &then = R"([{"suggest_route": "Warehouse"}])")
{
    return R"({"rules": [{"name": "R", "when": )" + when + R"(, "then": )" + then + R"(}], "default_route": "Tasks"})";
}

} // namespace

/// Rules: read strictly, evaluated purely, told in full.
class RulesTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheDefaultRuleSet()
    {
        const RuleSet set = parsed(defaultRuleSet());
        QCOMPARE(set.version, 3);
        QCOMPARE(set.defaultRoute, u"Tasks"_s);
        const Decision decision = evaluate(set, parcelFacts());
        QCOMPARE(decision.route, u"Tasks"_s);
        QVERIFY(!decision.routedByRule);
        QVERIFY(decision.priority == Priority::High);
        Facts calm = parcelFacts();
        calm.text = u"Where is my parcel?"_s;
        QVERIFY(!evaluate(set, calm).priority);
    }

    void namesWhatIsWrongAndWhere_data()
    {
        QTest::addColumn<QByteArray>("document");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, const QByteArray &document, const QString &sentence) {
            QTest::newRow(name) << document << sentence;
        };
        row("not JSON", "{", u"not JSON"_s);
        row("no rules", "{}", u"/rules"_s);
        row("unknown key", R"({"rules": [], "defualt_route": "x"})", u"/defualt_route"_s);
        row("duplicate key", R"({"rules": [], "rules": []})", u"twice"_s);
        row("unknown field", oneRule(R"({"field": "mood", "is": "bad"})"), u"/rules/0/when/field"_s);
        row("unknown operator", oneRule(R"({"field": "text", "resembles": "x"})"), u"/rules/0/when/resembles"_s);
        row("not a regular expression", oneRule("{\"field\": \"text\", \"matches\": \"a(b\"}"),
            u"/rules/0/when/matches"_s);
        row("what is no expression is named", oneRule("{\"field\": \"text\", \"matches\": \"a(b\"}"), u"missing )"_s);
        row("an expression too large for its bound", oneRule(R"({"field": "text", "matches": "((a{100}){100}){100}"})"),
            u"/rules/0/when/matches"_s);
        row("a bracket that would close ours", oneRule("{\"field\": \"text\", \"matches\": \"a)|(b\"}"),
            u"/rules/0/when/matches"_s);
        row("a time of day that is none", oneRule(R"({"field": "time", "at_least": "25:00"})"),
            u"/rules/0/when/at_least"_s);
        row("a day that is none", oneRule(R"({"field": "weekday", "one_of": ["monday", "someday"]})"),
            u"/rules/0/when/one_of/1"_s);
        row("became of what does not change", oneRule(R"({"field": "subject", "became": "x"})"),
            u"/rules/0/when/became"_s);
        row("business hours that nobody set", oneRule(R"({"field": "business_hours", "is": true})"),
            u"/rules/0/when/field"_s);
        row("a part of a minute", oneRule(R"({"field": "waiting_minutes", "at_least": 1.5})"),
            u"/rules/0/when/at_least"_s);
        row("an unknown time zone", R"({"rules": [], "time_zone": "Mars/Olympus"})", u"/time_zone"_s);
        row("hours that end before they begin", R"({"rules": [], "business_hours": {"monday": ["18:00-09:00"]}})",
            u"/business_hours/monday/0"_s);
        row("no business hours at all", R"({"rules": [], "business_hours": {"monday": []}})", u"/business_hours"_s);
        row("a bound of nothing",
            R"({"rules": [{"name": "R", "when": {"all": []}, "then": [{"add_label": "a"}], "at_most_per_hour": 0}]})",
            u"/rules/0/at_most_per_hour"_s);
        row("a confidence above one", oneRule(R"({"all": []})", R"([{"accept_above": 1.5}])"),
            u"/rules/0/then/0/accept_above"_s);
        row("a stop that is none", oneRule(R"({"all": []})", R"([{"stop": false}])"), u"/rules/0/then/0/stop"_s);
        row("the line", "{\n\"rules\": [],\n\"defualt_route\": \"x\"}", u"(line 3)"_s);
        row("the line of what is not JSON", "{\n\"rules\": [],\n???}", u"(line 3)"_s);
        row("the line of a key that stands twice", "{\n\"rules\": [\n{\"name\": \"a\",\n \"name\": \"b\"}]}",
            u"at /rules/0 (line 3)"_s);
        row("no operator", oneRule(R"({"field": "text"})"), u"without an operator"_s);
        row("two operators", oneRule(R"({"field": "text", "is": "x", "contains": "y"})"), u"second operator"_s);
        row("operator not for this field", oneRule(R"({"field": "text", "at_least": "x"})"),
            u"/rules/0/when/at_least"_s);
        row("confidence as text", oneRule(R"({"field": "confidence", "at_least": "high"})"), u"from 0 to 1"_s);
        row("confidence too big", oneRule(R"({"field": "confidence", "at_least": 2})"), u"from 0 to 1"_s);
        row("unknown priority", oneRule(R"({"field": "priority", "is": "hgih"})"), u"low, normal, high or urgent"_s);
        row("automatic as text", oneRule(R"({"field": "automatic", "is": "yes"})"), u"true or false"_s);
        row("empty text", oneRule(R"({"field": "text", "contains": ""})"), u"/rules/0/when/contains"_s);
        row("empty list", oneRule(R"({"field": "text", "one_of": []})"), u"empty list"_s);
        row("one_of without list", oneRule(R"({"field": "text", "one_of": "x"})"), u"a list is needed"_s);
        row("any of nothing", oneRule(R"({"any": []})"), u"/rules/0/when/any"_s);
        row("deep in a tree",
            oneRule(R"({"all": [{"not": {"any": [{"field": "text", "is": "a"}, {"field": "x", "is": "a"}]}}]})"),
            u"/rules/0/when/all/0/not/any/1/field"_s);
        row("all beside field", oneRule(R"({"all": [], "field": "text"})"), u"/rules/0/when/field"_s);
        row("unknown action", oneRule(R"({"all": []})", R"([{"send_money": "all"}])"), u"/rules/0/then/0/send_money"_s);
        row("no action", oneRule(R"({"all": []})", "[]"), u"/rules/0/then"_s);
        row("two actions in one", oneRule(R"({"all": []})", R"([{"add_label": "a", "set_priority": "low"}])"),
            u"/rules/0/then/0"_s);
        row("bad priority action", oneRule(R"({"all": []})", R"([{"set_priority": "top"}])"),
            u"/rules/0/then/0/set_priority"_s);
        row("same name twice",
            R"({"rules": [{"name": "R", "when": {"all": []}, "then": [{"add_label": "a"}]}, {"name": "R", "when": {"all": []}, "then": [{"add_label": "a"}]}]})",
            u"/rules/1/name"_s);
    }
    void namesWhatIsWrongAndWhere()
    {
        QFETCH(QByteArray, document);
        QFETCH(QString, sentence);
        const auto set = parseRuleSet(document, 1);
        QVERIFY(!set);
        QVERIFY(set.error().kind == Error::Kind::Refused);
        QVERIFY2(set.error().message.contains(sentence), qPrintable(set.error().message));
    }

    void decidesEachCondition_data()
    {
        QTest::addColumn<QByteArray>("when");
        QTest::addColumn<bool>("holds");
        const auto row = [](const QByteArray &when, bool holds) { QTest::newRow(when) << when << holds; };
        row(R"({"field": "category", "is": "delivery"})", true);
        row(R"({"field": "category", "is_not": "Delivery"})", false);
        row(R"({"field": "category", "one_of": ["Billing", "Delivery"]})", true);
        row(R"({"field": "text", "contains": "urgent"})", true);
        row(R"({"field": "text", "contains": ["asap", "leave tomorrow"]})", true);
        row(R"({"field": "text", "contains": ["asap", "soon"]})", false);
        row(R"({"field": "confidence", "at_least": 0.8})", true);
        row(R"({"field": "confidence", "at_most": 0.5})", false);
        row(R"({"field": "priority", "at_most": "normal"})", true);
        row(R"({"field": "priority", "at_least": "high"})", false);
        row(R"({"field": "automatic", "is": false})", true);
        row(R"({"field": "label", "is": "vip"})", true);
        row(R"({"field": "label", "is_not": "vip"})", false);
        row(R"({"field": "label", "is_not": "spam"})", true);
        row(R"({"field": "contact", "contains": "@example.org"})", true);
        row(R"({"field": "contact", "is": "Zoe"})", true);
        row(R"({"field": "channel", "is": "Other"})", false);
        row(R"({"all": []})", true);
        row(R"({"all": [{"field": "language", "is": "en"}, {"not": {"field": "connector", "is": "chat"}}]})", true);
        row(R"({"any": [{"field": "language", "is": "de"}, {"field": "connector", "is": "mail"}]})", true);
        row(R"({"not": {"any": [{"field": "language", "is": "en"}]}})", false);
    }
    void decidesEachCondition()
    {
        QFETCH(QByteArray, when);
        QFETCH(bool, holds);
        const Decision decision = evaluate(parsed(oneRule(when)), parcelFacts());
        QCOMPARE(decision.route, holds ? u"Warehouse"_s : u"Tasks"_s);
        QCOMPARE(decision.routedByRule, holds);
        QCOMPARE(decision.trace.rules.at(0).matched, holds);
    }

    void tellsEveryConditionWithBothValues()
    {
        const RuleSet set = parsed(oneRule(R"({"all": [
            {"field": "category", "is": "Billing"},
            {"any": [{"field": "text", "contains": "urgent"}, {"field": "language", "is": "de"}]}]})"));
        const Decision decision = evaluate(set, parcelFacts());
        QCOMPARE(decision.trace.ruleSetVersion, 3);
        const RuleTrace &rule = decision.trace.rules.at(0);
        QVERIFY(!rule.matched);
        QCOMPARE(rule.conditions.size(), size_t(4)); // also what no longer mattered
        QCOMPARE(rule.conditions[0].actual, u"Delivery"_s);
        QCOMPARE(rule.conditions[0].expected, u"Billing"_s);
        QVERIFY(!rule.conditions[0].holds);
        QCOMPARE(rule.conditions[1].text, u"any of the next 2"_s);
        QVERIFY(rule.conditions[1].holds);
        QVERIFY(rule.conditions[2].holds);
        QVERIFY2(rule.conditions[2].actual.contains(u"URGENT"_s), qPrintable(rule.conditions[2].actual));
        QVERIFY(!rule.conditions[3].holds);
        QCOMPARE(rule.conditions[3].actual, u"en"_s);
    }

    void findsAValueWhateverTheCaseAndShowsItsPlace()
    {
        // Each: text, value. Folding must neither miss a place nor move it.
        const std::vector<std::pair<QString, QString>> found{
            {u"СРОЧНО нужен возврат"_s, u"срочно"_s},
            {u"ab aab aaab"_s, u"AAAB"_s},
            {u"\U00010400 is a letter with two cases"_s, u"\U00010428"_s},
            {u"İstanbul, straße, ΣΊΣΥΦΟΣ"_s, u"σίσυφος"_s},
            {u"the end"_s, u"END"_s},
            {u"x"_s, u"X"_s},
        };
        for (const auto &[text, value] : found) {
            const qsizetype place = text.indexOf(value, 0, Qt::CaseInsensitive);
            QVERIFY2(place >= 0, qPrintable(value));
            QCOMPARE(indexOfFolded(foldedCase(text), foldedCase(value)), place);
            Condition condition{Condition::Kind::Test, {}, u"text"_s, Condition::Operator::Contains, {value}};
            describeCondition(condition);
            Facts facts;
            facts.text = text;
            const Decision decision = evaluate({1, {{u"r"_s, condition, {}}}, {}}, facts);
            QVERIFY2(decision.trace.rules.at(0).matched, qPrintable(value));
        }
        QCOMPARE(foldedCase(u"ABCÄЯ\U00010400ßİ"_s).size(), u"ABCÄЯ\U00010400ßİ"_s.size());
        QCOMPARE(indexOfFolded(u"aab", u"ab"), 1);
        QCOMPARE(indexOfFolded(u"aab", u"aabb"), -1);
        QCOMPARE(indexOfFolded(u"aab", u"b"), 2);
        QCOMPARE(indexOfFolded(u"", u"b"), -1);
    }

    void keepsALongTextOutOfTheTrace()
    {
        Facts facts = parcelFacts();
        facts.text = QString(100000, u'x') + u" needle "_s + QString(100000, u'y');
        const Decision decision = evaluate(
            parsed(oneRule(
                R"({"all": [{"field": "text", "contains": "needle"}, {"field": "text", "contains": "nail"}]})")),
            facts);
        for (const ConditionTrace &condition : decision.trace.rules.at(0).conditions)
            QVERIFY(condition.actual.size() < 300);
        QVERIFY(decision.trace.rules[0].conditions[0].actual.contains(u"needle"_s));
    }

    void takesTheFirstRouteAndAllLabelsAndTheHighestPriority()
    {
        const RuleSet set = parsed(R"({"rules": [
            {"name": "a", "when": {"all": []}, "then": [{"add_label": "one"}, {"set_priority": "urgent"}]},
            {"name": "b", "when": {"all": []}, "then": [{"suggest_route": "First"}, {"set_priority": "low"}]},
            {"name": "c", "when": {"all": []}, "then": [{"suggest_route": "Second"}, {"add_label": "two"}, {"add_label": "one"}]},
            {"name": "d", "when": {"field": "category", "is": "x"}, "then": [{"add_label": "never"}]}]})");
        const Decision decision = evaluate(set, parcelFacts());
        QCOMPARE(decision.route, u"First"_s);
        QCOMPARE(decision.labels, (QStringList{u"one"_s, u"two"_s}));
        QVERIFY(decision.priority == Priority::Urgent);
        QCOMPARE(decision.trace.rules.size(), size_t(4));
    }

    void cleansASubject_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("clean");
        QTest::newRow("re") << u"Re: Parcel"_s << u"Parcel"_s;
        QTest::newRow("several") << u"RE: Fwd: AW:  Antw: Parcel"_s << u"Parcel"_s;
        QTest::newRow("numbered") << u"Re[2]: Parcel"_s << u"Parcel"_s;
        QTest::newRow("chinese") << u"回复：包裹"_s << u"包裹"_s;
        QTest::newRow("russian") << u"Отв: Посылка"_s << u"Посылка"_s;
        QTest::newRow("not a prefix") << u"Refund: when?"_s << u"Refund: when?"_s;
        QTest::newRow("time") << u"Meeting re: parcel"_s << u"Meeting re: parcel"_s;
        QTest::newRow("nothing left") << u"Re:"_s << QString();
    }
    void cleansASubject()
    {
        QFETCH(QString, subject);
        QFETCH(QString, clean);
        QCOMPARE(withoutReplyPrefixes(subject), clean);
    }

    void draftsATaskFromTheCustomersWords()
    {
        Message message;
        message.text = u"Good morning. My parcel 12 did not arrive!\nPlease help. {link}"_s;
        Conversation conversation;
        conversation.uid = u"0190c4b2-0000-7000-8000-000000000001"_s;
        TaskDraftSource source{message, conversation};
        source.category = u"Billing"_s;
        source.priority = Priority::High;
        source.contact = {u"Zoe"_s, u"zoe@example.org"_s};
        source.workspaceUid = u"W"_s;
        const TaskPayload draft = draftTask(source);
        QCOMPARE(draft.title, u"Good morning."_s);
        QCOMPARE(draft.description, message.text);
        QCOMPARE(draft.backLink, u"patchbay://W/conversation/"_s + conversation.uid);
        message.subject = u"Re: "_s + u"word "_s.repeated(100);
        message.text = QString(30000, u'x');
        const TaskPayload longer = draftTask(source);
        QVERIFY(longer.title.size() <= 201 && longer.title.endsWith(u'…') && longer.title.startsWith(u"word"_s));
        QCOMPARE(longer.description.size(), taskDescriptionLimit);
    }
};
PATCHBAY_TESTS(RulesTests)

#include "tst_rules.moc"
