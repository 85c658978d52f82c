#include "core/engine/compiled_rules.h"

#include "core/engine/rules_reader.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr size_t compiledToldRules = 50;
constexpr size_t compiledToldConditions = 500;

enum class AtomState : quint8 { False, True, Unknown };

/// The rules that need each of these atoms to hold, or one of them.
using AtomKeys = std::optional<std::vector<int>>;

size_t compiledConditions(const Condition &condition)
{
    size_t count = 1;
    for (const Condition &child : condition.children)
        count += compiledConditions(child);
    return count;
}

bool compiledIsText(const Condition &condition)
{
    return condition.op == RuleOperator::Contains || condition.op == RuleOperator::Matches;
}

bool compiledIsEqual(const Condition &condition)
{
    return condition.op == RuleOperator::Is || condition.op == RuleOperator::OneOf
        || condition.op == RuleOperator::Became;
}

/// How few messages a test lets through, by guess: the less, the better for finding the rules that matter.
int compiledRank(const Condition &condition)
{
    switch (condition.id) {
    case RuleField::Contact:
    case RuleField::Subject:
    case RuleField::Text: return 0;
    case RuleField::Label:
    case RuleField::Assignee: return 1;
    case RuleField::Category: return 2;
    case RuleField::Automatic:
    case RuleField::Assigned:
    case RuleField::State: return 9;
    default: return 4;
    }
}

} // namespace

struct CompiledRules::Private {
    RuleSet rules;
    size_t conditions = 0;
    bool bounds = false;

    std::vector<const Condition *> atoms; ///< one for each different test
    std::vector<AtomState> start; ///< what holds before anything was looked up
    TextPatternSet patterns;
    std::vector<std::vector<std::pair<RuleField, int>>> patternAtoms; ///< by number in the set
    std::vector<RuleField> textFields; ///< that patterns are looked for in
    std::array<QHash<QString, std::vector<int>>, ruleFieldCount> equal; ///< folded value -> atoms
    std::vector<std::vector<int>> rulesOf; ///< atom -> rules that it is a key of
    std::vector<int> always; ///< rules without a key

    explicit Private(RuleSet set);
    void collect(Condition &condition, QHash<QString, int> &known);
    void index(int atom);
    AtomKeys keysOf(const Condition &condition) const;

    struct Run;
};

/// One message's way through the rules.
struct CompiledRules::Private::Run {
    Run(const Private &compiled, const Facts &facts)
        : c(compiled)
        , reader(compiled.rules, facts)
        , states(compiled.start)
    {
    }

    void mark(int atom)
    {
        if (states[size_t(atom)] != AtomState::False)
            return;
        states[size_t(atom)] = c.atoms[size_t(atom)]->op == RuleOperator::Became ? AtomState::Unknown : AtomState::True;
        const auto &rules = c.rulesOf[size_t(atom)];
        candidates.insert(candidates.end(), rules.begin(), rules.end());
    }

    void look()
    {
        for (size_t field = 0; field < c.equal.size(); ++field) {
            if (c.equal[field].isEmpty())
                continue;
            for (const QString &value : reader.folded(RuleField(field))) {
                const auto atoms = c.equal[field].constFind(value);
                if (atoms != c.equal[field].cend())
                    std::for_each(atoms->begin(), atoms->end(), [this](int atom) { mark(atom); });
            }
        }
        for (const RuleField field : c.textFields) {
            for (const QByteArray &text : reader.patternTexts(field))
                lookIn(field, text);
        }
        candidates.insert(candidates.end(), c.always.begin(), c.always.end());
        std::sort(candidates.begin(), candidates.end());
        candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    }

    void lookIn(RuleField field, const QByteArray &text)
    {
        if (!c.patterns.match(text, found)) { // want of memory: each by itself
            for (size_t atom = 0; atom < c.atoms.size(); ++atom) {
                const Condition &condition = *c.atoms[atom];
                if (compiledIsText(condition) && condition.id == field && reader.test(condition))
                    mark(int(atom));
            }
            return;
        }
        for (const int number : found) {
            for (const auto &[in, atom] : c.patternAtoms[size_t(number)]) {
                if (in == field)
                    mark(atom);
            }
        }
    }

    bool holds(const Condition &condition)
    {
        const auto each = [this](const Condition &child) { return holds(child); };
        const auto &children = condition.children;
        switch (condition.kind) {
        case Condition::Kind::All: return std::all_of(children.begin(), children.end(), each);
        case Condition::Kind::Any: return std::any_of(children.begin(), children.end(), each);
        case Condition::Kind::Not: return std::none_of(children.begin(), children.end(), each);
        case Condition::Kind::Test: break;
        }
        AtomState &state = states[size_t(condition.atom)];
        if (state == AtomState::Unknown)
            state = reader.test(condition) ? AtomState::True : AtomState::False;
        return state == AtomState::True;
    }

    void tell(const Rule &rule, const std::optional<QString> &exhausted, Trace &trace)
    {
        const size_t conditions = compiledConditions(rule.when);
        if (trace.rules.size() >= compiledToldRules || told + conditions > compiledToldConditions) {
            ++trace.untold;
            return;
        }
        told += conditions;
        RuleTrace one;
        one.rule = rule.name;
        one.matched = !exhausted;
        one.note = exhausted.value_or(QString());
        reader.told(rule.when, one.conditions);
        trace.rules.push_back(std::move(one));
    }

    const Private &c;
    RuleReader reader;
    std::vector<AtomState> states;
    std::vector<int> candidates;
    std::vector<int> found;
    size_t told = 0;
};

