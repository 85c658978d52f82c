#pragma once

#include "core/model/account.h"
#include "core/ports/catalog.h"
#include "core/store/target_figures.h"

#include <QtCore/QString>

namespace patchbay::words {

/// "C: searches for our key first": the class of a repeat, as docs/targets.md explains it.
QString repeats(Idempotency repeats);
/// "✓ verified: Jira Cloud REST v3 (OpenAPI), 2025": what the connector was held against, and by whom.
QString heldAgainst(const CrmConnectorInfo &info);
QString heldAgainst(const ContractNote &contract);
/// "closed", "open until 14:05", "half-open".
QString breakerState(const Target &target, Timestamp now);
/// "2 waiting; 1 unknown"; "none" when none is open.
QString openTasks(const targets::Figures &figures);

} // namespace patchbay::words
