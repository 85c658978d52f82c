#pragma once

#include "core/store/database.h"

namespace patchbay::people {

/// Names and addresses of contacts that hold what was typed, those that begin with it first; at most `limit` of each.
/// Case counts for letters outside ASCII.
QStringList matching(Database &db, const QString &typed, int limit);

} // namespace patchbay::people
