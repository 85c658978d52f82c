#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// Receives each word of a text: folded, as UTF-8, and where it stands in the text, in bytes. False: enough.
using TakeToken = bool (*)(void *context, QByteArrayView folded, int start, int end);

enum class TokenUse {
    Index, ///< of a text that is to be found
    Query, ///< of what is looked for: where it ends with a run of several ideographs, that run may go on
};

/// Takes a UTF-8 text apart into words, the same way for the index, for queries and for marking what was found.
///
/// Letters and digits make words; case, width and the accents of Latin, Greek, Cyrillic, Arabic and Hebrew letters are
/// folded ("Straße" is "strasse", "Ёж" is "еж"), so are the digits of all scripts. Chinese, Japanese and Thai have no
/// spaces: a run of their letters becomes overlapping pairs, each at the position of its first letter, and the last
/// letter alone ("北京市" is "北京", "京市", "市"). So a word of two or more letters is the phrase of its pairs, and
/// one letter is the beginning of a pair or the last letter. Words are cut after 40 letters. Broken UTF-8 separates
/// words. Any thread.
void tokenize(QByteArrayView text, TokenUse use, TakeToken take, void *context);

struct Token {
    QByteArray folded = {};
    int start = 0;
    int end = 0;
};
std::vector<Token> tokens(QByteArrayView text, TokenUse use);

/// True when this word is one letter of a script without spaces, which is found by its beginning.
bool isSingleIdeograph(QByteArrayView folded);

} // namespace patchbay
