#include "core/ports/chat_connector.h"
#include "support/command_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatWasPainted();
    void refusesAnAcceptanceOfAnOlderVersion();
    void refusesASecondAcceptance();
    void refusesToAcceptWithoutARoute();
    void freezesThePayloadAtTheAcceptance();
    void takesAnAcceptanceBackWhileItIsQueued();
    void doesNotTakeBackWhatIsBeingSent();
    void dismissesASuggestion();
    void learnsFromAnOverrideAtOnce();
    void suggestsAnewAfterAnOverride();
    void suggestsAgainWhenAsked();
    void changesTheRouteAndKeepsTheCategory();
    void queuesAReplyToTheContactAndTheIncluded();
    void threadsAReply();
    void refusesAReplyThatCannotBeSent();
    void takesAReplyBackIntoTheDraft();
    void keepsWhatWasBegunAfterAReplyThatIsTakenBack();
    void removesTheDraftWithItsReply();
};

void TestCommands::acceptsWhatWasPainted()
{
    CommandDesk desk;
    QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure));
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund me."_s);
    const auto suggestion = desk.pending(id);
    QVERIFY(suggestion);
    const auto accepted = await(desk.commands->accept(id, suggestion->version));
    QVERIFY2(accepted, qPrintable(accepted ? QString() : accepted.error().message));
    QVERIFY(!desk.pending(id));
    const Delivery d = desk.delivery(accepted->delivery);
    QCOMPARE(d.uid, accepted->deliveryUids.value(0));
    QCOMPARE(d.state, DeliveryState::Queued);
    QCOMPARE(d.kind, DeliveryKind::Task);
    QVERIFY2(d.key.startsWith(u"patchbay-"_s) && isUid(d.key.mid(9)), qPrintable(d.key));
    QCOMPARE(d.notBefore, desk.clock.now() + 5s);
    QCOMPARE(accepted->canUndoUntil, d.notBefore);
    QVERIFY(d.target);
    QCOMPARE(d.operatorId, desk.me.id);
    const auto task = desk.get([&](Database &db) { return tasks::openOne(db, id); });
    QVERIFY(task);
    QCOMPARE(task->uid, accepted->taskUid);
    QCOMPARE(task->suggestion, suggestion->id);
    QVERIFY(task->payload == suggestion->draft);
    QCOMPARE(d.task, task->id);
    QVERIFY(taskPayloadFromJson(d.payload) == suggestion->draft);
}

void TestCommands::refusesAnAcceptanceOfAnOlderVersion()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const int painted = desk.pending(id)->version;
    desk.clock.advance(1min);
    desk.receiveMore(id, u"And the parcel never arrived, where is my order?"_s);
    const auto accepted = await(desk.commands->accept(id, painted));
    QCOMPARE(accepted.error().kind, Error::Kind::Conflict);
    QVERIFY2(accepted.error().message.contains(u"changed"_s), qPrintable(accepted.error().message));
    QVERIFY(desk.pending(id));
    QVERIFY(desk.get([&](Database &db) { return deliveries::ofConversation(db, id); }).empty());
    QVERIFY(await(desk.commands->accept(id, desk.pending(id)->version)));
}

void TestCommands::refusesASecondAcceptance()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const int version = desk.pending(id)->version;
    auto first = desk.commands->accept(id, version); // both keys pressed before either is committed
    auto second = desk.commands->accept(id, version);
    QVERIFY(await(first));
    QCOMPARE(await(second).error().kind, Error::Kind::Conflict);
    QCOMPARE(desk.get([&](Database &db) { return deliveries::ofConversation(db, id); }).size(), size_t(1));
}

void TestCommands::refusesToAcceptWithoutARoute()
{
    CommandDesk desk;
    QVERIFY(desk.change([](Database &db) {
        Route route = routes::all(db).front();
        route.targets = {};
        routes::update(db, route);
    }));
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
    QCOMPARE(accepted.error().kind, Error::Kind::Refused);
    QVERIFY2(accepted.error().message.contains(u"route"_s), qPrintable(accepted.error().message));
    QVERIFY(desk.pending(id));
}

