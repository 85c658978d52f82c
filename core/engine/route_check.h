#pragma once

#include "core/engine/rules.h"
#include "core/store/database.h"

namespace patchbay {

/// Whether a route can be used as it is: a name, the targets that its strategy needs (by category: a default), nothing
/// that is not in the workspace, mappings that can be read. The sentence says what is missing.
Result<Done> checkRoute(Database &db, const Route &route);

/// The rules that lead to the route of this name, "the default route" among them; empty when none does.
QStringList rulesThatUse(const RuleSet &rules, const QString &route);

} // namespace patchbay
