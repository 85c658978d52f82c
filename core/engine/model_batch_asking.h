#pragma once

#include "core/engine/model_asking.h"
#include "core/ports/catalog.h"
#include "core/store/question_table.h"

namespace patchbay {

/// What a person was shown of a plan and said yes to.
struct BatchAgreed {
    ModelId model = {};
    int asked = 0;
    Money highest = {};
};

/// Conversations that the local model abstained from, and a model that is to say what they are about.
struct BatchRequest {
    questions::Span span = {};
    int limit = 200; ///< conversations, the newest first
    ModelId model = {}; ///< none: the workspace's
    const Catalog *catalog = nullptr; ///< says how many questions a vendor takes at once
    OperatorId by = {};
    std::optional<BatchAgreed> agreed = {}; ///< more than that, or another model, is refused as a Conflict
};
inline constexpr int mostAskedInBatches = 1000;

/// What comes of it.
struct BatchAsked {
    int asked = 0;
    int known = 0; ///< answered with the answer that the same words had before
    int waiting = 0; ///< asked before, and not answered yet
    int speechless = 0; ///< without words to ask about
    int redactions = 0; ///< places struck out of the words of those that are asked
    Money highest = {}; ///< what those that are asked may cost together
    Money left = {}; ///< of this month's budget, before it; below 0 where more is spent or held than it is now
    QString currency = {};
    ModelId model = {};
    QString modelName = {};
    QStringList examples = {}; ///< the words of the first of those that are asked, as they would leave
    QStringList batches = {}; ///< their uids

    /// The budget is not in the way.
    bool isCovered() const { return highest.micros == 0 || highest <= left; }
};
inline constexpr int batchExamples = 20;

/// What askInBatches() would do; nothing is stored. Refused in words as there, but for the budget.
Result<BatchAsked> batchPlan(Database &db, const Taxonomy &taxonomy, const BatchRequest &request);
/// Makes a question about each, redacted, and queues their deliveries in batches; what was answered before is answered
/// at once. A question that was refused before is asked again. Refused in words: not allowed, no model, one without
/// batches, over the budget. Nothing leaves here. Part of the running transaction.
Result<BatchAsked> askInBatches(Database &db, const Snapshot &snapshot, const BatchRequest &request,
                                const QString &workspaceUid);

} // namespace patchbay
