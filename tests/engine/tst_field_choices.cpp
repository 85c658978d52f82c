#include "core/engine/accounts.h"
#include "core/store/account_table.h"
#include "support/command_desk.h"
#include "support/fake_accounts.h"
#include "support/test_main.h"

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What a target offers for the fields of its tasks.
class FieldChoicesTest final : public QObject {
    Q_OBJECT

    struct Rig {
        CommandDesk desk = CommandDesk();
        FakeConnectors connectors = FakeConnectors();
        Catalog catalog = connectors.catalog();
        FakeSecrets secrets = FakeSecrets();
        std::unique_ptr<Targets> targets = std::make_unique<Targets>(*desk.store, catalog, secrets);
        TargetId tracker = {};

        Rig()
        {
            (void)desk.change([this](Database &db) {
                Target target;
                target.connector = u"opencrm"_s;
                target.name = u"Tracker"_s;
                tracker = patchbay::targets::insert(db, target);
            });
        }
        FakeCrm &crm() { return *connectors.crms.at(u"Tracker"_s); }
        Result<FieldChoices> choices(bool fresh) { return await(targets->choices(tracker, fresh)); }
    };

private Q_SLOTS:
    void areReadOnceUntilSomebodyAsksAgain()
    {
        Rig rig;
        QVERIFY(rig.choices(false).error().isTransient()); // still being loaded
        QVERIFY(await(rig.targets->load()));
        rig.crm().choices = {{u"tracker_id"_s, u"1"_s, u"Bug"_s}, {u"priority_id"_s, u"4"_s, u"Urgent"_s}};
        const Result<FieldChoices> read = rig.choices(false);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(read->fields(), (QStringList{u"tracker_id"_s, u"priority_id"_s}));
        QCOMPARE(read->of(u"priority_id"_s).size(), size_t(1));
        QVERIFY(read->readAt);
        rig.crm().choices.clear();
        QCOMPARE(rig.choices(false)->choices.size(), size_t(2));
        QVERIFY(rig.choices(true)->choices.empty());
        QCOMPARE(rig.crm().askedForFields, 2);
        QCOMPARE(await(rig.targets->choices(TargetId{999}, true)).error().kind, Error::Kind::NotFound);
    }

    void areForgottenWhenTheTargetIsSetUpOtherwise()
    {
        Rig rig;
        QVERIFY(await(rig.targets->load()));
        QCOMPARE(rig.choices(false)->choices.size(), size_t(1));
        QVERIFY(rig.desk.change([&rig](Database &db) {
            patchbay::targets::change(db, rig.tracker, u"Tracker"_s, {{u"project"_s, u"other"_s}});
        }));
        QTRY_VERIFY(rig.connectors.crms.at(u"Tracker"_s)->account.settings.value(u"project"_s).toString()
                    == u"other"_s);
        rig.crm().choices.clear();
        QVERIFY(rig.choices(false)->choices.empty());
    }

    void haveLimits()
    {
        std::vector<FieldChoice> all{{u"tracker_id"_s, u"1"_s, u"Bug\u202e"_s},
                                     {u"tracker_id"_s, u"1"_s, u"Bug again"_s},
                                     {u"tracker_id"_s, QString(300, u'9'), u"Too long"_s},
                                     {QString(81, u'f'), u"2"_s, u"Too long"_s},
                                     {{}, u"2"_s, u"Nameless"_s}};
        const FieldChoices few = boundedChoices(all, Timestamp{5});
        QCOMPARE(few.choices.size(), size_t(1));
        QCOMPARE(few.choices.front().title, u"Bug"_s); // nothing that turns the reading order
        QCOMPARE(few.leftOut, 3);
        QCOMPARE(few.readAt.us, 5);
        all.clear();
        for (int i = 0; i < 2500; ++i)
            all.push_back({u"f"_s, QString::number(i), {}});
        const FieldChoices many = boundedChoices(all, {});
        QCOMPARE(many.choices.size(), size_t(2000));
        QCOMPARE(many.leftOut, 500);
    }
};

} // namespace patchbay::tests

using patchbay::tests::FieldChoicesTest;
PATCHBAY_TESTS(FieldChoicesTest)
#include "tst_field_choices.moc"