CompiledRules::Private::Private(RuleSet set)
    : rules(std::move(set))
{
    QHash<QString, int> known;
    for (Rule &rule : rules.rules) {
        collect(rule.when, known);
        conditions += compiledConditions(rule.when);
        bounds = bounds || rule.atMostPerHour > 0;
    }
    start.assign(atoms.size(), AtomState::Unknown);
    rulesOf.resize(atoms.size());
    for (size_t atom = 0; atom < atoms.size(); ++atom)
        index(int(atom));
    patterns.compile(); // where it cannot be, Run::lookIn() asks for each by itself
    for (size_t i = 0; i < rules.rules.size(); ++i) {
        const AtomKeys keys = keysOf(rules.rules[i].when);
        if (!keys) {
            always.push_back(int(i));
            continue;
        }
        for (const int atom : *keys)
            rulesOf[size_t(atom)].push_back(int(i));
    }
}

void CompiledRules::Private::collect(Condition &condition, QHash<QString, int> &known)
{
    for (Condition &child : condition.children)
        collect(child, known);
    if (condition.kind != Condition::Kind::Test)
        return;
    const QString key = QString::number(int(condition.id)) + u'|' + QString::number(int(condition.op)) + u'|'
        + condition.values.join(QChar(0));
    const auto it = known.constFind(key);
    condition.atom = it != known.cend() ? *it : int(atoms.size());
    if (it == known.cend()) {
        known.insert(key, condition.atom);
        atoms.push_back(&condition);
    }
}

void CompiledRules::Private::index(int atom)
{
    const Condition &condition = *atoms[size_t(atom)];
    const auto place = size_t(atom);
    if (compiledIsEqual(condition)) {
        start[place] = AtomState::False;
        for (const QString &value : condition.folded) {
            auto &list = equal[size_t(condition.id)][value];
            if (list.empty() || list.back() != atom)
                list.push_back(atom);
        }
    } else if (compiledIsText(condition)) {
        start[place] = AtomState::False;
        const bool isExpression = condition.op == RuleOperator::Matches;
        const QStringList &values = isExpression ? condition.values : condition.folded;
        for (const QString &value : values) {
            const int number = isExpression ? patterns.addExpression(value) : patterns.addText(value);
            patternAtoms.resize(std::max(patternAtoms.size(), size_t(number) + 1));
            patternAtoms[size_t(number)].emplace_back(condition.id, atom);
        }
        if (std::find(textFields.begin(), textFields.end(), condition.id) == textFields.end())
            textFields.push_back(condition.id);
    }
}

/// Atoms of which at least one holds whenever the condition does; nothing where there is no such list.
AtomKeys CompiledRules::Private::keysOf(const Condition &condition) const
{
    if (condition.kind == Condition::Kind::Test)
        return start[size_t(condition.atom)] == AtomState::False ? AtomKeys(std::vector<int>{condition.atom})
                                                                 : AtomKeys();
    if (condition.kind == Condition::Kind::Not)
        return std::nullopt;
    std::vector<int> together;
    AtomKeys best;
    const auto rank = [this](const std::vector<int> &keys) {
        int worst = int(keys.size()) / 8;
        for (const int atom : keys)
            worst = std::max(worst, compiledRank(*atoms[size_t(atom)]));
        return worst;
    };
    for (const Condition &child : condition.children) {
        const AtomKeys keys = keysOf(child);
        if (condition.kind == Condition::Kind::Any) {
            if (!keys)
                return std::nullopt;
            together.insert(together.end(), keys->begin(), keys->end());
        } else if (keys && (!best || rank(*keys) < rank(*best))) {
            best = keys;
        }
    }
    return condition.kind == Condition::Kind::Any ? AtomKeys(std::move(together)) : best;
}

CompiledRules::CompiledRules(RuleSet rules)
    : d(std::make_unique<const Private>(std::move(rules)))
{
}

CompiledRules::~CompiledRules() = default;

const RuleSet &CompiledRules::rules() const { return d->rules; }

bool CompiledRules::hasBounds() const { return d->bounds; }

Decision CompiledRules::decide(const Facts &facts, const RuleUse &use, Tell tell) const
{
    const bool small = d->rules.rules.size() <= compiledToldRules && d->conditions <= compiledToldConditions;
    if (tell == Tell::Enough && small)
        return evaluate(d->rules, facts, use);
    Decision decision;
    decision.trace.ruleSetVersion = d->rules.version;
    Private::Run run(*d, facts);
    run.look();
    int looked = 0;
    for (const int place : run.candidates) {
        const Rule &rule = d->rules.rules[size_t(place)];
        if (!run.holds(rule.when))
            continue;
        ++looked;
        const std::optional<QString> exhausted = ruleExhausted(rule, use);
        if (tell == Tell::Enough)
            run.tell(rule, exhausted, decision.trace);
        if (exhausted)
            continue;
        decision.fired.push_back(place);
        if (applyRule(rule, decision))
            break;
    }
    if (tell == Tell::Enough) {
        const bool stopped = !decision.fired.empty() && [&] {
            const auto &then = d->rules.rules[size_t(decision.fired.back())].then;
            return std::any_of(then.begin(), then.end(), [](const Action &a) { return a.kind == Action::Kind::Stop; });
        }();
        const int asked = stopped ? decision.fired.back() + 1 : int(d->rules.rules.size());
        decision.trace.unmatched = asked - looked;
    }
    decision.routedByRule = !decision.route.isEmpty();
    if (!decision.routedByRule)
        decision.route = d->rules.defaultRoute;
    return decision;
}

} // namespace patchbay
