#pragma once

namespace patchbay {

/// Ends the process with SIGKILL when the environment variable PATCHBAY_FAULT names this point ("name", or "name:n" for
/// its n-th pass). Does nothing in builds without PATCHBAY_FAULTS. Any thread.
#ifdef PATCHBAY_FAULTS
void faultPoint(const char *name);
#else
inline void faultPoint(const char *) { }
#endif

} // namespace patchbay
