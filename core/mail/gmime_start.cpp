#include "core/mail/gmime_start.h"

#include <gmime/gmime.h>

#include <mutex>

namespace patchbay::mail {

void startGMime()
{
    // Never shut down: gmime's tables live as long as the process, and there is nothing in them to save.
    static std::once_flag once;
    std::call_once(once, [] { g_mime_init(); });
}

} // namespace patchbay::mail
