#pragma once

namespace patchbay {

/// Gives back to the system what the program has freed. Long work whose threads hand texts to each other leaves the C
/// library with ever more half-free memory: an import of a million mails had 25 MB of it, and growing. Some
/// milliseconds; any thread. Does nothing where the C library has no such call.
void giveBackFreeMemory();

} // namespace patchbay
