#pragma once

#include "core/model/question.h"
#include "core/store/database.h"

namespace patchbay::model_calls {

/// What was used at one model for one purpose.
struct Usage {
    ModelId model = {};
    QString modelName = {};
    Purpose purpose = Purpose::Classify;
    qint64 calls = 0;
    qint64 inputTokens = 0;
    qint64 outputTokens = 0;
    Money spent = {}; ///< the highest price of calls of unclear end included
};

/// A row of the privacy ledger as it is shown.
struct Entry {
    ModelCall call = {};
    QString modelName = {};
    QString operatorName = {};
    QString conversationUid = {}; ///< empty: deleted
    QString contactName = {};
};

/// The first moment of the calendar month of this time, in UTC: budgets begin there.
Timestamp monthOf(Timestamp at);

/// Stored before anything leaves; from here on it counts against the budget with its highest price.
ModelCallId insert(Database &db, const ModelCall &call);
/// How it ended; false when it had ended before.
bool end(Database &db, ModelCallId id, const ModelCall &ended);
/// Calls of this question whose process ended before they did: they may have been answered over there.
void abandon(Database &db, QuestionId question);
/// Those of a batch whose end is not known yet, and how all of them ended: unclear ones at their highest price.
std::vector<ModelCall> openOf(Database &db, ModelBatchId batch);
void endAll(Database &db, ModelBatchId batch, ModelCall::State state);
/// Spent or held for calls on their way since then: at most this can come together.
Money committed(Database &db, Timestamp since);
std::vector<Usage> usage(Database &db, Timestamp since, Timestamp before);
/// The newest first, those before `before`, from the newest when that is none.
std::vector<Entry> ledger(Database &db, ModelCallId before, int limit);
std::vector<Entry> ofConversation(Database &db, ConversationId conversation, int limit);
/// What a row says about a conversation and its words goes; when, to whom, how much and for how much stays.
void forget(Database &db, ConversationId conversation);

} // namespace patchbay::model_calls
