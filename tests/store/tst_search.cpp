#include "core/store/misc_tables.h"
#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"
#include "support/library.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

class Search : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void findsWordsInEveryLanguageHoweverTheyAreWritten()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto german = in.tell(u"Die Straße in Köln ist gesperrt"_s);
        const auto russian = in.tell(u"Ёлка не пришла, верните деньги"_s);
        const auto arabic = in.tell(u"أين الطَّلَب رقم ١٢٣؟"_s);
        const auto chinese = in.tell(u"我的订单还没有送到北京市"_s);
        const auto japanese = in.tell(u"注文をキャンセルしたいです"_s);
        const auto thai = in.tell(u"สินค้ายังไม่มาส่ง"_s);
        QVERIFY(in.finds(german, all({word(u"STRASSE"_s), word(u"koln"_s)})));
        QVERIFY(in.finds(russian, all({word(u"елка"_s)})));
        QVERIFY(in.finds(arabic, all({word(u"الطلب"_s), word(u"123"_s)})));
        QVERIFY(in.finds(chinese, all({word(u"订单"_s)})));
        QVERIFY(in.finds(chinese, all({word(u"北京市"_s)})));
        QVERIFY2(in.finds(chinese, all({word(u"市"_s)})), "one letter, the last of its run");
        QVERIFY2(in.finds(chinese, all({word(u"送"_s)})), "one letter within a run");
        QVERIFY(!in.finds(chinese, all({word(u"京北"_s)})));
        QVERIFY(in.finds(japanese, all({word(u"キャンセル"_s)})));
        QVERIFY(in.finds(thai, all({word(u"สินค้า"_s)})));
    }

    void joinsWordsPhrasesAlternativesAndExclusions()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto both = in.tell(u"The refund for my invoice is late"_s);
        const auto refund = in.tell(u"A refund please"_s);
        const auto invoice = in.tell(u"Late invoice, refund the late one"_s);
        QCOMPARE(in.ids(all({word(u"refund"_s), word(u"invoice"_s)})), QList<qint64>({invoice.value, both.value}));
        QCOMPARE(in.ids(all({word(u"late invoice"_s)})), QList<qint64>({invoice.value}));
        QCOMPARE(in.ids(all({word(u"refund"_s), without(word(u"invoice"_s))})), QList<qint64>({refund.value}));
        QCOMPARE(in.ids(all({without(word(u"invoice"_s))})), QList<qint64>({refund.value}));
        SearchQuery either;
        either.groups.push_back({word(u"please"_s), word(u"invoice"_s)});
        either.groups.push_back({word(u"refund"_s)});
        QCOMPARE(in.ids(either), QList<qint64>({invoice.value, refund.value, both.value}));
    }

    void findsAWordWhileItIsTyped()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto internet = in.tell(u"International internet"_s);
        const auto order = in.tell(u"Order ORD-123456 on Überweisung"_s);
        for (const QString &typed : {u"i"_s, u"in"_s, u"int"_s, u"inte"_s, u"intern"_s, u"international"_s})
            QVERIFY2(in.finds(internet, all({word(typed, true)})), qPrintable(typed));
        QVERIFY(!in.finds(internet, all({word(u"intern"_s)})));
        for (const QString &typed : {u"o"_s, u"1"_s, u"123"_s, u"12345"_s, u"ORD-1234"_s, u"uberw"_s, u"ü"_s})
            QVERIFY2(in.finds(order, all({word(typed, true)})), qPrintable(typed));
        QVERIFY(!in.finds(order, all({word(u"9"_s, true)})));
        QVERIFY(!in.finds(order, all({word(u"orx"_s, true)})));
    }

    void looksInNamesSubjectsFilesNotesAndTasks()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto with = in.conversation(in.now);
        Message m = in.message(with, in.now);
        m.author = {u"Łukasz Nowak"_s, u"lukasz@shop.example"_s};
        m.to = QStringList{u"Support Desk <help@desk.example>"_s};
        m.subject = u"Rechnung"_s;
        m.attachments.push_back({{}, u"contract_signed.pdf"_s, u"application/pdf"_s, "0", 1, {}, false});
        in.add(m);
        const auto noted = in.tell(u"Hello"_s);
        Message note = in.message(noted, in.now + 1);
        note.direction = Direction::Note;
        note.text = u"Speak with legal first"_s;
        in.add(note);
        in.run([&](Database &db) {
            Task task;
            task.conversation = noted;
            task.operatorId = in.me;
            task.payload.title = u"Send a replacement"_s;
            task.payload.description = u"Umbrella, the green one"_s;
            return tasks::insert(db, task);
        });
        using Field = SearchTerm::Field;
        using Kind = SearchTerm::Kind;
        QVERIFY(in.finds(with, all({in_(Field::From, u"lukasz"_s)})));
        QVERIFY(in.finds(with, all({in_(Field::From, u"lukasz@shop.example"_s)})));
        QVERIFY(!in.finds(with, all({in_(Field::To, u"lukasz"_s)})));
        QVERIFY(in.finds(with, all({in_(Field::To, u"help@desk.example"_s)})));
        QVERIFY(in.finds(with, all({in_(Field::Subject, u"rechnung"_s)})));
        QVERIFY(in.finds(with, all({in_(Field::File, u"contract"_s)})));
        QVERIFY(!in.finds(with, all({in_(Field::Subject, u"contract"_s)})));
        QCOMPARE(in.ids(all({filter(Kind::Has, u"attachment"_s)})), QList<qint64>({with.value}));
        QCOMPARE(in.ids(all({word(u"legal"_s)})), QList<qint64>({noted.value}));
        QCOMPARE(in.ids(all({word(u"replacement"_s)})), QList<qint64>({noted.value}));
        QCOMPARE(in.ids(all({word(u"umbrella"_s)})), QList<qint64>({noted.value}));
        QCOMPARE(in.ids(all({filter(Kind::Has, u"task"_s)})), QList<qint64>({noted.value}));
        QCOMPARE(in.ids(all({filter(Kind::Has, u"note"_s)})), QList<qint64>({noted.value}));
    }

    void narrowsByWhatIsKnownOfTheConversation()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto mine = in.tell(u"refund one"_s);
        const auto done = in.tell(u"refund two"_s);
        in.run([&](Database &db) {
            conversations::setAssignee(db, mine, in.me);
            conversations::setUnread(db, mine, true);
            conversations::setStatus(db, done, ConversationStatus::Done, {});
            labels::set(db, done, u"VIP"_s, true);
            return Done{};
        });
        using Kind = SearchTerm::Kind;
        const auto only = [&](const SearchTerm &term) {
            const QList<qint64> alone = in.ids(all({term}));
            const QList<qint64> withWord = in.ids(all({word(u"refund"_s), term}));
            return alone == withWord ? alone : QList<qint64>{-1};
        };
        QCOMPARE(only(filter(Kind::Is, u"unread"_s)), QList<qint64>({mine.value}));
        QCOMPARE(only(filter(Kind::Is, u"mine"_s)), QList<qint64>({mine.value}));
        QCOMPARE(only(filter(Kind::Is, u"done"_s)), QList<qint64>({done.value}));
        QCOMPARE(only(filter(Kind::Is, u"open"_s)), QList<qint64>({mine.value}));
        QCOMPARE(only(filter(Kind::Assignee, u"me"_s)), QList<qint64>({mine.value}));
        QCOMPARE(only(filter(Kind::Assignee, u"ann"_s)), QList<qint64>({mine.value}));
        QCOMPARE(only(filter(Kind::Assignee, u"none"_s)), QList<qint64>({done.value}));
        QCOMPARE(only(filter(Kind::Label, u"vip"_s)), QList<qint64>({done.value}));
        QCOMPARE(only(filter(Kind::Channel, u"support"_s)), QList<qint64>({done.value, mine.value}));
        QCOMPARE(only(filter(Kind::Channel, u"nowhere"_s)), QList<qint64>());
        SearchTerm before;
        before.kind = Kind::Before;
        before.at = {in.now};
        QCOMPARE(in.ids(all({word(u"refund"_s), before})), QList<qint64>({mine.value}));
        before.kind = Kind::After;
        QCOMPARE(in.ids(all({word(u"refund"_s), before})), QList<qint64>({done.value}));
        SearchQuery either; // a word or a filter
        either.groups.push_back({word(u"one"_s), filter(Kind::Label, u"VIP"_s)});
        QCOMPARE(in.ids(either), QList<qint64>({done.value, mine.value}));
    }

    void narrowsByDatesHoweverTheyAreJoined()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const qint64 first = in.now + second;
        QList<qint64> told; // oldest first, a second apart
        for (int i = 0; i < 4; ++i)
            told << in.tell(u"a parcel"_s).value;
        const auto date = [first](SearchTerm::Kind kind, int place) {
            return SearchTerm{.kind = kind, .at = {first + place * second}};
        };
        const SearchTerm parcel = word(u"parcel"_s);
        const SearchTerm before = date(SearchTerm::Kind::Before, 2);
        const SearchTerm after = date(SearchTerm::Kind::After, 1);
        QCOMPARE(in.ids(all({parcel, before})), (QList<qint64>{told[1], told[0]}));
        QCOMPARE(in.ids(all({parcel, after})), (QList<qint64>{told[3], told[2], told[1]}));
        QCOMPARE(in.ids(all({before, parcel, after})), (QList<qint64>{told[1]}));
        QCOMPARE(in.ids(all({parcel, without(before)})), (QList<qint64>{told[3], told[2]}));
        SearchQuery either = all({parcel});
        either.groups.push_back({date(SearchTerm::Kind::Before, 1), date(SearchTerm::Kind::After, 3)});
        QCOMPARE(in.ids(either), (QList<qint64>{told[3], told[0]}));
    }

    void givesAConversationOnceWithItsNewestHitAndTheWordsMarked()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto first = in.tell(u"The parcel never came"_s);
        const auto other = in.tell(u"Another parcel"_s);
        in.tell(u"Still no Parcel here,\nand it is the third week"_s, {}, first);
        const auto hits = in.find(all({word(u"parcel"_s)}));
        QCOMPARE(int(hits.size()), 2);
        QCOMPARE(hits[0].conversation, first);
        QCOMPARE(hits[1].conversation, other);
        QCOMPARE(hits[0].snippet.text, u"Still no Parcel here, and it is the third week"_s);
        QCOMPARE(hits[0].snippet.marks, (std::vector<TextMark>{{9, 6}}));
        QVERIFY(hits[0].message);
        QCOMPARE(hits[0].at.us, in.now);
    }

    void givesPagesWithoutAGap()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        for (int i = 0; i < 30; ++i)
            in.tell(u"parcel %1"_s.arg(i));
        in.index();
        for (const SearchQuery &query : {all({word(u"parcel"_s)}), all({filter(SearchTerm::Kind::Is, u"open"_s)})}) {
            QList<qint64> found;
            qint64 before = 0;
            do {
                const auto page = in.run([&](Database &db) { return search::newest(db, query, in.me, before, 7); });
                for (const auto &hit : page.hits)
                    found << hit.conversation.value;
                before = page.reached;
            } while (before != 0 && found.size() < 100);
            QCOMPARE(found.size(), 30);
            QVERIFY(std::is_sorted(found.rbegin(), found.rend()));
        }
    }

    void putsTheBestFirstWhenAsked()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto best = in.tell(u"It arrived broken"_s, u"Refund"_s);
        in.tell(u"I had a refund once, long ago, for another thing that I bought and that was fine in the end"_s);
        in.index();
        const auto page = in.run([&](Database &db) { return search::best(db, all({word(u"refund"_s)}), in.me, 10); });
        QCOMPARE(int(page.hits.size()), 2);
        QCOMPARE(page.hits[0].conversation, best);
    }

    void tellsWhichOfAFewConversationsMatchNow()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto yes = in.tell(u"parcel"_s);
        const auto no = in.tell(u"letter"_s);
        in.index();
        const auto hits = in.run([&](Database &db) {
            return search::among(db, all({word(u"parcel"_s)}), in.me, {yes, no});
        });
        QCOMPARE(int(hits.size()), 1);
        QCOMPARE(hits[0].conversation, yes);
    }

    void saysWhatWaitsAndWhatItSees()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        in.tell(u"parcel"_s);
        in.tell(u"letter"_s);
        in.run([](Database &db) { return search::indexSome(db, 1); });
        const auto coverage = in.run([](Database &db) { return search::coverage(db); });
        QCOMPARE(coverage.indexed, 1);
        QCOMPARE(coverage.waiting, 1);
        QCOMPARE(int(coverage.channels.size()), 1);
        QCOMPARE(coverage.channels[0].from.us, 1'600'000'001 * second);
    }

    void forgetsWhatIsDeletedAndItsWords()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        in.tell(u"Wiesengrund asks for a refund"_s);
        const auto kept = in.tell(u"A refund for someone else"_s);
        in.index();
        in.run([](Database &db) {
            const auto row = db.row("SELECT id FROM message ORDER BY id LIMIT 1");
            const MessageId gone = row->id<MessageId>(0);
            search::forget(db, {gone});
            return Done{};
        });
        QCOMPARE(in.ids(all({word(u"refund"_s)})), QList<qint64>({kept.value}));
        QCOMPARE(in.ids(all({word(u"wiesengrund"_s)})), QList<qint64>());
        QCOMPARE(in.ids(all({word(u"wiesen"_s, true)})), QList<qint64>());
        QCOMPARE(in.run([](Database &db) { return search::coverage(db).indexed; }), 1);
        const bool known = in.run([](Database &db) {
            if (db.dialect() == Dialect::Postgres)
                return false;
            return db.row("SELECT 1 FROM search_word WHERE word = 'wiesengrund'").has_value();
        });
        QVERIFY2(!known, "a name that was deleted is kept in the list of words");
        in.run([](Database &db) {
            search::startAgain(db);
            return Done{};
        });
        QVERIFY(in.ids(all({word(u"refund"_s)})).size() == 2);
    }

    void takesQuotesAndOperatorsOfTheIndexAsText()
    {
        PATCHBAY_STORE_PLACE(place);
        Library in(place);
        const auto plain = in.tell(u"near the column"_s);
        for (const QString &hostile : {u"\" OR 1=1 --"_s, u"NEAR(a b)"_s, u"author:x*"_s, u"a'b\\c:*&|!()"_s, u"^foo"_s,
                                       u"\u0000\ufffe\U0001f600"_s, QString(5000, u'x'), u"{files} : column"_s})
            (void)in.ids(all({word(hostile, true), without(word(hostile))}));
        QVERIFY(in.finds(plain, all({word(u"near"_s), word(u"column"_s)})));
    }

    void endsASearchThatNobodyWaitsFor()
    {
        const StorePlace place;
        Library in(place);
        CancelToken cancel;
        std::atomic<bool> begun{false};
        auto endless = in.store->read(
            [&begun](Database &db) -> Result<qint64> {
                begun = true;
                const auto row = db.row("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                        "SELECT COUNT(*) FROM n");
                return db.finish(row ? row->integer(0) : 0);
            },
            cancel);
        QTRY_VERIFY(begun);
        cancel.cancel();
        QCOMPARE(answer(endless).error().kind, Error::Kind::Cancelled);
    }

private:
    static SearchTerm in_(SearchTerm::Field field, const QString &value)
    {
        SearchTerm term = word(value);
        term.field = field;
        return term;
    }
};

PATCHBAY_TESTS(Search)

#include "tst_search.moc"
