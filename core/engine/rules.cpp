#include "core/engine/rules.h"

#include "core/base/json_reader.h"
#include "core/engine/rules_text.h"
#include "core/model/names.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

#include <array>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t ruleLimit = 500;
constexpr int ruleDepth = 12;
constexpr qsizetype ruleValueLimit = 200;

struct RuleOperator {
    const char16_t *key;
    Condition::Operator op;
};
constexpr std::array<RuleOperator, 6> ruleOperators{{
    {u"is", Condition::Operator::Is},
    {u"is_not", Condition::Operator::IsNot},
    {u"contains", Condition::Operator::Contains},
    {u"at_least", Condition::Operator::AtLeast},
    {u"at_most", Condition::Operator::AtMost},
    {u"one_of", Condition::Operator::OneOf},
}};

QStringList ruleTextFields()
{
    return {u"channel"_s, u"connector"_s, u"category"_s, u"language"_s,
            u"subject"_s, u"text"_s,      u"contact"_s,  u"label"_s};
}

bool ruleAllows(const QString &field, Condition::Operator op)
{
    using Op = Condition::Operator;
    if (field == u"confidence"_s)
        return op == Op::AtLeast || op == Op::AtMost;
    if (field == u"priority"_s)
        return op != Op::Contains;
    if (field == u"automatic"_s)
        return op == Op::Is || op == Op::IsNot;
    return op == Op::Is || op == Op::IsNot || op == Op::Contains || op == Op::OneOf;
}

/// Reads the document; every fault carries its path.
class RuleParser {
public:
    explicit RuleParser(const QByteArray &document)
        : m_in(JsonReader::parse(document, u"rule set"_s, {.bytes = 1024 * 1024, .depth = 40}))
    {
    }

    Result<RuleSet> read(int version)
    {
        RuleSet set;
        set.version = version;
        onlyKeys(m_in, {u"rules"_s, u"default_route"_s});
        set.defaultRoute = m_in.optionalText(u"/default_route"_s).value_or(QString());
        std::vector<JsonReader> rules = m_in.array(u"/rules"_s);
        if (rules.size() > ruleLimit)
            m_in.fault(u"/rules"_s, u"more than %1 rules"_s.arg(ruleLimit));
        QStringList names;
        for (JsonReader &in : rules) {
            if (!m_in.ok())
                break;
            set.rules.push_back(rule(in));
            const QString name = set.rules.back().name;
            if (names.contains(name))
                in.fault(u"/name"_s, u"a second rule named \"%1\""_s.arg(name));
            names << name;
        }
        Result<RuleSet> result = m_in.finish(std::move(set));
        if (!result) // a person wrote it: repeating it will not help
            return makeError(Error::Kind::Refused, result.error().message);
        return result;
    }

private:
    static void onlyKeys(JsonReader &in, const QStringList &allowed)
    {
        for (const QString &key : in.keys()) {
            if (!allowed.contains(key))
                in.fault(u'/' + key.left(80),
                         u"unknown key \"%1\" (known: %2)"_s.arg(key.left(80), allowed.join(u", "_s)));
        }
    }

    static Rule rule(JsonReader &in)
    {
        Rule rule;
        onlyKeys(in, {u"name"_s, u"when"_s, u"then"_s});
        rule.name = in.text(u"/name"_s).trimmed();
        if (in.ok() && (rule.name.isEmpty() || rule.name.size() > ruleValueLimit))
            in.fault(u"/name"_s, u"a rule's name must have 1 to %1 characters"_s.arg(ruleValueLimit));
        JsonReader when = in.object(u"/when"_s);
        if (in.ok())
            rule.when = condition(when, 1);
        describeCondition(rule.when);
        std::vector<JsonReader> then = in.array(u"/then"_s);
        if (in.ok() && then.empty())
            in.fault(u"/then"_s, u"a rule without an action"_s);
        for (JsonReader &each : then) {
            if (in.ok())
                rule.then.push_back(action(each));
        }
        return rule;
    }

    static Condition condition(JsonReader &in, int depth)
    {
        Condition condition;
        if (depth > ruleDepth) {
            in.fault({}, u"conditions nested deeper than %1"_s.arg(ruleDepth));
            return condition;
        }
        const QStringList keys = in.keys();
        for (const auto &[key, kind] :
             {std::pair(u"all"_s, Condition::Kind::All), std::pair(u"any"_s, Condition::Kind::Any)}) {
            if (!keys.contains(key))
                continue;
            onlyKeys(in, {key});
            condition.kind = kind;
            for (JsonReader &child : in.array(u'/' + key)) {
                if (in.ok())
                    condition.children.push_back(RuleParser::condition(child, depth + 1));
            }
            if (in.ok() && kind == Condition::Kind::Any && condition.children.empty())
                in.fault(u'/' + key, u"\"any\" of nothing never holds"_s);
            return condition;
        }
        if (keys.contains(u"not"_s)) {
            onlyKeys(in, {u"not"_s});
            condition.kind = Condition::Kind::Not;
            JsonReader child = in.object(u"/not"_s);
            if (in.ok())
                condition.children.push_back(RuleParser::condition(child, depth + 1));
            return condition;
        }
        test(in, keys, condition);
        return condition;
    }

