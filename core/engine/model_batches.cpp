#include "core/engine/model_batches.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/model_asking.h"
#include "core/engine/model_bill.h"
#include "core/store/model_batch_table.h"
#include "core/store/model_call_table.h"
#include "core/store/model_table.h"
#include "core/store/question_table.h"

#include <QtCore/QHash>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr int batchesAtOnce = 20;
constexpr size_t batchAnswersAtOnce = 25; // stored in one transaction
constexpr std::chrono::minutes batchClaim{10}; // then somebody else may ask
constexpr std::chrono::hours batchKept{24 * 31}; // no vendor keeps answers longer
constexpr milliseconds batchLongestSleep{20 * 60 * 1000};

using BatchAnswers = std::vector<ModelBatchAnswer>;

/// One answer as its question has it from now on.
Result<Done> batchAnswer(Database &db, const Snapshot &snapshot, const QString &workspaceUid, ModelCall call,
                         const model_batches::Asked &asked, const ModelBatchAnswer &brought)
{
    const auto account = model_accounts::byId(db, call.model);
    const Result<ModelPrompt> prompt = modelPromptFromJson(asked.payload);
    if (!account || !prompt)
        return prompt ? makeError(Error::Kind::NotFound, u"This model is not in the workspace any more."_s)
                      : prompt.error();
    Result<QJsonObject> checked =
        brought.answer ? checkedAnswer(*prompt, *brought.answer) : Result<QJsonObject>(brought.answer.error());
    if (brought.answer) {
        call = billed(call, *account, *brought.answer);
    } else {
        call.state = callEnd(brought.answer.error(), false);
        call.cost = call.state == ModelCall::State::Unclear ? call.reserved : Money{};
    }
    model_calls::end(db, call.id, call);
    if (!checked) {
        questions::setError(db, asked.question.id, checked.error().message);
        return db.finish(Done{});
    }
    Question question = asked.question;
    question.answer = *checked;
    questions::setAnswer(db, question.id, question.answer);
    return applyAnswer(db, snapshot, question, workspaceUid, true);
}

Result<Done> batchStore(Database &db, const Snapshot &snapshot, const QString &workspaceUid, ModelBatchId batch,
                        const BatchAnswers &answers)
{
    QHash<QString, model_batches::Asked> open;
    for (model_batches::Asked &asked : model_batches::open(db, batch))
        open.insert(asked.question.uid, std::move(asked));
    QHash<QuestionId, ModelCall> calls;
    for (const ModelCall &call : model_calls::openOf(db, batch))
        calls.insert(call.question, call);
    for (const ModelBatchAnswer &brought : answers) {
        const auto asked = open.constFind(brought.key);
        if (asked == open.cend() || !calls.contains(asked->question.id)) // deleted, answered, or not ours
            continue;
        const ModelCall call = calls.take(asked->question.id); // the first of two counts
        if (const Result<Done> stored = batchAnswer(db, snapshot, workspaceUid, call, *asked, brought); !stored)
            return stored;
    }
    return db.finish(Done{});
}

/// What nothing came for is told; it may have been charged unless the vendor did nothing with the batch.
Result<Done> batchEnd(Database &db, ModelBatchId batch, const QString &failure)
{
    const QString words = failure.isEmpty() ? u"The batch ended without an answer to this."_s : failure;
    for (const model_batches::Asked &asked : model_batches::open(db, batch))
        questions::setError(db, asked.question.id, words);
    model_calls::endAll(db, batch, failure.isEmpty() ? ModelCall::State::Unclear : ModelCall::State::Failed);
    model_batches::end(db, batch, failure.isEmpty() ? ModelBatch::State::Ended : ModelBatch::State::Failed, failure);
    return db.finish(Done{});
}

/// Nobody will ever say what became of it: its prices stand.
Result<Done> batchLost(Database &db, ModelBatchId batch, const QString &words)
{
    model_calls::endAll(db, batch, ModelCall::State::Unclear);
    return batchEnd(db, batch, words);
}

} // namespace

ModelBatches::ModelBatches(Store &store, Snapshots &snapshots, Resolve resolve)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_resolve(std::move(resolve))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ModelBatches::wake);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.models || changes.everything)
            wake();
    });
}

ModelBatches::~ModelBatches() = default;

void ModelBatches::start()
{
    m_started = true;
    wake();
}

void ModelBatches::stop()
{
    m_started = false;
    m_timer.stop();
}

void ModelBatches::wake()
{
    if (!m_started)
        return;
    m_again = true;
    if (!std::exchange(m_working, true))
        m_scope.run(pump());
}

