#include "core/engine/rule_fields.h"

#include <algorithm>
#include <array>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<std::pair<RuleOperator, const char16_t *>, 8> ruleOperatorNames{{
    {RuleOperator::Is, u"is"},
    {RuleOperator::IsNot, u"is_not"},
    {RuleOperator::Became, u"became"},
    {RuleOperator::Contains, u"contains"},
    {RuleOperator::Matches, u"matches"},
    {RuleOperator::AtLeast, u"at_least"},
    {RuleOperator::AtMost, u"at_most"},
    {RuleOperator::OneOf, u"one_of"},
}};

std::vector<RuleFieldInfo> ruleFieldsMade()
{
    using Kind = RuleFieldInfo::Kind;
    using Op = RuleOperator;
    const std::vector<Op> text{Op::Is, Op::IsNot, Op::OneOf, Op::Contains, Op::Matches};
    const std::vector<Op> changing{Op::Is, Op::IsNot, Op::Became, Op::OneOf, Op::Contains, Op::Matches};
    const std::vector<Op> flag{Op::Is, Op::IsNot};
    const std::vector<Op> span{Op::AtLeast, Op::AtMost};
    const QStringList priorities{u"low"_s, u"normal"_s, u"high"_s, u"urgent"_s};
    const QStringList days{u"monday"_s, u"tuesday"_s,  u"wednesday"_s, u"thursday"_s,
                           u"friday"_s, u"saturday"_s, u"sunday"_s};
    return {
        {RuleField::Channel, u"channel"_s, Kind::Text, text},
        {RuleField::Connector, u"connector"_s, Kind::Text, text},
        {RuleField::Category, u"category"_s, Kind::Text, changing},
        {RuleField::Confidence, u"confidence"_s, Kind::Share, span},
        {RuleField::Priority,
         u"priority"_s,
         Kind::Choice,
         {Op::Is, Op::IsNot, Op::Became, Op::OneOf, Op::AtLeast, Op::AtMost},
         priorities},
        {RuleField::Language, u"language"_s, Kind::Text, changing},
        {RuleField::Subject, u"subject"_s, Kind::Text, text},
        {RuleField::Text, u"text"_s, Kind::Text, text},
        {RuleField::Contact, u"contact"_s, Kind::Text, text},
        {RuleField::Label, u"label"_s, Kind::Text, text},
        {RuleField::Automatic, u"automatic"_s, Kind::Flag, flag},
        {RuleField::State,
         u"state"_s,
         Kind::Choice,
         {Op::Is, Op::IsNot, Op::Became, Op::OneOf},
         {u"open"_s, u"snoozed"_s, u"done"_s}},
        {RuleField::Assignee, u"assignee"_s, Kind::Text, {Op::Is, Op::IsNot, Op::OneOf}},
        {RuleField::Assigned, u"assigned"_s, Kind::Flag, flag},
        {RuleField::Time, u"time"_s, Kind::TimeOfDay, span},
        {RuleField::Weekday, u"weekday"_s, Kind::Choice, {Op::Is, Op::IsNot, Op::OneOf}, days},
        {RuleField::BusinessHours, u"business_hours"_s, Kind::Flag, flag},
        {RuleField::WaitingMinutes, u"waiting_minutes"_s, Kind::Minutes, span},
    };
}

} // namespace

const std::vector<RuleFieldInfo> &ruleFields()
{
    static const std::vector<RuleFieldInfo> fields = ruleFieldsMade();
    return fields;
}

const RuleFieldInfo &ruleField(RuleField id) { return ruleFields()[size_t(id)]; }

const RuleFieldInfo *ruleField(const QString &name)
{
    const auto &all = ruleFields();
    const auto it = std::find_if(all.begin(), all.end(), [&name](const RuleFieldInfo &f) { return f.name == name; });
    return it == all.end() ? nullptr : &*it;
}

bool ruleFieldAllows(const RuleFieldInfo &field, RuleOperator op)
{
    return std::find(field.operators.begin(), field.operators.end(), op) != field.operators.end();
}

QString ruleOperatorName(RuleOperator op) { return QString::fromUtf16(ruleOperatorNames[size_t(op)].second); }

std::optional<RuleOperator> ruleOperatorFrom(const QString &name)
{
    for (const auto &[op, key] : ruleOperatorNames) {
        if (name == QString::fromUtf16(key))
            return op;
    }
    return std::nullopt;
}

std::optional<int> minutesOfDay(const QString &text)
{
    bool hourOk = false;
    bool minuteOk = false;
    if (text.size() != 5 || text[2] != u':')
        return std::nullopt;
    const int hour = text.left(2).toInt(&hourOk);
    const int minute = text.right(2).toInt(&minuteOk);
    const bool inDay = hourOk && minuteOk && hour >= 0 && minute >= 0 && minute < 60 && hour * 60 + minute <= 24 * 60;
    if (!inDay || !text[0].isDigit() || !text[3].isDigit())
        return std::nullopt;
    return hour * 60 + minute;
}

QString timeOfDay(int minutes)
{
    return u"%1:%2"_s.arg(minutes / 60, 2, 10, QLatin1Char('0')).arg(minutes % 60, 2, 10, QLatin1Char('0'));
}

} // namespace patchbay
