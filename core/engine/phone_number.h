#pragma once

#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A phone number that somebody wrote.
struct PhoneNumber {
    QString e164 = {}; ///< "+491711234567"
    QString written = {}; ///< as it stood there
};

/// The number in E.164, the form in which two of them can be compared; empty when it is none that can exist. Only
/// international form counts (a plus sign in front): without its country a number is several. Hostile text is fine.
QString e164(const QString &written);
/// Those in a text, in order, each once; looks at the first 4,000 characters and finds at most ten.
std::vector<PhoneNumber> phoneNumbersIn(const QString &text);
/// "+49 171 1234567", for people; as it is when it is no number.
QString internationalPhone(const QString &e164);

} // namespace patchbay
