#pragma once

#include "core/async/async.h"

namespace patchbay {

class Application;

/// Fills a new sample workspace with a believable support desk in English, Russian, Portuguese and Chinese, through the
/// Intake like any other mail, plus a few replies, notes and accepted tasks to Local tasks. Deterministic but for the
/// day: times are relative to when its mailbox was made. A filling that was cut off is completed by the next one, and
/// after a complete one nothing is done. Gives the number of mails. Refused in a workspace that is not marked as a
/// sample.
Async<Result<int>> fillSampleWorkspace(Application *app);

} // namespace patchbay
