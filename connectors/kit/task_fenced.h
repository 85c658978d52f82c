#pragma once

#include "connectors/kit/task_text.h"

namespace patchbay {

/// As taskText, for a server that reads Textile, Markdown or CommonMark, whichever its owner chose: the customer's
/// words stand in a block that all three show letter by letter and that the words cannot close. Cut inside the block:
/// what cuts off the end loses the key, and with it the knowledge that the task is there. Pure.
QString taskFenced(const TaskPayload &task, const QString &key, qsizetype mostBytes, const QString &shownTitle = {});

} // namespace patchbay
