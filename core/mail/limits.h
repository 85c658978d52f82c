#pragma once

#include <QtCore/QtGlobal>

namespace patchbay::mail {

/// What one mail may cost us. A part over a limit is named in the body's notice; the raw bytes are always kept by
/// intake.
inline constexpr qsizetype maxMailBytes = 50 * 1024 * 1024;
inline constexpr int maxParts = 200;
inline constexpr int maxLevels = 20;
inline constexpr int maxAttachments = 200;
inline constexpr int maxReferences = 100;
inline constexpr int maxAddresses = 500;

inline constexpr qsizetype maxHeaderBytes = 256 * 1024; ///< of one header block
inline constexpr int maxHeaderFields = 1000; ///< of one header block
inline constexpr qsizetype maxFieldBytes = 32 * 1024; ///< of one field, as written

inline constexpr qsizetype maxHtmlChars = 512 * 1024; ///< of HTML that are read
inline constexpr qsizetype maxTextChars = 256 * 1024; ///< of text that are shown
inline constexpr qsizetype maxBlocks = 10'000;
inline constexpr qsizetype maxWordChars = 2'000; ///< a longer word gets a line break: layout is quadratic
inline constexpr qsizetype maxLineChars = 10'000; ///< a longer line gets one at its next blank
inline constexpr int maxTableDepth = 8;
inline constexpr int maxElementDepth = 60; ///< elements that are no tables
inline constexpr int maxIndent = 12; ///< levels of lists and of quotes that are told apart

// What a body may ask of its layout; see bounded_body.h.
inline constexpr int maxMarks = 8; ///< on one letter: Tibetan stacks, the tallest that are written, need no more
inline constexpr int maxJoins = 16; ///< of pictures to one picture, by zero-width joiners
inline constexpr int maxPieces = 8'000; ///< blocks and runs; over it everything becomes plain text
inline constexpr qsizetype maxLines = 20'000;
inline constexpr int maxLinks = 1'000;
inline constexpr qsizetype maxLinkChars = 8'000;
inline constexpr int maxPictures = 100;
inline constexpr int maxLineCost = 10'000; ///< a line that costs more gets a line break at its next blank
inline constexpr int maxWordCost = 4'000; ///< a word that costs more gets one anywhere

} // namespace patchbay::mail
