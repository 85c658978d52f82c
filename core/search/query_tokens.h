#pragma once

#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// One piece of what was typed: a word, a phrase, an operator with its value, or OR. A plain value.
struct QueryToken {
    int position = 0;
    int length = 0; ///< from a "-" before it to the closing quote or "*" behind it
    bool isOr = false;
    bool excluded = false; ///< "-" stood before it
    QString name = {}; ///< letters before a colon, in lower case; empty: none
    QString value = {}; ///< without quotes and without "*"
    int valuePosition = 0; ///< where the value begins, at its quote if it has one
    bool quoted = false;
    bool closed = true; ///< false: its quote is still open
    bool star = false; ///< "*" stood behind it
};

/// Splits at white space outside quotes. A doubled quote inside quotes is a quote; “ ” „ are quotes as well. A name is
/// only taken for one where it could be an operator's: not in "http://...", "12:30" or "re:".
std::vector<QueryToken> queryTokens(const QString &text);

/// The operator that was probably meant by `name`; empty: none, so that it is a word.
QString operatorMeantBy(const QString &name);

} // namespace patchbay
