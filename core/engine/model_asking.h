#pragma once

#include "core/engine/model_prompt.h"
#include "core/engine/snapshots.h"
#include "core/model/model_account.h"
#include "core/model/operator.h"
#include "core/store/question_table.h"

namespace patchbay {

/// What somebody wants to know from a model.
struct AskRequest {
    ConversationId conversation = {};
    Purpose purpose = Purpose::Classify;
    QString language = {}; ///< of a summary or translation, ISO 639-1
    ModelId model = {}; ///< none: the workspace's
    bool automatic = false; ///< because the local model abstained
    bool anew = false; ///< past the cache: a person wants another answer
    OperatorId by = {};
};

/// A question that could be asked; nothing is stored.
struct PreparedQuestion {
    Question question = {};
    MadePrompt made = {};
};
Result<PreparedQuestion> prepareQuestion(Database &db, const Taxonomy &taxonomy, const ModelAccount &model,
                                         const AskRequest &request);
/// Stores it with the answer that the same words had before: nothing leaves.
Question answerAsBefore(Database &db, Question question, const Question &before);
/// Stores it with its delivery.
Question queueQuestion(Database &db, const PreparedQuestion &prepared, const ModelBatch *batch = nullptr);

/// Makes the question, redacted, and queues its delivery; or answers it out of the cache at once, or gives the same
/// question that is on its way already. Refused in words: not allowed, no model, over the budget, nothing to ask about.
/// Nothing leaves here. Part of the running transaction.
Result<Question> askModel(Database &db, const Taxonomy &taxonomy, const AskRequest &request);

/// After the local model abstained from messages: asks when the workspace wants that, and otherwise does nothing. Part
/// of the transaction that stores the messages, so neither is lost without the other.
void askWhenAbstained(Database &db, const Taxonomy &taxonomy, const QSet<ConversationId> &conversations);

/// What follows from a stored answer: one to an automatic classification takes the place of a pending suggestion that
/// was only made because the local model abstained, as a new version; one to a question of a batch does that, too, and
/// says what a conversation of the history is about. Everything else stands beside what there is. Part of the
/// transaction that stores the answer.
Result<Done> applyAnswer(Database &db, const Snapshot &snapshot, const Question &question, const QString &workspaceUid,
                         bool fromBatch = false);

} // namespace patchbay
