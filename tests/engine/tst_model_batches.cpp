#include "support/batch_desk.h"

#include <set>

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::await;
using tests::BatchDesk;
using CallState = ModelCall::State;
using BatchState = ModelBatch::State;

/// Questions that leave together.
class TestModelBatches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksAboutWhatTheLocalModelAbstainedFrom();
    void saysBeforehandWhatWouldBeAsked();
    void saysBeforehandWhatItMayCostAndWhatWouldLeave();
    void asksNoMoreThanAPersonAgreedTo();
    void saysHowOneThatHasNotLeftStands();
    void paysThePriceOfABatch();
    void makesSeveralBatchesOfWhatIsTooMuchForOne();
    void looksALostBatchUpInsteadOfSendingItAgain();
    void findsTheBatchOfAProcessThatEnded();
    void sendsABatchAgainThatIsNotOverThere();
    void endsAllOfABatchThatIsRefused();
    void asksNothingThatTheBudgetDoesNotCover();
    void asksTheBudgetAgainBeforeABatchLeaves();
    void leavesOutWhatWasCancelled();
    void answersTheSameWordsOutOfTheCache();
    void asksNobodyTwice();
    void saysThatAModelTakesNone();
};

void TestModelBatches::asksAboutWhatTheLocalModelAbstainedFrom()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(3);
    const ConversationId known = desk.receive(u"Refund"_s, u"I want my money back, a refund for the broken lamp"_s);
    const int version = desk.pending(strange.front())->version;
    const Result<BatchAsked> asked = desk.askAll();
    QVERIFY2(asked.ok(), asked.ok() ? "" : qPrintable(asked.error().message));
    QCOMPARE(asked->asked, 3);
    QCOMPARE(asked->batches.size(), 1);
    QVERIFY(desk.far.batches.empty());
    QVERIFY(desk.work().ok());

    QCOMPARE(desk.far.batches.size(), size_t(1));
    QCOMPARE(desk.far.batches.front().questions.size(), size_t(3));
    QVERIFY(desk.far.asked.empty());
    QVERIFY(!desk.newest(known).state);
    for (const ConversationId id : strange) {
        const questions::Shown shown = desk.newest(id);
        QVERIFY(shown.isWaiting() && shown.isAway());
        const Delivery delivery = desk.delivery(shown.question.delivery);
        QCOMPARE(delivery.state, DeliveryState::Sent);
        QCOMPARE(delivery.externalId, u"batch-1"_s);
    }
    QCOMPARE(desk.calls(CallState::Open), size_t(3));

    QCOMPARE(desk.read(), 0);
    QVERIFY(desk.newest(strange.front()).isWaiting());
    for (size_t i = 0; i < 3; ++i)
        desk.far.brings(0, i, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    for (const ConversationId id : strange) {
        QCOMPARE(answerText(desk.newest(id).question), desk.firstCategory());
        const auto pending = desk.pending(id);
        QCOMPARE(pending->classification.source, ClassificationSource::RemoteModel);
        QCOMPARE(pending->classification.category, desk.category(desk.firstCategory()));
    }
    QCOMPARE(desk.pending(strange.front())->version, version + 1);
    const auto all = desk.all();
    QCOMPARE(all.size(), size_t(1));
    QCOMPARE(all.front().batch.state, BatchState::Ended);
    QCOMPARE(all.front().answered, 3);
    QCOMPARE(desk.read(), 0);
    QCOMPARE(desk.far.readings, 2);
}

void TestModelBatches::saysBeforehandWhatWouldBeAsked()
{
    BatchDesk desk;
    desk.receiveStrange(3);
    BatchRequest request;
    request.limit = 2;
    const Result<BatchAsked> plan = await(desk.models->planBatches(request));
    QVERIFY(plan.ok());
    QCOMPARE(plan->asked, 2);
    QVERIFY(plan->highest.micros > 0);
    QVERIFY(desk.all().empty() && desk.ledger().empty());
    request.span.before = desk.clock.now() - 2s; // the newest of them came just now
    QCOMPARE(await(desk.models->planBatches(request))->asked, 0);
    request.span = {desk.clock.now() - 1s, {}};
    QCOMPARE(await(desk.models->planBatches(request))->asked, 2);
}