    static void test(JsonReader &in, const QStringList &keys, Condition &condition)
    {
        condition.kind = Condition::Kind::Test;
        if (!keys.contains(u"field"_s)) {
            in.fault({}, u"a condition needs \"all\", \"any\", \"not\" or \"field\""_s);
            return;
        }
        condition.field = in.text(u"/field"_s);
        const QStringList fields = ruleTextFields() + QStringList{u"confidence"_s, u"priority"_s, u"automatic"_s};
        if (in.ok() && !fields.contains(condition.field))
            in.fault(u"/field"_s,
                     u"unknown field \"%1\" (known: %2)"_s.arg(condition.field.left(80), fields.join(u", "_s)));
        QString found;
        for (const QString &key : keys) {
            if (key == u"field"_s)
                continue;
            const auto it = std::find_if(ruleOperators.begin(), ruleOperators.end(),
                                         [&](const RuleOperator &o) { return key == QString::fromUtf16(o.key); });
            if (it == ruleOperators.end()) {
                in.fault(u'/' + key.left(80), u"unknown operator \"%1\""_s.arg(key.left(80)));
            } else if (!found.isEmpty()) {
                in.fault(u'/' + key, u"a second operator in one condition"_s);
            } else {
                found = key;
                condition.op = it->op;
            }
        }
        if (found.isEmpty())
            in.fault({}, u"a condition on \"%1\" without an operator"_s.arg(condition.field.left(80)));
        if (!in.ok())
            return;
        if (!ruleAllows(condition.field, condition.op)) {
            in.fault(u'/' + found, u"\"%1\" cannot be asked of \"%2\""_s.arg(found, condition.field));
            return;
        }
        values(in, u'/' + found, condition);
    }

    static void values(JsonReader &in, const QString &path, Condition &condition)
    {
        const QJsonValue value = in.value(path);
        const bool several = condition.op == Condition::Operator::OneOf
            || (condition.op == Condition::Operator::Contains && value.isArray());
        if (several && !value.isArray()) {
            in.fault(path, u"a list is needed"_s);
            return;
        }
        if (!several) {
            one(in, path, value, condition);
            return;
        }
        int i = 0;
        for (const QJsonValue &each : value.toArray())
            one(in, u"%1/%2"_s.arg(path).arg(i++), each, condition);
        if (in.ok() && condition.values.isEmpty())
            in.fault(path, u"an empty list never holds"_s);
    }

    static void one(JsonReader &in, const QString &path, const QJsonValue &value, Condition &condition)
    {
        const QString field = condition.field;
        if (field == u"confidence"_s) {
            if (!value.isDouble() || value.toDouble() < 0 || value.toDouble() > 1)
                in.fault(path, u"confidence is a number from 0 to 1"_s);
            condition.values << QString::number(value.toDouble(), 'g', 10);
        } else if (field == u"automatic"_s) {
            if (!value.isBool())
                in.fault(path, u"automatic is true or false"_s);
            condition.values << (value.toBool() ? u"true"_s : u"false"_s);
        } else if (field == u"priority"_s) {
            if (!strictPriorityFrom(value.toString()))
                in.fault(path, u"a priority is low, normal, high or urgent"_s);
            condition.values << value.toString();
        } else {
            const QString text = value.toString();
            if (!value.isString() || text.isEmpty() || text.size() > ruleValueLimit)
                in.fault(path, u"a text of 1 to %1 characters is needed"_s.arg(ruleValueLimit));
            condition.values << text;
        }
    }

    static Action action(JsonReader &in)
    {
        static constexpr std::array<std::pair<const char16_t *, Action::Kind>, 3> kinds{{
            {u"suggest_route", Action::Kind::SuggestRoute},
            {u"set_priority", Action::Kind::SetPriority},
            {u"add_label", Action::Kind::AddLabel},
        }};
        Action action;
        const QStringList keys = in.keys();
        if (keys.size() != 1) {
            in.fault({}, u"an action is one of suggest_route, set_priority, add_label"_s);
            return action;
        }
        const auto it = std::find_if(kinds.begin(), kinds.end(),
                                     [&](const auto &kind) { return QString::fromUtf16(kind.first) == keys.first(); });
        if (it == kinds.end()) {
            in.fault(
                u'/' + keys.first().left(80),
                u"unknown action \"%1\" (known: suggest_route, set_priority, add_label)"_s.arg(keys.first().left(80)));
            return action;
        }
        action.kind = it->second;
        const QString path = u'/' + keys.first();
        action.value = in.text(path).trimmed();
        if (in.ok() && (action.value.isEmpty() || action.value.size() > ruleValueLimit))
            in.fault(path, u"a text of 1 to %1 characters is needed"_s.arg(ruleValueLimit));
        if (in.ok() && action.kind == Action::Kind::SetPriority && !strictPriorityFrom(action.value))
            in.fault(path, u"a priority is low, normal, high or urgent"_s);
        return action;
    }

    JsonReader m_in;
};

} // namespace

Result<RuleSet> parseRuleSet(const QByteArray &document, int version) { return RuleParser(document).read(version); }

QByteArray defaultRuleSet()
{
    return R"({
  "rules": [
    {
      "name": "Urgent words raise the priority",
      "when": {
        "all": [
          {"field": "automatic", "is": false},
          {
            "any": [
              {"field": "subject", "contains": ["urgent", "asap", "emergency", "срочно", "urgente", "urgência", "紧急", "加急", "dringend"]},
              {"field": "text", "contains": ["urgent", "asap", "emergency", "срочно", "urgente", "urgência", "紧急", "加急", "dringend"]}
            ]
          }
        ]
      },
      "then": [{"set_priority": "high"}]
    }
  ],
  "default_route": "Tasks"
}
)";
}

} // namespace patchbay