void TestCommands::freezesThePayloadAtTheAcceptance()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
    const QJsonObject frozen = desk.delivery(accepted->delivery).payload;
    desk.clock.advance(1min);
    desk.receiveMore(id, u"Forget it, where is my parcel? The delivery is late."_s);
    QVERIFY(await(desk.commands->overrideCategory(id, desk.otherCategory(desk.conversation(id).category).id)));
    QCOMPARE(desk.delivery(accepted->delivery).payload, frozen);
}

void TestCommands::takesAnAcceptanceBackWhileItIsQueued()
{
    CommandDesk desk;
    desk.clock.tick(1us);
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund my money."_s);
    const auto suggestion = desk.pending(id);
    const auto accepted = await(desk.commands->accept(id, suggestion->version));
    QCOMPARE(desk.lessons().size(), size_t(1));
    QVERIFY(await(desk.commands->cancelDelivery(accepted->delivery)));
    QCOMPARE(desk.delivery(accepted->delivery).state, DeliveryState::Cancelled);
    QVERIFY(!desk.get([&](Database &db) { return tasks::openOne(db, id); }));
    QVERIFY(desk.pending(id));
    QCOMPARE(desk.pending(id)->id, suggestion->id);
    QVERIFY(desk.lessons().empty());
    QVERIFY(await(desk.commands->accept(id, suggestion->version))); // and may be accepted after all
}

void TestCommands::doesNotTakeBackWhatIsBeingSent()
{
    CommandDesk desk;
    desk.commands->setHoldTime(0ms);
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
    QVERIFY(desk.change([&](Database &db) { QVERIFY(deliveries::claim(db, accepted->delivery, u"me"_s, 60s)); }));
    const auto cancelled = await(desk.commands->cancelDelivery(accepted->delivery));
    QCOMPARE(cancelled.error().kind, Error::Kind::Conflict);
    QVERIFY2(cancelled.error().message.contains(u"being sent"_s), qPrintable(cancelled.error().message));
    QVERIFY(desk.get([&](Database &db) { return tasks::openOne(db, id); }));
    QVERIFY(!desk.pending(id));
}

void TestCommands::dismissesASuggestion()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto suggestion = desk.pending(id);
    QCOMPARE(await(desk.commands->dismiss(id, suggestion->version + 1)).error().kind, Error::Kind::Conflict);
    QVERIFY(await(desk.commands->dismiss(id, suggestion->version)));
    QVERIFY(!desk.pending(id));
    const auto decided = desk.get([&](Database &db) { return suggestions::byId(db, suggestion->id); });
    QCOMPARE(decided->state, Suggestion::State::Dismissed);
    QCOMPARE(decided->decidedBy, desk.me.id);
}

void TestCommands::learnsFromAnOverrideAtOnce()
{
    CommandDesk desk;
    const QString text = u"The flibbertigibbet in my quuxotron wobbles again"_s;
    const ConversationId id = desk.receive(u"Quuxotron"_s, text);
    const Category chosen = desk.otherCategory(desk.conversation(id).category);
    const auto before = desk.snapshots.current();
    QVERIFY(await(desk.commands->overrideCategory(id, chosen.id)));
    const std::vector<Lesson> lessons = desk.lessons();
    QCOMPARE(lessons.size(), size_t(1));
    QCOMPARE(lessons.front().category, chosen.id);
    QCOMPARE(lessons.front().weight, 1.0);
    QCOMPARE(lessons.front().operatorId, desk.me.id);
    QVERIFY(lessons.front().text.contains(text));
    QVERIFY(desk.snapshots.current() != before);
    QCOMPARE(desk.conversation(id).category, chosen.id);
    QCOMPARE(desk.conversation(id).confidence, 1.0);
    // The next one like it is recognised.
    const Classification next = desk.snapshots.current()->classifier->classify(u"Quuxotron"_s, text);
    QCOMPARE(next.abstained ? next.runnerUp : next.category, chosen.id);
}

void TestCommands::suggestsAnewAfterAnOverride()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto before = desk.pending(id);
    const Category chosen = desk.otherCategory(desk.conversation(id).category);
    QVERIFY(await(desk.commands->overrideCategory(id, chosen.id)));
    const auto after = desk.pending(id);
    QVERIFY(after);
    QVERIFY(after->version > before->version);
    QCOMPARE(after->classification.category, chosen.id);
    QCOMPARE(after->classification.source, ClassificationSource::Person);
    QCOMPARE(after->draft.category, chosen.name);
    QCOMPARE(desk.get([&](Database &db) { return suggestions::byId(db, before->id); })->state,
             Suggestion::State::Overridden);
    // What a person said has taught enough: the acceptance adds no weaker lesson for the same message.
    QVERIFY(await(desk.commands->accept(id, after->version)));
    QCOMPARE(desk.lessons().size(), size_t(1));
}

