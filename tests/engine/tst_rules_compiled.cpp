#include "core/engine/compiled_rules.h"
#include "core/engine/rules_text.h"
#include "support/test_main.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>

#include <algorithm>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// Rules and messages from one seed, made of few words so that they meet often.
class RandomRules {
public:
    explicit RandomRules(quint32 seed)
        : m_random(seed)
    {
    }

    int below(int bound) { return int(m_random.bounded(bound)); }
    QString one(const QStringList &of) { return of.at(below(int(of.size()))); }
    QString word()
    {
        return one({u"refund"_s, u"Parcel"_s, u"ÄRGER"_s, u"срочно"_s, u"加急"_s, u"a.b"_s, u"\U00010400x"_s, u"vip"_s,
                    u"Billing"_s, u"Delivery"_s, u"en"_s, u"(x)"_s, u"İ"_s, u"straße"_s});
    }
    QString textual()
    {
        return one({u"channel"_s, u"connector"_s, u"category"_s, u"language"_s, u"subject"_s, u"text"_s, u"contact"_s,
                    u"label"_s});
    }

    Condition condition(int depth)
    {
        Condition made;
        const int kind = depth <= 0 ? 9 : below(10);
        if (kind < 5) {
            made.kind = kind < 2 ? Condition::Kind::All : kind < 4 ? Condition::Kind::Any : Condition::Kind::Not;
            const int children = made.kind == Condition::Kind::Not ? 1 : 1 + below(3);
            for (int i = 0; i < children; ++i)
                made.children.push_back(condition(depth - 1));
            return made;
        }
        made.kind = Condition::Kind::Test;
        test(made);
        return made;
    }

    RuleSet rules(int count)
    {
        RuleSet set;
        set.version = 7;
        set.defaultRoute = u"Tasks"_s;
        set.businessHours[1] = {{540, 1080}};
        for (int i = 0; i < count; ++i) {
            Rule rule;
            rule.name = u"rule %1"_s.arg(i);
            rule.when = condition(3);
            describeCondition(rule.when);
            const auto kind = Action::Kind(below(8));
            rule.then = {
                {kind, kind == Action::Kind::SetPriority ? one({u"low"_s, u"high"_s}) : u"value %1"_s.arg(i), 0.5}};
            if (kind == Action::Kind::Stop && below(4) > 0)
                rule.then = {{Action::Kind::AddLabel, u"label %1"_s.arg(i), 0}};
            rule.atMostPerHour = below(10) == 0 ? 2 : 0;
            set.rules.push_back(rule);
        }
        return set;
    }

    QString text(int words)
    {
        QString made;
        for (int i = 0; i < words; ++i)
            made += (below(2) == 0 ? word() : word().toUpper()) + one({u" "_s, u"\n"_s, u""_s, u", "_s});
        return made;
    }

