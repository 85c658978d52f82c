#pragma once

#include "core/engine/snapshots.h"
#include "core/model/account.h"
#include "core/model/task.h"

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
    std::optional<Classification> given = {}; ///< a person's word instead of the model's
    std::optional<RouteId> route = {}; ///< a person's word instead of the rules'
};

struct EvaluationResult {
    Classification classification = {};
    Priority priority = Priority::Normal;
    RouteId route = {};
    Trace trace = {};
    std::optional<SuggestionId> suggestion = {};
};

/// Classifies, asks the rules and drafts the task, and stores what comes of it in the running transaction: the
/// message's classification, the conversation's category, priority, language and labels, and the suggestion. What was
/// decided by a support lead's sense:
/// - A message that says nothing certain ("thanks!") keeps the conversation's category, and so does an automatic one. A
///   person's category stays until the task that it led to was accepted.
/// - An open conversation's priority only rises by itself.
/// - History changes nothing of a conversation that news has made a suggestion for, and an older mail nothing of what a
///   newer one said; what it is about is stored beside it all the same.
/// - An automatic message in a known conversation (out of office, bounce) makes no suggestion unless a rule routes it;
/// one
///   that opens a conversation (a web form, an alert) does.
/// A route that the rules name but the workspace has not is told in the trace and leaves the suggestion without a
/// route.
EvaluationResult evaluateMessage(Database &db, const Snapshot &snapshot, const EvaluationRequest &request);

/// Evaluates the newest inbound message of the conversation again; NotFound when it has none.
Result<EvaluationResult> evaluateAgain(Database &db, const Snapshot &snapshot, ConversationId conversation,
                                       const QString &workspaceUid, EvaluationRequest::Suggest suggest,
                                       std::optional<Classification> given = {}, std::optional<RouteId> route = {});

} // namespace patchbay
