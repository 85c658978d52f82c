#pragma once

#include "core/engine/pack.h"
#include "core/store/database.h"

namespace patchbay {

/// Gives a workspace what every one has: the default categories, the target "Local tasks", the route "Tasks" to it and
/// the default rule set, published by the system. Each only where there is none yet, so it may run at every start. With
/// a pack its categories, rules, canned replies and business rules take the place of the default ones; Conflict in a
/// workspace that has categories already, from anything but this pack.
Result<Done> setUpWorkspace(Database &db, const Pack *pack = nullptr);

} // namespace patchbay
