#include "core/engine/evaluation.h"

#include "core/engine/task_draft.h"
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

EvaluationState evaluationState(Database &db, const EvaluationRequest &request)
{
    EvaluationState state;
    state.conversation = conversations::byId(db, request.conversation).value_or(Conversation{});
    state.channel = channels::byId(db, state.conversation.channel).value_or(Channel{});
    state.contact = evaluationContact(db, state.conversation, request.message);
    state.labels = labels::of(db, request.conversation);
    state.newest = suggestions::head(db, request.conversation);
    state.before = classifications::newestInbound(db, request.conversation, request.message.id);
    state.isNewest = messages::isNewestInbound(db, request.conversation, request.message.id);
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
    kept->language = own.language.isEmpty() ? kept->language : own.language;
    return *kept;
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
    return facts;
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
    if (!route) {
        RuleTrace missing;
        missing.rule = u"Route \"%1\""_s.arg(decision.route);
        missing.conditions.push_back({u"the workspace has this route"_s, u"no"_s, u"yes"_s, false});
        decision.trace.rules.push_back(std::move(missing));
    }
    return route;
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
QString evaluationDescription(const EvaluationState &state, const Message &message, const QString &description)
{
    if (!state.newest || state.newest->state != Suggestion::State::Pending)
        return description;
    const QString before = state.newest->draftDescription();
    if (state.newest->message == message.id)
        return before;
    return boundedDescription(before + u"\n\n"_s + description);
}

Suggestion evaluationSuggestion(const EvaluationRequest &request, const EvaluationState &state,
                                const EvaluationOutcome &outcome, const QString &category, const Route *route)
{
    TaskDraftSource source{request.message, state.conversation, state.channel};
    source.category = category;
    source.priority = outcome.priority;
    source.contact = state.contact;
    source.language = outcome.classification.language;
    source.workspaceUid = request.workspaceUid;
    source.fields = route ? route->fields : QJsonObject{};
    Suggestion suggestion;
    suggestion.conversation = request.conversation;
    suggestion.classification = outcome.classification;
    suggestion.route = outcome.route;
    suggestion.trace = outcome.trace;
    suggestion.message = request.message.id;
    suggestion.draft = draftTask(source);
    suggestion.draft.description = evaluationDescription(state, request.message, suggestion.draft.description);
    return suggestion;
}

} // namespace

Classification classified(const Snapshot &snapshot, const QString &subject, const QString &text)
{
    return snapshot.classifier->classify(withoutReplyPrefixes(subject), text);
}

EvaluationOutcome evaluated(const Snapshot &snapshot, const EvaluationRequest &request, const EvaluationState &state)
{
    EvaluationOutcome outcome;
    outcome.classification = evaluationClassification(snapshot, request, state);
    const Facts facts = evaluationFacts(snapshot, request, state, outcome.classification);
    Decision decision = evaluate(snapshot.rules, facts);
    const Route *route = evaluationRoute(snapshot, request, decision);
    outcome.route = route ? route->id : RouteId{};
    outcome.trace = std::move(decision.trace);
    outcome.priority = decision.priority.value_or(outcome.classification.priority);
    if (state.before && !request.reopened && !request.given)
        outcome.priority = std::max(outcome.priority, state.conversation.priority);
    // History tells what an archived thread is about by its newest mail. Where news has led to a suggestion the
    // conversation stays what that suggestion says.
    outcome.counts = request.suggest != Suggest::Never || (!state.newest && state.isNewest);
    if (!outcome.counts)
        return outcome;
    outcome.labels = decision.labels;
    if (evaluationSuggests(request, state, outcome, decision.routedByRule))
        outcome.suggestion = evaluationSuggestion(request, state, outcome, facts.category, route);
    return outcome;
}

EvaluationResult evaluateMessage(Database &db, const Snapshot &snapshot, const EvaluationRequest &request)
{
    const EvaluationState state = evaluationState(db, request);
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
    return result;
}

Result<EvaluationResult> evaluateAgain(Database &db, const Snapshot &snapshot, ConversationId conversation,
                                       const QString &workspaceUid, EvaluationRequest::Suggest suggest,
                                       std::optional<Classification> given, std::optional<RouteId> route)
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
    request.given = std::move(given);
    request.route = route;
    EvaluationResult result = evaluateMessage(db, snapshot, request);
    return db.finish(std::move(result));
}

} // namespace patchbay
