#include "support/route_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// Primary and backup, each a scripted far side with a ledger.
class TestFailover : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void staysWithThePrimaryThatTakesIt();
    void goesToTheBackupWhenThePrimaryRefuses();
    void goesToTheBackupWhenThePrimaryAsksForSignIn();
    void goesToTheBackupWhenThereIsNoWayToThePrimary();
    void waitsForAPrimaryThatFailsUntilItsBreakerOpens();
    void movesWhatWaitsWhenTheBreakerOpens();
    void sendsOneProbeToAHalfOpenPrimaryAndGoesBackToIt();
    void agreesAboutTheBreakerAfterARestart();
    void neverMovesAnOpenEndBeforeItWasLookedUp();
    void staysWithThePrimaryWhereTheLookUpFindsIt();
    void movesAfterALookUpThatFoundNothing();
    void leavesAnOpenEndUnknownWhereNothingCanBeAsked();
    void goesDownTheListOfBackups();
    void givesTheBackupItsOwnFieldsAndKey();
    void canBeTakenBackUntilItWasMoved();
    void doesNotMoveWhatCanStillBeTakenBack();
};

static bool isUsing(RouteRig &rig)
{
    return rig.use(rig.route(Route::Strategy::PrimaryBackup, {rig.primary, rig.backup}));
}

void TestFailover::staysWithThePrimaryThatTakesIt()
{
    RouteRig rig;
    QVERIFY2(isUsing(rig), qPrintable(rig.failure));
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    const auto all = rig.deliveriesOf(id);
    QCOMPARE(all.size(), size_t(1));
    QCOMPARE(all.front().state, DeliveryState::Sent);
    QCOMPARE(rig.side(rig.primary).everything().size(), size_t(1));
    QVERIFY(rig.side(rig.backup).calls.isEmpty());
}

void TestFailover::goesToTheBackupWhenThePrimaryRefuses()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::Refuse};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    const auto all = rig.deliveriesOf(id);
    QCOMPARE(all.size(), size_t(2));
    QCOMPARE(all[0].state, DeliveryState::Cancelled);
    QCOMPARE(all[0].replacedBy, all[1].id);
    QCOMPARE(all[0].lastError, u"Redmine refused: 422 subject is too long. It went to Second desk instead."_s);
    QCOMPARE(all[1].state, DeliveryState::Sent);
    QCOMPARE(all[1].target, rig.backup);
    QCOMPARE(all[1].task, all[0].task);
    QVERIFY(all[0].key != all[1].key);
    QVERIFY(rig.side(rig.primary).everything().empty());
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(1));
    // What moved on cannot be sent again beside the backup.
    QVERIFY(!await(rig.desk.commands->retryDelivery(all[0].id)));
    QVERIFY(rig.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
}

void TestFailover::goesToTheBackupWhenThePrimaryAsksForSignIn()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::SignIn};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
    QVERIFY2(rig.deliveriesOf(id).front().lastError.startsWith(u"Redmine asks for sign-in: "_s),
             qPrintable(rig.deliveriesOf(id).front().lastError));
    QCOMPARE(rig.target(rig.primary).health, Health::Failed);
}

void TestFailover::goesToTheBackupWhenThereIsNoWayToThePrimary()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.unreachable = {rig.primary.value};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
    QCOMPARE(rig.deliveriesOf(id).front().lastError,
             u"Redmine did not take it: its API key is not on this workstation. It went to Second desk instead."_s);
}

void TestFailover::waitsForAPrimaryThatFailsUntilItsBreakerOpens()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = std::deque<Step>(50, Step::Offline);
    const ConversationId id = rig.acceptOne();
    for (int tries = 1; tries < rig.limits.breakerFailures; ++tries) {
        QVERIFY(rig.work());
        QCOMPARE(rig.deliveriesOf(id).size(), size_t(1)); // a moment's failure is no reason to go elsewhere
        QCOMPARE(rig.deliveriesOf(id).front().state, DeliveryState::Failed);
        rig.desk.clock.advance(20s);
    }
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(2));
    QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
    QCOMPARE(rig.side(rig.primary).calls.size(), 3);
    QCOMPARE(rig.target(rig.primary).breakerAt(rig.desk.clock.now()), Target::Breaker::Open);
}

