#pragma once

#include "core/base/result.h"
#include "core/engine/rule_fields.h"
#include "core/engine/text_patterns.h"
#include "core/model/routing.h"

#include <QtCore/QHash>

#include <array>
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
    QString state = QStringLiteral("open"); ///< of the conversation, now that the message is in it
    QString assignee = {}; ///< an operator's name; empty: nobody
    Timestamp at = {}; ///< when the message was sent, which is the time that rules know
    double waitingMinutes = 0; ///< how long the contact waited for an answer when it came

    /// What the conversation was before this evaluation; nothing where it was nothing yet.
    struct Before {
        std::optional<QString> category = {};
        std::optional<Priority> priority = {};
        std::optional<QString> language = {};
        std::optional<QString> state = {};
    } before = {};
};

/// A tree of conditions.
struct Condition {
    enum class Kind { All, Any, Not, Test };
    using Operator = RuleOperator;

    Kind kind = Kind::All;
    std::vector<Condition> children = {};
    QString field = {}; ///< the name of one of ruleFields()
    Operator op = Operator::Is;
    QStringList values = {};

    // Made once by describeCondition(), because a rule set meets every message:
    RuleField id = RuleField::Text;
    QString text = {}; ///< "category is Billing", as the trace tells it
    QString expected = {};
    QStringList folded = {}; ///< `values` as foldedCase() gives them
    double number = 0; ///< of at_least and at_most
    std::shared_ptr<const TextPattern> pattern = {}; ///< of matches
    int atom = -1; ///< its place among the different tests of a compiled rule set
};

struct Action {
    enum class Kind { SuggestRoute, SetPriority, AddLabel, Assign, Escalate, DraftReply, AcceptAbove, Stop };
    Kind kind = Kind::SuggestRoute;
    QString value = {}; ///< a name, a priority, the reply's text; empty for a number or Stop
    double number = 0; ///< of AcceptAbove: the confidence

    bool operator==(const Action &) const = default;
};

struct Rule {
    QString name = {};
    Condition when = {};
    std::vector<Action> then = {};
    int atMostPerHour = 0; ///< 0: as often as it holds
};

struct RuleSet {
    int version = 0;
    std::vector<Rule> rules = {};
    QString defaultRoute = {}; ///< for what no rule routes
    QString timeZone = {}; ///< IANA name, in which time, weekday and business hours are meant; empty: UTC
    /// Minutes of the day, from and until; Monday first.
    std::array<std::vector<std::pair<int, int>>, 7> businessHours = {};
};

/// A document is
///
///     {"rules": [{"name": "...", "when": CONDITION, "then": [ACTION, ...], "at_most_per_hour": N}, ...],
///      "default_route": "Tasks", "time_zone": "Europe/Berlin", "business_hours": {"monday": ["09:00-18:00"], ...}}
///
/// CONDITION: {"all": [...]}, {"any": [...]}, {"not": {...}} or {"field": F, OPERATOR: VALUE}; ruleFields() says which
/// operators a field has. ACTION: one of ruleActionNames(). Strict: an unknown key, field, operator or action is an
/// error that names it, the JSON pointer and the line.
Result<RuleSet> parseRuleSet(const QByteArray &document, int version);
/// The same, and where the fault is (an empty pointer: in the document as a whole).
struct RuleFault {
    QString pointer = {};
    int line = 0; ///< 0: not at a line
};
Result<RuleSet> parseRuleSet(const QByteArray &document, int version, RuleFault &fault);
/// The document that parseRuleSet() reads as this rule set, written for people and for diffs.
QByteArray ruleSetDocument(const RuleSet &rules);
/// One rule of it, in the same form.
QByteArray ruleDocument(const Rule &rule);
/// "suggest_route" and the others, in the order of Action::Kind.
QStringList ruleActionNames();

/// How often rules with a bound have fired in this hour, by name.
using RuleUse = QHash<QString, int>;

/// What a rule set decides. The first rule that suggests a route (assigns, escalates, drafts, accepts) wins; priority
/// and labels of all matching rules count. Every rule sees what the message was before any of them acted.
struct Decision {
    QString route = {};
    bool routedByRule = false; ///< not just the default route
    std::optional<Priority> priority = {};
    QStringList labels = {};
    QString assign = {}; ///< an operator's name: for a conversation that nobody has
    QString escalate = {}; ///< the same: whoever has it
    QString draftReply = {};
    std::optional<double> acceptAbove = {}; ///< the confidence from which the suggestion is accepted without asking
    QString acceptRule = {}; ///< the rule that says so
    QStringList counted = {}; ///< rules with a bound that fired
    std::vector<int> fired = {}; ///< places of the rules that fired
    Trace trace = {};

    /// The same effects; traces may differ.
    bool sameEffects(const Decision &other) const;
};
/// Asks every rule about everything and tells all of it. What CompiledRules decides faster.
Decision evaluate(const RuleSet &rules, const Facts &facts, const RuleUse &use = {});

/// The rule set of a new workspace.
QByteArray defaultRuleSet();

} // namespace patchbay
