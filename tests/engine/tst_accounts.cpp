#include "core/base/log.h"
#include "core/store/raw_message_table.h"
#include "support/accounts_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestAccounts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsAChannelWithItsSecretFromItsCursor();
    void livesOnWithoutASecretAndSaysWhatIsMissing();
    void worksOnceTheSecretIsThere();
    void saysThatThisBuildLacksAConnector();
    void startsAChannelThatIsAddedLater();
    void stopsAPausedChannelAndGoesOnFromItsCursor();
    void asksOrIsCalledAsTheChannelsSettingsSay();
    void storesItemsAndCursorBeforeItAnswersTheConnector();
    void storesAChannelsHealthOnlyWhenItChanges();
    void saysAgainHowAChannelIsWhenTheOutboxTookItsOwnWordsBack();
    void fetchesOnceUntilItIsCaughtUp();
    void goesOnReceivingAfterOneLook();
    void failsAFetchWithTheConnectorsWords();
    void triesASetUpThatIsNotStored();
    void saysThatTargetsAreStillBeingLoaded();
    void previewsATaskWithoutASignIn();
    void makesAConnectorAnewOnlyWhenSomethingChanged();
    void readsTheStatusOfOpenTasksBack();
    void takesATaskThatIsGoneThereAsClosed();
};

void TestAccounts::startsAChannelWithItsSecretFromItsCursor()
{
    AccountsRig rig;
    rig.secrets.values[u"Inbox.password"_s] = u"sesame-secret"_s;
    rig.addChannel(u"chat"_s, u"Inbox"_s, "seven");
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Inbox"_s));
    FakeChat *chat = rig.connectors.chats[u"Inbox"_s];
    QTRY_COMPARE(chat->startedFrom, QByteArrayList{"seven"});
    QCOMPARE(chat->account.secrets.value(u"password"_s), u"sesame-secret"_s);
    QVERIFY(!redacted(u"login sesame-secret refused"_s).contains(u"sesame"_s));
}

void TestAccounts::livesOnWithoutASecretAndSaysWhatIsMissing()
{
    AccountsRig rig;
    const ChannelId locked = rig.addChannel(u"chat"_s, u"Locked"_s);
    const ChannelId open = rig.addChannel(u"open"_s, u"Open"_s);
    const TargetId target = rig.addTarget(u"crm"_s, u"Tracker"_s);
    QVERIFY(await(rig.channels->load()));
    QVERIFY(await(rig.targets->load()));
    rig.channels->start();
    QVERIFY(rig.channels->live(open));
    const auto live = rig.channels->live(locked);
    QCOMPARE(live.error().kind, Error::Kind::Unauthorized);
    QCOMPARE(live.error().message, u"No password stored for “Locked”: open the channel settings."_s);
    QTRY_COMPARE(rig.channel(locked).health, Health::Failed);
    QCOMPARE(rig.channel(locked).healthDetail, live.error().message);
    QVERIFY(rig.connectors.chats[u"Locked"_s]->startedFrom.isEmpty());
    QTRY_COMPARE(rig.connectors.chats[u"Open"_s]->startedFrom.size(), 1);
    QCOMPARE(rig.targets->live(target).error().message,
             u"No password stored for “Tracker”: open the target settings."_s);
    QCOMPARE(rig.target(target).health, Health::Failed);
}

void TestAccounts::worksOnceTheSecretIsThere()
{
    AccountsRig rig;
    const ChannelId channel = rig.addChannel(u"chat"_s, u"Inbox"_s);
    const TargetId target = rig.addTarget(u"crm"_s, u"Tracker"_s);
    rig.channels->start();
    QVERIFY(await(rig.channels->load()));
    QVERIFY(await(rig.targets->load()));
    rig.secrets.values = {{u"Inbox.password"_s, u"sesame"_s}, {u"Tracker.password"_s, u"sesame"_s}};
    QVERIFY(await(rig.channels->load()));
    QVERIFY(await(rig.targets->load()));
    QVERIFY(rig.channels->live(channel));
    QVERIFY(rig.targets->live(target));
    QTRY_COMPARE(rig.connectors.chats[u"Inbox"_s]->startedFrom.size(), 1);
    QCOMPARE(rig.connectors.crms[u"Tracker"_s]->account.secrets.value(u"password"_s), u"sesame"_s);
    QCOMPARE(rig.target(target).health, Health::Unknown); // not "ok" before it has answered
}