void TestFailover::movesWhatWaitsWhenTheBreakerOpens()
{
    RouteRig rig;
    rig.limits.parallel = 1;
    rig.restart();
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = std::deque<Step>(50, Step::Busy);
    std::vector<ConversationId> all;
    for (int i = 0; i < 6; ++i)
        all.push_back(rig.acceptOne(u"Refund %1"_s.arg(i)));
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.side(rig.primary).calls.size(), 3); // the others never cost the primary a call
    QVERIFY(rig.side(rig.primary).everything().empty());
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(6));
    for (const ConversationId id : all)
        QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
}

void TestFailover::sendsOneProbeToAHalfOpenPrimaryAndGoesBackToIt()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::Offline, Step::Offline, Step::Offline, Step::Offline};
    rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(1));
    rig.desk.clock.advance(rig.limits.breakerPause * 2);
    QCOMPARE(rig.target(rig.primary).breakerAt(rig.desk.clock.now()), Target::Breaker::HalfOpen);

    // The first probe fails: it opens again, and the probe goes to the backup at once.
    for (int i = 0; i < 4; ++i)
        rig.acceptOne(u"Again %1"_s.arg(i));
    QVERIFY(rig.work());
    QCOMPARE(rig.side(rig.primary).calls.size(), 4);
    QCOMPARE(rig.target(rig.primary).breakerAt(rig.desk.clock.now()), Target::Breaker::Open);
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(5));

    // The second one is taken, and what follows stays with the primary.
    rig.desk.clock.advance(rig.limits.breakerPause * 2);
    rig.acceptOne(u"Probe"_s);
    rig.acceptOne(u"And another"_s);
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.side(rig.primary).everything().size(), size_t(2));
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(5));
    QCOMPARE(rig.target(rig.primary).breakerAt(rig.desk.clock.now()), Target::Breaker::Closed);
    QCOMPARE(rig.side(rig.primary).mostInFlight, 1);
}

void TestFailover::agreesAboutTheBreakerAfterARestart()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = std::deque<Step>(3, Step::Offline);
    rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    rig.restart();
    const ConversationId id = rig.acceptOne(u"After the restart"_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).back().target, rig.backup);
    QCOMPARE(rig.side(rig.primary).calls.size(), 3);
}

void TestFailover::neverMovesAnOpenEndBeforeItWasLookedUp()
{
    RouteRig rig;
    rig.limits.breakerFailures = 1; // the lost answer alone opens it
    rig.restart();
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::LoseRequest};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.work());
    QCOMPARE(rig.target(rig.primary).breakerAt(rig.desk.clock.now()), Target::Breaker::Open);
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1));
    QVERIFY(rig.deliveriesOf(id).front().everAmbiguous);
    rig.desk.clock.advance(10s); // the breaker is open, the look-up not yet due
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1));
    QVERIFY(rig.side(rig.backup).calls.isEmpty());
    QVERIFY(rig.workToTheEnd());
    QVERIFY(rig.side(rig.primary).calls.at(1).startsWith(u"look up"_s));
    QCOMPARE(rig.side(rig.primary).everything().size(), size_t(1)); // not there, so sent again, to the same target
    QVERIFY(rig.side(rig.backup).calls.isEmpty());
}

void TestFailover::staysWithThePrimaryWhereTheLookUpFindsIt()
{
    RouteRig rig;
    rig.limits.breakerFailures = 1;
    rig.restart();
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::LoseAnswer, Step::Refuse};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1));
    QCOMPARE(rig.deliveriesOf(id).front().state, DeliveryState::Sent);
    QCOMPARE(rig.side(rig.primary).everything().size(), size_t(1));
    QVERIFY(rig.side(rig.backup).calls.isEmpty());
}

void TestFailover::movesAfterALookUpThatFoundNothing()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::LoseRequest, Step::Refuse};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(2));
    QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
    QVERIFY(rig.side(rig.primary).everything().empty());
    QCOMPARE(rig.side(rig.primary).calls.filter(u"look up"_s).size(), 1);
}

