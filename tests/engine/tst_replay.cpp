#include "core/engine/replay.h"
#include "support/command_desk.h"
#include "support/test_main.h"

#include <QtTest/QSignalSpy>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array replayTexts{
    u"Where is my parcel? It was to be delivered last week.",
    u"I was charged twice on my invoice, please refund the payment to my card.",
    u"The app crashes as soon as I open it.",
};

/// A workspace with some history, and rules to try on it.
struct ReplayDesk : CommandDesk {
    std::vector<ConversationId> ids;

    explicit ReplayDesk(int conversations)
    {
        for (int i = 0; i < conversations; ++i) {
            ids.push_back(receive(u"Mail %1"_s.arg(i), QString::fromUtf16(replayTexts[size_t(i) % 3])));
            clock.advance(std::chrono::minutes(1));
        }
    }

    ReplayRequest request(const QByteArray &document)
    {
        ReplayRequest request;
        request.live = snapshots.current();
        auto draft = std::make_shared<Snapshot>(*request.live);
        auto rules = parseRuleSet(document, 0);
        if (!rules)
            qFatal("%s", qPrintable(rules.error().message));
        draft->setRules(std::move(*rules));
        request.draft = std::move(draft);
        return request;
    }
    qint64 rowCount(const char *table)
    {
        return get(
            [table](Database &db) { return db.rows("SELECT COUNT(*) FROM " + QByteArray(table)).front().integer(0); });
    }
};

constexpr const char *parcelRules = R"({"rules": [{"name": "parcels", "when": {"field": "text", "contains": "parcel"},
    "then": [{"suggest_route": "Warehouse"}]}], "default_route": "Tasks"})";

} // namespace

