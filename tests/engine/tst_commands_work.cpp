#include "core/ports/chat_connector.h"
#include "support/command_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestCommandsWork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addsANoteWithoutAnsweringTheCustomer();
    void keepsDraftsPerKind();
    void closesReopensAndSnoozes();
    void assignsToOperatorsOnly();
    void labelsAndUnlabels();
    void namesTheStateThatForbidsADecision();
    void settlesTheUnknown();
    void givesTheTextBackWhenAnUnknownReplyIsGivenUp();
    void refusesASecondChannelOfTheSameMailbox();
    void refusesSecretsInSettings();
    void routesToANewTarget();
    void writesAnAuditRowForEachDecision();
};

void TestCommandsWork::addsANoteWithoutAnsweringTheCustomer()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QCOMPARE(await(desk.commands->note(id, u" "_s)).error().kind, Error::Kind::Refused);
    QVERIFY(await(desk.commands->note(id, u"<b>known</b> defect"_s)));
    const Message note = desk.messages(id).back();
    QCOMPARE(note.direction, Direction::Note);
    QCOMPARE(note.text, u"<b>known</b> defect"_s);
    QCOMPARE(note.operatorId, desk.me.id);
    QVERIFY(desk.conversation(id).awaitingUs);
    QVERIFY(desk.get([&](Database &db) { return deliveries::ofConversation(db, id); }).empty());
}

void TestCommandsWork::keepsDraftsPerKind()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u"Try"_s)));
    QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u"Try another"_s)));
    QCOMPARE(desk.draft(id, u"reply"_s), u"Try another"_s);
    QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u"  "_s)));
    QCOMPARE(desk.draft(id, u"reply"_s), QString());
    QCOMPARE(await(desk.commands->saveDraft(id, u"poem"_s, u"x"_s)).error().kind, Error::Kind::Refused);
}

void TestCommandsWork::closesReopensAndSnoozes()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QVERIFY(await(desk.commands->done(id)));
    QCOMPARE(desk.conversation(id).status, ConversationStatus::Done);
    QVERIFY(!desk.conversation(id).unread);
    QVERIFY(await(desk.commands->reopen(id)));
    QCOMPARE(desk.conversation(id).status, ConversationStatus::Open);
    QVERIFY(await(desk.commands->markRead(id, false)));
    QVERIFY(desk.conversation(id).unread);
    QCOMPARE(await(desk.commands->snooze(id, desk.clock.now())).error().kind, Error::Kind::Refused);
    QVERIFY(await(desk.commands->snooze(id, desk.clock.now() + 1h)));
    QCOMPARE(desk.conversation(id).status, ConversationStatus::Snoozed);
    QCOMPARE(desk.conversation(id).snoozeUntil, desk.clock.now() + 1h);
    QCOMPARE(await(desk.commands->done(ConversationId{999})).error().kind, Error::Kind::NotFound);
}

void TestCommandsWork::assignsToOperatorsOnly()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QVERIFY(await(desk.commands->assign(id, desk.me.id)));
    QCOMPARE(desk.conversation(id).assignee, desk.me.id);
    QCOMPARE(await(desk.commands->assign(id, OperatorId{999})).error().kind, Error::Kind::NotFound);
    OperatorId system;
    QVERIFY(desk.change([&](Database &db) { system = operators::system(db).id; }));
    QCOMPARE(await(desk.commands->assign(id, system)).error().kind, Error::Kind::Refused);
    QVERIFY(await(desk.commands->assign(id, {})));
    QVERIFY(!desk.conversation(id).assignee);
}

void TestCommandsWork::labelsAndUnlabels()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto labels = [&] { return desk.get([&](Database &db) { return labels::of(db, id); }); };
    QVERIFY(await(desk.commands->setLabel(id, u" lamp\u202E "_s, true)));
    QCOMPARE(labels(), QStringList{u"lamp"_s}); // without what turns the text around
    QVERIFY(await(desk.commands->setLabel(id, u"lamp"_s, false)));
    QVERIFY(labels().isEmpty());
    QCOMPARE(await(desk.commands->setLabel(id, u" \n"_s, true)).error().kind, Error::Kind::Refused);
    QCOMPARE(await(desk.commands->setLabel(id, QString(61, QLatin1Char('x')), true)).error().kind,
             Error::Kind::Refused);
}

void TestCommandsWork::namesTheStateThatForbidsADecision()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto reply = await(desk.commands->reply(id, u"Try another bulb."_s));
    QVERIFY(
        await(desk.commands->settleDelivery(reply->delivery, Settlement::Sent)).error().message.contains(u"queued"_s));
    QVERIFY(await(desk.commands->cancelDelivery(reply->delivery)));
    QVERIFY(await(desk.commands->retryDelivery(reply->delivery)).error().message.contains(u"cancelled"_s));
    QVERIFY(await(desk.commands->cancelDelivery(reply->delivery)).error().message.contains(u"cancelled"_s));
    QCOMPARE(await(desk.commands->retryDelivery(DeliveryId{999})).error().kind, Error::Kind::NotFound);
}

