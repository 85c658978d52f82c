#include "core/engine/remote_records.h"
#include "core/store/target_figures.h"
#include "support/accounts_rig.h"
#include "support/route_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// Records that are at a target already: asked for, read, and linked without sending anything.
class TestLinkedRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsNothingAndCountsAsNothingSent();
    void refusesTheSameRecordTwice();
    void isTakenBack();
    void makesATaskWithoutASuggestion();
    void isRefusedWhenTheSuggestionChangedMeanwhile();
    void isReadBeforeItIsLinked();
    void saysThatAWrongIdIsNotThere();
    void takesNoAddressOfAnotherSystem();
    void listsWhatATargetHasOpenOnesFirst();
    void saysThatATargetCannotBeAsked();

private:
    static RemoteRecord record(const QString &id, const QString &title = u"Refund <b>order</b> 1177"_s)
    {
        RemoteRecord one;
        one.externalId = id;
        one.title = title;
        one.status = u"In Progress"_s;
        one.url = u"https://tracker.example/issues/"_s + id;
        return one;
    }
    static std::vector<Delivery> deliveriesOf(CommandDesk &desk, ConversationId id)
    {
        return desk.get([id](Database &db) { return deliveries::ofConversation(db, id); });
    }
};

void TestLinkedRecords::sendsNothingAndCountsAsNothingSent()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const Suggestion pending = *rig.desk.pending(id);
    const auto linked = await(rig.desk.commands->linkRecord(id, pending.version, rig.primary, record(u"42"_s)));
    QVERIFY2(linked, qPrintable(linked ? QString() : linked.error().message));
    QCOMPARE(linked->title, u"Refund <b>order</b> 1177"_s);
    QCOMPARE(linked->target, u"Redmine"_s);
    const Delivery made = deliveriesOf(rig.desk, id).front();
    QCOMPARE(made.state, DeliveryState::Sent);
    QVERIFY(made.isLinked());
    QCOMPARE(made.linkedAt, rig.desk.clock.now());
    QCOMPARE(made.attempts, 0);
    QVERIFY(!made.effectStartedAt);
    QCOMPARE(made.externalId, u"42"_s);
    QCOMPARE(made.externalUrl, u"https://tracker.example/issues/42"_s);
    QCOMPARE(made.remoteStatus, u"In Progress"_s);
    QVERIFY(rig.workToTheEnd());
    QVERIFY(rig.side(rig.primary).calls.empty());
    const auto figures = rig.desk.get([&](Database &db) { return targets::figures(db, rig.primary); });
    QVERIFY(!figures.lastSentAt);
    QCOMPARE(figures.waiting, 0);
    QVERIFY(!rig.desk.get([](Database &db) { return deliveries::nextDueAt(db); }));
    QCOMPARE(rig.desk.get([&](Database &db) { return suggestions::byId(db, pending.id); })->state,
             Suggestion::State::Accepted);
    QVERIFY(rig.desk.lessons().empty());
    QCOMPARE(rig.desk.auditActions().last(), u"link_record"_s);
    // It is a task like another: before a second one is made there, it is shown.
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.primary})));
    const TaskForm form = await(rig.desk.commands->startTask(id))->form;
    const auto asked = await(rig.desk.commands->createTask(id, 0, form));
    QVERIFY(asked && asked->open);
    QCOMPARE(asked->open->title, u"Refund <b>order</b> 1177"_s);
    QVERIFY(rig.desk.get([id](Database &db) { return existingTasks(db, id); }).front().delivery.isLinked());
}

