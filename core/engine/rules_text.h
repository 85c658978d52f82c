#pragma once

#include "core/engine/rules.h"

namespace patchbay {

/// A value on one line and at most 160 characters long, for a trace. Pure; any thread.
QString shownValue(const QString &text);

/// Case folded character by character: as long as `text`, so that places in both are the same. Pure; any thread.
QString foldedCase(const QString &text);

/// Where `folded` stands in `foldedText`; -1: nowhere. Both by foldedCase().
qsizetype indexOfFolded(QStringView foldedText, QStringView folded);

/// Fills in what a condition and its children are told as and compared by.
void describeCondition(Condition &condition);

} // namespace patchbay
