#include "core/engine/rules_lint.h"

#include <QtCore/QSet>

#include <algorithm>
#include <cmath>
#include <limits>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

void logicCollect(const Condition &condition, bool negated, const QString &pointer, std::vector<RuleConjunct> &found)
{
    if (condition.kind == Condition::Kind::Test) {
        found.push_back({&condition, negated, pointer});
    } else if (condition.kind == Condition::Kind::Not) {
        logicCollect(condition.children.front(), !negated, pointer + u"/not"_s, found);
    } else {
        // "not any" is "all not"; of the other two nothing certain is known unless they have one child.
        const bool isAll = condition.kind == Condition::Kind::All;
        if (isAll == negated && condition.children.size() != 1)
            return;
        for (size_t i = 0; i < condition.children.size(); ++i)
            logicCollect(condition.children[i], negated, u"%1/%2/%3"_s.arg(pointer, isAll ? u"all"_s : u"any"_s).arg(i),
                         found);
    }
}

bool logicHasOneValue(RuleField field) { return field != RuleField::Label && field != RuleField::Contact; }

/// What a field may be, by tests that look for whole values.
struct LogicValues {
    std::optional<QSet<QString>> allowed = {};
    QSet<QString> denied = {};
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();

    void see(const Condition &test, bool negated)
    {
        const QSet<QString> values(test.folded.begin(), test.folded.end());
        switch (test.op) {
        case RuleOperator::Became:
            if (!negated)
                allow(values);
            break;
        case RuleOperator::Is:
        case RuleOperator::OneOf: negated ? void(denied.unite(values)) : allow(values); break;
        case RuleOperator::IsNot: negated ? allow(values) : void(denied.unite(values)); break;
        case RuleOperator::AtLeast:
            if (!negated)
                least = std::max(least, test.number);
            else
                most = std::min(most, std::nextafter(test.number, -1e9));
            break;
        case RuleOperator::AtMost:
            if (!negated)
                most = std::min(most, test.number);
            else
                least = std::max(least, std::nextafter(test.number, 1e9));
            break;
        default: break;
        }
    }
    void allow(const QSet<QString> &values) { allowed = allowed ? QSet<QString>(*allowed).intersect(values) : values; }
    bool isPossible(const RuleFieldInfo &field) const
    {
        if (least > most)
            return false;
        if (!allowed && field.kind != RuleFieldInfo::Kind::Choice)
            return true;
        const QSet<QString> candidates = allowed ? *allowed : QSet<QString>(field.choices.begin(), field.choices.end());
        return std::any_of(candidates.begin(), candidates.end(), [&](const QString &value) {
            const double place = double(field.choices.indexOf(value));
            const bool inSpan = field.kind != RuleFieldInfo::Kind::Choice || (place >= least && place <= most);
            return inSpan && !denied.contains(value);
        });
    }
};

bool logicSubset(const QStringList &some, const QStringList &all)
{
    return std::all_of(some.begin(), some.end(), [&all](const QString &one) { return all.contains(one); });
}

bool logicTestImplies(const RuleConjunct &narrow, const RuleConjunct &wide)
{
    const Condition &n = *narrow.test;
    const Condition &w = *wide.test;
    if (n.id != w.id || narrow.negated != wide.negated)
        return false;
    if (n.op == w.op && n.values == w.values)
        return true;
    if (narrow.negated)
        return false;
    const auto isEqual = [](RuleOperator op) { return op == RuleOperator::Is || op == RuleOperator::OneOf; };
    if ((isEqual(n.op) || n.op == RuleOperator::Became) && isEqual(w.op))
        return logicSubset(n.folded, w.folded);
    if (n.op != w.op)
        return false;
    switch (n.op) {
    case RuleOperator::Contains:
        return std::all_of(n.folded.begin(), n.folded.end(), [&w](const QString &have) {
            return std::any_of(w.folded.begin(), w.folded.end(),
                               [&have](const QString &part) { return have.contains(part); });
        });
    case RuleOperator::AtLeast: return n.number >= w.number;
    case RuleOperator::AtMost: return n.number <= w.number;
    default: return false;
    }
}

/// True when the conjuncts are all that the condition says.
bool logicIsConjunction(const Condition &condition)
{
    if (condition.kind == Condition::Kind::Test)
        return true;
    if (condition.kind == Condition::Kind::Any && condition.children.size() != 1)
        return false;
    if (condition.kind == Condition::Kind::Not && condition.children.front().kind != Condition::Kind::Test)
        return false;
    return std::all_of(condition.children.begin(), condition.children.end(), logicIsConjunction);
}

} // namespace

std::vector<RuleConjunct> conjunctsOf(const Condition &condition)
{
    std::vector<RuleConjunct> found;
    logicCollect(condition, false, {}, found);
    return found;
}

QString contradictionOf(const std::vector<RuleConjunct> &conjuncts)
{
    std::array<LogicValues, ruleFieldCount> values;
    for (const RuleConjunct &one : conjuncts) {
        const Condition &test = *one.test;
        if (logicHasOneValue(test.id)) {
            values[size_t(test.id)].see(test, one.negated);
            if (!values[size_t(test.id)].isPossible(ruleField(test.id)))
                return u"\"%1\" can never hold beside the conditions on %2 before it"_s.arg(
                    (one.negated ? u"not "_s : QString()) + test.text, test.field);
        }
        for (const RuleConjunct &other : conjuncts) {
            const bool opposite = other.test->id == test.id && other.test->folded == test.folded
                && ((one.negated != other.negated && other.test->op == test.op)
                    || (one.negated == other.negated && test.op == RuleOperator::Is
                        && other.test->op == RuleOperator::IsNot));
            if (opposite)
                return u"\"%1\" is asked for and excluded in one rule"_s.arg(test.text);
        }
    }
    return {};
}

bool sameCondition(const Condition &a, const Condition &b)
{
    return a.kind == b.kind && a.field == b.field && a.op == b.op && a.values == b.values
        && std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(), sameCondition);
}

bool conditionImplies(const Condition &narrow, const Condition &wide)
{
    if (sameCondition(narrow, wide))
        return true;
    if (wide.kind == Condition::Kind::Any && wide.children.size() > 1)
        return std::any_of(wide.children.begin(), wide.children.end(),
                           [&narrow](const Condition &child) { return conditionImplies(narrow, child); });
    if (!logicIsConjunction(wide))
        return false;
    const std::vector<RuleConjunct> have = conjunctsOf(narrow);
    const std::vector<RuleConjunct> need = conjunctsOf(wide);
    return std::all_of(need.begin(), need.end(), [&have](const RuleConjunct &one) {
        return std::any_of(have.begin(), have.end(),
                           [&one](const RuleConjunct &known) { return logicTestImplies(known, one); });
    });
}

} // namespace patchbay
