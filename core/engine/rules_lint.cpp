#include "core/engine/rules_lint.h"

#include "core/base/json_place.h"
#include "core/engine/rules_text.h"
#include "core/store/account_table.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QSet>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t lintPairsLimit = 2000;
constexpr size_t lintFindingsLimit = 1000;
constexpr qsizetype lintLarge = 1024 * 1024; ///< each line is looked for from the beginning
constexpr size_t lintLinesOfLarge = 50;

using Severity = RuleFinding::Severity;

/// Looks through one rule set.
class RuleLinter {
public:
    RuleLinter(const RuleSet &rules, const RuleNames *names)
        : m_rules(rules)
        , m_names(names)
    {
        for (const Rule &rule : rules.rules) {
            for (const Action &action : rule.then) {
                if (action.kind == Action::Kind::AddLabel)
                    m_added.insert(action.value);
            }
        }
    }

    std::vector<RuleFinding> run()
    {
        whole();
        QSet<QString> folded;
        for (size_t i = 0; i < m_rules.rules.size() && m_found.size() < lintFindingsLimit; ++i) {
            const Rule &rule = m_rules.rules[i];
            m_rule = rule.name;
            m_pointer = u"/rules/%1"_s.arg(i);
            if (folded.contains(foldedCase(rule.name)))
                add(Severity::Warning, u"/name"_s,
                    u"Another rule has the same name but for the case of its letters."_s);
            folded.insert(foldedCase(rule.name));
            if (const QString why = contradictionOf(conjunctsOf(rule.when)); !why.isEmpty())
                add(Severity::Error, u"/when"_s, u"The rule never holds: %1."_s.arg(why));
            else
                branches(rule.when, u"/when"_s);
            tests(rule.when, u"/when"_s);
            actions(rule);
            reachable(i);
        }
        return std::move(m_found);
    }

private:
    void add(Severity severity, const QString &pointer, const QString &sentence)
    {
        m_found.push_back({severity, m_rule, m_pointer + pointer, 0, sentence});
    }

    void whole()
    {
        if (m_rules.defaultRoute.isEmpty())
            add(Severity::Warning, u"/default_route"_s,
                u"There is no default route: what no rule routes is suggested without one, and cannot be accepted."_s);
        else if (m_names && !m_names->routes.contains(m_rules.defaultRoute))
            add(Severity::Error, u"/default_route"_s,
                u"The workspace has no route \"%1\"."_s.arg(m_rules.defaultRoute));
    }

    /// Parts of a tree that can never hold, below one that may.
    void branches(const Condition &condition, const QString &pointer)
    {
        if (condition.kind == Condition::Kind::Test)
            return;
        const QString step = condition.kind == Condition::Kind::All ? u"all"_s : u"any"_s;
        for (size_t i = 0; i < condition.children.size(); ++i) {
            const Condition &child = condition.children[i];
            const QString at =
                condition.kind == Condition::Kind::Not ? pointer + u"/not"_s : u"%1/%2/%3"_s.arg(pointer, step).arg(i);
            const QString why =
                condition.kind == Condition::Kind::Any ? contradictionOf(conjunctsOf(child)) : QString();
            if (!why.isEmpty())
                add(Severity::Warning, at, u"This branch never holds: %1."_s.arg(why));
            else
                branches(child, at);
        }
    }

    void tests(const Condition &condition, const QString &pointer)
    {
        const QString step = condition.kind == Condition::Kind::All ? u"all"_s : u"any"_s;
        for (size_t i = 0; i < condition.children.size(); ++i)
            tests(condition.children[i],
                  condition.kind == Condition::Kind::Not ? pointer + u"/not"_s
                                                         : u"%1/%2/%3"_s.arg(pointer, step).arg(i));
        if (condition.kind != Condition::Kind::Test)
            return;
        const QString at = pointer + u'/' + ruleOperatorName(condition.op);
        if (condition.op == RuleOperator::Matches) {
            if (condition.pattern && condition.pattern->find({}) && condition.pattern->find("x\ny 1"))
                add(Severity::Warning, at,
                    u"The expression matches every text, an empty one too, so the condition always holds."_s);
            return;
        }
        if (!m_names || condition.op == RuleOperator::Contains)
            return;
        for (const QString &value : condition.values)
            known(condition.id, value, at);
    }

