#pragma once

#include "core/engine/rules.h"

#include <memory>

namespace patchbay {

/// A rule set made ready for many messages: all texts and regular expressions of all rules in one RE2 set, values that
/// must be equal in hash maps, and each rule looked at only where a condition that it cannot do without holds. Decides
/// exactly as evaluate() does. Immutable; any thread.
class CompiledRules {
public:
    explicit CompiledRules(RuleSet rules);
    ~CompiledRules();

    const RuleSet &rules() const;

    enum class Tell {
        Nothing, ///< the trace stays empty: for a replay
        /// A small set (50 rules, 500 conditions) in full, as evaluate() tells it. Of a larger one the rules that fired
        /// or were skipped (50 rules, 500 conditions) in full, and how many others did not match: the version is kept,
        /// so evaluate() can tell them too.
        Enough,
    };
    Decision decide(const Facts &facts, const RuleUse &use = {}, Tell tell = Tell::Enough) const;
    /// True when a rule has a bound, so that its use has to be read.
    bool hasBounds() const;

private:
    struct Private;
    std::unique_ptr<const Private> d;
};

} // namespace patchbay
