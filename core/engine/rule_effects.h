#pragma once

#include "core/engine/compiled_rules.h"
#include "core/model/operator.h"
#include "core/store/rule_table.h"

namespace patchbay {

/// Rules that are asked beside the live ones, for their difference alone.
struct ShadowRules {
    RuleDraftId draft = {};
    Timestamp until = {};
    std::shared_ptr<const CompiledRules> rules = {};
};

/// What rules want done beside category, priority, labels, route and suggestion; nothing is stored yet.
struct RuleEffects {
    QString assign = {}; ///< an operator's name
    QString escalate = {}; ///< the same
    QString draftReply = {};
    QString acceptRule = {}; ///< the rule that wants the suggestion accepted without asking; empty: none
    QStringList counted = {}; ///< rules with a bound that fired
    int version = 0; ///< of the rule set; the caller's to fill in

    struct Shadow {
        RuleDraftId draft = {};
        QString live = {}; ///< what each decides, as a sentence; both empty: the same
        QString other = {};
    };
    std::optional<Shadow> shadow = {};
};

/// What a decision does, in one line: "route Tasks, priority high, label VIP".
QString decisionText(const Decision &decision);

/// The effects of a decision about a message from outside. Pure; any thread.
RuleEffects ruleEffects(const Decision &decision, const Facts &facts, const ShadowRules *shadow);

/// Carries them out in the running transaction, in the name of the system, with audit rows. `conversation` is the row
/// as the caller will store it. Nothing here evaluates anything: a rule's own changes never ask the rules again.
void applyRuleEffects(Database &db, const RuleEffects &effects, Conversation &conversation, MessageId message);

} // namespace patchbay
