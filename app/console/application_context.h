#pragma once

#include "app/application.h"
#include "ui/models/console_context.h"

namespace patchbay {

/// What a window over this application sees and may do; everything but the watchdog, which is the program's. Valid as
/// long as the application is.
ConsoleContext contextOf(Application &app);

} // namespace patchbay