void TestCommands::suggestsAgainWhenAsked()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QCOMPARE(await(desk.commands->suggestAgain(id)).error().kind, Error::Kind::Conflict);
    QVERIFY(await(desk.commands->accept(id, desk.pending(id)->version)));
    desk.clock.advance(1s);
    QVERIFY(await(desk.commands->suggestAgain(id)));
    QVERIFY(desk.pending(id));
    // The open task is shown first; a second one only because a person wants it.
    const auto asked = await(desk.commands->accept(id, desk.pending(id)->version));
    QVERIFY(asked && asked->open);
    QCOMPARE(desk.get([&](Database &db) { return tasks::ofConversation(db, id); }).size(), size_t(1));
    QVERIFY(await(desk.commands->accept(id, desk.pending(id)->version, Commands::IfOpen::Another)));
    QCOMPARE(desk.get([&](Database &db) { return tasks::ofConversation(db, id); }).size(), size_t(2));
}

void TestCommands::changesTheRouteAndKeepsTheCategory()
{
    CommandDesk desk;
    Route other;
    QVERIFY(desk.change([&](Database &db) {
        other.name = u"Elsewhere"_s;
        other.targets = routes::all(db).front().targets;
        other.id = routes::insert(db, other);
        desk.snapshots.replace(Snapshots::build(db));
    }));
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto before = desk.pending(id);
    QVERIFY(await(desk.commands->setRoute(id, other.id)));
    const auto after = desk.pending(id);
    QCOMPARE(after->route, other.id);
    QVERIFY(after->version > before->version);
    QCOMPARE(after->classification.category, before->classification.category);
    QCOMPARE(await(desk.commands->setRoute(id, RouteId{999})).error().kind, Error::Kind::NotFound);
}

void TestCommands::queuesAReplyToTheContactAndTheIncluded()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QVERIFY(desk.change([&](Database &db) {
        for (const auto &address : {u"boss@customer.example"_s, u"spy@evil.example"_s, u"support@desk.example"_s}) {
            Participant p;
            p.conversation = id;
            p.address.address = address;
            p.firstSeenAt = db.now();
            conversations::addParticipant(db, p);
        }
    }));
    QVERIFY(await(desk.commands->includeParticipant(id, u"boss@customer.example"_s, true)));
    QVERIFY(await(desk.commands->includeParticipant(id, u"support@desk.example"_s, true))); // ourselves
    QCOMPARE(await(desk.commands->includeParticipant(id, u"nobody@x.example"_s, true)).error().kind,
             Error::Kind::NotFound);
    QVERIFY(desk.conversation(id).awaitingUs);
    desk.clock.advance(1min);
    const auto reply = await(desk.commands->reply(id, u"  Try another bulb.\n"_s));
    QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().message));
    const Delivery d = desk.delivery(reply->delivery);
    QCOMPARE(d.kind, DeliveryKind::Reply);
    QCOMPARE(d.channel, desk.mail);
    QCOMPARE(d.notBefore, desk.clock.now() + 5s);
    const auto outbound = outboundFromJson(d.payload);
    QVERIFY2(outbound, qPrintable(outbound ? QString() : outbound.error().message));
    QCOMPARE(outbound->messageId, d.key);
    QVERIFY2(d.key.endsWith(u"@desk.example"_s), qPrintable(d.key));
    QCOMPARE(outbound->from, (Address{u"Desk support"_s, u"support@desk.example"_s}));
    QCOMPARE(outbound->to.size(), size_t(2));
    QCOMPARE(outbound->to.at(0).address, u"zoe@customer.example"_s);
    QCOMPARE(outbound->to.at(1).address, u"boss@customer.example"_s);
    QCOMPARE(outbound->text, u"Try another bulb."_s);

    const Message shown = desk.messages(id).back();
    QCOMPARE(shown.id, reply->message);
    QCOMPARE(shown.direction, Direction::Outbound);
    QCOMPARE(shown.externalId, d.key);
    QCOMPARE(shown.operatorId, desk.me.id);
    QCOMPARE(shown.text, u"Try another bulb."_s);
    QVERIFY(!desk.conversation(id).awaitingUs);
    QVERIFY(!desk.conversation(id).unread);
}

