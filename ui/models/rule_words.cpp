#include "ui/models/rule_editor.h"

#include <QtCore/QCoreApplication>

namespace patchbay {

namespace {

constexpr int ruleSentenceLimit = 300;

QString ruleTr(const char *text) { return QCoreApplication::translate("RuleWords", text); }

} // namespace

QString fieldTitle(RuleField field)
{
    switch (field) {
    case RuleField::Channel: return ruleTr("channel");
    case RuleField::Connector: return ruleTr("kind of channel");
    case RuleField::Category: return ruleTr("category");
    case RuleField::Confidence: return ruleTr("confidence (0 to 1)");
    case RuleField::Priority: return ruleTr("priority");
    case RuleField::Language: return ruleTr("language");
    case RuleField::Subject: return ruleTr("subject");
    case RuleField::Text: return ruleTr("text");
    case RuleField::Contact: return ruleTr("contact");
    case RuleField::Label: return ruleTr("label");
    case RuleField::Automatic: return ruleTr("written by a machine");
    case RuleField::State: return ruleTr("state of the conversation");
    case RuleField::Assignee: return ruleTr("assignee");
    case RuleField::Assigned: return ruleTr("is assigned");
    case RuleField::Time: return ruleTr("time of day");
    case RuleField::Weekday: return ruleTr("weekday");
    case RuleField::BusinessHours: return ruleTr("in business hours");
    case RuleField::WaitingMinutes: return ruleTr("minutes waited");
    }
    return {};
}

QString operatorTitle(RuleOperator op)
{
    switch (op) {
    case RuleOperator::Is: return ruleTr("is");
    case RuleOperator::IsNot: return ruleTr("is not");
    case RuleOperator::Became: return ruleTr("became just now");
    case RuleOperator::Contains: return ruleTr("contains");
    case RuleOperator::Matches: return ruleTr("matches expression");
    case RuleOperator::AtLeast: return ruleTr("is at least");
    case RuleOperator::AtMost: return ruleTr("is at most");
    case RuleOperator::OneOf: return ruleTr("is one of");
    }
    return {};
}

QString actionTitle(Action::Kind kind)
{
    switch (kind) {
    case Action::Kind::SuggestRoute: return ruleTr("suggest route");
    case Action::Kind::SetPriority: return ruleTr("set priority");
    case Action::Kind::AddLabel: return ruleTr("add label");
    case Action::Kind::Assign: return ruleTr("assign, when nobody has it");
    case Action::Kind::Escalate: return ruleTr("escalate to");
    case Action::Kind::DraftReply: return ruleTr("draft a reply");
    case Action::Kind::AcceptAbove: return ruleTr("accept by itself above");
    case Action::Kind::Stop: return ruleTr("stop here");
    }
    return {};
}

QString conditionSentence(const Condition &condition)
{
    if (condition.kind == Condition::Kind::Test)
        return QStringLiteral("%1 %2 %3")
            .arg(fieldTitle(condition.id), operatorTitle(condition.op), condition.values.join(QStringLiteral(", ")));
    QStringList parts;
    for (const Condition &child : condition.children) {
        const QString part = conditionSentence(child);
        const bool group = child.kind != Condition::Kind::Test && child.children.size() > 1;
        parts << (group ? QLatin1Char('(') + part + QLatin1Char(')') : part);
    }
    if (parts.isEmpty())
        return ruleTr("always");
    const bool any = condition.kind == Condition::Kind::Any || condition.kind == Condition::Kind::Not;
    const QString joined = parts.join(QLatin1Char(' ') + (any ? ruleTr("or") : ruleTr("and")) + QLatin1Char(' '));
    const QString whole =
        condition.kind == Condition::Kind::Not ? ruleTr("not") + QStringLiteral(" (%1)").arg(joined) : joined;
    return whole.size() > ruleSentenceLimit ? whole.left(ruleSentenceLimit) + QChar(0x2026) : whole;
}

QString actionSentence(const std::vector<Action> &actions)
{
    QStringList parts;
    for (const Action &action : actions) {
        const QString value = action.kind == Action::Kind::AcceptAbove ? QString::number(action.number)
                                                                       : action.value.simplified().left(60);
        parts << (actionTitle(action.kind) + QLatin1Char(' ') + value).trimmed();
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace patchbay
