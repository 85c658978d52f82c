#include "core/engine/rules_text.h"

#include "core/base/simplified.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype ruleShownLimit = 160;

QString ruleOperatorText(Condition::Operator op)
{
    if (op == Condition::Operator::AtLeast || op == Condition::Operator::AtMost || op == Condition::Operator::OneOf)
        return u"is "_s + ruleOperatorName(op).replace(u'_', u' ');
    return ruleOperatorName(op).replace(u'_', u' ');
}

/// What at_least and at_most compare with.
double ruleNumber(const RuleFieldInfo &field, const QString &value)
{
    switch (field.kind) {
    case RuleFieldInfo::Kind::Choice: return double(field.choices.indexOf(value));
    case RuleFieldInfo::Kind::TimeOfDay: return minutesOfDay(value).value_or(0);
    case RuleFieldInfo::Kind::Share:
    case RuleFieldInfo::Kind::Minutes: return value.toDouble();
    default: return 0;
    }
}

void describeTest(Condition &condition)
{
    condition.folded.clear();
    for (const QString &value : condition.values)
        condition.folded << foldedCase(value);
    const RuleFieldInfo *field = ruleField(condition.field);
    if (!field)
        return;
    condition.id = field->id;
    if (!condition.values.isEmpty())
        condition.number = ruleNumber(*field, condition.values.first());
    if (condition.op == Condition::Operator::Matches && !condition.pattern && !condition.values.isEmpty()) {
        if (auto pattern = TextPattern::make(condition.values.first())) // the reader of rules refused what is none
            condition.pattern = std::move(*pattern);
    }
}

} // namespace

QString shownValue(const QString &text)
{
    const QString line = simplifiedLine(text.left(4 * ruleShownLimit));
    return line.size() > ruleShownLimit ? line.left(ruleShownLimit) + u'…' : line;
}

QString foldedCase(const QString &text)
{
    QString out(text.size(), Qt::Uninitialized);
    QChar *to = out.data();
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        if (unit < 128) {
            to[i] = unit >= u'A' && unit <= u'Z' ? QChar(char16_t(unit + (u'a' - u'A'))) : QChar(unit);
        } else if (QChar::isHighSurrogate(unit) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            const char32_t folded = QChar::toCaseFolded(QChar::surrogateToUcs4(unit, text[i + 1].unicode()));
            to[i++] = QChar::highSurrogate(folded);
            to[i] = QChar::lowSurrogate(folded);
        } else {
            to[i] = QChar(unit).toCaseFolded();
        }
    }
    return out;
}

qsizetype indexOfFolded(QStringView foldedText, QStringView folded)
{
    if (folded.isEmpty())
        return 0;
    // To look for one character is what the processor does best, and most values are not there at all.
    const qsizetype last = foldedText.size() - folded.size();
    for (qsizetype at = 0; at <= last; ++at) {
        at = foldedText.indexOf(folded.front(), at);
        if (at < 0 || at > last)
            break;
        if (foldedText.mid(at, folded.size()) == folded)
            return at;
    }
    return -1;
}

void describeCondition(Condition &condition)
{
    const QString count = QString::number(condition.children.size());
    switch (condition.kind) {
    case Condition::Kind::All:
        condition.text = u"all of the next %1"_s.arg(count);
        condition.expected = count;
        break;
    case Condition::Kind::Any:
        condition.text = u"any of the next %1"_s.arg(count);
        condition.expected = u"1 or more"_s;
        break;
    case Condition::Kind::Not:
        condition.text = u"not the next"_s;
        condition.expected = u"0"_s;
        break;
    case Condition::Kind::Test:
        condition.expected = shownValue(condition.values.join(u", "_s));
        condition.text = u"%1 %2 %3"_s.arg(condition.field, ruleOperatorText(condition.op), condition.expected);
        describeTest(condition);
        break;
    }
    for (Condition &child : condition.children)
        describeCondition(child);
}

} // namespace patchbay
