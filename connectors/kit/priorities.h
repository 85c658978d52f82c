#pragma once

#include "connectors/kit/crm_spec.h"
#include "core/model/task.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// What a priority is called over there. Pure.

/// 1 urgent, 2 high, 3 normal, 4 low: several vendors count so.
int priorityRank(Priority priority);
/// "Low", "Normal", "High", "Urgent".
QString priorityTitle(Priority priority);
/// The name in a setting such as "Low, Medium, High, Highest" (low, normal, high, urgent); empty: none, also for "-".
QString priorityIn(const QString &names, Priority priority);

/// Refused for the first name of such a setting that is none of the vendor's; `sentence` has it as %1. Nothing is
/// refused while the vendor's are not known.
Result<Done> checkPriorities(const QString &names, const QJsonArray &known, const QString &sentence);

/// A list's elements by their names in small letters, as {"priorities": {"high": "17"}}; without those that `isOut`
/// says are none any more. A list without any is a fault.
Result<QJsonObject> readPriorities(JsonReader &reply, const QString &list, const QString &id,
                                   bool (*isOut)(JsonReader &element));
/// "priority_low" to "priority_urgent", for the vendor's numbers; and the number that was set for the task's.
std::vector<FormField> priorityNumbersForm(const char *help);
std::optional<qint64> chosenPriority(const CrmContext &context);

/// {"priorities": {"low": 3, "high": 5, "urgent": 6}}: the numbers of a list from the lowest to the highest, by name
/// where it has ours, else by place: the lowest, the one above the default, the highest.
Result<QJsonObject> readPriorityOrder(JsonReader &reply, const QString &list);
template <Literal list> Result<QJsonObject> priorityOrderAt(JsonReader &reply, const CrmContext &)
{
    return readPriorityOrder(reply, list.string());
}
/// The element of the known priorities whose name, in English or Russian, is nearest; empty: there is none like it.
QString priorityKnown(const CrmContext &context);

} // namespace patchbay