void TestLinkedRecords::refusesTheSameRecordTwice()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QVERIFY(await(rig.desk.commands->linkRecord(id, rig.desk.pending(id)->version, rig.primary, record(u"42"_s))));
    const auto again = await(rig.desk.commands->linkRecord(id, 0, rig.primary, record(u"42"_s)));
    QCOMPARE(again.error().kind, Error::Kind::Conflict);
    QVERIFY2(again.error().message.contains(u"“42” in Redmine is a task of this conversation already"_s),
             qPrintable(again.error().message));
    QVERIFY(await(rig.desk.commands->linkRecord(id, 0, rig.backup, record(u"42"_s)))); // another system's 42
    QVERIFY(await(rig.desk.commands->linkRecord(id, 0, rig.primary, record(u"43"_s))));
    // Another conversation may have it, too.
    const ConversationId other = rig.desk.receive(u"Refund please"_s, u"Where is my money?"_s);
    QVERIFY(
        await(rig.desk.commands->linkRecord(other, rig.desk.pending(other)->version, rig.primary, record(u"42"_s))));
    // Nor when two workstations do it at the same moment, past the question.
    const auto raced = rig.desk.change([&](Database &db) {
        Delivery twice = deliveries::ofConversation(db, id).front();
        twice.uid.clear();
        twice.key = u"linked-again"_s;
        deliveries::insertLinked(db, twice);
    });
    QVERIFY(!raced);
}

void TestLinkedRecords::isTakenBack()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const int version = rig.desk.pending(id)->version;
    const auto linked = await(rig.desk.commands->linkRecord(id, version, rig.primary, record(u"42"_s)));
    QVERIFY(linked);
    QCOMPARE(await(rig.desk.commands->cancelDelivery(deliveriesOf(rig.desk, id).front().id)).error().kind,
             Error::Kind::Conflict); // there is nothing to keep from being sent
    QVERIFY(await(rig.desk.commands->unlinkRecord(linked->task)));
    QVERIFY(rig.desk.get([id](Database &db) { return tasks::ofConversation(db, id); }).empty());
    QCOMPARE(deliveriesOf(rig.desk, id).front().state, DeliveryState::Cancelled);
    QVERIFY(rig.desk.pending(id));
    QCOMPARE(await(rig.desk.commands->unlinkRecord(linked->task)).error().kind, Error::Kind::Conflict);
    QVERIFY(await(
        rig.desk.commands->linkRecord(id, rig.desk.pending(id)->version, rig.primary, record(u"42"_s)))); // once more
    QVERIFY(rig.side(rig.primary).calls.empty());
    // A task that was sent is none to unlink.
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.primary})));
    const ConversationId other = rig.desk.receive(u"Lamp broken"_s, u"It flickers."_s);
    const auto sent = await(rig.desk.commands->accept(other, rig.desk.pending(other)->version));
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(await(rig.desk.commands->unlinkRecord(sent->task)).error().kind, Error::Kind::Conflict);
}

void TestLinkedRecords::makesATaskWithoutASuggestion()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QVERIFY(await(rig.desk.commands->dismiss(id, rig.desk.pending(id)->version)));
    RemoteRecord closed = record(u"42"_s, {});
    closed.closed = true;
    const auto linked = await(rig.desk.commands->linkRecord(id, 0, rig.primary, closed));
    QVERIFY(linked);
    QCOMPARE(linked->title, u"Refund please"_s); // the target did not say its own
    QVERIFY(rig.desk.get([id](Database &db) { return tasks::ofConversation(db, id); }).front().remoteClosed);
    QVERIFY(await(rig.desk.commands->unlinkRecord(linked->task)));
    QVERIFY(!rig.desk.pending(id));
}

void TestLinkedRecords::isRefusedWhenTheSuggestionChangedMeanwhile()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const int version = rig.desk.pending(id)->version;
    rig.desk.receiveMore(id, u"And the lamp is broken."_s);
    QCOMPARE(await(rig.desk.commands->linkRecord(id, version, rig.primary, record(u"42"_s))).error().kind,
             Error::Kind::Conflict);
    QCOMPARE(await(rig.desk.commands->linkRecord(id, 0, rig.primary, record(u"42"_s))).error().kind,
             Error::Kind::Conflict);
    QVERIFY(deliveriesOf(rig.desk, id).empty());
}