    void known(RuleField field, const QString &value, const QString &at)
    {
        const auto missing = [&](const QStringList &names, Severity severity, const QString &what) {
            if (!names.contains(value, Qt::CaseInsensitive))
                add(severity, at, u"The workspace has no %1 \"%2\"."_s.arg(what, value));
        };
        switch (field) {
        case RuleField::Category: missing(m_names->categories, Severity::Error, u"category"_s); break;
        case RuleField::Channel: missing(m_names->channels, Severity::Warning, u"channel"_s); break;
        case RuleField::Assignee: missing(m_names->operators, Severity::Warning, u"operator"_s); break;
        case RuleField::Label:
            if (!m_added.contains(value))
                missing(m_names->labels, Severity::Warning, u"label"_s);
            break;
        default: break;
        }
    }

    void actions(const Rule &rule)
    {
        for (size_t i = 0; i < rule.then.size(); ++i) {
            const Action &action = rule.then[i];
            const QString at = u"/then/%1"_s.arg(i);
            if (action.kind == Action::Kind::SuggestRoute && m_names && !m_names->routes.contains(action.value))
                add(Severity::Error, at, u"The workspace has no route \"%1\"."_s.arg(action.value));
            const bool names = action.kind == Action::Kind::Assign || action.kind == Action::Kind::Escalate;
            if (names && m_names && !m_names->operators.contains(action.value))
                add(Severity::Error, at, u"The workspace has no operator \"%1\"."_s.arg(action.value));
            if (action.kind != Action::Kind::AcceptAbove)
                continue;
            if (rule.atMostPerHour == 0)
                add(Severity::Error, at,
                    u"The rule accepts without asking and has no \"at_most_per_hour\": a loop between two machines "
                    u"would have no end."_s);
            if (action.number <= 0)
                add(Severity::Warning, at, u"The rule accepts whatever the confidence is."_s);
        }
    }

    /// Whether an earlier rule leaves this one anything to do.
    void reachable(size_t place)
    {
        const Rule &rule = m_rules.rules[place];
        const bool small = m_rules.rules.size() <= lintPairsLimit;
        for (size_t i = 0; i < place; ++i) {
            const Rule &before = m_rules.rules[i];
            const auto has = [&before](Action::Kind kind) {
                return std::any_of(before.then.begin(), before.then.end(),
                                   [kind](const Action &action) { return action.kind == kind; });
            };
            const bool stops = has(Action::Kind::Stop);
            const bool outdone = std::all_of(rule.then.begin(), rule.then.end(), [&has](const Action &action) {
                const bool firstWins = action.kind != Action::Kind::SetPriority && action.kind != Action::Kind::AddLabel
                    && action.kind != Action::Kind::Stop;
                return firstWins && has(action.kind);
            });
            if (before.atMostPerHour > 0 || (!stops && !outdone))
                continue;
            const bool always = before.when.kind == Condition::Kind::All && before.when.children.empty();
            if (!always && !(small ? conditionImplies(rule.when, before.when) : sameCondition(rule.when, before.when)))
                continue;
            add(Severity::Warning, {},
                stops ? u"The rule is never reached: \"%1\" before it holds whenever this one does, and stops."_s.arg(
                    before.name)
                      : u"The rule changes nothing: \"%1\" before it holds whenever this one does, and the first one "
                        u"wins."_s.arg(before.name));
            return;
        }
    }

    const RuleSet &m_rules;
    const RuleNames *m_names;
    QSet<QString> m_added;
    QString m_rule;
    QString m_pointer;
    std::vector<RuleFinding> m_found;
};

} // namespace

RuleNames ruleNames(Database &db)
{
    RuleNames names;
    for (const Category &category : categories::all(db))
        names.categories << category.name;
    for (const Route &route : routes::all(db))
        names.routes << route.name;
    names.labels = labels::all(db);
    for (const Channel &channel : channels::all(db))
        names.channels << channel.name;
    for (const Operator &one : operators::all(db)) {
        if (!one.isSystem)
            names.operators << one.name;
    }
    return names;
}

std::vector<RuleFinding> lintRules(const RuleSet &rules, const RuleNames *names)
{
    return RuleLinter(rules, names).run();
}

std::vector<RuleFinding> lintDocument(const QByteArray &document, const RuleNames *names)
{
    RuleFault fault;
    const Result<RuleSet> rules = parseRuleSet(document, 0, fault);
    if (!rules)
        return {{Severity::Error, {}, fault.pointer, fault.line, rules.error().message}};
    std::vector<RuleFinding> found = lintRules(*rules, names);
    for (size_t i = 0; i < found.size() && (i < lintLinesOfLarge || document.size() < lintLarge); ++i)
        found[i].line = jsonLine(document, found[i].pointer);
    return found;
}

bool hasErrors(const std::vector<RuleFinding> &findings)
{
    return std::any_of(findings.begin(), findings.end(),
                       [](const RuleFinding &finding) { return finding.severity == Severity::Error; });
}

} // namespace patchbay