void TestModelBatches::saysBeforehandWhatItMayCostAndWhatWouldLeave()
{
    BatchDesk desk;
    desk.policy.budget = {5'000'000'000};
    QVERIFY(desk.setPolicy().ok());
    desk.receive(u""_s, u"Zzyzx plugh qwrt, call +351 912 345 678"_s);
    const Result<BatchAsked> plan = await(desk.models->planBatches({}));
    QVERIFY(plan.ok());
    QCOMPARE(plan->model, desk.model.id);
    QCOMPARE(plan->redactions, 1);
    QCOMPARE(plan->examples, QStringList{u"Zzyzx plugh qwrt, call [phone 1]"_s});
    QCOMPARE(plan->left, Money{5'000'000'000});
    QVERIFY(plan->isCovered());
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    const ModelMeter meter = desk.meter();
    QVERIFY(meter.committed.micros > 0);
    QCOMPARE(await(desk.models->planBatches({}))->left.micros, 5'000'000'000 - meter.committed.micros);
    desk.policy.budget = {1};
    QVERIFY(desk.setPolicy().ok());
    desk.receiveStrange(1);
    QVERIFY(!await(desk.models->planBatches({}))->isCovered());
}

void TestModelBatches::asksNoMoreThanAPersonAgreedTo()
{
    BatchDesk desk;
    desk.receiveStrange(2);
    const Result<BatchAsked> plan = await(desk.models->planBatches({}));
    BatchRequest request;
    request.agreed = BatchAgreed{plan->model, plan->asked, plan->highest};
    desk.receiveStrange(1);
    const Result<BatchAsked> more = await(desk.models->askInBatches(request));
    QVERIFY(!more.ok());
    QCOMPARE(more.error().kind, Error::Kind::Conflict);
    QVERIFY2(more.error().message.contains(u"about 3 conversations"_s), qPrintable(more.error().message));
    QVERIFY(desk.all().empty());
    request.limit = 2;
    QCOMPARE(await(desk.models->askInBatches(request))->asked, 2);
    request.agreed->model = ModelId{desk.model.id.value + 1};
    QCOMPARE(await(desk.models->askInBatches(request)).error().kind, Error::Kind::Conflict);
}

void TestModelBatches::saysHowOneThatHasNotLeftStands()
{
    BatchDesk desk;
    desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok());
    const auto waiting = [&] { return desk.all().front().waiting; };
    QCOMPARE(waiting().questions, 2);
    QCOMPARE(waiting().state, DeliveryState::Queued);
    QVERIFY(!waiting().isSought);
    desk.far.batchError = makeError(Error::Kind::Remote, u"busy"_s);
    QVERIFY(desk.work().ok());
    QCOMPARE(waiting().state, DeliveryState::Failed);
    QVERIFY(waiting().error.contains(u"busy"_s));
    QVERIFY(waiting().nextAt > desk.clock.now());
    desk.clock.advance(5min);
    desk.far.batchError = makeAmbiguous(Error::Kind::Timeout, u"lost"_s);
    desk.far.takesItAllTheSame = true;
    QVERIFY(desk.work().ok());
    QVERIFY(waiting().isSought);
    desk.clock.advance(10min);
    QVERIFY(desk.work().ok());
    QCOMPARE(waiting(), model_batches::Shown::Waiting());
    const ModelBatchId id = desk.all().front().batch.id;
    QCOMPARE(desk.get([id](Database &db) { return questions::ofBatch(db, id, 10); }).size(), size_t(2));
}

void TestModelBatches::paysThePriceOfABatch()
{
    BatchDesk desk;
    desk.receiveStrange(1);
    const Result<BatchAsked> asked = desk.askAll();
    QVERIFY(asked.ok() && desk.work().ok());
    QCOMPARE(desk.meter().committed, asked->highest);
    const ModelCall held = desk.ledger().front().call;
    QCOMPARE(held.reserved, highestPrice(desk.model, held.bytes, true));
    QVERIFY(held.reserved.micros * 2 <= highestPrice(desk.model, held.bytes).micros + 1);
    desk.far.brings(0, 0, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    QCOMPARE(moneyText(desk.ledger().front().call.cost), u"0.70"_s); // half of 100 * 0.01 + 20 * 0.02
    QCOMPARE(moneyText(desk.meter().committed), u"0.70"_s);
    QCOMPARE(moneyText(desk.all().front().cost), u"0.70"_s);
}

void TestModelBatches::makesSeveralBatchesOfWhatIsTooMuchForOne()
{
    BatchDesk desk(2);
    desk.receiveStrange(5);
    const Result<BatchAsked> asked = desk.askAll();
    QVERIFY(asked.ok());
    QCOMPARE(asked->batches.size(), 3);
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.far.batches.size(), size_t(3));
    std::multiset<size_t> sizes;
    for (const tests::ScriptedModel::Batch &batch : desk.far.batches)
        sizes.insert(batch.questions.size());
    QVERIFY((sizes == std::multiset<size_t>{1, 2, 2}));
}

void TestModelBatches::looksALostBatchUpInsteadOfSendingItAgain()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok());
    desk.far.batchError = makeAmbiguous(Error::Kind::Timeout, u"lost"_s);
    desk.far.takesItAllTheSame = true;
    QVERIFY(desk.work().ok());
    QVERIFY(desk.newest(strange.front()).isWaiting() && !desk.newest(strange.front()).isAway());
    QCOMPARE(desk.calls(CallState::Open), size_t(2)); // held: it may be there
    desk.restart(); // as another process finds it
    desk.clock.advance(10min);
    QVERIFY(desk.work().ok());

    QCOMPARE(desk.far.batches.size(), size_t(1));
    QCOMPARE(desk.far.searches.size(), size_t(1));
    QCOMPARE(desk.far.searches.front().size, 2);
    QCOMPARE(desk.far.searches.front().questions.size(), 2);
    for (const ConversationId id : strange)
        QVERIFY(desk.newest(id).isAway());
    desk.far.brings(0, 0, desk.saysFirst());
    desk.far.brings(0, 1, desk.saysFirst());
    desk.watch();
    QCOMPARE(desk.read(), 1);
    QCOMPARE(desk.calls(CallState::Answered), size_t(2));
}

void TestModelBatches::findsTheBatchOfAProcessThatEnded()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(3);
    QVERIFY(desk.askAll().ok());
    desk.far.batchHangs = true;
    QVERIFY(desk.workUntilItHangs());
    desk.restart();
    desk.clock.advance(2s);
    QVERIFY(desk.work().ok());
    QVERIFY(desk.far.searches.empty()); // its call may still be running
    desk.clock.advance(1h);
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.far.batches.size(), size_t(1));
    QCOMPARE(desk.far.searches.size(), size_t(1));
    for (const ConversationId id : strange)
        QVERIFY(desk.newest(id).isAway());
    QCOMPARE(desk.ledger().size(), size_t(3));
}

