#include "support/accounts_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Accounts whose secret is replaced while they work: what cannot be kept is refused at the start.
class TestAccountsRenewal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesATargetThatItCouldNotRenew();
    void refusesAChannelThatItCouldNotRenew();
};

void TestAccountsRenewal::refusesATargetThatItCouldNotRenew()
{
    AccountsRig rig;
    for (CrmConnectorInfo &crm : rig.catalog.crms)
        crm.rotatesSecret = u"password"_s;
    rig.secrets.values[u"Tracker.password"_s] = u"sesame"_s;
    rig.secrets.readOnly = true;
    const TargetId target = rig.addTarget(u"crm"_s, u"Tracker"_s);
    QVERIFY(await(rig.targets->load()));
    QCOMPARE(rig.targets->live(target).error().message, u"The place for password cannot be written."_s);
    QCOMPARE(rig.target(target).health, Health::Failed);
    rig.secrets.readOnly = false;
    QVERIFY(await(rig.targets->load()));
    QVERIFY(rig.targets->live(target));
    QCOMPARE(rig.target(target).health, Health::Unknown);
}

void TestAccountsRenewal::refusesAChannelThatItCouldNotRenew()
{
    AccountsRig rig;
    for (ChatConnectorInfo &chat : rig.catalog.chats) {
        chat.rotatesSecret = u"token"_s;
        for (const QString &key : {u"password"_s, u"token"_s}) {
            FormField field;
            field.key = field.label = key;
            field.kind = FormField::Kind::Secret;
            field.required = false;
            if (chat.id == u"open"_s)
                chat.form.push_back(field);
        }
    }
    rig.secrets.readOnly = true;
    const ChannelId id = rig.addChannel(u"open"_s, u"Inbox"_s);
    rig.channels->start();
    QVERIFY(await(rig.channels->load()));
    QCOMPARE(rig.channels->live(id).error().kind, Error::Kind::Unauthorized);
    QCOMPARE(rig.channels->live(id).error().message, u"No sign-in stored for “Inbox”: open the channel settings."_s);
    rig.secrets.values[u"Inbox.token"_s] = u"sesame"_s;
    QVERIFY(await(rig.channels->load()));
    QCOMPARE(rig.channels->live(id).error().message, u"The place for token cannot be written."_s);
    QTRY_COMPARE(rig.channel(id).health, Health::Failed);
    QVERIFY(rig.connectors.chats[u"Inbox"_s]->startedFrom.isEmpty());
    rig.secrets.values = {{u"Inbox.password"_s, u"sesame"_s}}; // it is never replaced
    QVERIFY(await(rig.channels->load()));
    QVERIFY(rig.channels->live(id));
    rig.secrets.values = {{u"Inbox.token"_s, u"sesame"_s}};
    rig.secrets.readOnly = false;
    QVERIFY(await(rig.channels->load()));
    QVERIFY(rig.channels->live(id));
    QTRY_COMPARE(rig.connectors.chats[u"Inbox"_s]->startedFrom.size(), 1);
}

PATCHBAY_TESTS(TestAccountsRenewal)
#include "tst_accounts_renewal.moc"