void TestAccounts::saysThatThisBuildLacksAConnector()
{
    AccountsRig rig;
    const ChannelId channel = rig.addChannel(u"pigeon"_s, u"Loft"_s);
    const TargetId target = rig.addTarget(u"slate"_s, u"Board"_s);
    QVERIFY(await(rig.channels->load()));
    QVERIFY(await(rig.targets->load()));
    QCOMPARE(rig.channels->live(channel).error().kind, Error::Kind::NotFound);
    QVERIFY(rig.channels->live(channel).error().message.contains(u"pigeon"_s));
    QVERIFY(rig.targets->live(target).error().message.contains(u"slate"_s));
    QVERIFY(!rig.targets->preview(target, {}, u"k"_s));
}

void TestAccounts::startsAChannelThatIsAddedLater()
{
    AccountsRig rig;
    rig.channels->start();
    QVERIFY(await(rig.channels->load()));
    rig.addChannel(u"open"_s, u"New"_s);
    QTRY_VERIFY(rig.connectors.chats.count(u"New"_s));
    QTRY_COMPARE(rig.connectors.chats[u"New"_s]->startedFrom.size(), 1);
}

void TestAccounts::stopsAPausedChannelAndGoesOnFromItsCursor()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s, "1");
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Inbox"_s));
    FakeChat *chat = rig.connectors.chats[u"Inbox"_s];
    QTRY_COMPARE(chat->startedFrom, QByteArrayList{"1"});
    rig.pause(id, true);
    QTRY_COMPARE(chat->stops, 1);
    QTRY_COMPARE(rig.channel(id).health, Health::Paused);
    (void)rig.desk.change([=](Database &db) { channels::setCursor(db, id, "2"); });
    rig.pause(id, false);
    QTRY_COMPARE(chat->startedFrom, (QByteArrayList{"1", "2"}));
    rig.channels->stop();
    QCOMPARE(chat->stops, 2);
}

void TestAccounts::asksOrIsCalledAsTheChannelsSettingsSay()
{
    AccountsRig rig;
    for (ChatConnectorInfo &info : rig.catalog.chats)
        info.takesHooks = info.asksToo = true;
    const ChannelId id = rig.addChannel(u"open"_s, u"Bot"_s, "7");
    const auto setTo = [&](const QString &way) {
        (void)rig.desk.change([=](Database &db) { channels::change(db, id, u"Bot"_s, {{arrivesBy, way}}); });
    };
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Bot"_s));
    QTRY_COMPARE(rig.connectors.chats[u"Bot"_s]->startedFrom, QByteArrayList{"7"}); // without a gateway
    QVERIFY(rig.channels->hookChannels().empty());
    setTo(arrivesByGateway);
    QTRY_COMPARE(rig.channel(id).health, Health::Offline);
    QVERIFY(rig.channel(id).healthDetail.contains(u"no gateway is running"_s));
    QCOMPARE(rig.channels->hookChannels().size(), size_t(1));
    QVERIFY(!rig.channels->hookChannels().front().connector);
    FakeChat *called = rig.connectors.chats[u"Bot"_s];
    QVERIFY(called->startedFrom.isEmpty());
    rig.channels->setGateway(true);
    QTRY_COMPARE(called->startedFrom, QByteArrayList{"7"});
    QCOMPARE(rig.channels->hookChannels().front().connector, called);
    setTo(u"asking"_s);
    QTRY_VERIFY(rig.channels->hookChannels().empty());
    QTRY_COMPARE(rig.connectors.chats[u"Bot"_s]->startedFrom, QByteArrayList{"7"});
    QCOMPARE(called->stops, 1);
}

void TestAccounts::storesItemsAndCursorBeforeItAnswersTheConnector()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Inbox"_s) && rig.connectors.chats[u"Inbox"_s]->sink);
    Batch batch;
    RawItem item;
    item.sourceKey = u"INBOX;1;1"_s;
    item.raw = "hello";
    batch.items = {item};
    batch.cursor = "after 1";
    QVERIFY(await(rig.connectors.chats[u"Inbox"_s]->sink(batch)));
    QCOMPARE(rig.channel(id).cursor, "after 1"_ba);
    QCOMPARE(rig.desk.get([](Database &db) { return raw_messages::kept(db); }).received, 1);
}

