#include "core/engine/rules.h"

#include "core/base/json_place.h"
#include "core/base/json_reader.h"
#include "core/engine/rules_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QSet>
#include <QtCore/QTimeZone>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t ruleLimit = 10'000;
constexpr int ruleDepth = 12;
constexpr size_t ruleTestLimit = 200; ///< conditions of one rule
constexpr qsizetype ruleValueLimit = 200;
constexpr qsizetype ruleExpressionLimit = 1000;
constexpr qsizetype ruleReplyLimit = 10'000;
constexpr int ruleMostPerHour = 1'000'000;

/// Reads the document; every fault carries its path.
class RuleParser {
public:
    explicit RuleParser(const QByteArray &document)
        : m_in(JsonReader::parse(document, u"rule set"_s, {.bytes = 16 * 1024 * 1024, .depth = 40}))
    {
    }

    Result<RuleSet> read(int version)
    {
        RuleSet set;
        set.version = version;
        onlyKeys(m_in, {u"rules"_s, u"default_route"_s, u"time_zone"_s, u"business_hours"_s});
        set.defaultRoute = m_in.optionalText(u"/default_route"_s).value_or(QString());
        readTimes(set);
        std::vector<JsonReader> rules = m_in.array(u"/rules"_s);
        if (rules.size() > ruleLimit)
            m_in.fault(u"/rules"_s, u"has more than %1 rules"_s.arg(ruleLimit));
        QSet<QString> names;
        for (JsonReader &in : rules) {
            if (!m_in.ok())
                break;
            set.rules.push_back(rule(in));
            const QString name = set.rules.back().name;
            if (names.contains(name))
                in.fault(u"/name"_s, u"has a second rule named \"%1\""_s.arg(name));
            names.insert(name);
        }
        return m_in.finish(std::move(set));
    }

    std::optional<QString> faultPath() const { return m_in.faultPath(); }

private:
    static void onlyKeys(JsonReader &in, const QStringList &allowed)
    {
        for (const QString &key : in.keys()) {
            if (!allowed.contains(key))
                in.fault(u'/' + key.left(80),
                         u"has the unknown key \"%1\" (known: %2)"_s.arg(key.left(80), allowed.join(u", "_s)));
        }
    }

    void readTimes(RuleSet &set)
    {
        set.timeZone = m_in.optionalText(u"/time_zone"_s).value_or(QString());
        if (m_in.ok() && !set.timeZone.isEmpty() && !QTimeZone::isTimeZoneIdAvailable(set.timeZone.toUtf8()))
            m_in.fault(u"/time_zone"_s,
                       u"has the unknown time zone \"%1\" (as in Europe/Berlin)"_s.arg(set.timeZone.left(80)));
        if (!m_in.has(u"/business_hours"_s))
            return;
        m_hasHours = true;
        JsonReader hours = m_in.object(u"/business_hours"_s);
        const QStringList &days = ruleField(RuleField::Weekday).choices;
        onlyKeys(hours, days);
        for (qsizetype day = 0; day < days.size(); ++day) {
            const QString path = u'/' + days[day];
            int i = 0;
            for (const JsonReader &span : hours.optionalArray(path)) {
                const QString text = span.value().toString();
                const auto from = minutesOfDay(text.section(u'-', 0, 0));
                const auto until = minutesOfDay(text.section(u'-', 1));
                if (!from || !until || *from >= *until)
                    hours.fault(u"%1/%2"_s.arg(path).arg(i), u"has no hours like \"09:00-18:00\""_s);
                else
                    set.businessHours[size_t(day)].emplace_back(*from, *until);
                ++i;
            }
        }
        const auto &spans = set.businessHours;
        if (m_in.ok() && std::all_of(spans.begin(), spans.end(), [](const auto &day) { return day.empty(); }))
            m_in.fault(u"/business_hours"_s, u"has business hours on no day"_s);
    }

    Rule rule(JsonReader &in)
    {
        Rule rule;
        m_tests = 0;
        onlyKeys(in, {u"name"_s, u"when"_s, u"then"_s, u"at_most_per_hour"_s});
        rule.name = in.text(u"/name"_s).trimmed();
        if (in.ok() && (rule.name.isEmpty() || rule.name.size() > ruleValueLimit))
            in.fault(u"/name"_s, u"has a rule whose name does not have 1 to %1 characters"_s.arg(ruleValueLimit));
        JsonReader when = in.object(u"/when"_s);
        if (in.ok())
            rule.when = condition(when, 1);
        if (in.ok())
            describeCondition(rule.when);
        std::vector<JsonReader> then = in.array(u"/then"_s);
        if (in.ok() && then.empty())
            in.fault(u"/then"_s, u"has a rule without an action"_s);
        for (JsonReader &each : then) {
            if (in.ok())
                rule.then.push_back(action(each));
        }
        if (in.has(u"/at_most_per_hour"_s)) {
            const qint64 most = in.integer(u"/at_most_per_hour"_s);
            if (in.ok() && (most < 1 || most > ruleMostPerHour))
                in.fault(u"/at_most_per_hour"_s, u"has no whole number from 1 to %1"_s.arg(ruleMostPerHour));
            rule.atMostPerHour = int(most);
        }
        return rule;
    }