/// A reply whose end nobody knows.
static DeliveryId unknownReply(CommandDesk &desk, ConversationId conversation)
{
    desk.commands->setHoldTime(0ms);
    const auto reply = await(desk.commands->reply(conversation, u"Try another bulb."_s));
    const auto made = desk.change([&](Database &db) {
        const auto claimed = deliveries::claim(db, reply->delivery, u"me"_s, 60s);
        deliveries::Outcome unknown;
        unknown.state = DeliveryState::Unknown;
        unknown.ambiguous = true;
        QVERIFY(claimed && deliveries::settle(db, claimed->id, claimed->fence, unknown));
    });
    return made ? reply->delivery : DeliveryId{};
}

void TestCommandsWork::givesTheTextBackWhenAnUnknownReplyIsGivenUp()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId reply = unknownReply(desk, id);
    QVERIFY(await(desk.commands->settleDelivery(reply, Settlement::GiveUp)));
    QCOMPARE(desk.delivery(reply).state, DeliveryState::Cancelled);
    const auto draft = desk.store->read([&](Database &db) { return db.finish(drafts::of(db, id, desk.me.id)); });
    const auto read = await(draft);
    QVERIFY(read && read->size() == 1);
    QCOMPARE(read->front().text, u"Try another bulb."_s);
    QCOMPARE(await(desk.commands->settleDelivery(reply, Settlement::Sent)).error().kind, Error::Kind::Conflict);
}

void TestCommandsWork::settlesTheUnknown()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const DeliveryId reply = unknownReply(desk, id);
    QVERIFY(await(desk.commands->cancelDelivery(reply)).error().message.contains(u"settle"_s));
    QVERIFY(await(desk.commands->retryDelivery(reply)).error().message.contains(u"settle"_s));
    QVERIFY(await(desk.commands->settleDelivery(reply, Settlement::SendAgain)));
    QCOMPARE(desk.delivery(reply).state, DeliveryState::Queued);
}

void TestCommandsWork::refusesASecondChannelOfTheSameMailbox()
{
    CommandDesk desk;
    const auto second = await(
        desk.commands->addChannel(u"mail"_s, u"Again"_s, QJsonObject{{u"address"_s, u" Support@Desk.example"_s}}));
    QCOMPARE(second.error().kind, Error::Kind::Conflict);
    QVERIFY2(second.error().message.contains(u"Support"_s), qPrintable(second.error().message));
    QVERIFY(
        await(desk.commands->addChannel(u"mail"_s, u"Sales"_s, QJsonObject{{u"address"_s, u"sales@desk.example"_s}})));
    const auto sameName =
        await(desk.commands->addChannel(u"mail"_s, u"Sales"_s, QJsonObject{{u"address"_s, u"other@desk.example"_s}}));
    QCOMPARE(sameName.error().kind, Error::Kind::Conflict);
    QVERIFY(await(desk.commands->addChannel(u"file"_s, u"One"_s, {})));
    QVERIFY(await(desk.commands->addChannel(u"file"_s, u"Two"_s, {}))); // imports may be as many as wanted
    QCOMPARE(await(desk.commands->addChannel(u"pigeon"_s, u"Three"_s, {})).error().kind, Error::Kind::NotFound);
    QCOMPARE(await(desk.commands->addChannel(u"file"_s, u" "_s, {})).error().kind, Error::Kind::Refused);
}

void TestCommandsWork::refusesSecretsInSettings()
{
    CommandDesk desk;
    const auto added = await(desk.commands->addChannel(
        u"mail"_s, u"Sales"_s, QJsonObject{{u"address"_s, u"sales@desk.example"_s}, {u"password"_s, u"hunter2"_s}}));
    QCOMPARE(added.error().kind, Error::Kind::Refused);
    QVERIFY(!added.error().message.contains(u"hunter2"_s));
}

void TestCommandsWork::routesToANewTarget()
{
    CommandDesk desk;
    const auto target = await(desk.commands->addTarget(u"tracker"_s, u"Tracker"_s, {}));
    QVERIFY(target);
    QVERIFY(await(desk.commands->routeToTarget(target->id)));
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
    QCOMPARE(desk.delivery(accepted->delivery).target, target->id);
    QCOMPARE(desk.snapshots.current()->routes.front().targets, std::vector{target->id});
    QCOMPARE(await(desk.commands->routeToTarget(TargetId{999})).error().kind, Error::Kind::NotFound);
}

void TestCommandsWork::writesAnAuditRowForEachDecision()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QVERIFY(await(desk.commands->overrideCategory(id, desk.otherCategory(desk.conversation(id).category).id)));
    const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
    QVERIFY(await(desk.commands->cancelDelivery(accepted->delivery)));
    QVERIFY(await(desk.commands->dismiss(id, desk.pending(id)->version)));
    const auto refused = await(desk.commands->dismiss(id, 1));
    QVERIFY(!refused);
    QCOMPARE(desk.auditActions(),
             (QStringList{u"override_category"_s, u"accept"_s, u"cancel_delivery"_s, u"dismiss"_s}));
}

PATCHBAY_TESTS(TestCommandsWork)
#include "tst_commands_work.moc"
