#include "core/engine/evaluation.h"

#include "core/engine/task_draft.h"
#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using Suggest = EvaluationRequest::Suggest;

Address evaluationContact(Database &db, const Conversation &conversation, const Message &message)
{
    const std::vector<Participant> known = conversations::participants(db, conversation.id);
    const auto it = std::find_if(known.begin(), known.end(), [](const Participant &p) { return p.isContact; });
    const Address address = it != known.end() ? it->address : message.author;
    const Contact contact = conversations::contact(db, conversation.contact);
    return {contact.name.isEmpty() ? address.name : contact.name, address.address};
}

EvaluationState evaluationState(Database &db, const Snapshot *snapshot, const EvaluationRequest &request)
{
    EvaluationState state;
    state.conversation = conversations::byId(db, request.conversation).value_or(Conversation{});
    state.channel = channels::byId(db, state.conversation.channel).value_or(Channel{});
    state.contact = evaluationContact(db, state.conversation, request.message);
    state.labels = labels::of(db, request.conversation);
    state.newest = suggestions::head(db, request.conversation);
    state.before = classifications::newestInbound(db, request.conversation, request.message.id);
    state.isNewest = messages::isNewestInbound(db, request.conversation, request.message.id);
    if (request.suggest != Suggest::Never)
        state.ruleUse = ruleUse(db, *snapshot);
    return state;
}

bool evaluationAccepted(const std::optional<suggestions::Head> &suggestion)
{
    return suggestion
        && (suggestion->state == Suggestion::State::Accepted || suggestion->state == Suggestion::State::Overridden);
}

Classification evaluationClassification(const Snapshot &snapshot, const EvaluationRequest &request,
                                        const EvaluationState &state)
{
    if (request.given)
        return *request.given;
    const Message &message = request.message;
    Classification own = request.own ? *request.own : classified(snapshot, message.subject, message.text);
    const bool personDecided =
        state.before && state.before->source == ClassificationSource::Person && !evaluationAccepted(state.newest);
    if (!state.before || (!own.abstained && !message.automatic && !personDecided))
        return own;
    if (state.before->abstained())
        return own;
    std::optional<Classification> kept = state.before->classification(); // with its own reasons
    if (!kept || !categoryIn(snapshot.taxonomy, kept->category)) // it was retired since
        return own;
    if (!kept->readFrom)
        kept->readFrom = state.before->message;
    kept->language = own.language.isEmpty() ? kept->language : own.language;
    return *kept;
}

void evaluationTimes(const Snapshot &snapshot, const EvaluationRequest &request, const EvaluationState &state,
                     Facts &facts)
{
    const Conversation &conversation = state.conversation;
    facts.state = nameOf(conversation.status);
    for (const Operator &one : snapshot.operators) {
        if (one.id == conversation.assignee)
            facts.assignee = one.name;
    }
    if (conversation.assignee && facts.assignee.isEmpty())
        facts.assignee = u"(somebody new)"_s; // who came to the team since the snapshot was made
    facts.at = request.message.sortAt;
    if (conversation.awaitingUs && conversation.awaitingSince && conversation.awaitingSince < facts.at)
        facts.waitingMinutes = double((facts.at - conversation.awaitingSince).count()) / 60e6;
    if (!conversation.category)
        return; // nothing was evaluated before
    facts.before.priority = conversation.priority;
    facts.before.language = conversation.language;
    facts.before.state = nameOf(request.statusBefore.value_or(conversation.status));
}

Facts evaluationFacts(const Snapshot &snapshot, const EvaluationRequest &request, const EvaluationState &state,
                      const Classification &classification)
{
    Facts facts;
    facts.channel = state.channel.name;
    facts.connector = state.channel.connector;
    for (const Category &category : snapshot.taxonomy) {
        if (category.id == classification.category)
            facts.category = category.name;
        if (category.id == state.conversation.category)
            facts.before.category = category.name;
    }
    facts.confidence = classification.confidence;
    facts.priority = classification.priority;
    facts.language = classification.language;
    facts.subject = request.message.subject;
    facts.text = request.message.text;
    facts.contactAddress = request.message.author.address;
    facts.contactName = request.message.author.name;
    facts.labels = state.labels;
    facts.automatic = request.message.automatic;
    evaluationTimes(snapshot, request, state, facts);
    return facts;
}

void evaluationMissing(Trace &trace, const QString &what, const QString &condition)
{
    RuleTrace missing;
    missing.rule = what;
    missing.conditions.push_back({condition, u"no"_s, u"yes"_s, false});
    trace.rules.push_back(std::move(missing));
}

