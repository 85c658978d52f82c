#include "core/engine/model_batch_asking.h"

#include "core/engine/model_policy.h"
#include "core/store/model_batch_table.h"
#include "core/store/model_call_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// What is to be done with one conversation.
struct BatchStep {
    PreparedQuestion prepared = {};
    std::optional<Question> before = {}; ///< the same words were answered
    Money highest = {};
};

struct BatchSteps {
    BatchAsked figures = {};
    ModelPolicy policy = {};
    ModelAccount model = {};
    int largest = 0; ///< questions in one batch
    std::vector<BatchStep> steps = {};
};

constexpr int batchLookedAt = 2000; // a person may have said that one is of no category

/// The newest first, of those that the local model abstained from.
std::vector<ConversationId> batchConversations(Database &db, ModelId model, const questions::Span &span)
{
    const std::vector<ConversationId> unsorted = questions::unansweredOf(db, model, span, batchLookedAt);
    const QHash<ConversationId, classifications::Newest> newest = classifications::newestInbound(db, unsorted);
    std::vector<ConversationId> abstained;
    for (const ConversationId id : unsorted) {
        const auto found = newest.constFind(id);
        if (found != newest.cend() && found->abstained() && found->source == ClassificationSource::LocalModel)
            abstained.push_back(id);
    }
    return abstained;
}

Result<BatchStep> batchStep(Database &db, const Taxonomy &taxonomy, const BatchSteps &all, const BatchRequest &request,
                            ConversationId conversation)
{
    AskRequest one;
    one.conversation = conversation;
    one.model = all.model.id;
    one.by = request.by;
    Result<PreparedQuestion> prepared = prepareQuestion(db, taxonomy, all.model, one);
    if (!prepared)
        return prepared.error();
    BatchStep step{std::move(*prepared), {}, {}};
    step.before = questions::answeredBefore(db, step.prepared.question.cacheKey);
    const qint64 bytes = bytesOf(modelQuestion(step.prepared.made.prompt, {}, 0));
    step.highest = step.before ? Money{} : highestPrice(all.model, bytes, true);
    return step;
}

void batchCount(BatchAsked &figures, const BatchStep &step)
{
    if (step.before) {
        ++figures.known;
        return;
    }
    const ModelPrompt &prompt = step.prepared.made.prompt;
    ++figures.asked;
    figures.highest += step.highest;
    figures.redactions += prompt.redactions;
    if (figures.examples.size() < batchExamples)
        figures.examples << prompt.text.section(u'\n', 1, -2); // without the marks, which are others each time
}

/// What came in since a person looked at the plan does not leave with what they agreed to.
Result<Done> batchAgreed(const BatchRequest &request, const BatchAsked &figures)
{
    const std::optional<BatchAgreed> &agreed = request.agreed;
    if (!agreed
        || (figures.model == agreed->model && figures.asked <= agreed->asked && figures.highest <= agreed->highest))
        return Done{};
    return makeError(
        Error::Kind::Conflict,
        u"Since you looked, this has become another question: “%1” would be asked about %2 conversations "
        "for at most %3 %4. Nothing was asked; look at the plan again."_s.arg(
            figures.modelName, QString::number(figures.asked), moneyText(figures.highest), figures.currency));
}

Result<BatchSteps> batchSteps(Database &db, const Taxonomy &taxonomy, const BatchRequest &request)
{
    BatchSteps all;
    all.policy = modelPolicy(db);
    const Result<ModelAccount> model = modelToAsk(db, all.policy, request.model);
    if (!model)
        return model.error();
    const ModelConnectorInfo *info = request.catalog ? request.catalog->model(model->connector) : nullptr;
    all.largest = info ? info->largestBatch : 0;
    if (all.largest <= 0)
        return makeError(Error::Kind::Refused,
                         u"The API of “%1” takes no batches. Ask about single conversations."_s.arg(model->name));
    all.model = *model;
    all.figures.model = model->id;
    all.figures.modelName = model->name;
    all.figures.currency = all.policy.currency;
    all.figures.left = {all.policy.budget.micros - model_calls::committed(db, model_calls::monthOf(db.now())).micros};
    const size_t most = size_t(std::clamp(request.limit, 1, mostAskedInBatches));
    for (const ConversationId id : batchConversations(db, model->id, request.span)) {
        if (all.steps.size() >= most || !db.ok())
            break;
        Result<BatchStep> step = batchStep(db, taxonomy, all, request, id);
        if (!step && step.error().kind != Error::Kind::Refused)
            return step.error();
        if (!step) { // nothing but a picture, or marks
            ++all.figures.speechless;
            continue;
        }
        if (questions::waiting(db, id, step->prepared.question.cacheKey)) {
            ++all.figures.waiting;
            continue;
        }
        batchCount(all.figures, *step);
        all.steps.push_back(std::move(*step));
    }
    return db.finish(std::move(all));
}

ModelBatch batchOf(Database &db, const BatchSteps &all, const BatchRequest &request)
{
    ModelBatch batch;
    batch.uid = newUid(db.clock());
    batch.model = all.model.id;
    batch.operatorId = request.by;
    batch.id = model_batches::insert(db, batch);
    return batch;
}

} // namespace

Result<BatchAsked> batchPlan(Database &db, const Taxonomy &taxonomy, const BatchRequest &request)
{
    const Result<BatchSteps> all = batchSteps(db, taxonomy, request);
    if (!all)
        return all.error();
    return all->figures;
}

Result<BatchAsked> askInBatches(Database &db, const Snapshot &snapshot, const BatchRequest &request,
                                const QString &workspaceUid)
{
    const Result<BatchSteps> all = batchSteps(db, snapshot.taxonomy, request);
    if (!all)
        return all.error();
    BatchAsked asked = all->figures;
    if (const Result<Done> agreed = batchAgreed(request, asked); !agreed)
        return agreed.error();
    if (const Result<Done> covered = coveredByBudget(db, all->policy, asked.highest); !covered)
        return covered.error();
    ModelBatch batch;
    int inBatch = 0;
    for (const BatchStep &step : all->steps) {
        if (step.before) {
            const Question known = answerAsBefore(db, step.prepared.question, *step.before);
            if (const Result<Done> applied = applyAnswer(db, snapshot, known, workspaceUid, true); !applied)
                return applied.error();
            continue;
        }
        if (!batch.id || inBatch == all->largest) {
            batch = batchOf(db, *all, request);
            asked.batches << batch.uid;
            inBatch = 0;
        }
        queueQuestion(db, step.prepared, &batch);
        ++inBatch;
    }
    return db.finish(asked);
}

} // namespace patchbay
