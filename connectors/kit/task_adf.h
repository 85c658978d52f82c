#pragma once

#include "connectors/kit/task_text.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// A task's words in Atlassian's two forms of text (see task_text.h for what they have in common). Pure.

/// Plain text as an Atlassian Document Format document (ADF): paragraphs, and lines in them.
QJsonObject adfDocument(const QString &text);
/// As taskText, as a document that fits as JSON: it becomes longer than its text by an unknown share.
QJsonObject taskAdf(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle = {});
/// The same as wiki markup of Jira Data Center: the customer's words letter by letter in a {noformat} that they cannot
/// close.
QString taskWiki(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle = {});

} // namespace patchbay
