#pragma once

class QCoreApplication;

namespace patchbay {

/// Gives the application its texts: the system's language where there is a translation, else English with its plural
/// forms. Once per application; later calls do nothing. GUI thread, before the first widget.
void installLanguage(QCoreApplication &application);

} // namespace patchbay
