#include "core/engine/model_batch_destination.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/model_bill.h"
#include "core/engine/model_policy.h"
#include "core/store/delivery_table.h"
#include "core/store/model_batch_table.h"
#include "core/store/model_call_table.h"
#include "core/store/question_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds batchSlack{100}; // the questions' own way, and the calls' deadlines end first
constexpr std::chrono::seconds batchIndexLag{60}; // nobody says how soon a new batch is in the list
constexpr std::chrono::hours batchClocks{1}; // by which theirs and ours may differ

/// What is on its way together.
struct BatchTurn {
    Store *store = nullptr;
    ModelAccount account = {};
    ModelBatch batch = {};
    std::vector<ModelQuestion> questions = {};
    std::vector<ModelCall> calls = {};
    BeforeEffect beforeEffect = {};
    std::optional<Error> stopped = {}; ///< by us, before anything left
};

/// The batch as it waits; without questions when it is over there already.
Result<BatchTurn> batchTurn(Database &db, const ModelAccount &account, const QString &uid, const QString &host)
{
    BatchTurn turn;
    turn.account = account;
    const auto batch = model_batches::byUid(db, uid);
    if (db.error())
        return *db.error();
    if (!batch)
        return makeError(Error::Kind::Refused, u"The batch of this question is not in the workspace."_s);
    turn.batch = *batch;
    if (batch->state == ModelBatch::State::Running)
        return db.finish(std::move(turn));
    if (batch->state != ModelBatch::State::Open)
        return makeError(Error::Kind::Refused, u"The batch of this question has ended. Ask it anew."_s);
    if (deliveries::isBatchSettledByPerson(db, batch->id))
        return makeError(Error::Kind::Refused,
                         u"Somebody said that this batch was sent. What it is called over there is not known, so its "
                         "answers cannot be asked for."_s);
    for (const Delivery &delivery : deliveries::waitingOfBatch(db, batch->id)) {
        const Result<ModelPrompt> prompt = modelPromptFromJson(delivery.payload);
        if (!prompt)
            return prompt.error();
        if (db.now() > prompt->askUntil)
            return makeError(Error::Kind::Refused, u"The batch could not leave within a day. Ask it anew."_s);
        const auto question = questions::byUid(db, prompt->question);
        if (!question || question->isAnswered())
            continue;
        ModelQuestion asked = modelQuestion(*prompt, question->uid, longestAnswer(account));
        turn.calls.push_back(modelCall(account, *prompt, *question, asked, host));
        turn.calls.back().batch = batch->id;
        turn.questions.push_back(std::move(asked));
    }
    if (turn.questions.empty())
        return makeError(Error::Kind::Refused, u"Nothing of this batch waits for an answer."_s);
    return db.finish(std::move(turn));
}

/// The last look before it leaves: still allowed, still covered. Written down first, whatever happens then.
Result<Done> batchReserve(Database &db, const BatchTurn &turn)
{
    db.oneAtATime("model_budget");
    const ModelPolicy policy = modelPolicy(db);
    if (const Result<ModelAccount> may = modelToAsk(db, policy, turn.account.id); !may)
        return may.error();
    // Of an attempt that the look-up did not find over there.
    model_calls::endAll(db, turn.batch.id, ModelCall::State::NotSent);
    Money highest;
    for (const ModelCall &call : turn.calls)
        highest += call.reserved;
    if (const Result<Done> covered = coveredByBudget(db, policy, highest); !covered)
        return covered.error();
    for (const ModelCall &call : turn.calls)
        model_calls::insert(db, call);
    return db.finish(Done{});
}

Async<Result<Done>> batchGate(std::shared_ptr<BatchTurn> turn)
{
    auto reserving = turn->store->write([turn](Database &db) { return batchReserve(db, *turn); });
    Result<Done> passed = co_await finished(std::move(reserving));
    faultPoint("model.after_batch_reserve");
    if (passed) {
        auto marking = turn->beforeEffect();
        passed = co_await std::move(marking);
    }
    if (!passed)
        turn->stopped = passed.error();
    co_return passed;
}

/// What the Outbox will not try again is the end of all of them: the others would hear the same.
Result<Done> batchFailed(Database &db, const QString &uid, const Error &error, bool stopped)
{
    const auto batch = model_batches::byUid(db, uid);
    if (error.ambiguous || !batch)
        return db.finish(Done{});
    model_calls::endAll(db, batch->id, callEnd(error, stopped));
    const bool again =
        error.isTransient() || error.kind == Error::Kind::Unauthorized || error.kind == Error::Kind::Cancelled;
    if (!again)
        model_batches::giveUp(db, batch->id, error);
    return db.finish(Done{});
}