void TestModelBatches::sendsABatchAgainThatIsNotOverThere()
{
    BatchDesk desk;
    desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok());
    desk.far.batchError = makeAmbiguous(Error::Kind::Timeout, u"lost"_s);
    QVERIFY(desk.work().ok());
    desk.clock.advance(10min);
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.far.searches.size(), size_t(1));
    QCOMPARE(desk.far.batches.size(), size_t(1));
    QCOMPARE(desk.calls(CallState::NotSent), size_t(2));
    QCOMPARE(desk.calls(CallState::Open), size_t(2));
}

void TestModelBatches::endsAllOfABatchThatIsRefused()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(3);
    QVERIFY(desk.askAll().ok());
    desk.far.batchError = makeError(Error::Kind::Refused, u"the model is unknown"_s);
    QVERIFY(desk.work().ok());
    QVERIFY(desk.far.batches.empty());
    for (const ConversationId id : strange) {
        QVERIFY(desk.newest(id).isRefused());
        QVERIFY(desk.newest(id).error.contains(u"the model is unknown"_s));
    }
    QCOMPARE(desk.calls(CallState::Failed), size_t(3));
    QCOMPARE(desk.meter().committed, Money{});
    QCOMPARE(desk.all().front().batch.state, BatchState::Failed);
    QCOMPARE(desk.all().front().refused, 3);
    QVERIFY(desk.askAll().ok()); // asked anew, in a batch of its own
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.far.batches.size(), size_t(1));
}

