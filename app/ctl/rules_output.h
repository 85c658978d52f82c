#pragma once

#include "app/ctl/ctl.h"
#include "core/engine/rules_diff.h"
#include "core/engine/rules_lint.h"

namespace patchbay {

/// "FILE:12: error: Rule "x": sentence" for each finding, and as JSON; status 1 when there is an error among them.
CtlOutput lintOutput(const QString &file, const std::vector<RuleFinding> &findings);

/// "+ rule", "- rule", "~ rule" with the lines that differ, "^ rule: from 3 to 1".
CtlOutput diffOutput(const RuleDiff &diff);

} // namespace patchbay
