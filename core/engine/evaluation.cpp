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

struct EvaluationState {
    Conversation conversation = {};
    Channel channel = {};
    Address contact = {};
    QStringList labels = {};
    std::optional<Suggestion> newest = {};
    std::optional<Classification> before = {};
};

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
    state.newest = suggestions::newest(db, request.conversation);
    state.before = classifications::before(db, request.conversation, request.message.id);
    return state;
}

bool evaluationAccepted(const std::optional<Suggestion> &suggestion)
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
    Classification own = snapshot.classifier->classify(withoutReplyPrefixes(message.subject), message.text);
    if (!state.before || state.before->abstained)
        return own;
    const bool personDecided =
        state.before->source == ClassificationSource::Person && !evaluationAccepted(state.newest);
    if (!own.abstained && !message.automatic && !personDecided)
        return own;
    Classification kept = *state.before; // with its own reasons
    kept.language = own.language.isEmpty() ? kept.language : own.language;
    return kept;
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

bool evaluationSuggests(const EvaluationRequest &request, const EvaluationState &state, const EvaluationResult &result,
                        bool routedByRule)
{
    if (request.suggest != Suggest::AsNeeded)
        return request.suggest == Suggest::Always;
    if (request.message.automatic && state.before && !routedByRule)
        return false;
    if (!evaluationAccepted(state.newest))
        return true;
    return state.newest->classification.category != result.classification.category
        || state.newest->route != result.route;
}

/// History tells what an archived thread is about by its newest mail. Where news has led to a suggestion the
/// conversation stays what that suggestion says.
bool evaluationCounts(Database &db, const EvaluationRequest &request, const EvaluationState &state)
{
    return request.suggest != Suggest::Never
        || (!state.newest && messages::isNewestInbound(db, request.conversation, request.message.id));
}

/// A task that is still only suggested tells all that the customer wrote, not just the "any news?" of today.
QString evaluationDescription(const EvaluationState &state, const Message &message, const QString &description)
{
    if (!state.newest || state.newest->state != Suggestion::State::Pending)
        return description;
    const QString before = state.newest->draft.description;
    if (state.newest->message == message.id)
        return before;
    return boundedDescription(before + u"\n\n"_s + description);
}

} // namespace

EvaluationResult evaluateMessage(Database &db, const Snapshot &snapshot, const EvaluationRequest &request)
{
    const EvaluationState state = evaluationState(db, request);
    EvaluationResult result;
    if (!db.ok())
        return result;
    result.classification = evaluationClassification(snapshot, request, state);
    const Facts facts = evaluationFacts(snapshot, request, state, result.classification);
    Decision decision = evaluate(snapshot.rules, facts);
    const Route *route = evaluationRoute(snapshot, request, decision);
    result.route = route ? route->id : RouteId{};
    result.trace = decision.trace;
    result.priority = decision.priority.value_or(result.classification.priority);
    if (state.before && !request.reopened && !request.given)
        result.priority = std::max(result.priority, state.conversation.priority);

    classifications::insert(db, request.message.id, request.conversation, result.classification);
    if (!evaluationCounts(db, request, state))
        return result;
    conversations::setCategory(db, request.conversation, result.classification.category,
                               result.classification.confidence, result.priority, result.classification.language);
    for (const QString &label : decision.labels)
        labels::set(db, request.conversation, label, true);
    if (!evaluationSuggests(request, state, result, decision.routedByRule))
        return result;

    TaskDraftSource source{request.message, state.conversation, state.channel};
    source.category = facts.category;
    source.priority = result.priority;
    source.contact = state.contact;
    source.language = result.classification.language;
    source.workspaceUid = request.workspaceUid;
    source.fields = route ? route->fields : QJsonObject{};
    Suggestion suggestion;
    suggestion.conversation = request.conversation;
    suggestion.classification = result.classification;
    suggestion.route = result.route;
    suggestion.trace = result.trace;
    suggestion.message = request.message.id;
    suggestion.draft = draftTask(source);
    suggestion.draft.description = evaluationDescription(state, request.message, suggestion.draft.description);
    result.suggestion = suggestions::replacePending(db, suggestion);
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
