#include "core/engine/erasure.h"
#include "core/engine/model_prompt.h"
#include "support/model_desk.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using tests::await;
using tests::ModelDesk;
using CallState = ModelCall::State;

namespace {

/// Words that no category of a new workspace has.
const QString strangeWords = u"Zzyzx qwrt plugh"_s;

} // namespace

/// What remote models cost, what is remembered of them, and what a killed program leaves.
class TestModelBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stopsAtTheBudgetWhateverRunsInParallel();
    void refusesAQuestionThatTheBudgetCannotCover();
    void holdsNothingForACallThatDidNotLeave();
    void beginsANewBudgetWithTheMonth();
    void chargesTheHighestPriceWhereNobodyCounted();
    void answersTheSameWordsOutOfTheCache();
    void asksAnotherModelAboutTheSameWords();
    void asksTheSameQuestionOnce();
    void asksAgainAfterAProcessThatEndedWithTheCall();
    void doesNotAskAgainWhatIsStored();
    void forgetsTheWordsOfADeletedPerson();
    void addsUpTokensAndMoneyByPurpose();
};

void TestModelBudget::stopsAtTheBudgetWhateverRunsInParallel()
{
    ModelDesk desk;
    std::vector<QuestionId> asked;
    for (int i = 0; i < 8; ++i) {
        const Result<Question> one =
            desk.ask(desk.receive(u"Mail"_s, u"Zzyzx plugh %1"_s.arg(QString(1, QChar(u'a' + i)))));
        QVERIFY(one.ok());
        asked.push_back(one->id);
        tests::ScriptedModel::Turn turn;
        turn.answer = desk.far.answer(desk.classifies(desk.firstCategory()), 2000, 100); // nearly the highest
        turn.waits = true;
        desk.far.does(turn);
    }
    const Delivery first = desk.delivery(desk.shown(asked.front()).question.delivery);
    const Result<ModelPrompt> prompt = modelPromptFromJson(first.payload);
    const Money highest = highestPrice(desk.model, bytesOf(modelQuestion(*prompt, {}, 100)));
    desk.policy.budget = {highest.micros * 3 + highest.micros / 2}; // three fit, a fourth does not
    QVERIFY(desk.setPolicy().ok());

    auto working = desk.outbox->runOnce();
    QVERIFY(QTest::qWaitFor([&] { return desk.far.inFlight == 3; }));
    QTest::qWait(50); // the others have been refused by then
    QCOMPARE(desk.far.mostInFlight, 3);
    QCOMPARE(desk.meter().committed, Money{highest.micros * 3});
    desk.far.released = true;
    QVERIFY(await(std::move(working)).ok());

    int answered = 0;
    int refused = 0;
    for (const QuestionId id : asked) {
        const questions::Shown shown = desk.shown(id);
        answered += shown.question.isAnswered();
        refused += shown.isRefused() && shown.error.contains(u"budget"_s);
    }
    QCOMPARE(answered, 3);
    QCOMPARE(refused, 5);
    QVERIFY(desk.meter().committed <= desk.policy.budget);
}

void TestModelBudget::refusesAQuestionThatTheBudgetCannotCover()
{
    ModelDesk desk;
    desk.policy.budget = {1'000'000};
    QVERIFY(desk.setPolicy().ok());
    const ConversationId id = desk.receive(u"Hello"_s, strangeWords);
    const Result<Question> asked = desk.ask(id);
    QVERIFY(!asked.ok());
    QVERIFY2(asked.error().message.contains(u"The budget of this month is 1.00 EUR, 0.00 EUR are spent"_s),
             qPrintable(asked.error().message));
    QVERIFY(desk.get([&](Database &db) { return deliveries::ofConversation(db, id); }).empty());
    // A server of one's own costs nothing, so nothing stops it.
    QVERIFY(await(desk.models->change(desk.model.id, u"Own"_s, ModelDesk::prices("0", "0"))).ok());
    QVERIFY(desk.ask(id).ok());
}

void TestModelBudget::holdsNothingForACallThatDidNotLeave()
{
    ModelDesk desk;
    desk.far.fails(makeError(Error::Kind::Offline, u"no route"_s));
    QVERIFY(desk.ask(desk.receive(u"Hello"_s, strangeWords)).ok());
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.ledger().front().call.state, CallState::NotSent);
    QCOMPARE(desk.meter().committed, Money{});
    QVERIFY(desk.meter().usage.empty());
}

