#pragma once

#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace patchbay {

/// What conditions can ask about.
enum class RuleField {
    Channel,
    Connector,
    Category,
    Confidence,
    Priority,
    Language,
    Subject,
    Text,
    Contact,
    Label,
    Automatic,
    State,
    Assignee,
    Assigned,
    Time,
    Weekday,
    BusinessHours,
    WaitingMinutes,
};
constexpr int ruleFieldCount = 18;

/// `Is`: so it is now. `Became`: so it is now, and was not before this message.
enum class RuleOperator { Is, IsNot, Became, Contains, Matches, AtLeast, AtMost, OneOf };

/// How a field is asked, for the reader of rule files and for an editor's forms.
struct RuleFieldInfo {
    enum class Kind {
        Text, ///< any text of at most 200 characters
        Choice, ///< one of `choices`
        Flag, ///< true or false
        Share, ///< a number from 0 to 1
        Minutes, ///< a whole number, 0 or more
        TimeOfDay, ///< "HH:MM"
    };

    RuleField id = RuleField::Text;
    QString name = {}; ///< as in a rule file
    Kind kind = Kind::Text;
    std::vector<RuleOperator> operators = {};
    QStringList choices = {}; ///< of Choice, from the least to the most
};

/// All of them, in the order of RuleField.
const std::vector<RuleFieldInfo> &ruleFields();
const RuleFieldInfo &ruleField(RuleField id);
/// Null: there is none of this name.
const RuleFieldInfo *ruleField(const QString &name);
bool ruleFieldAllows(const RuleFieldInfo &field, RuleOperator op);

/// "is", "is_not", "became", ...
QString ruleOperatorName(RuleOperator op);
std::optional<RuleOperator> ruleOperatorFrom(const QString &name);

/// Minutes since midnight of "HH:MM"; nothing where it is none.
std::optional<int> minutesOfDay(const QString &text);
/// "HH:MM" of minutes since midnight.
QString timeOfDay(int minutes);

} // namespace patchbay
