#include "core/store/conversation_table.h"
#include "core/store/misc_tables.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// A desk with one chat whose platform takes every change.
#define PATCHBAY_CHANGING_CHAT(desk)                                                                                   \
    PATCHBAY_STORE_PLACE(place);                                                                                       \
    ChatDesk desk(place);                                                                                              \
    QVERIFY(begin(desk))

/// What the operator does to a chat is told to its platform: once, in order, the newest state, and never what the
/// platform itself told.
class ChatChangeTests : public QObject {
    Q_OBJECT

    /// A desk with one chat whose platform takes everything.
    static bool begin(ChatDesk &desk)
    {
        desk.info().takesChanges = {ChatChange::What::Status, ChatChange::What::Assignee, ChatChange::What::Label};
        return desk.tell({said(u"1"_s, u"Where is my parcel?"_s)}).ok();
    }
    static std::vector<Delivery> changes(ChatDesk &desk)
    {
        const ConversationId id = desk.only().id;
        std::vector<Delivery> all = desk.run([id](Database &db) { return deliveries::ofConversation(db, id); });
        std::erase_if(all, [](const Delivery &one) { return one.kind != DeliveryKind::Change; });
        return all;
    }
    static QStringList labelsOf(ChatDesk &desk)
    {
        const ConversationId id = desk.only().id;
        return desk.run([id](Database &db) { return labels::of(db, id); });
    }
    static ChatItem event(ChatDesk &desk, const QString &fate = {})
    {
        ChatItem item = beside(u"event"_s, {}, desk.clock.us / 1000000);
        item.fate = fate;
        return item;
    }
    static bool workUntilItHangs(ChatDesk &desk)
    {
        auto running = desk.outbox->runOnce();
        return QTest::qWaitFor([&] { return desk.chat.hanging > 0; }, 5000);
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void tellsWhatTheOperatorDid()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const ConversationId id = desk.only().id;
        const OperatorId me = desk.commands->me().id;
        QVERIFY(answer(desk.commands->setOperatorMail(me, u" Ann@Example.org "_s)));
        QVERIFY(answer(desk.commands->assign(id, me)));
        QVERIFY(answer(desk.commands->setLabel(id, u"urgent"_s, true)));
        QVERIFY(answer(desk.commands->done(id)));
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.changes.size(), size_t(3));
        QCOMPARE(desk.chat.changes[0].mail, u"ann@example.org"_s);
        QCOMPARE(desk.chat.changes[0].threadKey, u"c1"_s);
        QCOMPARE(desk.chat.changes[1].label, u"urgent"_s);
        QCOMPARE(int(desk.chat.changes[2].status), int(ConversationStatus::Done));
        for (const Delivery &one : changes(desk))
            QCOMPARE(one.state, DeliveryState::Sent);
        const Timestamp until{desk.clock.us + 3600 * qint64(1000000)};
        QVERIFY(answer(desk.commands->snooze(id, until)));
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.changes[3].until, until);
        QCOMPARE(desk.counters().received, 1);
        QVERIFY(desk.counters().addsUp());
    }

    void tellsNothingWhereThePlatformTakesNothing()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        QVERIFY(answer(desk.commands->done(desk.only().id)));
        QVERIFY(changes(desk).empty());
    }

    void tellsTheNewestStateOnly()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const ConversationId id = desk.only().id;
        desk.commands->setHoldTime(std::chrono::milliseconds(5000));
        QVERIFY(answer(desk.commands->done(id)));
        QVERIFY(answer(desk.commands->setLabel(id, u"urgent"_s, true)));
        QVERIFY(answer(desk.commands->reopen(id)));
        desk.clock.us += 6 * 1000000;
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.changes.size(), size_t(2));
        QCOMPARE(desk.chat.changes[0].label, u"urgent"_s);
        QCOMPARE(int(desk.chat.changes[1].status), int(ConversationStatus::Open));
        QCOMPARE(changes(desk)[0].state, DeliveryState::Cancelled);
    }

    void waitsForTheAnswerThatWasGivenBefore()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const ConversationId id = desk.only().id;
        desk.commands->setHoldTime(std::chrono::milliseconds(5000));
        QVERIFY(desk.reply(id, u"It left today."_s));
        desk.commands->setHoldTime(std::chrono::milliseconds(0));
        QVERIFY(answer(desk.commands->done(id)));
        QVERIFY(desk.work());
        QVERIFY(desk.chat.changes.empty() && desk.chat.sent.empty());
        desk.clock.us += 6 * 1000000;
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.sent.size(), size_t(1));
        QCOMPARE(desk.chat.changes.size(), size_t(1));
    }

    void neverTellsBackWhatThePlatformTold()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const OperatorId me = desk.commands->me().id;
        QVERIFY(answer(desk.commands->setOperatorMail(me, u"ann@example.org"_s)));
        ChatItem there = event(desk, u"done"_s);
        there.assignee = u"ANN@example.org"_s;
        there.labelled = {u"vip"_s, u"  "_s, QString(200, u'x')};
        QVERIFY(desk.tell({there}));
        QCOMPARE(desk.only().status, ConversationStatus::Done);
        QCOMPARE(desk.only().assignee, me);
        QCOMPARE(labelsOf(desk), QStringList{u"vip"_s});
        there = event(desk, u"open"_s);
        there.assignee = u"somebody.else@example.org"_s;
        there.unlabelled = {u"vip"_s};
        QVERIFY(desk.tell({there}));
        QCOMPARE(desk.only().status, ConversationStatus::Open);
        QVERIFY(!desk.only().assignee); // whoever it is, it is nobody of this team
        QVERIFY(labelsOf(desk).isEmpty());
        QVERIFY(desk.work());
        QVERIFY(changes(desk).empty());
        QVERIFY(desk.chat.changes.empty());
    }

    void sleepsAsLongAsItDoesOverThereAndTellsNothingOfIt()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const qint64 now = desk.clock.us / 1000000;
        ChatItem there = event(desk, u"snoozed"_s);
        there.until = now + 3600;
        QVERIFY(desk.tell({there}));
        QCOMPARE(desk.only().status, ConversationStatus::Snoozed);
        QCOMPARE(desk.only().snoozeUntil, (Timestamp{(now + 3600) * 1000000}));
        desk.clock.us += 1000000;
        there = event(desk, u"snoozed"_s);
        there.until = now + 7200; // put off once more
        QVERIFY(desk.tell({there}));
        QCOMPARE(desk.only().snoozeUntil, (Timestamp{(now + 7200) * 1000000}));
        desk.clock.us += 7200 * qint64(1000000);
        const int woken = desk.run([&desk](Database &db) { return conversations::wakeSnoozed(db, {desk.clock.us}); });
        QCOMPARE(woken, 1);
        QCOMPARE(desk.only().status, ConversationStatus::Open);
        QVERIFY(desk.tell({event(desk, u"snoozed"_s)})); // until somebody writes
        QCOMPARE(desk.only().status, ConversationStatus::Snoozed);
        QVERIFY(!desk.run([](Database &db) { return conversations::nextWakeAt(db); }));
        QCOMPARE(desk.run([&desk](Database &db) { return conversations::wakeSnoozed(db, {desk.clock.us}); }), 0);
        QVERIFY(desk.tell({said(u"2"_s, u"Hello?"_s)}));
        QCOMPARE(desk.only().status, ConversationStatus::Open);
        QVERIFY(desk.tell({event(desk, u"snoozed"_s), event(desk, u"open"_s)})); // somebody woke it there
        QCOMPARE(desk.only().status, ConversationStatus::Open);
        QVERIFY(desk.work());
        QVERIFY(changes(desk).empty() && desk.chat.changes.empty());
    }

    void isNewerThanWhatThePlatformTellsMeanwhile()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const ConversationId id = desk.only().id;
        desk.commands->setHoldTime(std::chrono::milliseconds(5000));
        QVERIFY(answer(desk.commands->done(id)));
        QVERIFY(answer(desk.commands->setLabel(id, u"vip"_s, true)));
        ChatItem stale = event(desk, u"open"_s);
        stale.unlabelled = {u"vip"_s};
        QVERIFY(desk.tell({stale})); // it was so before
        QCOMPARE(desk.only().status, ConversationStatus::Done);
        QCOMPARE(labelsOf(desk), QStringList{u"vip"_s});
        desk.clock.us += 60 * 1000000;
        QVERIFY(desk.work());
        QVERIFY(desk.tell({event(desk, u"done"_s)})); // the echo of ours
        QVERIFY(desk.tell({event(desk, u"open"_s)})); // somebody opened it there
        QCOMPARE(desk.only().status, ConversationStatus::Open);
        QCOMPARE(desk.chat.changes.size(), size_t(2));
    }

    void isDoneOnceWhenTheProgramEndsBetweenTheEffectAndItsEnd()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        QVERIFY(answer(desk.commands->done(desk.only().id)));
        desk.chat.next = ScriptedChat::End::Hang;
        QVERIFY(workUntilItHangs(desk));
        desk.chat.next = ScriptedChat::End::Answer;
        desk.restartAll();
        if (place.isPostgres()) { // in a team another workstation may be at it until its lease is over
            desk.clock.us += 3'600'000'000;
        } else {
            QVERIFY(desk.work());
            QCOMPARE(changes(desk)[0].state, DeliveryState::Failed); // it may still be under way over there
            desk.clock.us += 60 * 1000000;
        }
        QVERIFY(desk.work());
        QCOMPARE(changes(desk)[0].state, DeliveryState::Sent);
        QCOMPARE(desk.chat.changes.size(), size_t(1));
    }

    void isToldAgainWhenTheLostOneNeverArrived()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        QVERIFY(answer(desk.commands->done(desk.only().id)));
        desk.chat.next = ScriptedChat::End::LoseAnswer;
        QVERIFY(desk.work());
        QCOMPARE(changes(desk)[0].state, DeliveryState::Failed);
        desk.chat.stands.clear(); // somebody opened it there since, or it got lost on the way
        desk.chat.next = ScriptedChat::End::Answer;
        desk.clock.us += 60 * 1000000;
        QVERIFY(desk.work());
        QCOMPARE(changes(desk)[0].state, DeliveryState::Sent);
        QCOMPARE(desk.chat.changes.size(), size_t(2));
    }

    void showsARefusalUntilAnotherChangeTakesItsPlace()
    {
        PATCHBAY_CHANGING_CHAT(desk);
        const ConversationId id = desk.only().id;
        desk.chat.next = ScriptedChat::End::Refuse;
        QVERIFY(answer(desk.commands->assign(id, desk.commands->me().id)));
        QVERIFY(desk.work());
        Delivery refused = changes(desk)[0];
        QCOMPARE(refused.state, DeliveryState::Dead);
        QVERIFY(refused.lastError.contains(u"no such agent"));
        const auto listed =
            desk.run([](Database &db) { return deliveries::list(db, deliveries::Filter::Problems, 10); });
        QCOMPARE(listed.size(), size_t(1));
        QCOMPARE(listed[0].title, u"Assigned to Ann"_s);
        QCOMPARE(listed[0].destination, u"Chat"_s);
        desk.chat.next = ScriptedChat::End::Answer;
        QVERIFY(answer(desk.commands->assign(id, {})));
        QVERIFY(desk.work());
        QCOMPARE(changes(desk)[0].state, DeliveryState::Cancelled);
        QCOMPARE(changes(desk)[1].state, DeliveryState::Sent);
        QVERIFY(desk.chat.changes[0].name.isEmpty());
    }

    void knowsEachOperatorByOneAddress()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        const OperatorId me = desk.commands->me().id;
        const OperatorId ben = desk.run([](Database &db) { return operators::forOsUser(db, u"ben"_s, u"Ben"_s).id; });
        QVERIFY(answer(desk.commands->setOperatorMail(me, u"ann@example.org"_s)));
        QVERIFY(answer(desk.commands->setOperatorMail(me, u"ann@example.org"_s))); // again
        QVERIFY(!answer(desk.commands->setOperatorMail(ben, u"ANN@example.org"_s)));
        for (const QString &none : {u"ben"_s, u"ben@"_s, u"a b@c"_s, u"a@b@c"_s, u"<a@b>"_s})
            QVERIFY2(!answer(desk.commands->setOperatorMail(ben, none)), qPrintable(none));
        QVERIFY(answer(desk.commands->setOperatorMail(me, {})));
        QVERIFY(answer(desk.commands->setOperatorMail(ben, u"ann@example.org"_s)));
    }
};

PATCHBAY_TESTS(ChatChangeTests)
#include "tst_chat_changes.moc"
