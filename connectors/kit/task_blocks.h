#pragma once

#include "connectors/kit/task_text.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// A task's words as Notion's rich text and blocks (see task_text.h for what they have in common). Nothing in a text is
/// markup there. Pure.

/// A rich text with one plain text.
QJsonArray blockText(const QString &text);
/// As taskText: paragraphs of at most `part` UTF-16 units, never cut inside what a reader sees as one character, and
/// one with the link back and the key at the end.
QJsonArray taskBlocks(const TaskPayload &task, const QString &key, TextLimit limit, qsizetype part,
                      const QString &shownTitle = {});

} // namespace patchbay