const Route *evaluationRoute(const Snapshot &snapshot, const EvaluationRequest &request, Decision &decision)
{
    const auto find = [&snapshot](const auto &matches) -> const Route * {
        const auto it = std::find_if(snapshot.routes.begin(), snapshot.routes.end(), matches);
        return it == snapshot.routes.end() ? nullptr : &*it;
    };
    if (request.route)
        return find([&](const Route &route) { return route.id == *request.route; });
    if (decision.route.isEmpty())
        return nullptr;
    const Route *route = find([&](const Route &r) { return r.name == decision.route; });
    if (!route)
        evaluationMissing(decision.trace, u"Route \"%1\""_s.arg(decision.route), u"the workspace has this route"_s);
    return route;
}

void evaluationOperators(const Snapshot &snapshot, Decision &decision)
{
    for (const QString &name : {decision.assign, decision.escalate}) {
        if (name.isEmpty())
            continue;
        const bool known = std::any_of(snapshot.operators.begin(), snapshot.operators.end(),
                                       [&name](const Operator &o) { return o.name == name && !o.isSystem; });
        if (!known)
            evaluationMissing(decision.trace, u"Operator \"%1\""_s.arg(name), u"the workspace has this operator"_s);
    }
}

/// A person's own word is never pushed without asking, nor what the model is not sure of.
RuleEffects evaluationEffects(const Snapshot &snapshot, const EvaluationRequest &request, const Facts &facts,
                              const EvaluationOutcome &outcome, const Decision &decision)
{
    if (request.suggest != Suggest::AsNeeded)
        return {};
    const bool isNews = !request.given && !request.route;
    RuleEffects effects = ruleEffects(decision, facts, isNews && snapshot.shadow ? &*snapshot.shadow : nullptr);
    effects.version = outcome.trace.ruleSetVersion;
    if (!isNews || outcome.classification.abstained || !outcome.suggestion || !outcome.route)
        effects.acceptRule.clear();
    return effects;
}

bool evaluationSuggests(const EvaluationRequest &request, const EvaluationState &state,
                        const EvaluationOutcome &outcome, bool routedByRule)
{
    if (request.suggest != Suggest::AsNeeded)
        return request.suggest == Suggest::Always;
    if (request.message.automatic && state.before && !routedByRule)
        return false;
    if (!evaluationAccepted(state.newest))
        return true;
    return state.newest->category != outcome.classification.category || state.newest->route != outcome.route;
}

/// A task that is still only suggested tells all that the customer wrote, not just the "any news?" of today.
/// What was edited stands in the place of what it was.
QString evaluationDescription(const EvaluationState &state, const EvaluationRequest &request,
                              const QString &description)
{
    if (!state.newest || state.newest->state != Suggestion::State::Pending)
        return description;
    const QString before = state.newest->draftDescription();
    const bool known = state.newest->message == request.message.id;
    if (known && !request.former)
        return before;
    if (known) {
        const QString former = draftTask({*request.former, state.conversation}).description;
        if (before.endsWith(former))
            return boundedDescription(before.chopped(former.size()) + description);
    }
    return boundedDescription(before + u"\n\n"_s + description);
}

Suggestion evaluationSuggestion(const EvaluationRequest &request, const EvaluationState &state,
                                const EvaluationOutcome &outcome, const QString &category)
{
    TaskDraftSource source{request.message, state.conversation};
    source.category = category;
    source.priority = outcome.priority;
    source.contact = state.contact;
    source.workspaceUid = request.workspaceUid;
    Suggestion suggestion;
    suggestion.conversation = request.conversation;
    suggestion.classification = outcome.classification;
    suggestion.route = outcome.route;
    suggestion.trace = outcome.trace;
    suggestion.message = request.message.id;
    suggestion.draft = draftTask(source);
    suggestion.draft.description = evaluationDescription(state, request, suggestion.draft.description);
    return suggestion;
}

Result<EvaluationRequest> evaluationOfNewest(Database &db, ConversationId conversation, const QString &workspaceUid,
                                             Suggest suggest)
{
    auto message = messages::newestInbound(db, conversation);
    if (db.error())
        return *db.error();
    if (!message)
        return makeError(
            Error::Kind::NotFound,
            u"The conversation has no message from outside, so there is nothing to suggest a task from."_s);
    EvaluationRequest request;
    request.conversation = conversation;
    request.message = std::move(*message);
    request.workspaceUid = workspaceUid;
    request.suggest = suggest;
    return request;
}

} // namespace

Classification classified(const Snapshot &snapshot, const QString &subject, const QString &text)
{
    return snapshot.classifier->classify(withoutReplyPrefixes(subject), text);
}

RuleUse ruleUse(Database &db, const Snapshot &snapshot)
{
    return snapshot.compiledRules().hasBounds() ? rule_use::now(db) : RuleUse{};
}

