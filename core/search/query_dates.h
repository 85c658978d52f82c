#pragma once

#include "core/base/clock.h"

#include <QtCore/QTimeZone>

#include <optional>

namespace patchbay {

/// A year, a month or a day: its first moment, and the first one after it.
struct QuerySpan {
    Timestamp begin = {};
    Timestamp end = {};
    QString beginText = {}; ///< 2024-03-01
    QString endText = {};
};

/// Reads 2024, 2024-03, 2024-03-12, today, yesterday, or 7d, 3w, 2m, 1y: the day so long ago. Years are those from 1971
/// to 9998.
std::optional<QuerySpan> readQueryDate(const QString &text, Timestamp now, const QTimeZone &zone);

/// True when more typing could make a date of it.
bool mayBecomeQueryDate(const QString &text);

} // namespace patchbay
