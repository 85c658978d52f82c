#pragma once

#include <QtCore/QString>

namespace patchbay {

/// The language of a text as ISO 639-1 (en, ru, pt, zh, de, es, fr, ja, ar, uk, ...), by script and frequent short
/// words; empty when it is not sure. Reads the first 2,000 characters. Pure; any thread.
QString guessedLanguage(const QString &text);

/// One of the words that texts in a language can hardly do without ("the", "не", "nicht"): they say nothing about a
/// subject on their own. `folded` as foldedWord() gives it.
bool isFrequentWord(QStringView folded);

} // namespace patchbay
