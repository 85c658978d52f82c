#pragma once

#include <QtCore/QStringView>

#include <string>

namespace patchbay {

/// Appends foldedWord() of `word`; words of plain letters (English, most Russian and Chinese) need no memory for it.
/// Pure; any thread.
void appendFoldedWord(QStringView word, std::u16string &out);

} // namespace patchbay
