#include "core/base/log.h"
#include "core/store/channel_event_table.h"
#include "support/accounts_rig.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Kind = ChannelEvent::Kind;

/// What happens to a channel is written down, and what its platform told of the sign-in and its limits is kept.
class TestChannelLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhenTheConnectionCameAndWent();
    void believesNoOldStateWhenItBeginsAnew();
    void countsWhatCameIn();
    void countsWhatCouldNotBeRead();
    void tellsHowRepliesEndedWithoutTheirText();
    void hasNoSecretInIt();
    void keepsWhatThePlatformToldOfTheSignIn();
    void keepsAWaitUntilItIsOver();

private:
    static std::vector<ChannelEvent> logOf(AccountsRig &rig, ChannelId channel)
    {
        return rig.desk.get([channel](Database &db) { return channel_events::of(db, channel, false); });
    }
    static FakeChat *started(AccountsRig &rig)
    {
        rig.channels->start();
        const bool made = QTest::qWaitFor(
            [&rig] { return rig.connectors.chats.count(u"Inbox"_s) && rig.connectors.chats[u"Inbox"_s]->sink; });
        return made ? rig.connectors.chats[u"Inbox"_s] : nullptr;
    }
};

void TestChannelLog::tellsWhenTheConnectionCameAndWent()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    FakeChat *chat = started(rig);
    QVERIFY(chat);
    Q_EMIT chat->healthChanged(Health::CatchingUp, u"Connecting."_s);
    Q_EMIT chat->healthChanged(Health::Ok, u"Connected."_s);
    Q_EMIT chat->healthChanged(Health::Ok, u"Connected, INBOX has 12 messages."_s); // no news of the connection
    Q_EMIT chat->healthChanged(Health::Offline, u"far.example hung up. Trying again in 2 s."_s);
    Q_EMIT chat->healthChanged(Health::Ok, u"Connected."_s);
    rig.pause(id, true);
    QTRY_COMPARE(logOf(rig, id).size(), size_t(5));
    const std::vector<ChannelEvent> log = logOf(rig, id);
    QCOMPARE(int(log[4].kind), int(Kind::Connecting));
    QCOMPARE(int(log[3].kind), int(Kind::Connected));
    QCOMPARE(int(log[2].kind), int(Kind::Lost));
    QCOMPARE(log[2].detail, u"far.example hung up. Trying again in 2 s."_s);
    QCOMPARE(int(log[1].kind), int(Kind::Connected));
    QCOMPARE(int(log[0].kind), int(Kind::Stopped));
}

void TestChannelLog::believesNoOldStateWhenItBeginsAnew()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    FakeChat *chat = started(rig);
    QVERIFY(chat);
    const QString reading = u"Reading what has come."_s;
    Q_EMIT chat->healthChanged(Health::CatchingUp, reading);
    QTRY_COMPARE(int(rig.channel(id).health), int(Health::CatchingUp));
    QVERIFY(await(rig.channels->load()).ok()); // remembers what is stored just now
    Q_EMIT chat->healthChanged(Health::Ok, u"Read to its end."_s);
    QTRY_COMPARE(int(rig.channel(id).health), int(Health::Ok));
    rig.channels->restart(id);
    Q_EMIT chat->healthChanged(Health::CatchingUp, reading);
    QTRY_COMPARE(int(rig.channel(id).health), int(Health::CatchingUp));
}

void TestChannelLog::countsWhatCameIn()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    FakeChat *chat = started(rig);
    QVERIFY(chat);
    for (int i = 0; i < 3; ++i) {
        Batch batch;
        for (int n = 0; n < 4; ++n) {
            RawItem item;
            item.sourceKey = u"m%1"_s.arg(i + n); // each batch repeats three of the one before
            item.raw = "hello";
            batch.items.push_back(item);
        }
        QVERIFY(await(chat->sink(batch)));
    }
    Q_EMIT chat->healthChanged(Health::Offline, u"gone"_s); // what came before it stands before it
    QTRY_COMPARE(logOf(rig, id).size(), size_t(3));
    const std::vector<ChannelEvent> log = logOf(rig, id);
    QCOMPARE(int(log[0].kind), int(Kind::Lost));
    QCOMPARE(int(log[1].kind), int(Kind::Doubled));
    QCOMPARE(log[1].times, 6);
    QCOMPARE(int(log[2].kind), int(Kind::Fetched));
    QCOMPARE(log[2].times, 6);
}

