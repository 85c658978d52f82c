#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace patchbay::mail {

/// A header line prepared for gmime's decoder: encoded words of one charset that only blanks separate become one word,
/// so that a character which a program cut in two comes out whole; words in UTF-7 are left as what they are, ASCII.
/// Linear.
QByteArray withMergedWords(const QByteArray &line);

/// Text as encoded words (RFC 2047, UTF-8, base64), folded with CRLF so that no line is longer than 76 characters.
QByteArray encodedWords(const QString &text);

} // namespace patchbay::mail
