#include "core/store/delivery_table.h"
#include "support/intake_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Where a message goes and what follows from it: thread, people, category, suggestion, who waits for whom.
class IntakeConversationTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void joinsAThreadByItsReferencesInAnyOrderAndNeverBySubject()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        const TestMail first = parcel(u"first@x"_s);
        const TestMail second = answerTo(first, u"second@x"_s, u"Any news about the delivery?"_s);
        TestMail third = answerTo(second, u"third@x"_s, u"Hello?"_s);
        third.references = {u"second@x"_s, u"first@x"_s};
        QVERIFY(desk.take({third, first, second}));
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(3));
        QVERIFY(desk.take(parcel(u"other@x"_s))); // same subject, same person
        QCOMPARE(desk.all().size(), size_t(2));
        TestMail thief = parcel(u"thief@x"_s); // refers to both: the nearest counts, and takes nothing along
        thief.references = {u"other@x"_s, u"first@x"_s};
        QVERIFY(desk.take(thief));
        QVERIFY(desk.take(answerTo(first, u"late@x"_s, u"And now?"_s)));
        std::vector<size_t> sizes;
        for (const Conversation &c : desk.all())
            sizes.push_back(desk.timeline(c.id).size());
        QCOMPARE(sizes, (std::vector<size_t>{4, 2}));
    }

    void flagsTheFirstMailOfAStrangerInAThread()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail first = parcel();
        first.cc = {u"colleague@example.org"_s};
        TestMail stranger = answerTo(first, u"m2@x"_s, u"I take over"_s);
        stranger.from = u"Stranger@Example.net"_s;
        TestMail again = answerTo(stranger, u"m3@x"_s, u"Me again"_s);
        TestMail colleague = answerTo(first, u"m4@x"_s, u"I am in copy"_s);
        colleague.from = u"colleague@example.org"_s;
        QVERIFY(desk.take({first, stranger, again, colleague}));
        const auto timeline = desk.timeline(desk.only().id);
        QVERIFY(!timeline[0].newParticipant);
        QVERIFY(timeline[1].newParticipant);
        QVERIFY(!timeline[2].newParticipant);
        QVERIFY(!timeline[3].newParticipant);
        QCOMPARE(timeline[1].author.address, u"stranger@example.net"_s);
        const ConversationId id = desk.only().id;
        const auto people = desk.run([&](Database &db) { return conversations::participants(db, id); });
        QCOMPARE(people.size(), size_t(3)); // our own address is nobody
    }

    void evaluatesASuggestionAgainWithEachNewMail()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        const TestMail first = parcel();
        QVERIFY(desk.take(first));
        const Conversation before = desk.only();
        QVERIFY(desk.take(answerTo(first, u"m2@x"_s, u"Hm, and?"_s)));
        const auto second = desk.suggestion(before.id);
        QCOMPARE(second->version, 2);
        QVERIFY(second->state == Suggestion::State::Pending);
        QCOMPARE(second->classification.category, before.category); // says nothing certain: stays
        QVERIFY(second->draft.description.startsWith(first.text));
        QVERIFY(second->draft.description.endsWith(u"Hm, and?"_s));

        desk.decide(before.id, Suggestion::State::Accepted);
        QVERIFY(desk.take(answerTo(first, u"m3@x"_s, u"When will the parcel be delivered, the tracking is dead"_s)));
        QVERIFY(desk.suggestion(before.id)->state == Suggestion::State::Accepted); // same category, same route
        QCOMPARE(desk.suggestion(before.id)->version, 2);
        QVERIFY(desk.take(answerTo(first, u"m4@x"_s, u"I forgot my password and cannot log in to my account"_s)));
        const auto other = desk.suggestion(before.id);
        QVERIFY(other->state == Suggestion::State::Pending);
        QCOMPARE(other->version, 3);
        QCOMPARE(desk.categoryName(other->classification.category), u"Account and access"_s);
        QVERIFY(!other->draft.description.contains(first.text)); // that was the other task

        desk.decide(before.id, Suggestion::State::Dismissed);
        QVERIFY(desk.take(answerTo(first, u"m5@x"_s, u"The password reset mail did not come"_s)));
        QCOMPARE(desk.suggestion(before.id)->version, 4);
    }

    void keepsAPersonsCategoryUntilItsTaskIsAccepted()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(parcel()));
        const Conversation c = desk.only();
        desk.run([&](Database &db) {
            Classification person;
            person.category = categories::byName(db, u"Complaint"_s)->id;
            person.source = ClassificationSource::Person;
            person.confidence = 1;
            classifications::insert(db, messages::newestInbound(db, c.id)->id, c.id, person);
            return Done{};
        });
        const QString billing = u"You charged my credit card twice for the invoice"_s;
        QVERIFY(desk.take(answerTo(parcel(), u"m2@x"_s, billing)));
        QCOMPARE(desk.categoryName(desk.only().category), u"Complaint"_s);
        desk.decide(c.id, Suggestion::State::Accepted);
        QVERIFY(desk.take(answerTo(parcel(), u"m3@x"_s, billing + u" again"_s)));
        QCOMPARE(desk.categoryName(desk.only().category), u"Billing"_s);
    }

    void reopensAConversationButNotForHistory()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(parcel()));
        const ConversationId id = desk.only().id;
        const auto close = [&](ConversationStatus status) {
            desk.run([&](Database &db) {
                conversations::setStatus(db, id, status, {desk.clock.us + 1000000000});
                conversations::setUnread(db, id, false);
                return Done{};
            });
        };
        close(ConversationStatus::Snoozed);
        QVERIFY(desk.take({answerTo(parcel(), u"h1@x"_s, u"An older mail"_s)}, true));
        QVERIFY(desk.only().status == ConversationStatus::Snoozed);
        QVERIFY(!desk.only().unread);
        QVERIFY(desk.take(answerTo(parcel(), u"m2@x"_s, u"Hello?"_s)));
        QVERIFY(desk.only().status == ConversationStatus::Open);
        QVERIFY(!desk.only().snoozeUntil);
        close(ConversationStatus::Done);
        TestMail bounce = answerTo(parcel(), u"bounce@x"_s, u"Your message could not be delivered"_s);
        bounce.automatic = true;
        bounce.from = u"mailer-daemon@example.org"_s;
        const int version = desk.suggestion(id)->version;
        QVERIFY(desk.take(bounce));
        QVERIFY(desk.only().status == ConversationStatus::Open); // our answer did not arrive: somebody must see it
        QVERIFY(desk.only().unread);
        QCOMPARE(desk.suggestion(id)->version, version);
    }

    void takesHistoryInReadAndClosed()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take({parcel()}, true));
        const Conversation c = desk.only();
        QVERIFY(c.status == ConversationStatus::Done);
        QVERIFY(!c.unread && !c.awaitingUs);
        QCOMPARE(desk.categoryName(c.category), u"Delivery"_s);
        QVERIFY(!desk.suggestion(c.id));
        QVERIFY(desk.take(answerTo(parcel(), u"m2@x"_s, u"Still no parcel, where is the delivery"_s)));
        QVERIFY(desk.only().status == ConversationStatus::Open);
        QVERIFY(desk.suggestion(c.id));
    }

    void keepsTheCategoryOfNewsWhenHistoryJoins_data()
    {
        QTest::addColumn<int>("minutes");
        QTest::newRow("older") << -3000;
        QTest::newRow("newer") << 0;
    }
    void keepsTheCategoryOfNewsWhenHistoryJoins()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(int, minutes);
        IntakeDesk desk(place);
        TestMail archived =
            answerTo(parcel(), u"old@x"_s, u"You charged my credit card twice for the invoice, refund me"_s);
        archived.at = desk.clock.us / 1000000 + 60 * (minutes + 2);
        QVERIFY(desk.take(parcel()));
        const Conversation before = desk.only();
        QCOMPARE(desk.categoryName(before.category), u"Delivery"_s);
        QVERIFY(desk.take({archived}, true));
        const Conversation after = desk.only();
        QCOMPARE(after.messageCount, 2);
        QCOMPARE(desk.categoryName(after.category), u"Delivery"_s);
        QCOMPARE(after.confidence, before.confidence);
        QCOMPARE(after.priority, before.priority);
        const auto suggestion = desk.suggestion(after.id);
        QVERIFY(suggestion->state == Suggestion::State::Pending);
        QCOMPARE(suggestion->classification.category, after.category); // the list and the Route card agree
        // What the old mail is about is known all the same.
        const MessageId old =
            desk.run([&](Database &db) { return messages::byExternalId(db, desk.channel, u"old@x"_s)->id; });
        const auto about = desk.run([&](Database &db) { return classifications::newestOf(db, old); });
        QCOMPARE(desk.categoryName(about->category), u"Billing"_s);
    }

    void givesAnArchivedThreadTheCategoryOfItsNewestMailInAnyOrder()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail first = parcel();
        first.at = desk.clock.us / 1000000 - 90000;
        TestMail last = answerTo(first, u"m2@x"_s, u"You charged my credit card twice for the invoice, refund me"_s);
        last.at = first.at + 3600;
        QVERIFY(desk.take({last, first}, true));
        QCOMPARE(desk.categoryName(desk.only().category), u"Billing"_s);
    }

    void doesNotWaitForAMachine()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail form = parcel();
        form.automatic = true;
        QVERIFY(desk.take(form));
        QVERIFY(!desk.only().awaitingUs);
        QVERIFY(desk.only().unread);
        QVERIFY(desk.suggestion(desk.only().id)); // a web form may well be a task
    }

    void settlesAReplyOfOursThatComesBack()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(parcel()));
        const Conversation c = desk.only();
        Message reply;
        reply.conversation = c.id;
        reply.channel = desk.channel;
        reply.direction = Direction::Outbound;
        reply.operatorId = desk.me;
        reply.externalId = u"ours@example.org"_s;
        reply.text = u"It is on\nits way."_s;
        reply.sortAt = reply.arrivedAt = desk.clock.now();
        const auto deliver = [&](DeliveryState state, const QString &key) {
            return desk.run([&](Database &db) {
                Message own = reply;
                own.externalId = key;
                Delivery d;
                d.kind = DeliveryKind::Reply;
                d.conversation = c.id;
                d.message = messages::insert(db, own, {});
                d.channel = desk.channel;
                d.key = key;
                d.operatorId = desk.me;
                d.state = state;
                return deliveries::insert(db, d);
            });
        };
        const DeliveryId unknown = deliver(DeliveryState::Unknown, u"ours@example.org"_s);
        const DeliveryId altered = deliver(DeliveryState::Unknown, u"altered@example.org"_s);
        TestMail copy;
        copy.id = u"ours@example.org"_s;
        copy.from = u"support@example.org"_s;
        copy.to = {u"zoe@example.org"_s};
        copy.self = true;
        copy.text = u"It is on its way."_s;
        TestMail other = copy;
        other.id = u"altered@example.org"_s;
        other.text = u"Something else"_s;
        QVERIFY(desk.take({copy, other}));
        QCOMPARE(desk.counters().duplicate, 1);
        const auto settled = desk.run([&](Database &db) { return deliveries::byId(db, unknown); });
        QVERIFY(settled->state == DeliveryState::Sent);
        QCOMPARE(settled->externalId, u"ours@example.org"_s);
        QVERIFY(settled->response.contains(u"Support"_s));
        QVERIFY(desk.run([&](Database &db) { return deliveries::byId(db, altered); })->state == DeliveryState::Unknown);
        const auto all = desk.all();
        const bool flagged = std::any_of(all.begin(), all.end(), [&](const Conversation &each) {
            return desk.timeline(each.id).back().conflicting;
        });
        QVERIFY(flagged);
    }

    void showsAReplyThatAnotherProgramSent()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(parcel()));
        TestMail reply = answerTo(parcel(), u"sent@x"_s, u"From my phone: it comes tomorrow"_s);
        reply.self = true;
        reply.from = u"support@example.org"_s;
        reply.to = {u"zoe@example.org"_s};
        QVERIFY(desk.take(reply));
        const Conversation c = desk.only();
        QVERIFY(!c.awaitingUs);
        QVERIFY(desk.timeline(c.id).back().direction == Direction::Outbound);
        QCOMPARE(desk.suggestion(c.id)->version, 1);
        TestMail opening = reply;
        opening.id = u"opening@x"_s;
        opening.references.clear();
        opening.to = {u"new@example.org"_s};
        QVERIFY(desk.take(opening));
        const Conversation opened = desk.all().front();
        QVERIFY(opened.status == ConversationStatus::Done);
        QCOMPARE(desk.run([&](Database &db) { return conversations::contact(db, opened.contact); }).name,
                 u"new@example.org"_s);
        QVERIFY(!desk.suggestion(opened.id));
    }
};
PATCHBAY_TESTS(IntakeConversationTests)

#include "tst_intake_conversations.moc"