    Facts facts()
    {
        Facts f;
        f.channel = word();
        f.connector = word();
        f.category = word();
        f.confidence = below(11) / 10.0;
        f.priority = Priority(below(4));
        f.language = word();
        f.subject = text(below(3));
        f.text = text(below(12));
        f.contactAddress = word();
        f.contactName = text(2);
        for (int i = below(3); i > 0; --i)
            f.labels << word();
        f.automatic = below(2) == 0;
        f.state = one({u"open"_s, u"done"_s});
        f.assignee = below(2) == 0 ? QString() : word();
        f.at = {qint64(1'700'000'000) * 1'000'000 + qint64(below(1'000'000)) * 1'000'000};
        f.waitingMinutes = below(100);
        if (below(2) == 0) {
            f.before.category = word();
            f.before.priority = Priority(below(4));
            f.before.language = word();
            f.before.state = u"done"_s;
        }
        return f;
    }

private:
    void test(Condition &made)
    {
        using Op = RuleOperator;
        switch (below(9)) {
        case 0:
            set(made, u"confidence"_s, below(2) == 0 ? Op::AtLeast : Op::AtMost, {QString::number(below(11) / 10.0)});
            return;
        case 1:
            set(made, u"priority"_s, one3(Op::AtLeast, Op::Is, Op::Became), {one({u"low"_s, u"high"_s, u"urgent"_s})});
            return;
        case 2: set(made, u"automatic"_s, below(2) == 0 ? Op::Is : Op::IsNot, {u"true"_s}); return;
        case 3: set(made, u"time"_s, Op::AtLeast, {u"%1:30"_s.arg(10 + below(12))}); return;
        case 4: set(made, u"business_hours"_s, Op::Is, {u"true"_s}); return;
        case 5: set(made, u"category"_s, Op::Became, {word()}); return;
        case 6:
            set(made, textual(), Op::Matches,
                {one({u"re.?fund"_s, u"^parcel"_s, u"(?-i:x)"_s, u"\\bvip\\b"_s, u"STRASSE|straße"_s, u"a.b$"_s})});
            return;
        case 7: set(made, textual(), one3(Op::Is, Op::IsNot, Op::OneOf), {word()}); return;
        default: set(made, textual(), Op::Contains, below(2) == 0 ? QStringList{word()} : QStringList{word(), word()});
        }
    }
    RuleOperator one3(RuleOperator a, RuleOperator b, RuleOperator c) { return std::array{a, b, c}[size_t(below(3))]; }
    static void set(Condition &made, const QString &field, RuleOperator op, const QStringList &values)
    {
        made.field = field;
        made.op = op;
        made.values = values;
    }

    QRandomGenerator m_random;
};

/// Decides by the words of the documents alone, with nothing of the engine's but its folding.
class Oracle {
public:
    explicit Oracle(const Facts &facts)
        : f(facts)
    {
    }

    bool holds(const Condition &c) const
    {
        int held = 0;
        for (const Condition &child : c.children)
            held += holds(child) ? 1 : 0;
        switch (c.kind) {
        case Condition::Kind::All: return held == int(c.children.size());
        case Condition::Kind::Any: return held > 0;
        case Condition::Kind::Not: return held == 0;
        case Condition::Kind::Test: return test(c);
        }
        return false;
    }

private:
    QStringList values(const QString &field) const
    {
        const QMap<QString, QStringList> all{
            {u"channel"_s, {f.channel}},   {u"connector"_s, {f.connector}},
            {u"category"_s, {f.category}}, {u"priority"_s, {priorityName(f.priority)}},
            {u"language"_s, {f.language}}, {u"subject"_s, {f.subject}},
            {u"text"_s, {f.text}},         {u"contact"_s, {f.contactAddress, f.contactName}},
            {u"label"_s, f.labels},        {u"automatic"_s, {f.automatic ? u"true"_s : u"false"_s}}};
        return all.value(field);
    }
    static QString priorityName(Priority p)
    {
        return QStringList{u"low"_s, u"normal"_s, u"high"_s, u"urgent"_s}.at(int(p));
    }
    static bool same(const QString &a, const QString &b) { return foldedCase(a) == foldedCase(b); }

    bool test(const Condition &c) const
    {
        using Op = RuleOperator;
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(f.at.us / 1000, Qt::UTC);
        if (c.field == u"confidence"_s)
            return c.op == Op::AtLeast ? f.confidence >= c.values[0].toDouble()
                                       : f.confidence <= c.values[0].toDouble();
        if (c.field == u"time"_s)
            return at.time() >= QTime::fromString(c.values[0], u"HH:mm"_s);
        if (c.field == u"business_hours"_s)
            return at.date().dayOfWeek() == 2 && at.time() >= QTime(9, 0) && at.time() < QTime(18, 0);
        if (c.op == Op::AtLeast) {
            const QStringList order{u"low"_s, u"normal"_s, u"high"_s, u"urgent"_s};
            return int(f.priority) >= order.indexOf(c.values[0]);
        }
        bool any = false;
        for (const QString &have : values(c.field)) {
            for (const QString &value : c.values) {
                if (c.op == Op::Contains)
                    any = any || foldedCase(have).contains(foldedCase(value));
                else if (c.op == Op::Matches) // whose $ does not stand before a last line feed
                    any = any
                        || QRegularExpression(QString(value).replace(u"$"_s, u"\\z"_s),
                                              QRegularExpression::CaseInsensitiveOption)
                               .match(foldedCase(have))
                               .hasMatch();
                else
                    any = any || same(have, value);
            }
        }
        if (c.op == Op::Became) {
            const auto was = c.field == u"category"_s ? f.before.category
                : f.before.priority                   ? std::optional(priorityName(*f.before.priority))
                                                      : std::nullopt;
            return any && !(was && same(*was, c.values[0]));
        }
        return c.op == Op::IsNot ? !any : any;
    }

    const Facts &f;
};

} // namespace

/// Rules made ready for many messages: the same firings as rules asked one by one.
class RulesCompiledTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fireAsTheOracleSaysForRandomRulesAndMessages()
    {
        int firings = 0;
        int matches = 0;
        for (quint32 seed = 1; seed <= 60; ++seed) {
            RandomRules random(seed);
            const RuleSet set = random.rules(10 + random.below(150));
            const CompiledRules compiled(set);
            for (int i = 0; i < 25; ++i) {
                const Facts facts = random.facts();
                const Oracle oracle(facts);
                const RuleUse use{{u"rule 3"_s, 2}, {u"rule 5"_s, 1}};
                std::vector<int> expected;
                for (size_t r = 0; r < set.rules.size(); ++r) {
                    const Rule &rule = set.rules[r];
                    if (!oracle.holds(rule.when)
                        || (rule.atMostPerHour > 0 && use.value(rule.name) >= rule.atMostPerHour))
                        continue;
                    expected.push_back(int(r));
                    if (rule.then.front().kind == Action::Kind::Stop)
                        break;
                }
                const Decision slow = evaluate(set, facts, use);
                const Decision fast = compiled.decide(facts, use);
                const Decision silent = compiled.decide(facts, use, CompiledRules::Tell::Nothing);
                const QByteArray where = "seed " + QByteArray::number(seed) + " message " + QByteArray::number(i);
                QVERIFY2(slow.fired == expected, where);
                QVERIFY2(fast.fired == expected, where);
                QVERIFY2(silent.fired == expected, where);
                QVERIFY2(fast.sameEffects(slow) && silent.sameEffects(slow) && fast.counted == slow.counted, where);
                firings += int(expected.size());
                ++matches;
            }
        }
        QVERIFY2(firings > matches * 2, "the random rules hardly ever fire: the test says nothing");
    }

