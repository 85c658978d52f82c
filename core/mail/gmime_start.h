#pragma once

namespace patchbay::mail {

/// Starts gmime once in the process; every function that calls it begins with this. Any thread.
void startGMime();

} // namespace patchbay::mail
