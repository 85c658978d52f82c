#pragma once

#include "core/store/conversation_table.h"

#include <QtCore/QString>

namespace patchbay {

/// A list row as one sentence, for screen readers: what the row says with colours and signs, in words.
QString conversationSentence(const conversations::Summary &summary, bool hasLeft);

} // namespace patchbay