    void tellOfALargeSetWhatFiredAndHowManyDidNot()
    {
        RuleSet set;
        for (int i = 0; i < 2000; ++i) {
            Rule rule;
            rule.name = u"rule %1"_s.arg(i);
            rule.when = {Condition::Kind::Test, {}, u"text"_s, RuleOperator::Contains, {u"word%1 "_s.arg(i)}};
            describeCondition(rule.when);
            rule.then = {{Action::Kind::AddLabel, u"l%1"_s.arg(i), 0}};
            set.rules.push_back(rule);
        }
        const CompiledRules compiled(set);
        Facts facts;
        facts.text = u"a word7 and a WORD1999 here"_s;
        const Decision decision = compiled.decide(facts);
        QCOMPARE(decision.labels, (QStringList{u"l7"_s, u"l1999"_s}));
        QCOMPARE(decision.trace.rules.size(), size_t(2));
        QVERIFY(decision.trace.rules[1].matched);
        QVERIFY(decision.trace.rules[1].conditions.at(0).actual.contains(u"WORD1999"_s));
        QCOMPARE(decision.trace.unmatched, 1998);
        QCOMPARE(traceFromJson(toJson(decision.trace)).unmatched, 1998);
        QCOMPARE(QJsonDocument::fromJson(jsonText(decision.trace).toUtf8()).object(), toJson(decision.trace));
        // All of them at once: the trace stays bounded and says how much it leaves out.
        facts.text.clear();
        for (int i = 0; i < 2000; ++i)
            facts.text += u"word%1 "_s.arg(i);
        const Decision all = compiled.decide(facts);
        QCOMPARE(all.labels.size(), 2000);
        QCOMPARE(all.trace.rules.size(), size_t(50));
        QCOMPARE(all.trace.untold, 1950);
        QCOMPARE(all.trace.unmatched, 0);
    }
};

PATCHBAY_TESTS(RulesCompiledTests)
#include "tst_rules_compiled.moc"
