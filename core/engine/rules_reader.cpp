#include "core/engine/rules_reader.h"

#include "core/engine/rules_text.h"
#include "core/model/names.h"

#include <QtCore/QTimeZone>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString ruleFlag(bool on) { return on ? u"true"_s : u"false"_s; }

QString ruleAround(const QString &text, qsizetype at, qsizetype length)
{
    const qsizetype start = std::max<qsizetype>(0, at - 30);
    const qsizetype end = std::min(text.size(), at + length + 30);
    return shownValue((start > 0 ? u"…"_s : QString()) + text.mid(start, end - start).simplified()
                      + (end < text.size() ? u"…"_s : QString()));
}

} // namespace

bool RuleReader::test(const Condition &condition)
{
    switch (condition.op) {
    case RuleOperator::AtLeast: return !condition.values.isEmpty() && number(condition.id) >= condition.number;
    case RuleOperator::AtMost: return !condition.values.isEmpty() && number(condition.id) <= condition.number;
    case RuleOperator::Matches: {
        const std::vector<QByteArray> &texts = patternTexts(condition.id);
        return condition.pattern && std::any_of(texts.begin(), texts.end(), [&](const QByteArray &text) {
                   return condition.pattern->find(text).has_value();
               });
    }
    default: break;
    }
    const QStringList &have = folded(condition.id);
    const auto holds = [&condition](const QString &text) {
        if (condition.op != RuleOperator::Contains)
            return condition.folded.contains(text);
        return std::any_of(condition.folded.begin(), condition.folded.end(),
                           [&text](const QString &value) { return indexOfFolded(text, value) >= 0; });
    };
    const bool any = std::any_of(have.begin(), have.end(), holds);
    if (condition.op == RuleOperator::Became) {
        const std::optional<QString> was = before(condition.id);
        return any && !(was && condition.folded.contains(foldedCase(*was)));
    }
    return condition.op == RuleOperator::IsNot ? !any : any;
}

bool RuleReader::tell(const Condition &condition, bool root, std::vector<ConditionTrace> &trace)
{
    if (condition.kind == Condition::Kind::Test) {
        const bool holds = test(condition);
        trace.push_back({condition.text, shown(condition, holds), condition.expected, holds});
        return holds;
    }
    const bool told = !root || condition.kind != Condition::Kind::All;
    const size_t place = trace.size();
    if (told)
        trace.push_back({});
    int held = 0;
    for (const Condition &child : condition.children)
        held += tell(child, false, trace) ? 1 : 0;
    bool holds = held == int(condition.children.size());
    if (condition.kind == Condition::Kind::Any)
        holds = held > 0;
    else if (condition.kind == Condition::Kind::Not)
        holds = held == 0;
    if (told)
        trace[place] = {condition.text, QString::number(held), condition.expected, holds};
    return holds;
}

RuleReader::Field &RuleReader::field(RuleField id)
{
    Field &field = m_fields[size_t(id)];
    if (!field.read) {
        field.read = true;
        field.actual = actual(id);
    }
    return field;
}

const QStringList &RuleReader::folded(RuleField id)
{
    Field &field = this->field(id);
    if (!field.folded) {
        field.folded.emplace();
        for (const QString &text : std::as_const(field.actual))
            field.folded->push_back(foldedCase(text));
    }
    return *field.folded;
}

const std::vector<QByteArray> &RuleReader::patternTexts(RuleField id)
{
    Field &field = this->field(id);
    if (!field.texts) {
        const QStringList &all = folded(id);
        field.texts.emplace();
        for (const QString &text : all)
            field.texts->push_back(text.toUtf8());
    }
    return *field.texts;
}

QStringList RuleReader::actual(RuleField id)
{
    switch (id) {
    case RuleField::Channel: return {m_facts.channel};
    case RuleField::Connector: return {m_facts.connector};
    case RuleField::Category: return {m_facts.category};
    case RuleField::Confidence: return {QString::number(m_facts.confidence, 'f', 2)};
    case RuleField::Priority: return {nameOf(m_facts.priority)};
    case RuleField::Language: return {m_facts.language};
    case RuleField::Subject: return {m_facts.subject};
    case RuleField::Text: return {m_facts.text};
    case RuleField::Contact: return {m_facts.contactAddress, m_facts.contactName};
    case RuleField::Label: return m_facts.labels;
    case RuleField::Automatic: return {ruleFlag(m_facts.automatic)};
    case RuleField::State: return {m_facts.state};
    case RuleField::Assignee: return {m_facts.assignee};
    case RuleField::Assigned: return {ruleFlag(!m_facts.assignee.isEmpty())};
    case RuleField::Time: return {timeOfDay(localTime().second)};
    case RuleField::Weekday: return {ruleField(RuleField::Weekday).choices.at(localTime().first)};
    case RuleField::BusinessHours: return {ruleFlag(inBusinessHours())};
    case RuleField::WaitingMinutes: return {QString::number(qint64(m_facts.waitingMinutes))};
    }
    return {};
}

