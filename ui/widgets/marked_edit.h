#pragma once

#include "core/model/marked_text.h"

class QPlainTextEdit;

namespace patchbay {

/// A plain text editor whose text can look bold, italic, struck or like a program's words, and nothing else: what is
/// pasted comes as plain text. GUI thread.

/// What stands in it.
MarkedText writtenIn(const QPlainTextEdit &edit);
/// Puts a text in the place of all that stands in it, and ends the history of undoing.
void showMarked(QPlainTextEdit &edit, const MarkedText &text);
/// Gives the selection this look, or takes it away where all of it has it; without a selection, what is typed next.
/// `wholeWords`: the platform shows looks of whole words alone, so the words that the selection touches get it.
void toggleMark(QPlainTextEdit &edit, Mark mark, bool wholeWords);

} // namespace patchbay
