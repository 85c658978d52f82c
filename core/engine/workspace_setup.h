#pragma once

#include "core/store/database.h"

namespace patchbay {

/// Gives a workspace what every one has: the default categories, the target "Local tasks", the route "Tasks" to it and
/// the default rule set, published by the system. Each only where there is none yet, so it may run at every start.
Result<Done> setUpWorkspace(Database &db);

} // namespace patchbay