EvaluationOutcome evaluated(const Snapshot &snapshot, const EvaluationRequest &request, const EvaluationState &state)
{
    EvaluationOutcome outcome;
    outcome.classification = evaluationClassification(snapshot, request, state);
    // History tells what an archived thread is about by its newest mail. Where news has led to a suggestion the
    // conversation stays what that suggestion says.
    const bool isHistory = request.suggest == Suggest::Never;
    outcome.counts = !isHistory || (!state.newest && state.isNewest);
    if (!outcome.counts)
        return outcome;
    const Facts facts = evaluationFacts(snapshot, request, state, outcome.classification);
    const auto tell = isHistory ? CompiledRules::Tell::Nothing : CompiledRules::Tell::Enough; // nobody reads it there
    Decision decision = snapshot.compiledRules().decide(facts, state.ruleUse, tell);
    const Route *route = evaluationRoute(snapshot, request, decision);
    outcome.route = route ? route->id : RouteId{};
    evaluationOperators(snapshot, decision);
    outcome.trace = std::move(decision.trace);
    outcome.priority = decision.priority.value_or(outcome.classification.priority);
    if (state.before && !request.reopened && !request.given)
        outcome.priority = std::max(outcome.priority, state.conversation.priority);
    outcome.labels = decision.labels;
    if (evaluationSuggests(request, state, outcome, decision.routedByRule))
        outcome.suggestion = evaluationSuggestion(request, state, outcome, facts.category);
    outcome.effects = evaluationEffects(snapshot, request, facts, outcome, decision);
    return outcome;
}

EvaluationResult evaluateMessage(Database &db, const Snapshot &snapshot, const EvaluationRequest &request)
{
    const EvaluationState state = evaluationState(db, &snapshot, request);
    if (!db.ok())
        return {};
    const EvaluationOutcome outcome = evaluated(snapshot, request, state);
    EvaluationResult result{outcome.classification, outcome.priority, outcome.route, outcome.trace, {}};
    classifications::insert(db, request.message.id, request.conversation, outcome.classification);
    if (!outcome.counts)
        return result;
    conversations::setCategory(db, request.conversation, outcome.classification.category,
                               outcome.classification.confidence, outcome.priority, outcome.classification.language);
    for (const QString &label : outcome.labels)
        labels::set(db, request.conversation, label, true);
    if (outcome.suggestion)
        result.suggestion = suggestions::supersedePending(db, *outcome.suggestion);
    Conversation row = state.conversation;
    applyRuleEffects(db, outcome.effects, row, request.message.id);
    return result;
}

Result<Facts> factsOf(Database &db, const Snapshot &snapshot, ConversationId conversation)
{
    auto message = messages::newestInbound(db, conversation);
    if (db.error())
        return *db.error();
    if (!message)
        return makeError(Error::Kind::NotFound,
                         u"The conversation has no message from outside, so there is nothing for rules to decide."_s);
    EvaluationRequest request;
    request.conversation = conversation;
    request.message = std::move(*message);
    request.suggest = Suggest::Never;
    EvaluationState state = evaluationState(db, &snapshot, request);
    const auto stored = classifications::newestOf(db, request.message.id);
    const auto before = state.before ? state.before->classification() : std::nullopt;
    state.conversation.category = before ? before->category : CategoryId{};
    if (before) {
        state.conversation.priority = before->priority;
        state.conversation.language = before->language;
    }
    return db.finish(
        evaluationFacts(snapshot, request, state,
                        stored ? *stored : classified(snapshot, request.message.subject, request.message.text)));
}

Result<Suggestion> suggestionFor(Database &db, const Snapshot &snapshot, ConversationId conversation,
                                 const QString &workspaceUid)
{
    Result<EvaluationRequest> request = evaluationOfNewest(db, conversation, workspaceUid, Suggest::Always);
    if (!request)
        return request.error();
    const EvaluationState state = evaluationState(db, &snapshot, *request);
    if (db.error())
        return *db.error();
    return db.finish(evaluated(snapshot, *request, state).suggestion.value_or(Suggestion{}));
}

Result<EvaluationResult> evaluateAgain(Database &db, const Snapshot &snapshot, ConversationId conversation,
                                       const QString &workspaceUid, EvaluationRequest::Suggest suggest,
                                       std::optional<Classification> given, std::optional<RouteId> route)
{
    Result<EvaluationRequest> request = evaluationOfNewest(db, conversation, workspaceUid, suggest);
    if (!request)
        return request.error();
    request->given = std::move(given);
    request->route = route;
    EvaluationResult result = evaluateMessage(db, snapshot, *request);
    return db.finish(std::move(result));
}

} // namespace patchbay
