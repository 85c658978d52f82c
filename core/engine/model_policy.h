#pragma once

#include "core/model/model_account.h"
#include "core/store/database.h"

namespace patchbay {

/// What the workspace allows remote models: one for the whole team, off in a new workspace. A value.
struct ModelPolicy {
    bool allowed = false; ///< customers' words may leave, redacted
    bool automatic = false; ///< also without a key pressed, when the local model abstains
    QString account = {}; ///< uid of the model that is asked; empty: the first one
    Money budget = {}; ///< of a calendar month in UTC; what may cost more is refused
    QString currency = QStringLiteral("EUR"); ///< of the budget and of all prices

    bool operator==(const ModelPolicy &) const = default;
};

ModelPolicy modelPolicy(Database &db);
void setModelPolicy(Database &db, const ModelPolicy &policy);
/// The model that is asked; an error in words when there is none, or the workspace does not allow it.
Result<ModelAccount> modelToAsk(Database &db, const ModelPolicy &policy, ModelId wanted = {});

/// How long an answer may be, as the account says.
int longestAnswer(const ModelAccount &model);
/// The highest price that one question can have: a token has at least a byte, and the answer's length is limited.
Money highestPrice(const ModelAccount &model, qint64 bytesAsked, bool inBatch = false);
/// Refused with both sums named when this month's budget might not cover that price on top of everything begun before.
Result<Done> coveredByBudget(Database &db, const ModelPolicy &policy, Money highest);

} // namespace patchbay
