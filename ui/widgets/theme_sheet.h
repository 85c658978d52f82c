#pragma once

#include <QtCore/QString>

namespace patchbay {

struct ThemeColors;

/// The application's style sheet for a scheme. Widgets say what they are by the properties "kind" (buttons), "role"
/// (labels) and "surface" (frames).
QString themeSheet(const ThemeColors &colors);

} // namespace patchbay
