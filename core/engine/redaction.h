#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace patchbay {

/// A text without what names or reaches a person. A value.
struct Redacted {
    QString text = {};
    QJsonObject originals = {}; ///< "[email 1]" -> what stood there
    int places = 0; ///< how often something was struck out
};

/// Strikes out e-mail addresses, card numbers (13 to 19 digits, Luhn), phone numbers and every other number of seven
/// digits or more, in any script's digits and however they are grouped; calendar dates stay. The same original gives
/// the same mark. Names and places stay: nothing here can know them. Twice gives the same as once. Pure; any thread.
Redacted redactPersonal(const QString &text);

/// The marks turned back into what stood there, for a text that stays here.
QString withOriginals(QString text, const QJsonObject &originals);

} // namespace patchbay
