#pragma once

#include "core/engine/rules.h"

namespace patchbay {

/// A message and what rules shall decide about it, from a file of cases.
struct RuleCase {
    QString name = {};
    Facts facts = {};

    // What is not named is not looked at.
    std::optional<QString> route = {}; ///< "" : none
    std::optional<Priority> priority = {};
    std::optional<QStringList> labels = {}; ///< in any order
    std::optional<QString> assign = {};
    std::optional<QString> escalate = {};
    std::optional<bool> accepted = {}; ///< without asking
    std::optional<QString> draftReply = {};
    std::optional<QStringList> fired = {}; ///< names of the rules that fire, in their order
};

/// A document is
///
///     {"cases": [{"name": "...", "message": {...}, "expect": {...}}, ...]}
///
/// `message` has any of channel, connector, category, confidence, priority, language, subject, text, contact (an
/// address), contact_name, labels, automatic, state, assignee, at ("2026-03-02T09:30:00Z"), waiting_minutes and before
/// (category, priority, language, state); `expect` at least one of route, priority, labels, assign, escalate, accepted,
/// draft_reply, fired. Strict like a rule file; an error names the JSON pointer and the line.
Result<std::vector<RuleCase>> parseRuleCases(const QByteArray &document);

/// What the rules decide otherwise than the case expects, a sentence each; empty: it passes.
QStringList failuresOf(const RuleCase &one, const RuleSet &rules);

} // namespace patchbay
