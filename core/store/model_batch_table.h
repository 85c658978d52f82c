#pragma once

#include "core/model/delivery.h"
#include "core/model/question.h"
#include "core/store/database.h"

namespace patchbay::model_batches {

/// A batch as it is shown.
struct Shown {
    ModelBatch batch = {};
    QString modelName = {};
    QString operatorName = {};
    int questions = 0; ///< those of deleted conversations left out
    int answered = 0;
    int refused = 0; ///< what came was no answer, or the question was never taken
    Money cost = {}; ///< spent, or held while it is not known

    /// While it is not over there: what has not left, and how the first of them stands, which takes the others along.
    struct Waiting {
        int questions = 0;
        DeliveryState state = DeliveryState::Queued;
        bool isSought = false; ///< the reply was lost: it is looked up before it is sent again
        Timestamp nextAt = {};
        QString error = {}; ///< of the last attempt

        bool operator==(const Waiting &) const = default;
    };
    Waiting waiting = {};
};

/// A question of a batch with what was asked, as it was frozen.
struct Asked {
    Question question = {};
    QJsonObject payload = {};
};

ModelBatchId insert(Database &db, const ModelBatch &batch);
std::optional<ModelBatch> byUid(Database &db, const QString &uid);
/// The newest first.
std::vector<Shown> list(Database &db, int limit);
/// What the batches of a model are called over there.
QStringList externalIds(Database &db, ModelId model);

/// It is over there; its answers are asked for at `nextAt`. With it, what left with it is sent.
void begin(Database &db, ModelBatchId id, const QString &externalId, Timestamp nextAt);
/// It came to nothing before it was over there, and so did what waits for it.
void giveUp(Database &db, ModelBatchId id, const Error &error);

/// Running ones whose answers may be asked for now.
std::vector<ModelBatch> due(Database &db, Timestamp now, int limit);
/// When the next one becomes due; none when none is running.
Timestamp nextDueAt(Database &db);
/// Takes the reading: it comes back at `until` unless it ended. False: somebody else took it.
bool claim(Database &db, ModelBatch &batch, Timestamp until);
/// Not ready, or not to be read now; nothing when the reading is not the newest.
void postpone(Database &db, const ModelBatch &batch, Timestamp nextAt, const QString &error);
/// All running ones are due now; how many.
int hasten(Database &db);
/// Keys of what left with it and has no end yet, where its conversation is still there.
QStringList left(Database &db, ModelBatchId id);
/// Questions that neither an answer nor an error came for.
std::vector<Asked> open(Database &db, ModelBatchId id);
/// All of it is stored, or nothing more will come.
void end(Database &db, ModelBatchId id, ModelBatch::State state, const QString &error);

} // namespace patchbay::model_batches
