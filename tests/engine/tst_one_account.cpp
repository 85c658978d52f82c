#include "support/accounts_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

QJsonObject tells(const QString &account) { return {{u"over_there"_s, account}}; }

} // namespace

/// One account over there, one channel: a second one would show every message twice.
class TestOneAccount : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesASecondChannelWhereItIsAdded();
    void refusesToMakeAChannelAnotherOnesAccount();
    void takesTwoChatsWhoseFormsSayTheSame();
    void saysInATrialWhoHasTheAccount();
    void asksASetUpWhoItIs();
    void refusesTheSecondOneWhenItSignsIn();
    void letsTheAccountGoToAnotherChannelWhileTheFirstIsStopped();
    void forgetsTheAccountThatAChannelHadBefore();

private:
    static AccountConfig config(const QString &uid, const QString &account)
    {
        AccountConfig made;
        made.uid = uid;
        made.name = u"Trial"_s;
        made.settings = tells(account);
        return made;
    }
    static Catalog chats(AccountsRig &rig)
    {
        for (ChatConnectorInfo &info : rig.catalog.chats)
            info.isChat = true;
        return rig.catalog;
    }
};

void TestOneAccount::refusesASecondChannelWhereItIsAdded()
{
    AccountsRig rig;
    rig.desk.catalog = chats(rig);
    QVERIFY(await(rig.desk.commands->addChannel(u"open"_s, u"Shop"_s, {}, u"open:far.example/7"_s)));
    const auto second = await(rig.desk.commands->addChannel(u"open"_s, u"Shop again"_s, {}, u"open:far.example/7"_s));
    QCOMPARE(second.error().kind, Error::Kind::Conflict);
    QVERIFY2(second.error().message.contains(u"“Shop”"_s), qPrintable(second.error().message));
    QVERIFY(await(rig.desk.commands->addChannel(u"open"_s, u"Other"_s, {}, u"open:far.example/8"_s)));
    const int kept = rig.desk.get([](Database &db) { return int(patchbay::channels::all(db).size()); });
    QCOMPARE(kept, 3); // with the desk's mailbox
}

void TestOneAccount::refusesToMakeAChannelAnotherOnesAccount()
{
    AccountsRig rig;
    rig.desk.catalog = chats(rig);
    Commands &commands = *rig.desk.commands;
    const auto shop = await(commands.addChannel(u"open"_s, u"Shop"_s, {}, u"open:far.example/7"_s));
    const auto other = await(commands.addChannel(u"open"_s, u"Other"_s, {}, u"open:far.example/8"_s));
    QVERIFY(shop && other);
    const auto taken = await(commands.changeChannel(other->id, u"Other"_s, tells(u"x"_s), u"open:far.example/7"_s));
    QCOMPARE(taken.error().kind, Error::Kind::Conflict);
    QVERIFY2(taken.error().message.contains(u"“Shop”"_s), qPrintable(taken.error().message));
    QVERIFY(rig.channel(other->id).settings.isEmpty()); // nothing of it is stored
    QVERIFY(await(commands.changeChannel(other->id, u"Third"_s, {}, u"open:far.example/8"_s))); // its own
    QVERIFY(await(commands.changeChannel(other->id, u"Third"_s, {}))); // not asked: it stays what it was
    QCOMPARE(rig.channel(other->id).account, u"open:far.example/8"_s);
}

void TestOneAccount::takesTwoChatsWhoseFormsSayTheSame()
{
    AccountsRig rig;
    rig.desk.catalog = chats(rig);
    const QJsonObject same{{u"url"_s, u"https://far.example"_s}}; // two bots of one platform: their keys differ
    QVERIFY(await(rig.desk.commands->addChannel(u"open"_s, u"One"_s, same)));
    QVERIFY(await(rig.desk.commands->addChannel(u"open"_s, u"Two"_s, same)));
}

void TestOneAccount::saysInATrialWhoHasTheAccount()
{
    AccountsRig rig;
    const ChannelId shop = rig.addChannel(u"open"_s, u"Shop"_s);
    QVERIFY(rig.desk.change([shop](Database &db) { patchbay::channels::setAccount(db, shop, u"bot 7"_s); }));
    const auto taken = await(rig.channels->test(u"open"_s, config(u"another"_s, u"bot 7"_s)));
    QCOMPARE(taken.error().kind, Error::Kind::Conflict);
    QVERIFY2(taken.error().message.contains(u"“Shop”"_s), qPrintable(taken.error().message));
    QVERIFY(await(rig.channels->test(u"open"_s, config(rig.channel(shop).uid, u"bot 7"_s)))); // it is itself
    QVERIFY(await(rig.channels->test(u"open"_s, config(u"another"_s, u"bot 8"_s))));
}

