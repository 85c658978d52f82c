#pragma once

#include <QtCore/QString>

namespace patchbay {

/// text.simplified(), which copies the text and looks each character up; here only where there is something to change.
/// Pure; any thread.
QString simplifiedLine(const QString &text);

} // namespace patchbay
