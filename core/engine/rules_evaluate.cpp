#include "core/engine/rules_text.h"

#include "core/model/names.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

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

/// What was read of one field of a message; each form is made when the first condition asks for it.
struct RuleField {
    QString name = {};
    QStringList actual = {};
    std::optional<QString> shown = {};
    std::optional<QStringList> folded = {};
};

/// Answers conditions about one message. Lives for one evaluation.
class RuleReader {
public:
    explicit RuleReader(const Facts &facts)
        : m_facts(facts)
    {
    }

    /// Every condition is evaluated and written down, also those that no longer change the end.
    bool holds(const Condition &condition, bool root, std::vector<ConditionTrace> &trace)
    {
        if (condition.kind == Condition::Kind::Test) {
            const RuleAnswer answer = test(condition);
            trace.push_back({condition.text, answer.actual, condition.expected, answer.holds});
            return answer.holds;
        }
        const bool shown = !root || condition.kind != Condition::Kind::All;
        const size_t place = trace.size();
        if (shown)
            trace.push_back({});
        int held = 0;
        for (const Condition &child : condition.children)
            held += this->holds(child, false, trace) ? 1 : 0;
        bool holds = held == int(condition.children.size());
        if (condition.kind == Condition::Kind::Any)
            holds = held > 0;
        else if (condition.kind == Condition::Kind::Not)
            holds = held == 0;
        if (shown)
            trace[place] = {condition.text, QString::number(held), condition.expected, holds};
        return holds;
    }

private:
    RuleField &field(const QString &name)
    {
        const auto it =
            std::find_if(m_fields.begin(), m_fields.end(), [&name](const RuleField &f) { return f.name == name; });
        if (it != m_fields.end())
            return *it;
        m_fields.push_back({name, ruleActual(m_facts, name)});
        return m_fields.back();
    }

    static const QString &shown(RuleField &field)
    {
        if (!field.shown)
            field.shown = shownValue(field.actual.size() == 1 ? field.actual.first() : field.actual.join(u", "_s));
        return *field.shown;
    }

    RuleAnswer test(const Condition &condition)
    {
        using Op = Condition::Operator;
        RuleField &field = this->field(condition.field);
        const auto anyEqual = [&] {
            return std::any_of(field.actual.begin(), field.actual.end(), [&](const QString &have) {
                return condition.values.contains(have, Qt::CaseInsensitive);
            });
        };
        switch (condition.op) {
        case Op::Is:
        case Op::OneOf: return {anyEqual(), shown(field)};
        case Op::IsNot: return {!anyEqual(), shown(field)};
        case Op::Contains: return contains(field, condition.folded);
        case Op::AtLeast:
        case Op::AtMost: break;
        }
        if (condition.values.isEmpty())
            return {false, shown(field)};
        double have = m_facts.confidence;
        double want = condition.values.first().toDouble();
        if (condition.field == u"priority"_s) {
            have = double(m_facts.priority);
            want = double(priorityFrom(condition.values.first()));
        }
        return {condition.op == Op::AtLeast ? have >= want : have <= want, shown(field)};
    }

    /// The words around the first place where one of the values stands.
    static RuleAnswer contains(RuleField &field, const QStringList &folded)
    {
        if (!field.folded) {
            field.folded.emplace();
            for (const QString &text : field.actual)
                field.folded->push_back(foldedCase(text));
        }
        for (qsizetype i = 0; i < field.actual.size(); ++i) {
            const QString &text = field.actual[i];
            for (const QString &value : folded) {
                const qsizetype at = indexOfFolded(field.folded->at(i), value);
                if (at < 0)
                    continue;
                const qsizetype start = std::max<qsizetype>(0, at - 30);
                const qsizetype end = std::min(text.size(), at + value.size() + 30);
                return {true,
                        (start > 0 ? u"…"_s : QString()) + text.mid(start, end - start).simplified()
                            + (end < text.size() ? u"…"_s : QString())};
            }
        }
        return {false, shown(field)};
    }

    const Facts &m_facts;
    std::vector<RuleField> m_fields;
};

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
    decision.trace.rules.reserve(rules.rules.size());
    RuleReader reader(facts);
    for (const Rule &rule : rules.rules) {
        RuleTrace trace;
        trace.rule = rule.name;
        trace.conditions.reserve(8);
        trace.matched = reader.holds(rule.when, true, trace.conditions);
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
