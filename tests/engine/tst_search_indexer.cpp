#include "core/engine/search_indexer.h"
#include "core/store/search_index.h"
#include "core/store/search_table.h"
#include "support/intake_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

class SearchIndexerTests : public QObject {
    Q_OBJECT

    static int hits(IntakeDesk &desk, const QString &word)
    {
        SearchTerm term;
        term.value = word;
        SearchQuery query;
        query.groups.push_back({term});
        return int(desk.run([&](Database &db) { return search::newest(db, query, desk.me, 0, 50); }).hits.size());
    }
    static qint64 waiting(IntakeDesk &desk)
    {
        return desk.run([](Database &db) { return search::waiting(db); });
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void letsANewMessageBeFoundAMomentLater()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        SearchIndexer indexer(*desk.store);
        indexer.start();
        QVERIFY(desk.take(parcel()));
        QTRY_COMPARE(hits(desk, u"tracking"_s), 1);
        QCOMPARE(waiting(desk), 0);
    }

    void catchesUpWithWhatAKilledProgramLeft()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(parcel()));
        QCOMPARE(waiting(desk), 1);
        QCOMPARE(hits(desk, u"tracking"_s), 0);
        SearchIndexer indexer(*desk.store);
        indexer.start();
        QTRY_COMPARE(waiting(desk), 0);
        QCOMPARE(hits(desk, u"tracking"_s), 1);
    }

    void indexesEverythingBeforeAProgramEnds()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(parcel()));
        SearchIndexer indexer(*desk.store);
        QVERIFY(answer(indexer.drain()));
        QCOMPARE(waiting(desk), 0);
    }

    void findsTheOldMessageThatOnlyAForwardedMailHolds()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        desk.run([&](Database &db) {
            const ContactId contact = conversations::contactFor(db, u"mail"_s, {u"Zoe"_s, u"zoe@example.org"_s});
            Conversation c;
            c.channel = desk.channel;
            c.contact = contact;
            c.firstAt = c.sortAt = db.now();
            Message m;
            m.conversation = conversations::insert(db, c, {});
            m.channel = desk.channel;
            m.text = u"See below"_s;
            m.quotedText = u"The serial number is QX-4711"_s;
            m.sortAt = db.now();
            messages::insert(db, m, u"k"_s);
            search::indexSome(db, 10);
            return Done{};
        });
        QCOMPARE(hits(desk, u"QX-4711"_s), 1);
    }
};

PATCHBAY_TESTS(SearchIndexerTests)

#include "tst_search_indexer.moc"