/// One at a time; looks again for as long as something woke it meanwhile.
Async<Result<Done>> ModelBatches::pump()
{
    Result<Done> result = Done{};
    while (m_again && m_started) {
        m_again = false;
        auto reading = readDue();
        const Result<int> read = co_await std::move(reading);
        result = read ? Result<Done>(Done{}) : Result<Done>(read.error());
    }
    auto looking = m_store.read([](Database &db) -> Result<std::pair<Timestamp, Timestamp>> {
        return db.finish(std::pair(db.now(), model_batches::nextDueAt(db)));
    });
    const auto times = co_await finished(std::move(looking));
    m_working = false;
    if (!result && result.error().kind != Error::Kind::Cancelled)
        logError("models", u"What became of batches could not be found out: %1"_s.arg(result.error().message));
    if (!m_started || (times && !times->second))
        co_return result;
    const auto wait = times ? std::chrono::ceil<milliseconds>(times->second - times->first) : batchLongestSleep;
    m_timer.start(std::clamp(wait, milliseconds(1000), batchLongestSleep));
    co_return result;
}

QFuture<Result<int>> ModelBatches::runOnce() { return m_scope.run(runNow()); }

Async<Result<int>> ModelBatches::runNow()
{
    auto hastening = m_store.write([](Database &db) { return db.finish(model_batches::hasten(db)); });
    const Result<int> hastened = co_await finished(std::move(hastening));
    if (!hastened)
        co_return hastened.error();
    auto reading = readDue();
    Result<int> ended = co_await std::move(reading);
    co_return ended;
}

Async<Result<int>> ModelBatches::readDue()
{
    auto looking =
        m_store.read([](Database &db) { return db.finish(model_batches::due(db, db.now(), batchesAtOnce)); });
    const Result<std::vector<ModelBatch>> due = co_await finished(std::move(looking));
    if (!due)
        co_return due.error();
    int ended = 0;
    for (const ModelBatch &one : *due) {
        const Result<LanguageModel *> model = m_resolve(one.model);
        if (!model) // elsewhere in the team it may be reachable
            continue;
        auto claiming = m_store.write([one](Database &db) -> Result<ModelBatch> {
            ModelBatch claimed = one;
            if (!model_batches::claim(db, claimed, db.now() + batchClaim))
                claimed.id = {};
            return db.finish(claimed);
        });
        const Result<ModelBatch> claimed = co_await finished(std::move(claiming));
        if (!claimed)
            co_return claimed.error();
        if (!claimed->id)
            continue;
        auto reading = read(*claimed, *model);
        const Result<bool> done = co_await std::move(reading);
        if (!done)
            co_return done.error();
        ended += *done ? 1 : 0;
    }
    co_return ended;
}

/// True when it has ended and all of it is stored.
Async<Result<bool>> ModelBatches::read(ModelBatch batch, LanguageModel *model)
{
    auto asking = model->readBatch(batch.externalId);
    Result<ModelBatchReading> reading = co_await std::move(asking);
    faultPoint("model.after_batch_read");
    if (reading && reading->ended) {
        auto storing = store(batch, std::move(*reading));
        Result<bool> stored = co_await std::move(storing);
        co_return stored;
    }
    auto waiting = later(batch, reading ? Error{} : reading.error());
    Result<bool> postponed = co_await std::move(waiting);
    co_return postponed;
}

Async<Result<bool>> ModelBatches::store(ModelBatch batch, ModelBatchReading reading)
{
    for (size_t first = 0; first < reading.answers.size(); first += batchAnswersAtOnce) {
        const size_t last = std::min(first + batchAnswersAtOnce, reading.answers.size());
        const BatchAnswers some(reading.answers.begin() + qsizetype(first), reading.answers.begin() + qsizetype(last));
        auto storing =
            m_store.write([some, id = batch.id, snapshot = m_snapshots.current(), uid = m_store.workspaceUid()](
                              Database &db) { return batchStore(db, *snapshot, uid, id, some); });
        const Result<Done> stored = co_await finished(std::move(storing));
        if (!stored)
            co_return stored.error();
        faultPoint("model.between_batch_answers");
    }
    auto ending =
        m_store.write([id = batch.id, failure = reading.failure](Database &db) { return batchEnd(db, id, failure); });
    const Result<Done> ended = co_await finished(std::move(ending));
    if (!ended)
        co_return ended.error();
    co_return true;
}

/// Not ready, or it cannot be asked now; what is gone over there will never be read.
Async<Result<bool>> ModelBatches::later(ModelBatch batch, Error error)
{
    auto storing = m_store.write([batch, error](Database &db) -> Result<bool> {
        const Timestamp now = db.now();
        const bool isLost = error.kind == Error::Kind::NotFound || now - batch.sentAt > batchKept;
        if (isLost) {
            const QString why = error.message.isEmpty() ? u"It was not done within a month."_s : error.message;
            if (const Result<Done> lost = batchLost(db, batch.id, u"The batch is lost: %1"_s.arg(why)); !lost)
                return lost.error();
            return db.finish(true);
        }
        model_batches::postpone(db, batch, now + std::max(batch.pause(now), error.retryAfter), error.message);
        return db.finish(false);
    });
    Result<bool> result = co_await finished(std::move(storing));
    co_return result;
}

} // namespace patchbay
