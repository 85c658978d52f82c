#pragma once

#include "core/engine/rules.h"
#include "core/store/database.h"

namespace patchbay {

/// Names that rules may use, as the workspace has them.
struct RuleNames {
    QStringList categories = {};
    QStringList routes = {};
    QStringList labels = {};
    QStringList channels = {};
    QStringList operators = {};
};
RuleNames ruleNames(Database &db);

/// Something about a rule set that its author will want to know.
struct RuleFinding {
    enum class Severity {
        Error, ///< it is not published
        Warning,
    };
    Severity severity = Severity::Warning;
    QString rule = {}; ///< name; empty: the set as a whole
    QString pointer = {}; ///< JSON pointer into the document
    int line = 0; ///< in the document that was linted; 0: not known
    QString sentence = {};
};

/// What cannot work as meant: names that the workspace has not, conditions that contradict each other, rules that an
/// earlier one leaves nothing to, expressions that match everything, a missing default route, names that differ in case
/// alone, acceptance without a bound. `names`: none where there is no workspace, and names are not looked at. Of more
/// than 2,000 rules only equal and empty conditions are compared. Pure; any thread.
std::vector<RuleFinding> lintRules(const RuleSet &rules, const RuleNames *names);

/// The same of a document, with lines. What cannot be read at all is one finding.
std::vector<RuleFinding> lintDocument(const QByteArray &document, const RuleNames *names);

bool hasErrors(const std::vector<RuleFinding> &findings);

/// Conditions that all hold whenever a tree does, where that can be seen from its form, each as a test or its negation.
struct RuleConjunct {
    const Condition *test = nullptr;
    bool negated = false;
    QString pointer = {}; ///< below the tree's
};
std::vector<RuleConjunct> conjunctsOf(const Condition &condition);
/// Why these never hold together; empty: they may.
QString contradictionOf(const std::vector<RuleConjunct> &conjuncts);
bool sameCondition(const Condition &a, const Condition &b);
/// True when every message that `narrow` holds for is one that `wide` holds for, as far as their form shows.
bool conditionImplies(const Condition &narrow, const Condition &wide);

} // namespace patchbay
