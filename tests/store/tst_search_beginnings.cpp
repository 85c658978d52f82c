#include "core/store/task_table.h"
#include "support/library.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// What many words begin with is read from the newest texts, where they hold enough of it, and from the index
/// otherwise.
class SearchBeginnings : public QObject {
    Q_OBJECT

    /// Words that go on after "c" in twenty ways; each text has one of them.
    static QString common(int i)
    {
        return u"about c%1%2 and more"_s.arg(QChar(u'a' + i % 20)).arg(QChar(u'p' + i % 2));
    }

    static QList<qint64> pages(Library &in, const SearchQuery &query, int limit)
    {
        QList<qint64> found;
        qint64 before = 0;
        do {
            const auto page = in.run([&](Database &db) { return search::newest(db, query, in.me, before, limit); });
            for (const search::Hit &hit : page.hits)
                found << hit.conversation.value;
            before = page.reached;
        } while (before != 0 && found.size() < 2000);
        return found;
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void findsEachOnceNewestFirstOverAllPages()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        QList<qint64> told;
        for (int i = 0; i < 200; ++i) {
            told.prepend(in.tell(common(i)).value);
            if (i % 3 == 0)
                in.tell(u"of something else"_s);
        }
        in.index();
        for (const int limit : {50, 7, 1000})
            QCOMPARE(pages(in, all({word(u"c"_s, true)}), limit), told);
    }

    void goesOnInTheIndexWhereTheNewestTextsHoldTooFew()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        QList<qint64> told;
        for (int i = 0; i < 60; ++i)
            told.prepend(in.tell(common(i)).value);
        const ConversationId other = in.tell(u"of something else"_s);
        in.now += 700 * second;
        in.run([&](Database &db) {
            for (int i = 0; i < 700; ++i)
                messages::insert(db, in.message(other, in.now - i * second), {});
            return Done{};
        });
        in.index();
        QCOMPARE(pages(in, all({word(u"c"_s, true)}), 50), told);
        told.prepend(in.tell(common(0), {}, other).value);
        in.index();
        QCOMPARE(pages(in, all({word(u"c"_s, true)}), 50), told);
    }

    void asksForTheRestOfTheQueryToo()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        QList<qint64> told;
        for (int i = 0; i < 100; ++i)
            told << in.tell(common(i)).value;
        in.run([&](Database &db) {
            conversations::setStatus(db, {told[3]}, ConversationStatus::Done, {});
            conversations::setStatus(db, {told[90]}, ConversationStatus::Done, {});
            return Done{};
        });
        in.index();
        const SearchTerm beginning = word(u"c"_s, true);
        const SearchTerm isDone = filter(SearchTerm::Kind::Is, u"done"_s);
        QCOMPARE(in.ids(all({beginning, isDone})), (QList<qint64>{told[90], told[3]}));
        QCOMPARE(in.ids(all({isDone, beginning, without(word(u"cdq"_s))})), (QList<qint64>{told[90]}));
        QCOMPARE(in.ids(all({beginning, isDone, word(u"cdq"_s)})), (QList<qint64>{told[3]}));
        QCOMPARE(in.ids(all({beginning, isDone, without(beginning)})), QList<qint64>());
        SearchTerm subject = beginning;
        subject.field = SearchTerm::Field::Subject;
        QCOMPARE(in.ids(all({subject})), QList<qint64>());
        SearchQuery either = all({isDone});
        either.groups.push_back({word(u"nowhere"_s), beginning});
        QCOMPARE(in.ids(either), (QList<qint64>{told[90], told[3]}));
        SearchTerm before = filter(SearchTerm::Kind::Before, {});
        before.at = {in.now - 97 * second};
        QCOMPARE(in.ids(all({beginning, before})), (QList<qint64>{told[1], told[0]}));
    }

    void looksInEverythingThatIsIndexed()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        for (int i = 0; i < 90; ++i)
            in.tell(common(i));
        in.now += second;
        const ConversationId noted = in.conversation(in.now);
        in.run([&](Database &db) {
            Task task;
            task.conversation = noted;
            task.operatorId = in.me;
            task.payload.title = u"Send a card"_s;
            return tasks::insert(db, task);
        });
        const ConversationId subject = in.tell(u"of something else"_s, u"Cargo"_s);
        in.now += second;
        const ConversationId filed = in.conversation(in.now);
        Message message = in.message(filed, in.now);
        message.attachments.push_back({.name = u"contract.pdf"_s});
        in.add(message);
        const ConversationId waits = in.tell(u"nothing of it"_s);
        const QList<qint64> found = in.ids(all({word(u"c"_s, true)}));
        QVERIFY(found.contains(noted.value));
        QVERIFY(found.contains(subject.value));
        QVERIFY(found.contains(filed.value));
        QVERIFY(!found.contains(waits.value));
        const ConversationId later = in.tell(u"a card that is not indexed yet"_s);
        const auto page =
            in.run([&](Database &db) { return search::newest(db, all({word(u"c"_s, true)}), in.me, 0, 50); });
        QVERIFY2(page.hits.front().conversation != later, "coverage says that it waits");
    }
};

PATCHBAY_TESTS(SearchBeginnings)

#include "tst_search_beginnings.moc"