void TestModelBudget::beginsANewBudgetWithTheMonth()
{
    ModelDesk desk;
    desk.far.says(desk.classifies(desk.firstCategory()));
    QVERIFY(desk.ask(desk.receive(u"Hello"_s, strangeWords)).ok());
    QVERIFY(desk.work().ok());
    const Timestamp month = desk.meter().month;
    QCOMPARE(month.toDateTime().date().day(), 1);
    QVERIFY(desk.meter().committed > Money{});
    desk.clock.advanceTo(month + std::chrono::hours(24 * 31));
    QCOMPARE(desk.meter().committed, Money{});
    QVERIFY(await(desk.models->meter(month))->committed > Money{}); // and the old one can still be read
}

void TestModelBudget::chargesTheHighestPriceWhereNobodyCounted()
{
    ModelDesk desk;
    tests::ScriptedModel::Turn turn;
    ModelAnswer answer = desk.far.answer(desk.classifies(desk.firstCategory()));
    answer.usage.reset();
    turn.answer = answer;
    desk.far.does(turn);
    const Result<Question> asked = desk.ask(desk.receive(u"Hello"_s, strangeWords));
    QVERIFY(desk.work().ok());
    QVERIFY(desk.shown(asked->id).question.isAnswered());
    const ModelCall call = desk.ledger().front().call;
    QCOMPARE(call.state, CallState::Unclear);
    QCOMPARE(call.cost, call.reserved);
}

void TestModelBudget::answersTheSameWordsOutOfTheCache()
{
    ModelDesk desk;
    desk.far.says(desk.classifies(desk.firstCategory()));
    QVERIFY(desk.ask(desk.receive(u"Hello"_s, strangeWords)).ok());
    QVERIFY(desk.work().ok());
    desk.restart(); // it is stored, not remembered
    const ConversationId second = desk.receive(u"Hello"_s, strangeWords);
    const Result<Question> asked = desk.ask(second);
    QVERIFY(asked.ok() && asked->isAnswered());
    QVERIFY(!asked->delivery);
    QCOMPARE(desk.ledger().size(), size_t(1)); // nothing left
    desk.far.says(desk.classifies(desk.firstCategory()));
    const Result<Question> anew = await(desk.models->ask(second, Purpose::Classify, {}, {}, true));
    QVERIFY(anew.ok() && !anew->isAnswered());
    QVERIFY(desk.ask(second, Purpose::Summary).ok()); // another purpose is another question
    QVERIFY(desk.get([&](Database &db) { return deliveries::ofConversation(db, second); }).size() == 2);
}

void TestModelBudget::asksAnotherModelAboutTheSameWords()
{
    ModelDesk desk;
    desk.far.says(desk.classifies(desk.firstCategory()));
    const ConversationId id = desk.receive(u"Hello"_s, strangeWords);
    QVERIFY(desk.ask(id).ok());
    QVERIFY(desk.work().ok());
    QJsonObject settings = ModelDesk::prices("10000", "20000");
    settings.insert(u"model"_s, u"larger"_s);
    QVERIFY(await(desk.models->change(desk.model.id, u"Second"_s, settings)).ok());
    const Result<Question> asked = desk.ask(id);
    QVERIFY(asked.ok() && !asked->isAnswered());
}

void TestModelBudget::asksTheSameQuestionOnce()
{
    ModelDesk desk;
    const ConversationId id = desk.receive(u"Hello"_s, strangeWords);
    const Result<Question> first = desk.ask(id);
    const Result<Question> second = desk.ask(id);
    QVERIFY(first.ok() && second.ok());
    QCOMPARE(second->id, first->id);
    QCOMPARE(desk.get([&](Database &db) { return deliveries::ofConversation(db, id); }).size(), size_t(1));
}

