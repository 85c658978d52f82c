#pragma once

#include "core/engine/rules.h"

namespace patchbay {

/// What became of one rule, known by its name.
struct RuleChange {
    enum class Kind { Added, Removed, Changed, Moved };
    Kind kind = Kind::Changed;
    QString rule = {};
    int from = -1; ///< its place in each, from 0; -1: it is not in it
    int to = -1;
    QByteArray before = {}; ///< the rule as it is written; both empty for one that only moved
    QByteArray after = {};
};

struct RuleDiff {
    std::vector<RuleChange> rules = {}; ///< in the order of the new set, removed ones last
    /// What else is different: "default_route", "time_zone", "business_hours".
    QStringList settings = {};

    bool isEmpty() const { return rules.empty() && settings.isEmpty(); }
};

/// Of two rule sets. A rule has moved when the fewest moves that lead from one order to the other are of it. Pure; any
/// thread.
RuleDiff diffRules(const RuleSet &from, const RuleSet &to);

} // namespace patchbay
