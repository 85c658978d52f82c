#include "core/engine/rules_reader.h"

namespace patchbay {

Decision evaluate(const RuleSet &rules, const Facts &facts, const RuleUse &use)
{
    Decision decision;
    decision.trace.ruleSetVersion = rules.version;
    decision.trace.rules.reserve(rules.rules.size());
    RuleReader reader(rules, facts);
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const Rule &rule = rules.rules[i];
        RuleTrace trace;
        trace.rule = rule.name;
        trace.conditions.reserve(8);
        const bool holds = reader.told(rule.when, trace.conditions);
        const std::optional<QString> exhausted = holds ? ruleExhausted(rule, use) : std::nullopt;
        trace.note = exhausted.value_or(QString());
        trace.matched = holds && !exhausted;
        bool stops = false;
        if (trace.matched) {
            decision.fired.push_back(int(i));
            stops = applyRule(rule, decision);
        }
        decision.trace.rules.push_back(std::move(trace));
        if (stops)
            break;
    }
    decision.routedByRule = !decision.route.isEmpty();
    if (!decision.routedByRule)
        decision.route = rules.defaultRoute;
    return decision;
}

} // namespace patchbay
