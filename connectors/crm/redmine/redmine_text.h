#pragma once

#include "core/model/task.h"

namespace patchbay {

/// Redmine's subject: one line, at most 255 characters, an ellipsis where it was cut.
QString redmineSubject(const TaskPayload &task);

/// Redmine's description: the customer's words in a block that Textile, Markdown and CommonMark all show letter by
/// letter, below it our link and the line "Patchbay-Key: <key>". At most 60,000 bytes in UTF-8.
QString redmineDescription(const TaskPayload &task, const QString &key);

/// True when the description's last key line carries this key (people write above and below it).
bool redmineHasKey(const QString &description, const QString &key);

} // namespace patchbay
