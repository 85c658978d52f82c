#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace patchbay::mail {

/// Text and how we came by it.
struct DecodedText {
    QString text = {};
    bool refused = false; ///< declared as UTF-7, which hides markup from checks: shown as the bytes that were sent
};

/// Bytes to text by the declared charset (a name from outside, may be empty or wrong). ASCII and unknown names are
/// guessed; bytes that do not fit become U+FFFD. Pure; any thread.
DecodedText decodeCharset(QByteArrayView bytes, const QByteArray &declared);

/// The likely charset of text that does not say: valid UTF-8, then ISO-2022-JP, `hint` when all bytes fit it, GB 18030,
/// Cyrillic by its letters, and windows-1252 last. Reads at most the first 64 KB.
QByteArray guessCharset(QByteArrayView bytes, const QByteArray &hint = {});

/// True for every spelling of UTF-7.
bool isUtf7(const QByteArray &name);

} // namespace patchbay::mail