Receipt batchReceipt(const QString &externalId)
{
    Receipt receipt;
    receipt.externalId = externalId;
    return receipt;
}

} // namespace

ModelBatchDestination::ModelBatchDestination(Store &store, ModelAccount account, LanguageModel &model)
    : m_store(store)
    , m_account(std::move(account))
    , m_model(model)
{
}

DeliveryFacts ModelBatchDestination::facts() const
{
    DeliveryFacts facts;
    facts.idempotency = Idempotency::Lookup;
    facts.deadline = m_model.deadline() * 2 + batchSlack;
    facts.indexLag = batchIndexLag;
    return facts;
}

Async<Result<Receipt>> ModelBatchDestination::begun(ModelBatch batch, QString externalId)
{
    auto storing = m_store.write([batch, externalId](Database &db) -> Result<Done> {
        ModelBatch running = batch;
        running.sentAt = db.now();
        model_batches::begin(db, batch.id, externalId, db.now() + running.pause(db.now()));
        return db.finish(Done{});
    });
    const Result<Done> stored = co_await finished(std::move(storing));
    if (!stored) {
        logError("models", u"That a batch was taken could not be stored: %1"_s.arg(stored.error().message));
        co_return makeAmbiguous(Error::Kind::Storage, stored.error().message);
    }
    co_return batchReceipt(externalId);
}

Async<Result<Receipt>> ModelBatchDestination::deliver(DeliveryRequest request, BeforeEffect beforeEffect)
{
    const QString uid = request.payload.value("batch"_L1).toString();
    auto starting = m_store.write(
        [account = m_account, uid, host = m_model.host()](Database &db) { return batchTurn(db, account, uid, host); });
    Result<BatchTurn> start = co_await finished(std::move(starting));
    auto turn = std::make_shared<BatchTurn>(start ? std::move(*start) : BatchTurn{});
    if (start && turn->questions.empty())
        co_return batchReceipt(turn->batch.externalId);
    Result<QString> sent = start ? QString() : Result<QString>(start.error());
    if (start) {
        turn->store = &m_store;
        turn->beforeEffect = std::move(beforeEffect);
        BeforeEffect gate = [turn] { return batchGate(turn); };
        auto sending = m_model.sendBatch(turn->batch.key(), turn->questions, std::move(gate));
        sent = co_await std::move(sending);
        faultPoint("model.after_batch_before_store");
    }
    if (sent) {
        auto storing = begun(turn->batch, *sent);
        Result<Receipt> receipt = co_await std::move(storing);
        co_return receipt;
    }
    const Error error = turn->stopped ? *turn->stopped : sent.error();
    auto noting = m_store.write([uid, error, stopped = turn->stopped.has_value()](Database &db) {
        return batchFailed(db, uid, error, stopped);
    });
    const Result<Done> noted = co_await finished(std::move(noting));
    if (!noted)
        co_return noted.error();
    co_return error;
}

Async<Result<std::optional<Receipt>>> ModelBatchDestination::lookUp(DeliveryRequest request)
{
    struct Sought {
        ModelBatch batch = {};
        ModelBatchSearch search = {};
    };
    const QString uid = request.payload.value("batch"_L1).toString();
    auto reading = m_store.read([uid, model = m_account.id](Database &db) -> Result<Sought> {
        const auto batch = model_batches::byUid(db, uid);
        if (!batch)
            return makeError(Error::Kind::Refused, u"The batch of this question is not in the workspace."_s);
        Sought sought;
        sought.batch = *batch;
        sought.search.key = batch->key();
        sought.search.notBefore = batch->createdAt - batchClocks;
        sought.search.others = model_batches::externalIds(db, model);
        sought.search.questions = model_batches::left(db, batch->id);
        sought.search.size = int(model_calls::openOf(db, batch->id).size());
        return db.finish(std::move(sought));
    });
    const Result<Sought> sought = co_await finished(std::move(reading));
    if (!sought)
        co_return sought.error();
    if (!sought->batch.externalId.isEmpty())
        co_return std::optional(batchReceipt(sought->batch.externalId));
    auto looking = m_model.findBatch(sought->search);
    const Result<std::optional<QString>> found = co_await std::move(looking);
    if (!found)
        co_return found.error();
    if (!found->has_value())
        co_return std::optional<Receipt>();
    auto storing = begun(sought->batch, **found);
    const Result<Receipt> receipt = co_await std::move(storing);
    if (!receipt)
        co_return receipt.error();
    co_return std::optional(*receipt);
}

Async<Result<QString>> ModelBatchDestination::test() { return m_model.test(); }

} // namespace patchbay
