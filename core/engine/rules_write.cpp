#include "core/engine/rules.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Objects by hand: Qt's sort their keys, and people read a rule as name, when, then.
class RuleWriter {
public:
    QByteArray take() { return std::move(m_out); }

    void set(const RuleSet &rules)
    {
        m_out += "{\n  \"rules\": [";
        for (size_t i = 0; i < rules.rules.size(); ++i) {
            m_out += i == 0 ? "\n    " : ",\n    ";
            rule(rules.rules[i], 4);
        }
        m_out += rules.rules.empty() ? "]" : "\n  ]";
        if (!rules.defaultRoute.isEmpty())
            m_out += ",\n  \"default_route\": " + value(rules.defaultRoute);
        if (!rules.timeZone.isEmpty())
            m_out += ",\n  \"time_zone\": " + value(rules.timeZone);
        hours(rules);
        m_out += "\n}\n";
    }

    void rule(const Rule &rule, int indent)
    {
        const QByteArray inner = '\n' + QByteArray(indent + 2, ' ');
        m_out += '{' + inner + "\"name\": " + value(rule.name) + ',' + inner + "\"when\": ";
        condition(rule.when, indent + 2);
        m_out += ',' + inner + "\"then\": [";
        for (size_t i = 0; i < rule.then.size(); ++i) {
            m_out += i == 0 ? "" : ", ";
            action(rule.then[i]);
        }
        m_out += ']';
        if (rule.atMostPerHour > 0)
            m_out += ',' + inner + "\"at_most_per_hour\": " + QByteArray::number(rule.atMostPerHour);
        m_out += '\n' + QByteArray(indent, ' ') + '}';
    }

private:
    static QByteArray value(const QJsonValue &one)
    {
        const QByteArray list = QJsonDocument(QJsonArray{one}).toJson(QJsonDocument::Compact);
        return list.mid(1, list.size() - 2);
    }

    void hours(const RuleSet &rules)
    {
        const QStringList &days = ruleField(RuleField::Weekday).choices;
        QByteArray lines;
        for (qsizetype day = 0; day < days.size(); ++day) {
            QByteArray spans;
            for (const auto &[from, until] : rules.businessHours[size_t(day)])
                spans += (spans.isEmpty() ? "" : ", ") + value(timeOfDay(from) + u'-' + timeOfDay(until));
            if (!spans.isEmpty())
                lines += (lines.isEmpty() ? "\n    " : ",\n    ") + value(days[day]) + ": [" + spans + ']';
        }
        if (!lines.isEmpty())
            m_out += ",\n  \"business_hours\": {" + lines + "\n  }";
    }

    void condition(const Condition &condition, int indent)
    {
        if (condition.kind == Condition::Kind::Test) {
            test(condition);
            return;
        }
        if (condition.kind == Condition::Kind::Not) {
            m_out += "{\"not\": ";
            this->condition(condition.children.front(), indent);
            m_out += '}';
            return;
        }
        m_out += condition.kind == Condition::Kind::All ? "{\"all\": [" : "{\"any\": [";
        const QByteArray inner = '\n' + QByteArray(indent + 2, ' ');
        for (size_t i = 0; i < condition.children.size(); ++i) {
            m_out += (i == 0 ? "" : ",") + inner;
            this->condition(condition.children[i], indent + 2);
        }
        m_out += (condition.children.empty() ? QByteArray() : '\n' + QByteArray(indent, ' ')) + "]}";
    }

    void test(const Condition &condition)
    {
        using Kind = RuleFieldInfo::Kind;
        const Kind kind = ruleField(condition.id).kind;
        const auto one = [kind](const QString &text) -> QJsonValue {
            if (kind == Kind::Flag)
                return text == u"true"_s;
            if (kind == Kind::Share || kind == Kind::Minutes)
                return text.toDouble();
            return text;
        };
        QByteArray values;
        for (const QString &each : condition.values)
            values += (values.isEmpty() ? "" : ", ") + value(one(each));
        const bool several = condition.values.size() != 1 || condition.op == Condition::Operator::OneOf;
        m_out += "{\"field\": " + value(condition.field) + ", " + value(ruleOperatorName(condition.op)) + ": "
            + (several ? '[' + values + ']' : values) + '}';
    }

    void action(const Action &action)
    {
        QJsonValue argument = action.value;
        if (action.kind == Action::Kind::Stop)
            argument = true;
        else if (action.kind == Action::Kind::AcceptAbove)
            argument = action.number;
        m_out += '{' + value(ruleActionNames()[int(action.kind)]) + ": " + value(argument) + '}';
    }

    QByteArray m_out;
};

} // namespace

QByteArray ruleSetDocument(const RuleSet &rules)
{
    RuleWriter writer;
    writer.set(rules);
    return writer.take();
}

QByteArray ruleDocument(const Rule &rule)
{
    RuleWriter writer;
    writer.rule(rule, 0);
    return writer.take();
}

} // namespace patchbay
