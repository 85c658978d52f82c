#pragma once

#include "core/base/json_reader.h"
#include "core/model/task.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// Jira's forms of our values. Cloud (REST v3) takes texts of several lines as documents (Atlassian Document Format),
/// Data Center (REST v2) as wiki markup. Pure.

/// The task's text with our key at its end: a document, or wiki markup in which the customer's words are no markup.
QJsonValue jiraDescription(const TaskPayload &task, const QString &key, const QString &shownTitle, bool cloud);
/// What a field of the create screen takes: {"type", "items", "document"}, and for the priority its "names".
QJsonObject jiraFieldFacts(JsonReader &field);
/// A value of the route's mapping in the form of the field with these facts; without facts, or when it is no text, as
/// it is. A choice is an id when it consists of digits, else a name; lists are separated by commas.
QJsonValue jiraValue(const QJsonObject &facts, const QJsonValue &value, bool cloud);
/// Labels cannot hold spaces: they become hyphens.
QJsonArray jiraLabels(const QJsonValue &value);

} // namespace patchbay
