#include "core/engine/model_destination.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/model_asking.h"
#include "core/engine/model_bill.h"
#include "core/engine/model_policy.h"
#include "core/engine/model_prompt.h"
#include "core/store/model_call_table.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds modelSlack{3}; // the call's own deadline ends first, with a better sentence

/// One call on its way, shared with the gate that the connector awaits.
struct ModelTurn {
    Store *store = nullptr;
    ModelAccount account = {};
    ModelPrompt prompt = {};
    ModelCall call = {};
    BeforeEffect beforeEffect = {};
    std::optional<Error> stopped = {}; ///< by us, before anything left
};

/// What is known before the call, or that there need be none.
struct ModelStart {
    Question question = {};
    bool late = false;
};

Result<ModelStart> modelStart(Database &db, const ModelPrompt &prompt)
{
    const auto question = questions::byUid(db, prompt.question);
    if (db.error())
        return *db.error();
    if (!question)
        return makeError(Error::Kind::Refused,
                         u"What this question was about has been deleted, so it was not asked."_s);
    return db.finish(ModelStart{*question, db.now() > prompt.askUntil});
}

/// The last look before it leaves: still allowed, still covered. Written down first, whatever happens then.
Result<ModelCallId> modelReserve(Database &db, const ModelTurn &turn)
{
    db.oneAtATime("model_budget");
    const ModelPolicy policy = modelPolicy(db);
    if (const Result<ModelAccount> may = modelToAsk(db, policy, turn.account.id); !may)
        return may.error();
    model_calls::abandon(db, turn.call.question); // of a process that ended
    if (const Result<Done> covered = coveredByBudget(db, policy, turn.call.reserved); !covered)
        return covered.error();
    return db.finish(model_calls::insert(db, turn.call));
}

Async<Result<Done>> modelGate(std::shared_ptr<ModelTurn> turn)
{
    auto reserving = turn->store->write([turn = *turn](Database &db) { return modelReserve(db, turn); });
    const Result<ModelCallId> reserved = co_await finished(std::move(reserving));
    if (!reserved) {
        turn->stopped = reserved.error();
        co_return reserved.error();
    }
    turn->call.id = *reserved;
    faultPoint("model.after_reserve");
    auto marking = turn->beforeEffect();
    const Result<Done> marked = co_await std::move(marking);
    if (!marked)
        turn->stopped = marked.error();
    co_return marked;
}

/// The Outbox repeats what may pass by itself. A call that took too long does not get shorter, and what cannot be read
/// will not be read the second time.
Error modelError(Error error, std::chrono::milliseconds deadline)
{
    error.ambiguous = false;
    if (error.kind == Error::Kind::Timeout) {
        error.kind = Error::Kind::Refused;
        error.message = u"The model did not answer within %1 s: too late."_s.arg(double(deadline.count()) / 1000.0);
    } else if (error.kind == Error::Kind::Protocol) {
        error.kind = Error::Kind::Refused;
        error.message = u"The model's answer was refused: %1"_s.arg(error.message);
    }
    return error;
}

struct ModelEnd {
    std::shared_ptr<ModelTurn> turn = {};
    Question question = {};
    std::optional<QJsonObject> answer = {}; ///< checked
    std::shared_ptr<const Snapshot> snapshot = {};
    QString workspaceUid = {};
};

Result<Done> modelStore(Database &db, const ModelEnd &ended)
{
    model_calls::end(db, ended.turn->call.id, ended.turn->call);
    if (!ended.answer)
        return db.finish(Done{});
    Question question = ended.question;
    question.answer = *ended.answer;
    questions::setAnswer(db, question.id, question.answer);
    return applyAnswer(db, *ended.snapshot, question, ended.workspaceUid);
}

Receipt modelReceipt(const Question &question, const QString &id, const QJsonObject &answer)
{
    Receipt receipt;
    receipt.externalId = id.isEmpty() ? question.uid : id;
    receipt.response = QString::fromUtf8(QJsonDocument(answer).toJson(QJsonDocument::Compact)).left(2000);
    return receipt;
}

std::shared_ptr<ModelTurn> modelTurn(Store &store, const ModelAccount &account, const ModelPrompt &prompt,
                                     const Question &question, const ModelQuestion &asked, const QString &host)
{
    auto turn = std::make_shared<ModelTurn>();
    turn->store = &store;
    turn->account = account;
    turn->prompt = prompt;
    turn->call = modelCall(account, prompt, question, asked, host);
    return turn;
}

} // namespace

ModelDestination::ModelDestination(Store &store, Snapshots &snapshots, ModelAccount account,
                                   std::unique_ptr<LanguageModel> model)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_account(std::move(account))
    , m_model(std::move(model))
{
}

DeliveryFacts ModelDestination::facts() const
{
    DeliveryFacts facts;
    facts.idempotency = Idempotency::Native;
    facts.deadline = m_model->deadline() + modelSlack;
    return facts;
}

Async<Result<Receipt>> ModelDestination::deliver(DeliveryRequest request, BeforeEffect beforeEffect)
{
    const Result<ModelPrompt> prompt = modelPromptFromJson(request.payload);
    if (!prompt)
        co_return prompt.error();
    auto starting = m_store.write([prompt = *prompt](Database &db) { return modelStart(db, prompt); });
    const Result<ModelStart> start = co_await finished(std::move(starting));
    if (!start)
        co_return start.error();
    const Question question = start->question;
    if (question.isAnswered()) // stored, but the process ended before the Outbox knew
        co_return modelReceipt(question, {}, question.answer);
    if (start->late)
        co_return makeError(Error::Kind::Refused,
                            u"The model could not be asked in time, and nobody waits for it now."_s);

    ModelQuestion asked = modelQuestion(*prompt, request.key, longestAnswer(m_account));
    auto turn = modelTurn(m_store, m_account, *prompt, question, asked, m_model->host());
    turn->beforeEffect = std::move(beforeEffect);
    BeforeEffect gate = [turn] { return modelGate(turn); };
    auto asking = m_model->ask(std::move(asked), std::move(gate));
    const Result<ModelAnswer> answer = co_await std::move(asking);
    faultPoint("model.after_answer_before_store");

    ModelCall &call = turn->call;
    Result<QJsonObject> checked = answer ? checkedAnswer(*prompt, *answer) : Result<QJsonObject>(answer.error());
    if (!answer) {
        call.state = callEnd(answer.error(), turn->stopped.has_value());
        call.cost = call.state == ModelCall::State::Unclear ? call.reserved : Money{};
        checked = turn->stopped ? *turn->stopped : modelError(answer.error(), m_model->deadline());
    } else {
        call = billed(call, m_account, *answer);
    }
    if (!call.id && !checked) // nothing was begun
        co_return checked.error();
    ModelEnd ended{turn, question, checked ? std::optional(*checked) : std::nullopt, m_snapshots.current(),
                   m_store.workspaceUid()};
    auto storing = m_store.write([ended](Database &db) { return modelStore(db, ended); });
    const Result<Done> stored = co_await finished(std::move(storing));
    if (!stored) {
        logError("models", u"A model's answer could not be stored: %1"_s.arg(stored.error().message));
        co_return stored.error();
    }
    if (!checked)
        co_return checked.error();
    co_return modelReceipt(question, answer->id, *checked);
}

Async<Result<std::optional<Receipt>>> ModelDestination::lookUp(DeliveryRequest) { co_return std::optional<Receipt>(); }

Async<Result<QString>> ModelDestination::test() { return m_model->test(); }

} // namespace patchbay
