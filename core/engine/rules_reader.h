#pragma once

#include "core/engine/rules.h"

namespace patchbay {

/// Answers conditions about one message. Each form of a field is made when the first condition asks for it. Lives for
/// one evaluation.
class RuleReader {
public:
    RuleReader(const RuleSet &rules, const Facts &facts)
        : m_rules(rules)
        , m_facts(facts)
    {
    }

    /// One test by itself.
    bool test(const Condition &condition);
    /// The whole tree, every condition written down, also those that no longer change the end.
    bool told(const Condition &condition, std::vector<ConditionTrace> &trace) { return tell(condition, true, trace); }

    /// Values in this field: several for labels and the contact.
    const QStringList &folded(RuleField field);
    /// The same as patternText().
    const std::vector<QByteArray> &patternTexts(RuleField field);

private:
    struct Field {
        bool read = false;
        QStringList actual = {};
        std::optional<QString> shown = {};
        std::optional<QStringList> folded = {};
        std::optional<std::vector<QByteArray>> texts = {};
    };

    bool tell(const Condition &condition, bool root, std::vector<ConditionTrace> &trace);
    Field &field(RuleField id);
    QStringList actual(RuleField id);
    double number(RuleField id);
    std::optional<QString> before(RuleField id) const;
    /// Day of the week from 0 (Monday) and minute of the day, where the rules are at home.
    std::pair<int, int> localTime();
    bool inBusinessHours();
    QString shown(const Condition &condition, bool holds);
    /// The words around the first place where one of the values stands.
    QString place(const Condition &condition, Field &field);

    const RuleSet &m_rules;
    const Facts &m_facts;
    std::array<Field, ruleFieldCount> m_fields;
    std::optional<std::pair<int, int>> m_time;
};

/// What a rule that holds adds to a decision; true: no rule behind it is asked.
bool applyRule(const Rule &rule, Decision &decision);
/// Whether the rule may fire once more in this hour; the sentence for the trace where it may not.
std::optional<QString> ruleExhausted(const Rule &rule, const RuleUse &use);

} // namespace patchbay