    Condition condition(JsonReader &in, int depth)
    {
        Condition condition;
        if (depth > ruleDepth || ++m_tests > ruleTestLimit) {
            in.fault({},
                     depth > ruleDepth ? u"has conditions nested deeper than %1"_s.arg(ruleDepth)
                                       : u"has a rule with more than %1 conditions"_s.arg(ruleTestLimit));
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
                    condition.children.push_back(this->condition(child, depth + 1));
            }
            if (in.ok() && kind == Condition::Kind::Any && condition.children.empty())
                in.fault(u'/' + key, u"has an \"any\" of nothing, which never holds"_s);
            return condition;
        }
        if (keys.contains(u"not"_s)) {
            onlyKeys(in, {u"not"_s});
            condition.kind = Condition::Kind::Not;
            JsonReader child = in.object(u"/not"_s);
            if (in.ok())
                condition.children.push_back(this->condition(child, depth + 1));
            return condition;
        }
        test(in, keys, condition);
        return condition;
    }

    void test(JsonReader &in, const QStringList &keys, Condition &condition)
    {
        condition.kind = Condition::Kind::Test;
        if (!keys.contains(u"field"_s)) {
            in.fault({}, u"has a condition without \"all\", \"any\", \"not\" or \"field\""_s);
            return;
        }
        condition.field = in.text(u"/field"_s);
        const RuleFieldInfo *field = ruleField(condition.field);
        if (in.ok() && !field) {
            QStringList known;
            for (const RuleFieldInfo &each : ruleFields())
                known << each.name;
            in.fault(u"/field"_s,
                     u"has the unknown field \"%1\" (known: %2)"_s.arg(condition.field.left(80), known.join(u", "_s)));
        }
        const QString found = readOperator(in, keys, condition);
        if (!in.ok())
            return;
        if (found.isEmpty()) {
            in.fault({}, u"has a condition on \"%1\" without an operator"_s.arg(condition.field.left(80)));
        } else if (!ruleFieldAllows(*field, condition.op)) {
            in.fault(u'/' + found, u"asks \"%1\" of \"%2\", which cannot be"_s.arg(found, condition.field));
        } else if (field->id == RuleField::BusinessHours && !m_hasHours) {
            in.fault(u"/field"_s, u"asks for business hours and has no \"business_hours\""_s);
        } else {
            values(in, u'/' + found, *field, condition);
        }
    }

    static QString readOperator(JsonReader &in, const QStringList &keys, Condition &condition)
    {
        QString found;
        for (const QString &key : keys) {
            if (key == u"field"_s)
                continue;
            const auto op = ruleOperatorFrom(key);
            if (!op) {
                in.fault(u'/' + key.left(80), u"has the unknown operator \"%1\""_s.arg(key.left(80)));
            } else if (!found.isEmpty()) {
                in.fault(u'/' + key, u"has a second operator in one condition"_s);
            } else {
                found = key;
                condition.op = *op;
            }
        }
        return found;
    }

    static void values(JsonReader &in, const QString &path, const RuleFieldInfo &field, Condition &condition)
    {
        const QJsonValue value = in.value(path);
        const bool several = condition.op == Condition::Operator::OneOf
            || (condition.op == Condition::Operator::Contains && value.isArray());
        if (several && !value.isArray()) {
            in.fault(path, u"has no list, and a list is needed"_s);
            return;
        }
        if (!several) {
            one(in, path, value, field, condition);
            return;
        }
        int i = 0;
        for (const QJsonValue &each : value.toArray())
            one(in, u"%1/%2"_s.arg(path).arg(i++), each, field, condition);
        if (in.ok() && condition.values.isEmpty())
            in.fault(path, u"has an empty list, which never holds"_s);
        if (condition.values.size() > qsizetype(ruleTestLimit))
            in.fault(path, u"has a list of more than %1 values"_s.arg(ruleTestLimit));
    }

    static void one(JsonReader &in, const QString &path, const QJsonValue &value, const RuleFieldInfo &field,
                    Condition &condition)
    {
        using Kind = RuleFieldInfo::Kind;
        if (field.kind == Kind::Flag) {
            if (!value.isBool())
                in.fault(path, u"needs true or false for %1, and has neither"_s.arg(field.name));
            condition.values << (value.toBool() ? u"true"_s : u"false"_s);
            return;
        }
        if (field.kind == Kind::Share || field.kind == Kind::Minutes) {
            number(in, path, value, field, condition);
            return;
        }
        const QString text = value.toString();
        condition.values << text;
        if (field.kind == Kind::Choice && !field.choices.contains(text)) {
            QStringList known = field.choices;
            const QString last = known.takeLast();
            in.fault(path, u"has no such %1 (it is %2 or %3)"_s.arg(field.name, known.join(u", "_s), last));
        } else if (field.kind == Kind::TimeOfDay && !minutesOfDay(text)) {
            in.fault(path, u"has no time like \"09:30\""_s);
        } else if (condition.op == Condition::Operator::Matches) {
            expression(in, path, value);
        } else if (!value.isString() || text.isEmpty() || text.size() > ruleValueLimit) {
            in.fault(path, u"has no text of 1 to %1 characters"_s.arg(ruleValueLimit));
        }
    }

    static void number(JsonReader &in, const QString &path, const QJsonValue &value, const RuleFieldInfo &field,
                       Condition &condition)
    {
        const bool share = field.kind == RuleFieldInfo::Kind::Share;
        const double most = share ? 1 : 10'000'000;
        const double number = value.toDouble();
        if (!value.isDouble() || number < 0 || number > most || (!share && number != double(qint64(number))))
            in.fault(path,
                     share ? u"needs a number from 0 to 1 for %1"_s.arg(field.name)
                           : u"needs whole minutes, 0 or more, for %1"_s.arg(field.name));
        condition.values << QString::number(number, 'g', 10);
    }

    static void expression(JsonReader &in, const QString &path, const QJsonValue &value)
    {
        const QString text = value.toString();
        if (!value.isString() || text.isEmpty() || text.size() > ruleExpressionLimit)
            in.fault(path, u"has no regular expression of 1 to %1 characters"_s.arg(ruleExpressionLimit));
        else if (const auto pattern = TextPattern::make(text); !pattern)
            in.fault(path, pattern.error().message);
    }

    static Action action(JsonReader &in)
    {
        Action action;
        const QStringList known = ruleActionNames();
        const QStringList keys = in.keys();
        if (keys.size() != 1) {
            in.fault({}, u"has an action that is not just one of %1"_s.arg(known.join(u", "_s)));
            return action;
        }
        const qsizetype kind = known.indexOf(keys.first());
        const QString path = u'/' + keys.first().left(80);
        if (kind < 0) {
            in.fault(path,
                     u"has the unknown action \"%1\" (known: %2)"_s.arg(keys.first().left(80), known.join(u", "_s)));
            return action;
        }
        action.kind = Action::Kind(kind);
        if (action.kind == Action::Kind::Stop) {
            if (!in.boolean(path))
                in.fault(path, u"has a \"stop\" that is not true"_s);
            return action;
        }
        if (action.kind == Action::Kind::AcceptAbove) {
            action.number = in.number(path);
            if (in.ok() && (action.number < 0 || action.number > 1))
                in.fault(path, u"needs a confidence from 0 to 1"_s);
            return action;
        }
        const bool isReply = action.kind == Action::Kind::DraftReply;
        const qsizetype limit = isReply ? ruleReplyLimit : ruleValueLimit;
        action.value = in.text(path).trimmed();
        if (in.ok() && (action.value.isEmpty() || action.value.size() > limit))
            in.fault(path, u"has no text of 1 to %1 characters"_s.arg(limit));
        if (in.ok() && action.kind == Action::Kind::SetPriority
            && !ruleField(RuleField::Priority).choices.contains(action.value))
            in.fault(path, u"has no such priority (it is low, normal, high or urgent)"_s);
        return action;
    }

    JsonReader m_in;
    size_t m_tests = 0;
    bool m_hasHours = false;
};

} // namespace

QStringList ruleActionNames()
{
    return {u"suggest_route"_s, u"set_priority"_s, u"add_label"_s,    u"assign"_s,
            u"escalate"_s,      u"draft_reply"_s,  u"accept_above"_s, u"stop"_s};
}

Result<RuleSet> parseRuleSet(const QByteArray &document, int version, RuleFault &fault)
{
    RuleParser parser(document);
    Result<RuleSet> set = parser.read(version);
    if (set)
        return set;
    QString sentence = set.error().message;
    if (const auto path = parser.faultPath()) {
        fault.pointer = *path;
        fault.line = jsonLine(document, *path);
    } else if (const qsizetype at = sentence.indexOf(u"at byte "_s); at >= 0) {
        fault.line = lineAt(document, sentence.mid(at + 8).toLongLong() - 1);
    }
    if (fault.line > 0)
        sentence += u" (line %1)"_s.arg(fault.line);
    return makeError(Error::Kind::Refused, sentence); // a person wrote it: repeating it will not help
}

Result<RuleSet> parseRuleSet(const QByteArray &document, int version)
{
    RuleFault fault;
    return parseRuleSet(document, version, fault);
}

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