double RuleReader::number(RuleField id)
{
    switch (id) {
    case RuleField::Confidence: return m_facts.confidence;
    case RuleField::Priority: return double(m_facts.priority);
    case RuleField::Time: return localTime().second;
    case RuleField::WaitingMinutes: return m_facts.waitingMinutes;
    default: return 0;
    }
}

std::optional<QString> RuleReader::before(RuleField id) const
{
    const Facts::Before &was = m_facts.before;
    switch (id) {
    case RuleField::Category: return was.category;
    case RuleField::Priority: return was.priority ? std::optional(nameOf(*was.priority)) : std::nullopt;
    case RuleField::Language: return was.language;
    case RuleField::State: return was.state;
    default: return std::nullopt;
    }
}

std::pair<int, int> RuleReader::localTime()
{
    if (!m_time) {
        const QDateTime at = m_facts.at.toDateTime().toTimeZone(
            m_rules.timeZone.isEmpty() ? QTimeZone::utc() : QTimeZone(m_rules.timeZone.toUtf8()));
        m_time = {at.date().dayOfWeek() - 1, at.time().hour() * 60 + at.time().minute()};
    }
    return *m_time;
}

bool RuleReader::inBusinessHours()
{
    const auto [day, minute] = localTime();
    const auto &spans = m_rules.businessHours[size_t(day)];
    return std::any_of(spans.begin(), spans.end(),
                       [minute = minute](const auto &span) { return minute >= span.first && minute < span.second; });
}

QString RuleReader::shown(const Condition &condition, bool holds)
{
    Field &field = this->field(condition.id);
    if (holds && (condition.op == RuleOperator::Contains || condition.op == RuleOperator::Matches))
        return place(condition, field);
    if (!field.shown)
        field.shown = shownValue(field.actual.join(u", "_s));
    if (condition.op == RuleOperator::Became)
        return u"%1, before: %2"_s.arg(*field.shown, shownValue(before(condition.id).value_or(u"nothing"_s)));
    return *field.shown;
}

QString RuleReader::place(const Condition &condition, Field &field)
{
    const auto count = std::min<qsizetype>(field.actual.size(), folded(condition.id).size());
    for (qsizetype i = 0; i < count; ++i) {
        const QString &text = field.actual[i];
        for (const QString &value : condition.folded) {
            if (condition.op == RuleOperator::Contains) {
                if (const qsizetype at = indexOfFolded(field.folded->at(i), value); at >= 0)
                    return ruleAround(text, at, value.size());
            } else if (condition.pattern) {
                const QByteArray &bytes = patternTexts(condition.id)[size_t(i)];
                if (const auto found = condition.pattern->find(bytes)) {
                    const qsizetype at = QString::fromUtf8(bytes.left(found->first)).size();
                    return ruleAround(text, at, QString::fromUtf8(bytes.mid(found->first, found->second)).size());
                }
            }
        }
    }
    return {};
}

bool applyRule(const Rule &rule, Decision &decision)
{
    const auto first = [](QString &place, const QString &value) {
        if (place.isEmpty())
            place = value;
    };
    if (rule.atMostPerHour > 0)
        decision.counted << rule.name;
    bool stops = false;
    for (const Action &action : rule.then) {
        switch (action.kind) {
        case Action::Kind::SuggestRoute: first(decision.route, action.value); break;
        case Action::Kind::SetPriority:
            decision.priority = std::max(decision.priority.value_or(Priority::Low), priorityFrom(action.value));
            break;
        case Action::Kind::AddLabel:
            if (!decision.labels.contains(action.value))
                decision.labels << action.value;
            break;
        case Action::Kind::Assign: first(decision.assign, action.value); break;
        case Action::Kind::Escalate:
            first(decision.escalate, action.value);
            decision.priority = Priority::Urgent;
            break;
        case Action::Kind::DraftReply: first(decision.draftReply, action.value); break;
        case Action::Kind::AcceptAbove:
            if (!decision.acceptAbove) {
                decision.acceptAbove = action.number;
                decision.acceptRule = rule.name;
            }
            break;
        case Action::Kind::Stop: stops = true; break;
        }
    }
    return stops;
}

std::optional<QString> ruleExhausted(const Rule &rule, const RuleUse &use)
{
    if (rule.atMostPerHour <= 0 || use.value(rule.name) < rule.atMostPerHour)
        return std::nullopt;
    return u"skipped: it has fired %1 times in this hour, and may %2"_s.arg(use.value(rule.name))
        .arg(rule.atMostPerHour);
}

bool Decision::sameEffects(const Decision &other) const
{
    return route == other.route && routedByRule == other.routedByRule && priority == other.priority
        && labels == other.labels && assign == other.assign && escalate == other.escalate
        && draftReply == other.draftReply && acceptAbove == other.acceptAbove;
}

} // namespace patchbay