void TestCommands::threadsAReply()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"AW: Re: Broken lamp"_s, u"It flickers."_s);
    const QString asked = desk.messages(id).back().externalId;
    desk.clock.advance(1min);
    const auto first = await(desk.commands->reply(id, u"Try another bulb."_s));
    desk.clock.advance(1min);
    desk.receiveMore(id, u"That did not help."_s);
    const QString again = desk.messages(id).back().externalId;
    desk.clock.advance(1min);
    const auto second = await(desk.commands->reply(id, u"Then send it back."_s));
    const auto outbound = outboundFromJson(desk.delivery(second->delivery).payload);
    QCOMPARE(outbound->subject, u"Re: Broken lamp"_s);
    QCOMPARE(outbound->inReplyTo, again);
    QCOMPARE(outbound->references, (QStringList{asked, desk.delivery(first->delivery).key, again}));
    // The customer's answer to our mail finds its conversation.
    const auto found = desk.get([&](Database &db) {
        return conversations::byReferences(db, desk.mail, {desk.delivery(second->delivery).key});
    });
    QCOMPARE(found.value_or(ConversationId{}), id);
}

void TestCommands::refusesAReplyThatCannotBeSent()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QCOMPARE(await(desk.commands->reply(id, u" \n "_s)).error().kind, Error::Kind::Refused);
    QCOMPARE(await(desk.commands->reply(ConversationId{999}, u"Hello"_s)).error().kind, Error::Kind::NotFound);
    const auto files = await(desk.commands->addChannel(u"file"_s, u"Archive"_s, {}));
    QVERIFY(files);
    const ConversationId imported = desk.receive(u"Old lamp"_s, u"It flickered."_s, files->id);
    const auto reply = await(desk.commands->reply(imported, u"Hello"_s));
    QCOMPARE(reply.error().kind, Error::Kind::Refused);
    QVERIFY2(reply.error().message.contains(u"Archive"_s), qPrintable(reply.error().message));
    QCOMPARE(desk.messages(imported).size(), size_t(1));
    QVERIFY(
        desk.change([&](Database &db) { db.exec("DELETE FROM participant WHERE conversation_id = ?", {id.value}); }));
    QCOMPARE(await(desk.commands->reply(id, u"Hello"_s)).error().kind, Error::Kind::Refused);
}

void TestCommands::takesAReplyBackIntoTheDraft()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const Timestamp since = desk.conversation(id).awaitingSince;
    desk.clock.advance(1min);
    const auto reply = await(desk.commands->reply(id, u"Try another bulb."_s));
    QVERIFY(await(desk.commands->cancelDelivery(reply->delivery)));
    QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Cancelled);
    QCOMPARE(desk.draft(id, u"reply"_s), u"Try another bulb."_s);
    QCOMPARE(desk.messages(id).size(), size_t(2)); // what happened stays visible
    QVERIFY(desk.conversation(id).awaitingUs);
    QCOMPARE(desk.conversation(id).awaitingSince, since);
}

void TestCommands::keepsWhatWasBegunAfterAReplyThatIsTakenBack()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto reply = await(desk.commands->reply(id, u"First."_s));
    QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u"Second, begun"_s)));
    QVERIFY(await(desk.commands->cancelDelivery(reply->delivery)));
    QCOMPARE(desk.draft(id, u"reply"_s), u"First.\n\nSecond, begun"_s);
}

void TestCommands::removesTheDraftWithItsReply()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    QVERIFY(await(desk.commands->saveDraft(id, u"reply"_s, u"Try"_s)));
    QVERIFY(await(desk.commands->saveDraft(id, u"note"_s, u"careful"_s)));
    QVERIFY(await(desk.commands->reply(id, u"Try another bulb."_s)));
    QCOMPARE(desk.draft(id, u"reply"_s), QString());
    QCOMPARE(desk.draft(id, u"note"_s), u"careful"_s);
}

PATCHBAY_TESTS(TestCommands)
#include "tst_commands.moc"
