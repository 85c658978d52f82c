#include "core/store/people.h"
#include "support/inbox.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Whom a half-typed name may mean, on both databases.
class People : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void findsNamesAndAddressesByWhatTheyHold()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        in.run([](Database &db) {
            (void)conversations::contactFor(db, u"mail"_s, {u"Mariana Costa"_s, u"mc@example.org"_s});
            (void)conversations::contactFor(db, u"mail"_s, {u"Ana Silva"_s, u"silva@example.org"_s});
            (void)conversations::contactFor(db, u"mail"_s, {u"Ana Silva"_s, u"ana_2@example.org"_s});
            (void)conversations::contactFor(db, u"mail"_s, {u"100% Ben"_s, u"ben@example.org"_s});
            return Done{};
        });
        const auto found = [&](const QString &typed, int limit = 10) {
            return in.run([&](Database &db) { return people::matching(db, typed, limit); });
        };
        QCOMPARE(found(u"ANA"_s), (QStringList{u"Ana Silva"_s, u"Mariana Costa"_s, u"ana_2@example.org"_s}));
        QCOMPARE(found(u"example"_s, 2).size(), 2);
        QCOMPARE(found(u"0%"_s), QStringList{u"100% Ben"_s});
        QCOMPARE(found(u"a_2"_s), QStringList{u"ana_2@example.org"_s});
        QCOMPARE(found(u"a_i"_s), QStringList()); // "_" is no wildcard
        QCOMPARE(found(u"\\"_s), QStringList());
        QCOMPARE(found(u"' OR 1=1 --"_s), QStringList());
    }
};

PATCHBAY_TESTS(People)
#include "tst_people.moc"