void TestOneAccount::asksASetUpWhoItIs()
{
    AccountsRig rig;
    QCOMPARE(*await(rig.channels->identify(u"open"_s, config(u"u"_s, u"bot 7"_s))), QString()); // mail does not tell
    (void)chats(rig);
    QCOMPARE(*await(rig.channels->identify(u"open"_s, config(u"u"_s, u"bot 7"_s))), u"bot 7"_s);
    for (ChatConnectorInfo &info : rig.catalog.chats)
        info.rotatesSecret = u"token"_s;
    AccountConfig renews = config(u"u"_s, u"bot 7"_s);
    renews.secrets.insert(u"token"_s, u"sesame"_s);
    const int made = rig.connectors.made;
    QCOMPARE(*await(rig.channels->identify(u"open"_s, renews)), QString()); // asking would use the token up
    QCOMPARE(rig.connectors.made, made);
}

void TestOneAccount::refusesTheSecondOneWhenItSignsIn()
{
    AccountsRig rig;
    const ChannelId first = rig.addChannel(u"open"_s, u"First"_s);
    const ChannelId second = rig.addChannel(u"open"_s, u"Second"_s);
    QVERIFY(await(rig.channels->load()));
    rig.connectors.chats[u"First"_s]->overThere = u"bot 7"_s;
    rig.connectors.chats[u"Second"_s]->overThere = u"bot 7"_s;
    QVERIFY(await(rig.channels->prove(first)));
    QCOMPARE(rig.channel(first).account, u"bot 7"_s);
    const auto refused = await(rig.channels->prove(second));
    QCOMPARE(refused.error().kind, Error::Kind::Conflict);
    QVERIFY2(refused.error().message.contains(u"“First”"_s), qPrintable(refused.error().message));
    QVERIFY(rig.channel(second).account.isEmpty());
    QVERIFY(await(rig.channels->prove(first))); // it is still its own
}

void TestOneAccount::letsTheAccountGoToAnotherChannelWhileTheFirstIsStopped()
{
    AccountsRig rig;
    const ChannelId first = rig.addChannel(u"open"_s, u"First"_s);
    const ChannelId second = rig.addChannel(u"open"_s, u"Second"_s);
    QVERIFY(await(rig.channels->load()));
    rig.connectors.chats[u"First"_s]->overThere = u"bot 7"_s;
    rig.connectors.chats[u"Second"_s]->overThere = u"bot 7"_s;
    QVERIFY(await(rig.channels->prove(first)));
    rig.pause(first, true);
    QVERIFY(await(rig.channels->prove(second)));
    QVERIFY(rig.channel(first).account.isEmpty());
    rig.pause(first, false);
    const auto refused = await(rig.channels->prove(first)); // now it is the second one's
    QVERIFY2(refused.error().message.contains(u"“Second”"_s), qPrintable(refused.error().message));
}

void TestOneAccount::forgetsTheAccountThatAChannelHadBefore()
{
    AccountsRig rig;
    const ChannelId first = rig.addChannel(u"open"_s, u"First"_s);
    const ChannelId second = rig.addChannel(u"open"_s, u"Second"_s);
    QVERIFY(await(rig.channels->load()));
    FakeChat *one = rig.connectors.chats[u"First"_s];
    one->overThere = u"bot 7"_s;
    rig.connectors.chats[u"Second"_s]->overThere = u"bot 7"_s;
    QVERIFY(await(rig.channels->prove(first)));
    one->overThere = u"bot 8"_s; // it has another key now
    QVERIFY(await(rig.channels->prove(first)));
    QVERIFY(await(rig.channels->prove(second)));
    QCOMPARE(rig.channel(first).account, u"bot 8"_s);
    QCOMPARE(rig.channel(second).account, u"bot 7"_s);
}

PATCHBAY_TESTS(TestOneAccount)
#include "tst_one_account.moc"
