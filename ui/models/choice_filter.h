#pragma once

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <vector>

namespace patchbay {

/// One line of a picker or of the palette.
struct Choice {
    QString text = {};
    QString hint = {}; ///< at the right: a key, a count, a time
    QVariant value = {};
    bool checked = false;
    bool enabled = true;
};

/// How well `typed` fits `text`: letters in order, better at starts of words; below 0: not at all. Case and accents do
/// not count.
int fitScore(const QString &text, const QString &typed);
/// Whether every word that was typed stands somewhere in `text`; case does not count.
bool hasEveryWord(const QString &text, const QString &typed);
/// The choices that fit, best first, otherwise in their order.
std::vector<Choice> fitting(const std::vector<Choice> &choices, const QString &typed);

} // namespace patchbay