void TestAccounts::storesAChannelsHealthOnlyWhenItChanges()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Inbox"_s) && rig.connectors.chats[u"Inbox"_s]->sink);
    FakeChat *chat = rig.connectors.chats[u"Inbox"_s];
    int writes = 0;
    connect(rig.desk.store.get(), &Store::changed, this, [&](const ChangeSet &changes) { writes += changes.channels; });
    for (int i = 0; i < 5; ++i) {
        Q_EMIT chat->healthChanged(Health::Offline, u"no route to host"_s);
        QTest::qWait(20);
    }
    QTRY_COMPARE(rig.channel(id).health, Health::Offline);
    QCOMPARE(rig.channel(id).healthDetail, u"no route to host"_s);
    QCOMPARE(writes, 1);
    Q_EMIT chat->healthChanged(Health::Ok, {});
    QTRY_COMPARE(rig.channel(id).health, Health::Ok);
}

void TestAccounts::saysAgainHowAChannelIsWhenTheOutboxTookItsOwnWordsBack()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Inbox"_s) && rig.connectors.chats[u"Inbox"_s]->sink);
    Q_EMIT rig.connectors.chats[u"Inbox"_s]->healthChanged(Health::Offline, u"no route to host"_s);
    QTRY_COMPARE(rig.channel(id).health, Health::Offline);
    QVERIFY(rig.desk.change([id](Database &db) {
        patchbay::channels::setHealth(db, id, Health::Failed, u"Inbox asks for sign-in: 535"_s);
    }));
    QTest::qWait(50);
    QCOMPARE(rig.channel(id).health, Health::Failed);
    QVERIFY(rig.desk.change([id](Database &db) { patchbay::channels::setHealth(db, id, Health::Unknown, {}); }));
    QTRY_COMPARE(rig.channel(id).health, Health::Offline);
    QCOMPARE(rig.channel(id).healthDetail, u"no route to host"_s);
}

void TestAccounts::fetchesOnceUntilItIsCaughtUp()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s, "5");
    QVERIFY(await(rig.channels->load()));
    FakeChat *chat = rig.connectors.chats[u"Inbox"_s];
    auto fetching = rig.channels->fetchOnce(id);
    QTRY_COMPARE(chat->fetchedFrom, QByteArrayList{"5"});
    QTest::qWait(20);
    QVERIFY(!fetching.isFinished());
    Q_EMIT chat->caughtUp();
    QVERIFY(await(fetching));
    QTRY_COMPARE(rig.channel(id).caughtUpAt, rig.desk.clock.now());
    QCOMPARE(await(rig.channels->fetchOnce(ChannelId{999})).error().kind, Error::Kind::NotFound);
}

void TestAccounts::goesOnReceivingAfterOneLook()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Open"_s, "seven");
    rig.channels->start();
    QTRY_VERIFY(rig.connectors.chats.count(u"Open"_s));
    FakeChat *chat = rig.connectors.chats[u"Open"_s];
    QTRY_COMPARE(chat->startedFrom.size(), 1);
    auto fetched = rig.channels->fetchOnce(id);
    QTRY_COMPARE(chat->fetchedFrom.size(), 1);
    Q_EMIT chat->caughtUp();
    QVERIFY(await(fetched));
    QTRY_COMPARE(chat->startedFrom, (QByteArrayList{"seven", "seven"}));
}

void TestAccounts::failsAFetchWithTheConnectorsWords()
{
    AccountsRig rig;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    QVERIFY(await(rig.channels->load()));
    rig.connectors.chats[u"Inbox"_s]->onFetch = [](FakeChat *chat) {
        Q_EMIT chat->healthChanged(Health::CatchingUp, {});
        Q_EMIT chat->healthChanged(Health::Failed, u"NO [AUTHENTICATIONFAILED]"_s);
        Q_EMIT chat->caughtUp();
    };
    QCOMPARE(await(rig.channels->fetchOnce(id)).error().message, u"NO [AUTHENTICATIONFAILED]"_s);
}

void TestAccounts::triesASetUpThatIsNotStored()
{
    AccountsRig rig;
    AccountConfig account;
    account.name = u"Draft"_s;
    account.secrets.insert(u"password"_s, u"opensesame"_s);
    QCOMPARE(await(rig.channels->test(u"chat"_s, account)).value(), u"signed in with opensesame"_s);
    QVERIFY(!redacted(u"opensesame"_s).contains(u"opensesame"_s));
    QCOMPARE(await(rig.targets->test(u"crm"_s, account)).error().message, u"401"_s);
    QCOMPARE(await(rig.targets->fields(u"crm"_s, account))->size(), size_t(1));
    QCOMPARE(await(rig.targets->test(u"slate"_s, account)).error().kind, Error::Kind::NotFound);
    QVERIFY(!rig.desk.get([](Database &db) { return channels::byName(db, u"Draft"_s); }));
}

