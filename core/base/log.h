#pragma once

#include <QtCore/QString>

namespace patchbay {

/// One line per event: time, level, area, text. Control characters are escaped and registered secrets struck out, so no
/// text from outside can forge a line. Any thread. A thin face over spdlog, which no other file includes.
void logDebug(const char *area, const QString &text);
void logInfo(const char *area, const QString &text);
void logWarning(const char *area, const QString &text);
void logError(const char *area, const QString &text);

/// Every later log line and error sentence shows "•••" in place of this value. Values under 4 characters are ignored.
void registerSecret(const QString &value);
/// The text with all registered secrets struck out; where two of them overlap, both wholly.
QString redacted(const QString &text);
/// Control, bidi and zero-width characters as \u escapes; at most `limit` characters.
QString escapedForLog(const QString &text, qsizetype limit = 2000);

/// Where lines go from now on: a file (rotated at 5 MB, 3 kept), or standard error when empty.
void startLog(const QString &file, bool verbose);

} // namespace patchbay
