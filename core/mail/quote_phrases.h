#pragma once

#include <QtCore/QString>

namespace patchbay::mail {

/// The words by which mail programs introduce what they quote, in English, German, Russian, Portuguese, Spanish,
/// French, Italian and Chinese, and some more where a phrase is all it takes. All functions take one trimmed line and
/// are pure.

/// "On Tue, 12 Mar 2024 at 10:11, Ana <ana@example.org> wrote:" and its kin; several lines may be joined by blanks. A
/// Tail has the address and the verb only: the date may stand in the line above.
enum class Attribution { None, Tail, Whole };
Attribution attributionIn(const QString &line);
/// A time of day stands in the line, as in the first line of every attribution that is wrapped.
bool hasTime(const QString &line);
/// Cheap test before: only such a line can end an attribution.
bool mayEndAttribution(const QString &line);

/// "-----Original Message-----".
bool isOriginalSeparator(const QString &line);
/// "---------- Forwarded message ---------", "Begin forwarded message:".
bool isForwardSeparator(const QString &line);
/// A line of nothing but dashes or underscores.
bool isDrawnLine(const QString &line);

/// The fields of the block that Outlook puts above what it quotes.
enum class QuotedField { None, From, Date, Sent, To, Cc, Subject };
QuotedField quotedField(const QString &line);

/// "Sent from my iPhone" and its kin.
bool isDeviceSignature(const QString &line);
/// "Best regards," and its kin, standing alone.
bool isClosingFormula(const QString &line);

} // namespace patchbay::mail
