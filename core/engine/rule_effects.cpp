#include "core/engine/rule_effects.h"

#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/misc_tables.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

void effectAudit(Database &db, const char *action, const Conversation &conversation, const RuleEffects &effects,
                 const QString &what)
{
    audit::add(db, operators::system(db).id, action, "conversation", conversation.uid,
               {{u"to"_s, what}, {u"rule_set_version"_s, effects.version}});
}

/// The operator of this name; none: the trace says that there is none, and so does the audit.
void effectAssign(Database &db, const char *action, const RuleEffects &effects, const QString &name,
                  Conversation &conversation)
{
    const std::vector<Operator> all = operators::all(db);
    const auto found =
        std::find_if(all.begin(), all.end(), [&name](const Operator &o) { return o.name == name && !o.isSystem; });
    if (found == all.end() || found->id == conversation.assignee)
        return;
    conversation.assignee = found->id;
    conversations::setAssignee(db, conversation.id, found->id);
    effectAudit(db, action, conversation, effects, name);
}

void effectDraft(Database &db, const RuleEffects &effects, const Conversation &conversation)
{
    const OperatorId system = operators::system(db).id;
    drafts::save(db, conversation.id, system, u"reply"_s, effects.draftReply);
    effectAudit(db, "rule_draft_reply", conversation, effects, {});
}

void effectShadow(Database &db, const RuleEffects::Shadow &shadow, const Conversation &conversation, MessageId message)
{
    const bool differs = !shadow.live.isEmpty();
    if (!rule_drafts::countShadow(db, shadow.draft, differs) || !differs)
        return;
    rule_drafts::Difference difference;
    difference.message = message;
    difference.conversation = conversation.id;
    difference.live = shadow.live;
    difference.draft = shadow.other;
    rule_drafts::addDifference(db, shadow.draft, difference);
}

} // namespace

QString decisionText(const Decision &decision)
{
    QStringList parts;
    const auto add = [&parts](const QString &what, const QString &value) {
        if (!value.isEmpty())
            parts << what + u' ' + value;
    };
    parts << (decision.route.isEmpty() ? u"no route"_s : u"route "_s + decision.route);
    if (decision.priority)
        add(u"priority"_s, nameOf(*decision.priority));
    for (const QString &label : decision.labels)
        add(u"label"_s, label);
    add(u"assigned to"_s, decision.assign);
    add(u"escalated to"_s, decision.escalate);
    if (!decision.draftReply.isEmpty())
        parts << u"with a drafted reply"_s;
    if (decision.acceptAbove)
        add(u"accepted from confidence"_s, QString::number(*decision.acceptAbove, 'g', 4));
    return parts.join(u", "_s).left(2000);
}

RuleEffects ruleEffects(const Decision &decision, const Facts &facts, const ShadowRules *shadow)
{
    RuleEffects effects;
    effects.assign = decision.assign;
    effects.escalate = decision.escalate;
    effects.draftReply = decision.draftReply;
    effects.counted = decision.counted;
    // A machine that answers our task's confirmation would otherwise have a task made of each answer.
    if (decision.acceptAbove && facts.confidence >= *decision.acceptAbove && !facts.automatic)
        effects.acceptRule = decision.acceptRule;
    if (shadow && shadow->rules) {
        const Decision other = shadow->rules->decide(facts, {}, CompiledRules::Tell::Nothing);
        effects.shadow = RuleEffects::Shadow{shadow->draft, {}, {}};
        if (!other.sameEffects(decision)) {
            effects.shadow->live = decisionText(decision);
            effects.shadow->other = decisionText(other);
        }
    }
    return effects;
}

void applyRuleEffects(Database &db, const RuleEffects &effects, Conversation &conversation, MessageId message)
{
    for (const QString &rule : effects.counted)
        rule_use::count(db, rule);
    if (!effects.escalate.isEmpty())
        effectAssign(db, "rule_escalate", effects, effects.escalate, conversation);
    else if (!effects.assign.isEmpty() && !conversation.assignee)
        effectAssign(db, "rule_assign", effects, effects.assign, conversation);
    if (!effects.draftReply.isEmpty())
        effectDraft(db, effects, conversation);
    if (!effects.acceptRule.isEmpty())
        rule_acceptances::add(db, {0, conversation.id, message, effects.acceptRule, effects.version});
    if (effects.shadow)
        effectShadow(db, *effects.shadow, conversation, message);
}

} // namespace patchbay