void TestModelBatches::asksNothingThatTheBudgetDoesNotCover()
{
    BatchDesk desk;
    desk.receiveStrange(3);
    const Result<BatchAsked> plan = await(desk.models->planBatches({}));
    desk.policy.budget = {plan->highest.micros - 1};
    QVERIFY(desk.setPolicy().ok());
    const Result<BatchAsked> asked = desk.askAll();
    QVERIFY(!asked.ok());
    QVERIFY(asked.error().message.contains(u"budget"_s));
    QVERIFY(desk.all().empty());
    desk.policy.budget = plan->highest;
    QVERIFY(desk.setPolicy().ok());
    QVERIFY(desk.askAll().ok());
}

void TestModelBatches::asksTheBudgetAgainBeforeABatchLeaves()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok());
    desk.policy.budget = {1};
    QVERIFY(desk.setPolicy().ok());
    QVERIFY(desk.work().ok());
    QVERIFY(desk.far.batches.empty() && desk.ledger().empty());
    for (const ConversationId id : strange)
        QVERIFY(desk.newest(id).error.contains(u"budget"_s));
}

void TestModelBatches::leavesOutWhatWasCancelled()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(3);
    QVERIFY(desk.askAll().ok());
    for (const size_t i : {size_t(0), size_t(2)}) {
        const DeliveryId delivery = desk.newest(strange[i]).question.delivery;
        QVERIFY(await(desk.commands->cancelDelivery(delivery)).ok());
    }
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.far.batches.front().questions.size(), size_t(1));
    QCOMPARE(desk.far.batches.front().questions.front().key, desk.newest(strange[1]).question.uid);
    QCOMPARE(desk.ledger().size(), size_t(1));
}

void TestModelBatches::answersTheSameWordsOutOfTheCache()
{
    BatchDesk desk;
    desk.receive(u""_s, u"Zzyzx plugh qwrt"_s);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    desk.far.brings(0, 0, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    const ConversationId again = desk.receive(u""_s, u"Zzyzx plugh qwrt"_s);
    const Result<BatchAsked> asked = desk.askAll();
    QVERIFY(asked.ok());
    QCOMPARE(asked->known, 1);
    QCOMPARE(asked->asked, 0);
    QVERIFY(asked->batches.isEmpty());
    QCOMPARE(desk.pending(again)->classification.source, ClassificationSource::RemoteModel);
    QCOMPARE(desk.ledger().size(), size_t(1));
}

void TestModelBatches::asksNobodyTwice()
{
    BatchDesk desk;
    desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok());
    QCOMPARE(desk.askAll()->waiting, 2);
    QVERIFY(desk.work().ok());
    const Result<BatchAsked> away = desk.askAll();
    QCOMPARE(away->waiting, 2);
    QCOMPARE(away->asked, 0);
    desk.far.brings(0, 0, desk.far.answer(desk.classifies(u"none of these"_s), 100, 20));
    desk.far.brings(0, 1, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    const Result<BatchAsked> after = desk.askAll();
    QCOMPARE(after->asked + after->known + after->waiting, 0);
}

void TestModelBatches::saysThatAModelTakesNone()
{
    BatchDesk desk(0);
    desk.receiveStrange(1);
    const Result<BatchAsked> asked = desk.askAll();
    QVERIFY(!asked.ok());
    QVERIFY(asked.error().message.contains(u"takes no batches"_s));
}

PATCHBAY_TESTS(TestModelBatches)
#include "tst_model_batches.moc"