void TestModelBudget::asksAgainAfterAProcessThatEndedWithTheCall()
{
    for (const bool before : {true, false}) {
        ModelDesk desk;
        tests::ScriptedModel::Turn turn;
        (before ? turn.hangsBefore : turn.hangs) = true;
        desk.far.does(turn);
        const Result<Question> asked = desk.ask(desk.receive(u"Hello"_s, strangeWords));
        QVERIFY(desk.workUntilItHangs());
        desk.restart(); // it was killed
        desk.clock.advance(1min);
        desk.far.says(desk.classifies(desk.firstCategory()));
        QVERIFY(desk.work().ok());
        desk.clock.advance(1min);
        QVERIFY(desk.work().ok());
        QVERIFY2(desk.shown(asked->id).question.isAnswered(), qPrintable(desk.shown(asked->id).error));
        const auto ledger = desk.ledger();
        QCOMPARE(ledger.size(), before ? size_t(1) : size_t(2));
        if (!before) { // it may have been answered and charged: the bill says so
            QCOMPARE(ledger.back().call.state, CallState::Unclear);
            QCOMPARE(ledger.back().call.cost, ledger.back().call.reserved);
        }
        QCOMPARE(ledger.front().call.state, CallState::Answered);
    }
}

void TestModelBudget::doesNotAskAgainWhatIsStored()
{
    ModelDesk desk;
    desk.far.says(desk.classifies(desk.firstCategory()));
    const Result<Question> asked = desk.ask(desk.receive(u"Hello"_s, strangeWords));
    QVERIFY(desk.work().ok());
    // As a kill between the stored answer and the Outbox's own row leaves it.
    QVERIFY(desk.change([&](Database &db) {
                    db.exec("UPDATE delivery SET state = 'sending', lease_owner = 'gone', effect_started_at = "
                            "attempt_started_at, settled_at = 0 WHERE id = ?",
                            {asked->delivery.value});
                })
                .ok());
    desk.restart();
    desk.clock.advance(1min);
    QVERIFY(desk.work().ok());
    desk.clock.advance(1min);
    QVERIFY(desk.work().ok());
    QCOMPARE(desk.delivery(asked->delivery).state, DeliveryState::Sent);
    QCOMPARE(desk.far.asked.size(), size_t(1));
    QCOMPARE(desk.ledger().size(), size_t(1));
}

void TestModelBudget::forgetsTheWordsOfADeletedPerson()
{
    ModelDesk desk;
    const ConversationId id = desk.receive(u"Hello"_s, u"Zzyzx is my name"_s);
    desk.far.says(u"{\"summary\":\"Zzyzx wrote.\"}"_s);
    QVERIFY(desk.ask(id, Purpose::Summary).ok());
    QVERIFY(desk.work().ok());
    const Money cost = desk.meter().committed;
    Erasures erasures(*desk.store, desk.snapshots, desk.me);
    const auto erased = await(erasures.erasePerson(desk.conversation(id).contact));
    QVERIFY2(erased.ok(), erased.ok() ? "" : qPrintable(erased.error().message));
    const auto ledger = desk.ledger();
    QCOMPARE(ledger.size(), size_t(1));
    QCOMPARE(ledger.front().call.text, QString());
    QCOMPARE(ledger.front().call.sha256, QString());
    QVERIFY(!ledger.front().call.conversation && ledger.front().contactName.isEmpty());
    QVERIFY(ledger.front().call.bytes > 0);
    QCOMPARE(desk.meter().committed, cost);
    QCOMPARE(desk.get([](Database &db) { return db.row("SELECT COUNT(*) FROM question")->integer(0); }), 0);
}

void TestModelBudget::addsUpTokensAndMoneyByPurpose()
{
    ModelDesk desk;
    const ConversationId id = desk.receive(u"Hello"_s, u"Where is my parcel?"_s);
    desk.far.says(u"{\"summary\":\"a\"}"_s, 50, 10);
    desk.far.says(u"{\"reply\":\"b\"}"_s, 70, 30);
    QVERIFY(desk.ask(id, Purpose::Summary).ok());
    QVERIFY(desk.work().ok());
    QVERIFY(desk.ask(id, Purpose::Reply).ok());
    QVERIFY(desk.work().ok());
    const ModelMeter meter = desk.meter();
    QCOMPARE(meter.usage.size(), size_t(2));
    for (const model_calls::Usage &row : meter.usage) {
        const bool reply = row.purpose == Purpose::Reply;
        QCOMPARE(row.modelName, u"Second"_s);
        QCOMPARE(row.calls, 1);
        QCOMPARE(row.inputTokens, reply ? 70 : 50);
        QCOMPARE(row.outputTokens, reply ? 30 : 10);
        QCOMPARE(moneyText(row.spent), reply ? u"1.30"_s : u"0.70"_s);
    }
    QCOMPARE(moneyText(meter.committed), u"2.00"_s);
}

PATCHBAY_TESTS(TestModelBudget)
#include "tst_model_budget.moc"
