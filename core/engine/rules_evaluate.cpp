#include "core/engine/rules.h"

#include "core/model/names.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype ruleShownLimit = 160;

QString ruleShown(const QString &text)
{
    const QString line = text.left(4 * ruleShownLimit).simplified();
    return line.size() > ruleShownLimit ? line.left(ruleShownLimit) + u'…' : line;
}

/// What the message has in this field; several for labels and the contact.
QStringList ruleActual(const Facts &facts, const QString &field)
{
    if (field == u"channel"_s)
        return {facts.channel};
    if (field == u"connector"_s)
        return {facts.connector};
    if (field == u"category"_s)
        return {facts.category};
    if (field == u"confidence"_s)
        return {QString::number(facts.confidence, 'f', 2)};
    if (field == u"priority"_s)
        return {nameOf(facts.priority)};
    if (field == u"language"_s)
        return {facts.language};
    if (field == u"subject"_s)
        return {facts.subject};
    if (field == u"text"_s)
        return {facts.text};
    if (field == u"contact"_s)
        return {facts.contactAddress, facts.contactName};
    if (field == u"label"_s)
        return facts.labels;
    return {facts.automatic ? u"true"_s : u"false"_s};
}

struct RuleAnswer {
    bool holds = false;
    QString actual = {};
};

/// The words around the first place where one of the values stands.
RuleAnswer ruleContains(const QStringList &actual, const QStringList &values)
{
    for (const QString &text : actual) {
        for (const QString &value : values) {
            const qsizetype at = text.indexOf(value, 0, Qt::CaseInsensitive);
            if (at < 0)
                continue;
            const qsizetype start = std::max<qsizetype>(0, at - 30);
            const qsizetype end = std::min(text.size(), at + value.size() + 30);
            return {true,
                    (start > 0 ? u"…"_s : QString()) + text.mid(start, end - start).simplified()
                        + (end < text.size() ? u"…"_s : QString())};
        }
    }
    return {false, ruleShown(actual.join(u", "_s))};
}

RuleAnswer ruleAnswer(const Condition &condition, const Facts &facts)
{
    using Op = Condition::Operator;
    const QStringList actual = ruleActual(facts, condition.field);
    const QString shown = ruleShown(actual.join(u", "_s));
    const auto anyEqual = [&] {
        return std::any_of(actual.begin(), actual.end(),
                           [&](const QString &have) { return condition.values.contains(have, Qt::CaseInsensitive); });
    };
    switch (condition.op) {
    case Op::Is:
    case Op::OneOf: return {anyEqual(), shown};
    case Op::IsNot: return {!anyEqual(), shown};
    case Op::Contains: return ruleContains(actual, condition.values);
    case Op::AtLeast:
    case Op::AtMost: break;
    }
    if (condition.values.isEmpty())
        return {false, shown};
    double have = facts.confidence;
    double want = condition.values.first().toDouble();
    if (condition.field == u"priority"_s) {
        have = double(facts.priority);
        want = double(priorityFrom(condition.values.first()));
    }
    return {condition.op == Op::AtLeast ? have >= want : have <= want, shown};
}

QString ruleOperatorText(Condition::Operator op)
{
    switch (op) {
    case Condition::Operator::Is: return u"is"_s;
    case Condition::Operator::IsNot: return u"is not"_s;
    case Condition::Operator::Contains: return u"contains"_s;
    case Condition::Operator::AtLeast: return u"is at least"_s;
    case Condition::Operator::AtMost: return u"is at most"_s;
    case Condition::Operator::OneOf: break;
    }
    return u"is one of"_s;
}

/// Every condition is evaluated and written down, also those that no longer change the end.
bool ruleHolds(const Condition &condition, const Facts &facts, bool root, std::vector<ConditionTrace> &trace)
{
    if (condition.kind == Condition::Kind::Test) {
        const RuleAnswer answer = ruleAnswer(condition, facts);
        const QString expected = ruleShown(condition.values.join(u", "_s));
        trace.push_back({u"%1 %2 %3"_s.arg(condition.field, ruleOperatorText(condition.op), expected), answer.actual,
                         expected, answer.holds});
        return answer.holds;
    }
    const bool shown = !root || condition.kind != Condition::Kind::All;
    const size_t place = trace.size();
    if (shown)
        trace.push_back({});
    int held = 0;
    for (const Condition &child : condition.children)
        held += ruleHolds(child, facts, false, trace) ? 1 : 0;
    const int count = int(condition.children.size());
    bool holds = held == count;
    QString text = u"all of the next %1"_s.arg(count);
    QString expected = QString::number(count);
    if (condition.kind == Condition::Kind::Any) {
        holds = held > 0;
        text = u"any of the next %1"_s.arg(count);
        expected = u"1 or more"_s;
    } else if (condition.kind == Condition::Kind::Not) {
        holds = held == 0;
        text = u"not the next"_s;
        expected = u"0"_s;
    }
    if (shown)
        trace[place] = {text, QString::number(held), expected, holds};
    return holds;
}

void ruleApply(const Rule &rule, Decision &decision)
{
    for (const Action &action : rule.then) {
        switch (action.kind) {
        case Action::Kind::SuggestRoute:
            if (decision.route.isEmpty())
                decision.route = action.value;
            break;
        case Action::Kind::SetPriority:
            decision.priority = std::max(decision.priority.value_or(Priority::Low), priorityFrom(action.value));
            break;
        case Action::Kind::AddLabel:
            if (!decision.labels.contains(action.value))
                decision.labels << action.value;
            break;
        }
    }
}

} // namespace

Decision evaluate(const RuleSet &rules, const Facts &facts)
{
    Decision decision;
    decision.trace.ruleSetVersion = rules.version;
    for (const Rule &rule : rules.rules) {
        RuleTrace trace;
        trace.rule = rule.name;
        trace.matched = ruleHolds(rule.when, facts, true, trace.conditions);
        if (trace.matched)
            ruleApply(rule, decision);
        decision.trace.rules.push_back(std::move(trace));
    }
    decision.routedByRule = !decision.route.isEmpty();
    if (!decision.routedByRule)
        decision.route = rules.defaultRoute;
    return decision;
}

} // namespace patchbay
