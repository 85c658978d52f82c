#include "support/batch_desk.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::await;
using tests::BatchDesk;
using CallState = ModelCall::State;
using BatchState = ModelBatch::State;

/// What a batch brings, within a day.
class TestModelBatchAnswers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatIsNoAnswerAndKeepsTheOthers();
    void tellsWhatNothingCameFor();
    void readsABatchASecondTimeWithoutHarm();
    void leavesAPersonsDecisionAlone();
    void saysWhatHistoryIsAbout();
    void ignoresTheAnswerAboutADeletedConversation();
    void givesABatchUpThatIsGone();
    void asksTheMoreRarelyTheLongerItTakes();
};

void TestModelBatchAnswers::refusesWhatIsNoAnswerAndKeepsTheOthers()
{
    BatchDesk desk;
    desk.receiveStrange(4);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    const auto keyOf = [&](size_t i) { return desk.far.batches.front().questions[i].key; };
    desk.far.brings(0, 0, desk.saysFirst());
    desk.far.brings(0, 1, desk.far.answer(desk.classifies(u"Buy our shares"_s), 100, 20));
    desk.far.brings(0, 2, makeError(Error::Kind::Refused, u"It expired."_s));
    desk.far.brings(0, 3, makeAmbiguous(Error::Kind::Protocol, u"no text at /content"_s));
    desk.far.batches.front().reading.answers.push_back({u"somebody else's"_s, desk.saysFirst()});
    QCOMPARE(desk.read(), 1);
    const auto shown = [&](size_t i) {
        return desk.get([uid = keyOf(i)](Database &db) {
            const auto question = questions::byUid(db, uid);
            return questions::shown(db, question->id).value_or(questions::Shown{});
        });
    };
    QVERIFY(shown(0).question.isAnswered());
    QVERIFY(shown(1).isRefused() && shown(1).error.contains(u"not in the taxonomy"_s));
    QVERIFY(shown(2).isRefused() && shown(2).error.contains(u"It expired."_s));
    QVERIFY(shown(3).isRefused());
    QCOMPARE(desk.calls(CallState::Answered), size_t(2)); // what was no answer was charged all the same
    QCOMPARE(desk.calls(CallState::Failed), size_t(1));
    QCOMPARE(desk.calls(CallState::Unclear), size_t(1));
    QCOMPARE(desk.all().front().refused, 3);
}

void TestModelBatchAnswers::tellsWhatNothingCameFor()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    desk.far.brings(0, 1, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    int without = 0;
    for (const ConversationId id : strange)
        without += desk.newest(id).error.contains(u"without an answer"_s);
    QCOMPARE(without, 1);
    QCOMPARE(desk.calls(CallState::Unclear), size_t(1)); // at its highest price
    QCOMPARE(desk.calls(CallState::Open), size_t(0));
}

void TestModelBatchAnswers::readsABatchASecondTimeWithoutHarm()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(1);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    desk.far.brings(0, 0, desk.saysFirst());
    desk.far.brings(0, 0, desk.far.answer(desk.classifies(u"none of these"_s), 900, 900));
    QCOMPARE(desk.read(), 1);
    const int version = desk.pending(strange.front())->version;
    // As a process that ended between storing the answers and the end of the batch left it.
    QVERIFY(desk.change([](Database &db) { db.exec("UPDATE model_batch SET state = 'running', next_at = 1"); }).ok());
    QCOMPARE(desk.read(), 1);
    QCOMPARE(answerText(desk.newest(strange.front()).question), desk.firstCategory());
    QCOMPARE(desk.pending(strange.front())->version, version);
    QCOMPARE(moneyText(desk.meter().committed), u"0.70"_s);
}

void TestModelBatchAnswers::leavesAPersonsDecisionAlone()
{
    BatchDesk desk;
    const ConversationId id = desk.receiveStrange(1).front();
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    const Category other = desk.otherCategory(desk.category(desk.firstCategory()));
    QVERIFY(await(desk.commands->overrideCategory(id, other.id)).ok());
    desk.far.brings(0, 0, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    QCOMPARE(desk.conversation(id).category, other.id);
    QCOMPARE(answerText(desk.newest(id).question), desk.firstCategory()); // it stands beside
}

void TestModelBatchAnswers::saysWhatHistoryIsAbout()
{
    BatchDesk desk;
    const ConversationId id = desk.receiveStrange(1).front();
    QVERIFY(desk.change([](Database &db) { db.exec("DELETE FROM suggestion"); }).ok()); // history has none
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    desk.far.brings(0, 0, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    QCOMPARE(desk.conversation(id).category, desk.category(desk.firstCategory()));
    QVERIFY(!desk.pending(id)); // and gets none
}

void TestModelBatchAnswers::ignoresTheAnswerAboutADeletedConversation()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(2);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    QVERIFY(desk.change([&](Database &db) { questions::forgetAll(db, strange.front()); }).ok());
    desk.far.brings(0, 0, desk.saysFirst());
    desk.far.brings(0, 1, desk.saysFirst());
    QCOMPARE(desk.read(), 1);
    QVERIFY(!desk.newest(strange.front()).question.isAnswered());
    QVERIFY(desk.newest(strange.back()).question.isAnswered());
    QCOMPARE(desk.calls(CallState::Unclear), size_t(1)); // nobody can tell any more what it cost
    QCOMPARE(desk.calls(CallState::Open), size_t(0));
}

void TestModelBatchAnswers::givesABatchUpThatIsGone()
{
    BatchDesk desk;
    const auto strange = desk.receiveStrange(1);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    desk.far.readingError = makeError(Error::Kind::Offline, u"no network"_s);
    QCOMPARE(desk.read(), 0);
    QCOMPARE(desk.all().front().batch.error, u"no network"_s);
    QVERIFY(desk.newest(strange.front()).isWaiting());
    desk.far.batches.clear();
    QCOMPARE(desk.read(), 1);
    QCOMPARE(desk.all().front().batch.state, BatchState::Failed);
    QVERIFY(desk.newest(strange.front()).error.contains(u"There is no such batch."_s));
    QCOMPARE(desk.calls(CallState::Unclear), size_t(1));
}

void TestModelBatchAnswers::asksTheMoreRarelyTheLongerItTakes()
{
    ModelBatch batch;
    batch.sentAt = Timestamp{1'000'000};
    std::chrono::milliseconds before{0};
    for (const auto age : {0min, 10min, 60min, 120min}) {
        const auto pause = batch.pause(batch.sentAt + age);
        QVERIFY(pause >= 1min && pause <= 20min);
        QVERIFY(pause > before || pause == 1min);
        before = pause;
    }
    QCOMPARE(batch.pause(batch.sentAt + 24h), std::chrono::milliseconds(20min));
    BatchDesk desk;
    desk.receiveStrange(1);
    QVERIFY(desk.askAll().ok() && desk.work().ok());
    const Timestamp first = desk.all().front().batch.nextAt;
    QCOMPARE(first - desk.clock.now(), std::chrono::microseconds(1min));
    desk.clock.advance(2h);
    QCOMPARE(desk.read(), 0);
    QCOMPARE(desk.all().front().batch.nextAt - desk.clock.now(), std::chrono::microseconds(15min));
}

PATCHBAY_TESTS(TestModelBatchAnswers)
#include "tst_model_batch_answers.moc"