void TestAccounts::saysThatTargetsAreStillBeingLoaded()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(rig.targets->live(target).error().isTransient());
    QVERIFY(await(rig.targets->load()));
    QVERIFY(rig.targets->live(target));
    QCOMPARE(rig.targets->live(TargetId{999}).error().kind, Error::Kind::NotFound);
}

void TestAccounts::previewsATaskWithoutASignIn()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"crm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    QVERIFY(!rig.targets->live(target));
    TaskPayload payload;
    payload.title = u"Broken lamp"_s;
    QCOMPARE(rig.targets->preview(target, payload, u"k"_s).value(), u"POST k Broken lamp"_s);
}

void TestAccounts::makesAConnectorAnewOnlyWhenSomethingChanged()
{
    AccountsRig rig;
    rig.secrets.values[u"Tracker.password"_s] = u"sesame"_s;
    const TargetId target = rig.addTarget(u"crm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    const int made = rig.connectors.made;
    CrmConnector *first = *rig.targets->live(target);
    QVERIFY(await(rig.targets->load()));
    QCOMPARE(rig.connectors.made, made);
    rig.secrets.values[u"Tracker.password"_s] = u"changed"_s;
    QVERIFY(await(rig.targets->load()));
    QCOMPARE(rig.connectors.made, made + 1);
    QVERIFY(*rig.targets->live(target) != first);
    QCOMPARE(first->facts().idempotency, Idempotency::None); // an attempt may still be running on the old one
}

void TestAccounts::readsTheStatusOfOpenTasksBack()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(await(rig.desk.commands->routeToTarget(target)));
    rig.desk.commands->setHoldTime(0ms);
    const ConversationId id = rig.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(rig.desk.change([&](Database &db) {
        const auto claimed = deliveries::claim(db, accepted->delivery, u"me"_s, 60s);
        deliveries::Outcome sent;
        sent.externalId = u"77"_s;
        QVERIFY(claimed && deliveries::settle(db, claimed->id, claimed->fence, sent));
    }));
    QVERIFY(await(rig.targets->load()));
    QStringList asked;
    RemoteTask remote;
    remote.status = u"In progress"_s;
    rig.connectors.crms[u"Tracker"_s]->onStatus = [&](const QString &externalId) -> Result<RemoteTask> {
        asked << externalId;
        return remote;
    };
    const auto task = [&] { return rig.desk.get([&](Database &db) { return tasks::ofConversation(db, id); }).front(); };
    QVERIFY(await(rig.targets->refreshStatus(id)));
    QCOMPARE(task().remoteStatus, u"In progress"_s);
    QVERIFY(!task().remoteClosed);
    QCOMPARE(task().statusReadAt, rig.desk.clock.now());
    remote = {u"Closed"_s, true, {}};
    QVERIFY(await(rig.targets->refreshStatus(id)));
    QVERIFY(task().remoteClosed);
    QVERIFY(await(rig.targets->refreshStatus(id))); // closed: not asked for any more
    QCOMPARE(asked, (QStringList{u"77"_s, u"77"_s}));
}

void TestAccounts::takesATaskThatIsGoneThereAsClosed()
{
    AccountsRig rig;
    const TargetId target = rig.addTarget(u"opencrm"_s, u"Tracker"_s);
    QVERIFY(await(rig.desk.commands->routeToTarget(target)));
    rig.desk.commands->setHoldTime(0ms);
    const ConversationId id = rig.desk.receive(u"Broken lamp"_s, u"It flickers."_s);
    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(rig.desk.change([&](Database &db) {
        const auto claimed = deliveries::claim(db, accepted->delivery, u"me"_s, 60s);
        deliveries::Outcome sent;
        sent.externalId = u"77"_s;
        deliveries::settle(db, claimed->id, claimed->fence, sent);
    }));
    QVERIFY(await(rig.targets->load()));
    Error answer = makeError(Error::Kind::Offline, u"no route to host"_s);
    rig.connectors.crms[u"Tracker"_s]->onStatus = [&](const QString &) -> Result<RemoteTask> { return answer; };
    QCOMPARE(await(rig.targets->refreshStatus(id)).error().message, u"no route to host"_s);
    QVERIFY(rig.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
    answer = makeError(Error::Kind::NotFound, u"404"_s);
    QVERIFY(await(rig.targets->refreshStatus(id)));
    QVERIFY(!rig.desk.get([&](Database &db) { return tasks::openOne(db, id); }));
}

PATCHBAY_TESTS(TestAccounts)
#include "tst_accounts.moc"