/// A draft against history: what would have been otherwise.
class ReplayTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countWhatChangesAndTellEachConversation()
    {
        ReplayDesk desk(450); // three slices
        const qint64 suggestions = desk.rowCount("suggestion");
        const qint64 audits = desk.rowCount("audit");
        Replay replay(*desk.store);
        QSignalSpy progress(&replay, &Replay::progress);
        const auto result = await(replay.run(desk.request(parcelRules)));
        QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
        QCOMPARE(result->conversations, 450);
        QCOMPARE(result->messages, 450);
        QCOMPARE(result->changedMessages, 150);
        QCOMPARE(result->changedConversations, 150);
        const int warehouse = int(result->routes.indexOf(u"Warehouse"_s));
        const int tasks = int(result->routes.indexOf(u"Tasks"_s));
        QCOMPARE(result->byRoute.value(tasks).live, 450);
        QCOMPARE(result->byRoute.value(tasks).draft, 300);
        QCOMPARE(result->byRoute.value(warehouse).draft, 150);
        QCOMPARE(result->rules.value(u"parcels"_s).draft, 150);
        qint64 moved = 0;
        for (auto it = result->moves.cbegin(); it != result->moves.cend(); ++it) {
            if (it.key().fromRoute != it.key().toRoute)
                moved += it.value();
        }
        QCOMPARE(moved, 150);
        // Newest first, and each is one of a parcel.
        QCOMPARE(result->changes.size(), size_t(150));
        QVERIFY(result->changes.front().conversation == desk.ids[447]);
        QVERIFY(result->changes.back().conversation == desk.ids[0]);
        QCOMPARE(result->page(148, 10).size(), size_t(2));
        QCOMPARE(result->changes.front().kinds, quint8(ReplayChange::Route));
        QVERIFY(progress.count() >= 3);
        QCOMPARE(progress.back().at(0).toLongLong(), 450);
        QCOMPARE(desk.rowCount("suggestion"), suggestions); // it wrote nothing
        QCOMPARE(desk.rowCount("audit"), audits);
    }

    void lookOnlyAtTheSpan()
    {
        ReplayDesk desk(30);
        Replay replay(*desk.store);
        ReplayRequest newest = desk.request(parcelRules);
        newest.span.most = 6;
        QCOMPARE(await(replay.run(newest)).value().conversations, 6);
        ReplayRequest since = desk.request(parcelRules);
        since.span.since = desk.conversation(desk.ids[20]).sortAt;
        QCOMPARE(await(replay.run(since)).value().conversations, 10);
        ReplayRequest until = desk.request(parcelRules);
        until.span.until = desk.conversation(desk.ids[20]).sortAt;
        QCOMPARE(await(replay.run(until)).value().conversations, 20);
    }

    void changeNothingWhenTheDraftIsWhatHolds()
    {
        ReplayDesk desk(40);
        Replay replay(*desk.store);
        for (const auto messages : {ReplayRequest::Messages::Newest, ReplayRequest::Messages::Each}) {
            for (const bool again : {false, true}) {
                ReplayRequest request = desk.request(defaultRuleSet());
                request.messages = messages;
                request.classifyAgain = again;
                const auto result = await(replay.run(request));
                QCOMPARE(result->changedMessages, 0);
                QVERIFY(result->changes.empty());
                QCOMPARE(result->messages, 40);
            }
        }
    }

    void followAConversationForWhatBecame()
    {
        ReplayDesk desk(0);
        const ConversationId id = desk.receive(u"Invoice"_s, QString::fromUtf16(replayTexts[1]));
        desk.clock.advance(std::chrono::minutes(5));
        desk.receiveMore(id, u"The invoice shows the second payment on my card again, please refund it."_s);
        const QByteArray document =
            R"({"rules": [{"name": "new bills", "when": {"field": "category", "became": "Billing"},
            "then": [{"add_label": "x"}]}], "default_route": "Tasks"})";
        Replay replay(*desk.store);
        ReplayRequest each = desk.request(document);
        each.messages = ReplayRequest::Messages::Each;
        const auto both = await(replay.run(each));
        QCOMPARE(both->messages, 2);
        QCOMPARE(both->changedMessages, 1); // the first made it that
        const auto newest = await(replay.run(desk.request(document)));
        QCOMPARE(newest->messages, 1);
        QCOMPARE(newest->changedMessages, 0); // the second found it so
    }

    void showWhatAnotherModelMakesOfHistoryAndOfTheLessons()
    {
        ReplayDesk desk(9);
        const Category other = desk.otherCategory(desk.conversation(desk.ids[0]).category);
        QVERIFY(await(desk.commands->overrideCategory(desk.ids[0], other.id)));
        ReplayRequest request;
        request.live = desk.snapshots.current();
        auto unlearned = std::make_shared<Snapshot>(*request.live);
        unlearned->classifier = Classifier::seeded(unlearned->taxonomy);
        request.draft = unlearned;
        Replay replay(*desk.store);
        const auto result = await(replay.run(request));
        QVERIFY(result);
        QCOMPARE(result->lessons, 1);
        QCOMPARE(result->worse.size(), size_t(1)); // without the lesson its own mail is wrong again
        QVERIFY(result->better.empty());
        for (const ReplayChange &change : result->changes)
            QVERIFY(change.conversation != desk.ids[0]); // a person's word stays
    }

    void endSoonWhenItIsCancelled()
    {
        ReplayDesk desk(450);
        Replay replay(*desk.store);
        CancelToken cancel;
        QObject::connect(&replay, &Replay::progress, &replay, [&cancel](qint64 done, qint64) {
            if (done > 0)
                cancel.cancel();
        });
        const auto result = await(replay.run(desk.request(parcelRules), cancel));
        QVERIFY(!result);
        QVERIFY(result.error().kind == Error::Kind::Cancelled);
        QVERIFY(await(replay.run(desk.request(parcelRules)))); // and can be begun anew
    }

    void mayBeDroppedInTheMiddle()
    {
        ReplayDesk desk(250);
        {
            Replay replay(*desk.store);
            auto running = replay.run(desk.request(parcelRules));
            QTest::qWait(1);
        }
        QCOMPARE(desk.rowCount("conversation"), 250);
    }
};

PATCHBAY_TESTS(ReplayTests)

#include "tst_replay.moc"
