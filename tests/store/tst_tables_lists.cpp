#include "core/store/delivery_table.h"
#include "core/store/misc_tables.h"
#include "core/store/raw_message_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "support/inbox.h"
#include "support/many_rows.h"
#include "support/test_main.h"

#include <QtCore/QElapsedTimer>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// The tables that the list and the suggestions stand on, on both databases.
class ListTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void listsEachViewInOrder()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId a = in.conversation(1 * second);
        const ConversationId b = in.conversation(3 * second);
        const ConversationId c = in.conversation(3 * second);
        const ConversationId done = in.conversation(4 * second, ConversationStatus::Done);
        const ConversationId snoozed = in.conversation(5 * second);
        in.run([&](Database &db) {
            conversations::setAssignee(db, b, in.me);
            conversations::setStatus(db, snoozed, ConversationStatus::Snoozed, {9 * second});
            return Done{};
        });
        in.add(in.message(a, 1 * second));
        using View = conversations::View;
        const auto list = [&](View view) {
            return ids(in.run([&](Database &db) { return conversations::ordered(db, view, in.me); }));
        };
        QCOMPARE(list(View::All), (std::vector<qint64>{snoozed.value, done.value, c.value, b.value, a.value}));
        QCOMPARE(list(View::MyQueue), std::vector<qint64>{b.value});
        QCOMPARE(list(View::Unassigned), (std::vector<qint64>{c.value, a.value}));
        QCOMPARE(list(View::AwaitingUs), std::vector<qint64>{a.value});
        QCOMPARE(list(View::Done), std::vector<qint64>{done.value});
        QCOMPARE(list(View::Snoozed), std::vector<qint64>{snoozed.value});
        for (const auto &count : in.run([&](Database &db) { return conversations::counts(db, in.me); }))
            QCOMPARE(size_t(count.count), list(count.view).size());
        QCOMPARE(ids(in.run([&](Database &db) {
                     return conversations::orderedAmong(db, View::Unassigned, in.me, {a, b, c, done, {999}});
                 })),
                 (std::vector<qint64>{c.value, a.value}));
        QCOMPARE(in.run([](Database &db) { return conversations::wakeSnoozed(db, {8 * second}); }), 0);
        QCOMPARE(in.run([](Database &db) { return conversations::wakeSnoozed(db, {9 * second}); }), 1);
        QCOMPARE(list(View::Snoozed), std::vector<qint64>{});
    }

    void givesAViewInPagesThatMakeTheWhole()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        in.run([&](Database &db) {
            for (int i = 0; i < 23; ++i) {
                Conversation c;
                c.channel = in.channel;
                c.contact = conversations::contactFor(db, u"mail"_s, {u"Zoe"_s, u"zoe@example.org"_s});
                c.status = i % 3 ? ConversationStatus::Open : ConversationStatus::Done;
                c.firstAt = c.sortAt = {second * (i / 4)}; // several at the same moment
                conversations::insert(db, c, {});
            }
            return Done{};
        });
        using View = conversations::View;
        for (const View view : {View::All, View::Unassigned, View::Done}) {
            const auto whole = in.run([&](Database &db) { return conversations::ordered(db, view, in.me); });
            std::vector<qint64> pages;
            std::optional<conversations::Ordered> before;
            for (int i = 0; i < 10; ++i) {
                const auto page =
                    in.run([&](Database &db) { return conversations::orderedAfter(db, view, in.me, before, 5); });
                QVERIFY(page.size() <= 5);
                for (const conversations::Ordered &one : page)
                    pages.push_back(one.id.value);
                if (page.size() < 5)
                    break;
                before = page.back();
            }
            QCOMPARE(pages, ids(whole));
        }
    }

    void countsNoFurtherThanItsLimit()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        in.run([&](Database &db) {
            addConversations(db, in.channel, conversations::countLimit + 1);
            return Done{};
        });
        for (const auto &one : in.run([&](Database &db) { return conversations::counts(db, in.me); })) {
            const bool all = one.view == conversations::View::All;
            QCOMPARE(one.more, all);
            if (all)
                QCOMPARE(one.count, conversations::countLimit);
            if (one.view == conversations::View::AwaitingUs)
                QCOMPARE(one.count, 1000);
        }
    }

    void paintsARowWithEverythingItShows()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId id = in.conversation(second);
        in.run([&](Database &db) {
            Category category;
            category.name = u"Delivery"_s;
            conversations::setCategory(db, id, categories::insert(db, category), 0.5, Priority::High, u"en"_s);
            conversations::setAssignee(db, id, in.me);
            conversations::addParticipant(db, {id, {u"Zoe"_s, u"zoe@example.org"_s}, true, false, {}});
            drafts::save(db, id, in.me, u"reply"_s, u"Dear"_s);
            return Done{};
        });
        const auto rows = in.run([&](Database &db) { return conversations::summaries(db, in.me, {id, {77}}); });
        QCOMPARE(rows.size(), size_t(1));
        const conversations::Summary &row = rows[0];
        QCOMPARE(row.contactName, u"Zoe"_s);
        QCOMPARE(row.contactAddress, u"zoe@example.org"_s);
        QCOMPARE(row.channelName, u"Support"_s);
        QCOMPARE(row.channelConnector, u"mail"_s);
        QCOMPARE(row.categoryName, u"Delivery"_s);
        QCOMPARE(row.assigneeName, u"Ann"_s);
        QVERIFY(row.hasDraft);
        QVERIFY(!row.hasPendingSuggestion);
        QCOMPARE(row.failedDeliveries, 0);
        QVERIFY(row.conversation.priority == Priority::High);
    }

    void findsAConversationByUidOrUniquePrefix()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const QString first = in.read(in.conversation(second)).uid;
        in.clock.at += 3600 * second; // another prefix
        const QString other = in.read(in.conversation(second)).uid;
        const auto find = [&](const QString &text) {
            return answer(in.store->read([text](Database &db) { return conversations::byUid(db, text); }));
        };
        QCOMPARE(find(first)->uid, first);
        QCOMPARE(find(other.left(13))->uid, other);
        QVERIFY(find(first.left(3)).error().kind == Error::Kind::Refused);
        QVERIFY(find(first.left(4)).error().kind == Error::Kind::Conflict);
        QVERIFY(find(u"ffff%"_s).error().kind == Error::Kind::NotFound);
    }

    void keepsOnePendingSuggestionWithGrowingVersions()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId id = in.conversation(second);
        const MessageId message = in.add(in.message(id, second));
        Suggestion s;
        s.conversation = id;
        s.message = message;
        s.draft.title = u"Parcel"_s;
        s.trace.rules.push_back({u"Rule"_s, true, {{u"category is X"_s, u"X"_s, u"X"_s, true}}});
        s.classification.because = {{u"parcel"_s, 0.5}};
        s.classification.category = in.run([](Database &db) {
            Category category;
            category.name = u"X"_s;
            return categories::insert(db, category);
        });
        const auto replaced = [&](Database &db) {
            suggestions::replacePending(db, s);
            return suggestions::pending(db, id)->id;
        };
        const SuggestionId first = in.run(replaced);
        const SuggestionId second = in.run(replaced);
        const auto pending = in.run([&](Database &db) { return suggestions::pending(db, id); });
        QCOMPARE(pending->id, second);
        QCOMPARE(pending->version, 2);
        QCOMPARE(pending->draft.title, u"Parcel"_s);
        QCOMPARE(pending->trace.rules[0].conditions[0].text, u"category is X"_s);
        QVERIFY(pending->classification.because == s.classification.because);
        QCOMPARE(first, second); // nobody looked at the first: nothing refers to it
        const auto head = in.run([&](Database &db) { return suggestions::head(db, id); });
        QCOMPARE(head->version, 2);
        QCOMPARE(head->draftDescription(), pending->draft.description);
        in.run([&](Database &db) {
            suggestions::decide(db, second, Suggestion::State::Accepted, in.me);
            return Done{};
        });
        QVERIFY(!in.run([&](Database &db) { return suggestions::pending(db, id); }));
        QVERIFY(in.run([&](Database &db) { return suggestions::reopen(db, second); }));
        QCOMPARE(in.run([&](Database &db) { return suggestions::pending(db, id); })->version, 2);
        in.run([&](Database &db) {
            suggestions::decide(db, second, Suggestion::State::Accepted, in.me);
            suggestions::replacePending(db, s);
            return Done{};
        });
        QVERIFY(!in.run([&](Database &db) { return suggestions::reopen(db, second); }));
        const auto third = in.run([&](Database &db) { return suggestions::pending(db, id); });
        QCOMPARE(third->version, 3);
        QVERIFY(third->id != second); // what was accepted stays as it was
        const SuggestionId fourth = in.run([&](Database &db) { return suggestions::supersedePending(db, s); });
        QVERIFY(fourth != third->id); // a person's word: what was there stays to be told
        QCOMPARE(in.run([&](Database &db) { return suggestions::byId(db, third->id); })->state,
                 Suggestion::State::Superseded);
        QCOMPARE(in.run([&](Database &db) { return suggestions::pending(db, id); })->version, 4);
        QCOMPARE(in.run([&](Database &db) { return suggestions::byId(db, second); })->state,
                 Suggestion::State::Accepted);
    }

    void keepsTaxonomyLessonsRoutesAndRules()
    {
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        Category category;
        category.name = u"Доставка"_s;
        category.keywords = {u"посылка"_s, u"包裹"_s};
        category.defaultPriority = Priority::Urgent;
        const CategoryId id = in.run([&](Database &db) { return categories::insert(db, category); });
        const auto found = in.run([&](Database &db) { return categories::byName(db, category.name); });
        QCOMPARE(found->id, id);
        QCOMPARE(found->keywords, category.keywords);
        QVERIFY(found->defaultPriority == Priority::Urgent);
        const auto again =
            answer(in.store->write([&](Database &db) { return db.finish(categories::insert(db, category)); }));
        QVERIFY(!again && again.error().kind == Error::Kind::Conflict);

        const MessageId message = in.add(in.message(in.conversation(second), second));
        Lesson lesson;
        lesson.message = message;
        lesson.category = id;
        lesson.weight = 0.25;
        lesson.operatorId = in.me;
        lesson.text = u"где посылка"_s;
        const LessonId lessonId = in.run([&](Database &db) { return lessons::insert(db, lesson); });
        QCOMPARE(in.run([](Database &db) { return lessons::all(db, false); }).at(0).weight, 0.25);
        in.run([&](Database &db) {
            lessons::undo(db, lessonId);
            return Done{};
        });
        QVERIFY(in.run([](Database &db) { return lessons::all(db, false); }).empty());
        QVERIFY(bool(in.run([](Database &db) { return lessons::all(db, true); }).at(0).undoneAt));

        Route route;
        route.name = u"Tasks"_s;
        route.targets = {{7}, {9007199254740993}};
        route.strategy = Route::Strategy::ByCategory;
        route.defaultTarget = {9007199254740995};
        route.byCategory = {{{3}, {7}}};
        FieldMapping mapping;
        mapping.target = {7};
        mapping.title = u"{{task.title}}"_s;
        mapping.fields = {{u"tracker"_s, u"{{task.category}}"_s}};
        route.mappings = {mapping};
        route.id = in.run([&](Database &db) { return routes::insert(db, route); });
        const auto routeBack = in.run([&](Database &db) { return routes::byId(db, route.id); });
        QVERIFY(routeBack->targets == route.targets);
        QCOMPARE(routeBack->strategy, route.strategy);
        QCOMPARE(routeBack->defaultTarget, route.defaultTarget);
        QVERIFY(routeBack->byCategory == route.byCategory);
        QVERIFY(routeBack->mappings == route.mappings);

        // Removed, it leads nowhere but stays for what it decided; added again, it is the same one.
        in.run([&](Database &db) {
            routes::remove(db, route.id);
            return Done{};
        });
        QVERIFY(!in.run([&](Database &db) { return routes::byName(db, route.name); }));
        QVERIFY(bool(in.run([&](Database &db) { return routes::byId(db, route.id); })->removedAt));
        QCOMPARE(in.run([&](Database &db) { return routes::insert(db, route); }), route.id);
        QVERIFY(in.run([&](Database &db) { return routes::byName(db, route.name); }));

        QCOMPARE(in.run([](Database &db) { return rule_sets::current(db).version; }), 0);
        QCOMPARE(in.run([&](Database &db) { return rule_sets::publish(db, "{}", in.me); }), 1);
        QCOMPARE(in.run([&](Database &db) { return rule_sets::publish(db, "{\"a\":1}", in.me); }), 2);
        QCOMPARE(in.run([](Database &db) { return rule_sets::current(db).document; }), QByteArray("{\"a\":1}"));
    }

    void settlesOnlyAReplyWhoseEndIsNotKnown_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("ambiguous");
        QTest::addColumn<bool>("settled");
        QTest::newRow("unknown") << u"unknown"_s << true << true;
        QTest::newRow("failed in doubt") << u"failed"_s << true << true;
        QTest::newRow("failed for sure") << u"failed"_s << false << false;
        QTest::newRow("queued") << u"queued"_s << false << false;
        QTest::newRow("sending") << u"sending"_s << true << false;
        QTest::newRow("cancelled") << u"cancelled"_s << false << false;
    }
    void settlesOnlyAReplyWhoseEndIsNotKnown()
    {
        QFETCH(QString, state);
        QFETCH(bool, ambiguous);
        QFETCH(bool, settled);
        PATCHBAY_STORE_PLACE(place);
        Inbox in(place);
        const ConversationId conversation = in.conversation(second);
        Delivery d;
        d.kind = DeliveryKind::Reply;
        d.conversation = conversation;
        d.message = in.add(in.message(conversation, second, Direction::Outbound));
        d.channel = in.channel;
        d.key = u"key@example.org"_s;
        d.operatorId = in.me;
        const DeliveryId id = in.run([&](Database &db) {
            const DeliveryId added = deliveries::insert(db, d);
            db.exec("UPDATE delivery SET state = ?, ever_ambiguous = ? WHERE id = ?", {state, ambiguous, added.value});
            return added;
        });
        QVERIFY(!in.run([&](Database &db) { return deliveries::foundInChannel(db, in.channel, u"other"_s, {}); }));
        const auto found =
            in.run([&](Database &db) { return deliveries::foundInChannel(db, in.channel, d.key, u"Found"_s); });
        QCOMPARE(found.has_value(), settled);
        const auto after = in.run([&](Database &db) { return deliveries::byId(db, id); });
        QCOMPARE(after->state == DeliveryState::Sent, settled);
        QCOMPARE(after->externalId.isEmpty(), !settled);
    }

    void answersListQuestionsThroughAnIndex()
    {
        QFETCH_GLOBAL(QString, dialect);
        if (dialect != u"sqlite"_s)
            QSKIP("plans of one database are enough");
        const StorePlace place(dialect);
        Inbox in(place);
        using View = conversations::View;
        const QList<std::pair<QByteArray, QVariantList>> questions{
            {"SELECT id, sort_at FROM conversation ORDER BY sort_at DESC, id DESC", {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND assignee_id = ? ORDER BY sort_at DESC, id "
             "DESC",
             {1}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND assignee_id IS NULL ORDER BY sort_at "
             "DESC, id DESC",
             {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND awaiting_us = 1 ORDER BY sort_at DESC, id "
             "DESC",
             {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'snoozed' ORDER BY sort_at DESC, id DESC", {}},
            {"SELECT id, sort_at FROM conversation WHERE status = 'open' AND awaiting_us = 1 AND (sort_at, id) < (?, "
             "?) "
             "ORDER BY sort_at DESC, id DESC LIMIT ?",
             {1, 1, 1}},
            {"SELECT COUNT(*) FROM (SELECT 1 FROM conversation WHERE status = 'open' AND awaiting_us = 1 LIMIT ?)",
             {1}},
            {"SELECT COUNT(*) FROM (SELECT 1 FROM conversation WHERE status = 'open' AND assignee_id = ? LIMIT ?)",
             {1, 1}},
            {"SELECT COUNT(*) FROM (SELECT 1 FROM conversation WHERE status = 'open' AND assignee_id IS NULL LIMIT ?)",
             {1}},
        };
        for (const auto &[sql, values] : questions) {
            QString plan;
            for (const Row &row : in.run([&, sql = sql, values = values](Database &db) {
                     return db.rows("EXPLAIN QUERY PLAN " + sql, values);
                 }))
                plan += row.text(3) + u'\n';
            QVERIFY2(plan.contains(u"USING COVERING INDEX"_s), qPrintable(plan));
            QVERIFY2(!plan.contains(u"TEMP B-TREE"_s), qPrintable(plan));
        }
        in.run([&](Database &db) {
            db.exec(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO contact "
                "(uid, name, created_at) SELECT 'c' || i, 'n', 0 FROM n LIMIT 1");
            db.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO "
                    "conversation "
                    "(uid, channel_id, contact_id, subject, status, unread, awaiting_us, first_at, sort_at) SELECT 'u' "
                    "|| i, 1, "
                    "1, 's', CASE i % 10 WHEN 0 THEN 'open' ELSE 'done' END, 0, i % 2, i, i FROM n");
            return Done{};
        });
        QElapsedTimer timer;
        timer.start();
        const auto all = in.run([&](Database &db) { return conversations::ordered(db, View::All, in.me); });
        QCOMPARE(all.size(), size_t(100000));
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
        timer.restart();
        in.run([&](Database &db) {
            return conversations::summaries(db, in.me, {all[0].id, all[50000].id, all[99999].id});
        });
        QVERIFY2(timer.elapsed() < 300, qPrintable(QString::number(timer.elapsed())));
    }
};
PATCHBAY_TESTS(ListTables)

#include "tst_tables_lists.moc"