void TestLinkedRecords::isReadBeforeItIsLinked()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    RemoteRecords records(*rig.targets);
    QVERIFY(await(records.read(target, u"42"_s)).error().isTransient()); // still being loaded
    QVERIFY(await(rig.targets->load()));
    rig.connectors.crms.at(u"Tracker"_s)->onStatus = [](const QString &id) {
        return Result<RemoteTask>(RemoteTask{u"Open"_s, false, u"https://tracker.example/issues/"_s + id,
                                             QString(1000, u't'), u"canonical-"_s + id});
    };
    const auto read = await(records.read(target, u"  https://tracker.example/issues/42?tab=1#note "_s));
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QCOMPARE(read->externalId, u"canonical-42"_s);
    QCOMPARE(read->status, u"Open"_s);
    QCOMPARE(read->title.size(), 300);
    QCOMPARE(await(records.read(target, u"   "_s)).error().kind, Error::Kind::Refused);
    QCOMPARE(await(records.read(target, u"https://tracker.example/"_s)).error().kind, Error::Kind::Refused);
}

void TestLinkedRecords::saysThatAWrongIdIsNotThere()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    rig.connectors.crms.at(u"Tracker"_s)->onStatus = [](const QString &) {
        return Result<RemoteTask>(makeError(Error::Kind::NotFound, u"HTTP 404: “Issue does not exist”"_s));
    };
    RemoteRecords records(*rig.targets);
    const auto read = await(records.read(target, u"4711"_s));
    QCOMPARE(read.error().kind, Error::Kind::NotFound);
    QVERIFY2(read.error().message.contains(u"There is no record “4711” over there: HTTP 404"_s),
             qPrintable(read.error().message));
}

void TestLinkedRecords::takesNoAddressOfAnotherSystem()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    rig.connectors.crms.at(u"Tracker"_s)->onStatus = [](const QString &id) {
        return Result<RemoteTask>(RemoteTask{u"Open"_s, false, u"https://tracker.example/issues/"_s + id});
    };
    RemoteRecords records(*rig.targets);
    const auto read = await(records.read(target, u"https://other.example/issues/42"_s));
    QCOMPARE(read.error().kind, Error::Kind::Refused);
    QVERIFY2(read.error().message.contains(u"other.example"_s), qPrintable(read.error().message));
    QVERIFY(await(records.read(target, u"HTTPS://Tracker.Example/issues/42"_s)));
}

void TestLinkedRecords::listsWhatATargetHasOpenOnesFirst()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    FakeCrm &crm = *rig.connectors.crms.at(u"Tracker"_s);
    std::vector<RemoteRecord> many;
    for (int i = 0; i < 30; ++i) {
        RemoteRecord one = record(QString::number(i), QString(400, u'x'));
        one.closed = i % 2 == 0;
        one.changed = Timestamp{i};
        many.push_back(one);
    }
    many.push_back(record({}));
    crm.onRecords = [many](const TaskPayload &about) {
        const bool isZoe = about.contact.address == u"zoe@customer.example"_s;
        return Result<std::vector<RemoteRecord>>(isZoe ? many : std::vector<RemoteRecord>());
    };
    RemoteRecords records(*rig.targets);
    QVERIFY(*records.canList(target));
    TaskPayload about;
    about.contact.address = u"zoe@customer.example"_s;
    const auto read = await(records.of(target, about));
    QVERIFY(read);
    QCOMPARE(read->size(), mostRemoteRecords);
    QCOMPARE(read->front().externalId, u"29"_s); // the newest open one
    QVERIFY(!read->at(14).closed);
    QCOMPARE(read->at(15).externalId, u"28"_s); // then the newest closed one
    QCOMPARE(read->front().title.size(), 300);
    about.contact.address = u"bob@customer.example"_s;
    QVERIFY(await(records.of(target, about))->empty());
}

void TestLinkedRecords::saysThatATargetCannotBeAsked()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    RemoteRecords records(*rig.targets);
    QVERIFY(!*records.canList(target));
    QCOMPARE(await(records.of(target, {})).error().kind, Error::Kind::Refused);
    const TargetId locked = rig.addTarget(u"crm"_s, u"Locked"_s); // its password is missing
    QTRY_VERIFY(rig.targets->problem(locked));
    QVERIFY(!records.canList(locked));
    QCOMPARE(await(records.of(TargetId{999}, {})).error().kind, Error::Kind::NotFound);
}

PATCHBAY_TESTS(TestLinkedRecords)
#include "tst_linked_records.moc"