void TestFailover::leavesAnOpenEndUnknownWhereNothingCanBeAsked()
{
    RouteRig rig(Idempotency::None);
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::LoseAnswer};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1));
    QCOMPARE(rig.deliveriesOf(id).front().state, DeliveryState::Unknown);
    QVERIFY(rig.side(rig.backup).calls.isEmpty());
    // A person looked there: it is not; then the primary gets it again, and may refuse it.
    rig.side(rig.primary).everyKey = {Step::Refuse};
    QVERIFY(await(rig.desk.commands->settleDelivery(rig.deliveriesOf(id).front().id, Settlement::SendAgain)));
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(id).back().target, rig.backup);
    QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
}

void TestFailover::goesDownTheListOfBackups()
{
    RouteRig rig;
    const TargetId third = rig.addTarget(u"Third desk"_s);
    QVERIFY(rig.use(rig.route(Route::Strategy::PrimaryBackup, {rig.primary, rig.backup, third})));
    rig.side(rig.primary).everyKey = {Step::Refuse, Step::Refuse};
    rig.side(rig.backup).everyKey = {Step::Refuse, Step::Refuse};
    rig.side(third).everyKey = {Step::Answer, Step::Refuse};
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(3));
    QCOMPARE(rig.deliveriesOf(id).back().target, third);
    QCOMPARE(rig.deliveriesOf(id).back().state, DeliveryState::Sent);
    const ConversationId nobody = rig.acceptOne(u"Nobody wants it"_s);
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.deliveriesOf(nobody).back().target, third);
    QCOMPARE(rig.deliveriesOf(nobody).back().state, DeliveryState::Dead); // a person is asked
}

void TestFailover::givesTheBackupItsOwnFieldsAndKey()
{
    RouteRig rig;
    Route route = rig.route(Route::Strategy::PrimaryBackup, {rig.primary, rig.backup});
    FieldMapping mapping;
    mapping.target = rig.backup;
    mapping.title = u"[{{task.category | upper}}] {{contact.name}}"_s;
    route.mappings = {mapping};
    QVERIFY2(rig.use(route), qPrintable(rig.failure));
    rig.side(rig.primary).everyKey = {Step::HangBefore};
    const ConversationId id = rig.acceptOne();
    // What was accepted is frozen, also for the backup.
    route.mappings.front().title = u"changed since"_s;
    QVERIFY(rig.use(route));
    auto running = rig.outbox->runOnce();
    QTRY_COMPARE(rig.hanging(), 1);
    rig.restart();
    rig.side(rig.primary).everyKey = {Step::Refuse};
    QVERIFY(rig.workToTheEnd());
    const auto all = rig.deliveriesOf(id);
    QCOMPARE(all.size(), size_t(2));
    QCOMPARE(all[0].payload.value("title"_L1).toString(), u"Refund please"_s);
    QVERIFY2(all[1].payload.value("title"_L1).toString().endsWith(u"] Zoë"_s),
             qPrintable(all[1].payload.value("title"_L1).toString()));
    QCOMPARE(rig.side(rig.backup).arrivalCount(all[1].key), 1);
}

void TestFailover::canBeTakenBackUntilItWasMoved()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = {Step::Refuse};
    rig.side(rig.backup).everyKey = std::deque<Step>(50, Step::Offline);
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.work());
    const auto all = rig.deliveriesOf(id);
    QCOMPARE(all.back().state, DeliveryState::Failed);
    QVERIFY(await(rig.desk.commands->cancelTask(all.back().task)));
    QVERIFY(!rig.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
    QVERIFY(rig.desk.pending(id)); // it can be accepted anew
}

void TestFailover::doesNotMoveWhatCanStillBeTakenBack()
{
    RouteRig rig;
    QVERIFY(isUsing(rig));
    rig.side(rig.primary).everyKey = std::deque<Step>(3, Step::Offline);
    rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    rig.desk.commands->setHoldTime(5s);
    const ConversationId id = rig.acceptOne(u"Held"_s);
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1));
    QCOMPARE(rig.deliveriesOf(id).front().state, DeliveryState::Queued);
    rig.desk.clock.advance(5s);
    QVERIFY(rig.work());
    QCOMPARE(rig.deliveriesOf(id).back().target, rig.backup);
}

PATCHBAY_TESTS(TestFailover)
#include "tst_failover.moc"
