#pragma once

#include "core/engine/snapshots.h"
#include "core/model/account.h"
#include "core/model/task.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"

namespace patchbay {

/// What a message of a conversation is evaluated for.
struct EvaluationRequest {
    enum class Suggest {
        Never, ///< history
        AsNeeded, ///< a new message: replaces a pending suggestion; after an acceptance only when category or route
                  ///< differ
        Always, ///< a person asked for it
    };

    ConversationId conversation = {};
    Message message = {}; ///< inbound, stored
    QString workspaceUid = {};
    Suggest suggest = Suggest::AsNeeded;
    bool reopened = false; ///< the conversation was done or snoozed before: its priority starts anew
    std::optional<Message> former = {}; ///< the message as it read before its author edited it
    std::optional<Classification> own = {}; ///< the model's word, where it was asked before
    std::optional<Classification> given = {}; ///< a person's word instead of the model's
    std::optional<RouteId> route = {}; ///< a person's word instead of the rules'
    std::optional<ConversationStatus> statusBefore = {}; ///< none: as it is now
};

/// What the evaluation looks at beside the message.
struct EvaluationState {
    Conversation conversation = {};
    Channel channel = {};
    Address contact = {};
    QStringList labels = {};
    std::optional<suggestions::Head> newest = {}; ///< suggestion
    std::optional<classifications::Newest> before = {}; ///< of the newest inbound message other than this one
    RuleUse ruleUse = {}; ///< of rules with a bound; not read where there is none
    bool isNewest = true; ///< no inbound message of the conversation is newer
};

/// What comes of it; nothing is stored yet.
struct EvaluationOutcome {
    Classification classification = {};
    Priority priority = Priority::Normal;
    RouteId route = {};
    Trace trace = {};
    bool counts = true; ///< the conversation takes category, priority, language and labels from it
    QStringList labels = {}; ///< to be added
    std::optional<Suggestion> suggestion = {}; ///< to take the place of a pending one
    RuleEffects effects = {}; ///< for applyRuleEffects(); of news alone
};

struct EvaluationResult {
    Classification classification = {};
    Priority priority = Priority::Normal;
    RouteId route = {};
    Trace trace = {};
    std::optional<SuggestionId> suggestion = {};
};

/// What the model says of a message. Pure; any thread.
Classification classified(const Snapshot &snapshot, const QString &subject, const QString &text);

/// How often rules with a bound have fired in this hour; empty where no rule has one.
RuleUse ruleUse(Database &db, const Snapshot &snapshot);

/// Classifies, asks the rules and drafts the task. Pure; any thread. What was decided by a support lead's sense:
/// - A message that says nothing certain ("thanks!") keeps the conversation's category, and so does an automatic one. A
///   person's category stays until the task that it led to was accepted.
/// - An open conversation's priority only rises by itself.
/// - History changes nothing of a conversation that news has made a suggestion for, and an older mail nothing of what a
///   newer one said; what it is about is stored beside it all the same.
/// - History sets off nothing: no rule assigns, drafts or accepts for it, or counts it.
/// - An automatic message in a known conversation (out of office, bounce) makes no suggestion unless a rule routes it;
///   one that opens a conversation (a web form, an alert) does.
/// A route that the rules name but the workspace has not is told in the trace and leaves the suggestion without a
/// route.
EvaluationOutcome evaluated(const Snapshot &snapshot, const EvaluationRequest &request, const EvaluationState &state);

/// Reads the state, evaluates, and stores what comes of it in the running transaction.
EvaluationResult evaluateMessage(Database &db, const Snapshot &snapshot, const EvaluationRequest &request);

/// What rules would be told now about the newest inbound message of the conversation, classified as it was then; before
/// it, what the inbound message before it was classified as. NotFound when there is none.
Result<Facts> factsOf(Database &db, const Snapshot &snapshot, ConversationId conversation);

/// Evaluates the newest inbound message of the conversation again; NotFound when it has none.
Result<EvaluationResult> evaluateAgain(Database &db, const Snapshot &snapshot, ConversationId conversation,
                                       const QString &workspaceUid, EvaluationRequest::Suggest suggest,
                                       std::optional<Classification> given = {}, std::optional<RouteId> route = {});

/// What a person who asks for a suggestion would get (Suggest::Always); nothing is stored.
Result<Suggestion> suggestionFor(Database &db, const Snapshot &snapshot, ConversationId conversation,
                                 const QString &workspaceUid);

} // namespace patchbay