void TestChannelLog::countsWhatCouldNotBeRead()
{
    StorePlace place(u"sqlite"_s);
    ChatDesk desk(place);
    ChatItem broken = said(u"1"_s, u"secret words"_s);
    broken.kind = u"message"_s;
    Batch batch = desk.batch({broken});
    batch.items[0].raw = "{no json: secret words";
    QVERIFY(await(desk.intake->accept(desk.channel, batch)));
    QVERIFY(await(desk.intake->drain()));
    const auto log = desk.run([&desk](Database &db) { return channel_events::of(db, desk.channel, true); });
    QCOMPARE(log.size(), size_t(1));
    QCOMPARE(int(log[0].kind), int(Kind::Unreadable));
    QVERIFY(!log[0].detail.contains(u"secret words"_s));
}

void TestChannelLog::tellsHowRepliesEndedWithoutTheirText()
{
    StorePlace place(u"sqlite"_s);
    ChatDesk desk(place);
    QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
    const ConversationId id = desk.inChat(u"c1"_s).id;
    QVERIFY(desk.reply(id, u"The parcel is on its way"_s));
    QVERIFY(desk.work());
    desk.chat.next = ScriptedChat::End::Refuse;
    QVERIFY(desk.reply(id, u"Your code is 4711"_s));
    QVERIFY(desk.work());
    const auto log = desk.run([&desk](Database &db) { return channel_events::of(db, desk.channel, false); });
    QCOMPARE(log.size(), size_t(2));
    QCOMPARE(int(log[1].kind), int(Kind::Sent));
    QCOMPARE(int(log[0].kind), int(Kind::NotSent));
    QVERIFY2(log[0].detail.startsWith(u"It is not tried again (refused)"_s), qPrintable(log[0].detail));
    QVERIFY(!log[0].detail.contains(u"4711"_s) && !log[0].detail.contains(u"400 chat not found"_s));
}

void TestChannelLog::hasNoSecretInIt()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    FakeChat *chat = started(rig);
    QVERIFY(chat);
    registerSecret(u"sesame-9-secret"_s);
    Q_EMIT chat->healthChanged(Health::Failed, u"401 for /botsesame-9-secret/getMe"_s);
    QTRY_COMPARE(logOf(rig, id).size(), size_t(1));
    QVERIFY2(!logOf(rig, id)[0].detail.contains(u"sesame"_s), qPrintable(logOf(rig, id)[0].detail));
}

void TestChannelLog::keepsWhatThePlatformToldOfTheSignIn()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    FakeChat *chat = started(rig);
    QVERIFY(chat);
    ChannelStanding standing;
    standing.signInUntil = rig.desk.clock.now() + 72h;
    Q_EMIT chat->standingChanged(standing);
    QTRY_COMPARE(rig.channel(id).standing, standing);
    QVERIFY(logOf(rig, id).empty()); // no happening
    standing.refusedAt = rig.desk.clock.now();
    Q_EMIT chat->standingChanged(standing);
    QTRY_COMPARE(rig.channel(id).standing, standing);
    QTRY_COMPARE(logOf(rig, id).size(), size_t(1));
    QCOMPARE(int(logOf(rig, id)[0].kind), int(Kind::SignInRefused));
    Q_EMIT chat->standingChanged({});
    QTRY_COMPARE(rig.channel(id).standing, ChannelStanding());
}

void TestChannelLog::keepsAWaitUntilItIsOver()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    FakeChat *chat = started(rig);
    QVERIFY(chat);
    ChannelStanding told;
    told.waitsUntil = rig.desk.clock.now() + 90s;
    Q_EMIT chat->standingChanged(told);
    QTRY_COMPARE(rig.channel(id).standing, told);
    QTRY_COMPARE(logOf(rig, id).size(), size_t(1));
    QCOMPARE(int(logOf(rig, id)[0].kind), int(Kind::Waits));
    ChannelStanding fresh; // a new connection has not heard of it
    fresh.signInUntil = rig.desk.clock.now() + 72h;
    Q_EMIT chat->standingChanged(fresh);
    QTRY_COMPARE(rig.channel(id).standing.signInUntil, fresh.signInUntil);
    QCOMPARE(rig.channel(id).standing.waitsUntil, told.waitsUntil);
}

PATCHBAY_TESTS(TestChannelLog)
#include "tst_channel_log.moc"
