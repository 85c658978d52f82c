#pragma once

#include "core/model/delivery.h"
#include "core/model/question.h"
#include "core/store/database.h"

namespace patchbay::questions {

/// A question as it is shown: with how far its delivery is.
struct Shown {
    Question question = {};
    QString modelName = {};
    QString operatorName = {};
    QString contactName = {}; ///< of the person that it is about
    std::optional<DeliveryState> state = {}; ///< of its delivery; none: answered out of the cache
    QString error = {}; ///< of its delivery, in words
    Timestamp nextAttemptAt = {};
    std::optional<ModelBatch::State> batch = {}; ///< none: it goes alone

    bool isWaiting() const
    {
        return !question.isAnswered() && question.error.isEmpty()
            && (state == DeliveryState::Queued || state == DeliveryState::Sending || state == DeliveryState::Failed
                || isAway());
    }
    /// With the vendor, who answers when there is time for it.
    bool isAway() const { return state == DeliveryState::Sent && batch == ModelBatch::State::Running; }
    bool isRefused() const { return !question.isAnswered() && !isWaiting(); }
};

QuestionId insert(Database &db, Question question);
std::optional<Question> byDelivery(Database &db, DeliveryId delivery);
std::optional<Question> byUid(Database &db, const QString &uid);
/// The newest first.
std::vector<Shown> ofConversation(Database &db, ConversationId conversation, int limit);
std::optional<Shown> shown(Database &db, QuestionId id);
/// Those that went or go with a batch, in its order.
std::vector<Shown> ofBatch(Database &db, ModelBatchId batch, int limit);
/// The newest answer to the same question, wherever it was asked.
std::optional<Question> answeredBefore(Database &db, const QString &cacheKey);
/// The same question about the same conversation, still on its way.
std::optional<Question> waiting(Database &db, ConversationId conversation, const QString &cacheKey);
/// Of the newest message of a conversation.
struct Span {
    Timestamp since = {};
    Timestamp before = {}; ///< none: to the last
};
/// Conversations in Unsorted about whose newest inbound message this model has not said anything, the newest first.
std::vector<ConversationId> unansweredOf(Database &db, ModelId model, const Span &span, int limit);
void setAnswer(Database &db, QuestionId id, const QJsonObject &answer);
/// Why what a batch brought is no answer.
void setError(Database &db, QuestionId id, const QString &error);
/// Questions about a conversation with their answers, and what the ledger says about whom. Conflict while one is being
/// asked.
void forgetAll(Database &db, ConversationId conversation);

} // namespace patchbay::questions
