#pragma once

#include "core/base/result.h"
#include "core/model/routing.h"

#include <optional>

namespace patchbay {

/// What rules look at, gathered before evaluation so that it is a pure function.
struct Facts {
    QString channel = {};
    QString connector = {};
    QString category = {};
    double confidence = 0;
    Priority priority = Priority::Normal;
    QString language = {};
    QString subject = {};
    QString text = {};
    QString contactAddress = {};
    QString contactName = {};
    QStringList labels = {};
    bool automatic = false;
};

/// A tree of conditions.
struct Condition {
    enum class Kind { All, Any, Not, Test };
    enum class Operator { Is, IsNot, Contains, AtLeast, AtMost, OneOf };

    Kind kind = Kind::All;
    std::vector<Condition> children = {};
    QString field =
        {}; ///< channel, connector, category, confidence, priority, language, subject, text, contact, label, automatic
    Operator op = Operator::Is;
    QStringList values = {};

    // Made once by describeCondition(), because a rule set meets every message:
    QString text = {}; ///< "category is Billing", as the trace tells it
    QString expected = {};
    QStringList folded = {}; ///< `values` as foldedCase() gives them
};

struct Action {
    enum class Kind { SuggestRoute, SetPriority, AddLabel };
    Kind kind = Kind::SuggestRoute;
    QString value = {};
};

struct Rule {
    QString name = {};
    Condition when = {};
    std::vector<Action> then = {};
};

struct RuleSet {
    int version = 0;
    std::vector<Rule> rules = {};
    QString defaultRoute = {}; ///< for what no rule routes
};

/// A document is
///
///     {"rules": [{"name": "...", "when": CONDITION, "then": [ACTION, ...]}, ...], "default_route": "Tasks"}
///
/// CONDITION: {"all": [...]}, {"any": [...]}, {"not": {...}} or {"field": F, OPERATOR: VALUE} with one operator of is,
/// is_not, contains (a text or a list: any of them, whatever the case), at_least, at_most, one_of (a list).
/// ACTION: {"suggest_route": NAME}, {"set_priority": "high"} or {"add_label": NAME}.
/// Strict: an unknown key, field, operator or action is an error that names it and where it stands.
Result<RuleSet> parseRuleSet(const QByteArray &document, int version);

/// What a rule set decides. The first rule that suggests a route wins; priority and labels of all matching rules count.
struct Decision {
    QString route = {};
    bool routedByRule = false; ///< not just the default route
    std::optional<Priority> priority = {};
    QStringList labels = {};
    Trace trace = {};
};
Decision evaluate(const RuleSet &rules, const Facts &facts);

/// The rule set of a new workspace.
QByteArray defaultRuleSet();

} // namespace patchbay
