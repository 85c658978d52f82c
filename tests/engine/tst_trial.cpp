#include "core/engine/trial.h"
#include "support/taxonomy_bench.h"
#include "support/test_main.h"

#include <QtTest/QSignalSpy>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr auto trialParcel = "Where is my parcel? It was to be delivered last week."_L1;
constexpr auto trialBill = "I was charged twice on my invoice, please refund the payment to my card."_L1;

/// A desk with mails about parcels and bills, of which a person named some.
struct TrialDesk : TaxonomyBench {
    std::vector<ConversationId> parcels;
    std::vector<ConversationId> bills;

    explicit TrialDesk(int each)
    {
        for (int i = 0; i < each; ++i) {
            parcels.push_back(receive(u"Parcel"_s, trialParcel));
            clock.advance(std::chrono::minutes(1));
            bills.push_back(receive(u"Bill"_s, trialBill));
            clock.advance(std::chrono::minutes(1));
        }
    }
    Result<TrialResult> run(TrialDraft draft, bool again = false, CancelToken cancel = {})
    {
        Trial trial(*store, snapshots);
        TrialOptions options;
        options.classifyAgain = again;
        return await(trial.run(std::move(draft), options, cancel));
    }
    TaxonomyDraft merge(const QString &from, const QString &into)
    {
        TaxonomyDraft draft;
        draft.kind = TaxonomyDraft::Kind::Merge;
        draft.category = byName(from).id;
        draft.into = byName(into).id;
        return draft;
    }
    /// Everything that the workspace would hold, as text.
    QByteArray everything()
    {
        return get([](Database &db) {
            QByteArray all;
            for (const char *table : {"category", "lesson", "conversation", "classification", "suggestion", "audit",
                                      "rule_set", "saved_search", "setting", "taxonomy_change"}) {
                all += table;
                for (const Row &row : db.rows("SELECT COUNT(*) FROM " + QByteArray(table)))
                    all += QByteArray::number(row.integer(0)) + '\n';
            }
            for (const Row &row : db.rows("SELECT id, version, name FROM category ORDER BY id"))
                all += row.text(0).toUtf8() + row.text(1).toUtf8() + row.text(2).toUtf8();
            for (const Row &row : db.rows("SELECT id, category_id FROM conversation ORDER BY id"))
                all += row.text(0).toUtf8() + row.text(1).toUtf8();
            return all;
        });
    }
};

qint64 trialMoved(const TrialResult &result, CategoryId from, CategoryId to)
{
    qint64 count = 0;
    for (auto it = result.replay.moves.cbegin(); it != result.replay.moves.cend(); ++it) {
        if (it.key().fromCategory == from && it.key().toCategory == to)
            count += it.value();
    }
    return count;
}

} // namespace

/// What a lead is told before a change of threshold, categories or rules holds.
class TrialTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aMergeTellsWhoseRouteItChanges()
    {
        TrialDesk desk(3);
        // Once both ask for Billing, the first rule takes what was Delivery's, and everything of Billing.
        desk.publish(R"({"rules": [
            {"name": "D", "when": {"field": "category", "is": "Delivery"}, "then": [{"suggest_route": "Warehouse"}, {"stop": true}]},
            {"name": "B", "when": {"field": "category", "is": "Billing"}, "then": [{"suggest_route": "Bills"}]}],
            "default_route": "Tasks"})");
        const CategoryId delivery = desk.byName(u"Delivery"_s).id;
        const CategoryId billing = desk.byName(u"Billing"_s).id;
        const QByteArray before = desk.everything();
        const auto result = desk.run(desk.merge(u"Delivery"_s, u"Billing"_s));
        QVERIFY2(result, qPrintable(TaxonomyBench::refusal(result)));
        QCOMPARE(result->replay.conversations, 6);
        QCOMPARE(trialMoved(*result, delivery, billing), 3);
        QCOMPARE(result->replay.categories.value(delivery).live, 3);
        QCOMPARE(result->replay.categories.value(delivery).draft, 0);
        QCOMPARE(result->replay.categories.value(billing).draft, 6);
        const int bills = int(result->replay.routes.indexOf(u"Bills"_s));
        const int warehouse = int(result->replay.routes.indexOf(u"Warehouse"_s));
        QCOMPARE(result->replay.byRoute.value(bills).live, 3);
        QCOMPARE(result->replay.byRoute.value(bills).draft, 0);
        QCOMPARE(result->replay.byRoute.value(warehouse).draft, 6);
        QCOMPARE(result->replay.changedConversations, 6);
        QCOMPARE(result->named.rules, QStringList{u"D"_s});
        QVERIFY(!result->askedModels);
        QCOMPARE(result->liveName(delivery), u"Delivery"_s);
        QCOMPARE(desk.everything(), before);

        // What it said is what the desk does.
        const Category now = desk.byName(u"Delivery"_s);
        QVERIFY(await(desk.lead->merge(now.id, now.version, billing)));
        for (const ConversationId id : desk.parcels)
            QCOMPARE(desk.nameOfConversation(id), u"Billing"_s);
        QCOMPARE(desk.nameOfConversation(desk.receive(u"Bill"_s, trialBill)), u"Billing"_s);
        QCOMPARE(desk.snapshots.current()->rules.rules.size(), size_t(2));
    }

    void aNewNameAloneChangesNothingThatWasDecided()
    {
        TrialDesk desk(2);
        desk.publish(R"({"rules": [{"name": "D", "when": {"field": "category", "is": "Delivery"},
            "then": [{"suggest_route": "Warehouse"}]}], "default_route": "Tasks"})");
        TaxonomyDraft draft;
        draft.changed = desk.byName(u"Delivery"_s);
        draft.changed.name = u"Parcels"_s;
        const auto result = desk.run(draft);
        QVERIFY2(result, qPrintable(TaxonomyBench::refusal(result)));
        QCOMPARE(result->replay.changedConversations, 0); // the rule follows
        QCOMPARE(result->draftName(draft.changed.id), u"Parcels"_s);
        QCOMPARE(result->liveName(draft.changed.id), u"Delivery"_s);
        draft.changed.name = u"Billing"_s;
        QVERIFY(TaxonomyBench::refusal(desk.run(draft)).contains(u"already"_s));
    }

    void otherKeyWordsShowWhenTheModelIsAskedAnew()
    {
        TrialDesk desk(2);
        TaxonomyDraft draft;
        draft.changed = desk.byName(u"Delivery"_s);
        const CategoryId delivery = draft.changed.id;
        const Category feedback = desk.byName(u"Billing"_s);
        draft.changed = feedback;
        draft.changed.keywords << u"parcel"_s << u"delivered last week"_s << u"where is my parcel"_s;
        QCOMPARE(desk.run(draft)->replay.changedConversations, 0);
        const auto again = desk.run(draft, true);
        QVERIFY(again->askedModels);
        QCOMPARE(trialMoved(*again, delivery, feedback.id) + again->replay.categories.value(delivery).draft, 2);
    }

    void aSplitGoesWhereTheDeskWouldTakeIt()
    {
        TrialDesk desk(2);
        const ConversationId lost =
            desk.receive(u"Lost parcel"_s, u"The parcel is lost, the delivery never arrived."_s);
        const Category delivery = desk.byName(u"Delivery"_s);
        QVERIFY(await(desk.commands->overrideCategory(lost, delivery.id)));
        TaxonomyDraft draft;
        draft.kind = TaxonomyDraft::Kind::Split;
        draft.category = delivery.id;
        draft.split.parts = {{{}, TaxonomyBench::draft(u"Lost"_s, u"Lost parcels"_s, {u"lost"_s, u"never arrived"_s})},
                             {{}, TaxonomyBench::draft(u"Late"_s, u"Late"_s, {u"last week"_s, u"where is"_s})}};
        const auto result = desk.run(draft);
        QVERIFY2(result, qPrintable(TaxonomyBench::refusal(result)));
        QHash<ConversationId, QString> told;
        for (const ReplayChange &change : result->replay.changes)
            told.insert(change.conversation, result->draftName(change.toCategory));
        QCOMPARE(told.value(lost), u"Lost"_s); // a person's word follows too
        QVERIFY(told.contains(desk.parcels[0]));
        QVERIFY(await(desk.lead->split(delivery.id, desk.byName(u"Delivery"_s).version, draft.split)));
        for (auto it = told.cbegin(); it != told.cend(); ++it)
            QCOMPARE(desk.nameOfConversation(it.key()), it.value());
    }

    void whatIsRetiredIsAskedOfAModelThatDoesNotKnowIt()
    {
        TrialDesk desk(2);
        const Category delivery = desk.byName(u"Delivery"_s);
        QVERIFY(await(desk.commands->overrideCategory(desk.parcels[0], delivery.id)));
        TaxonomyDraft draft;
        draft.kind = TaxonomyDraft::Kind::Retire;
        draft.category = delivery.id;
        const auto result = desk.run(draft);
        QVERIFY2(result, qPrintable(TaxonomyBench::refusal(result)));
        QCOMPARE(result->replay.categories.value(delivery.id).live, 2);
        QCOMPARE(result->replay.categories.value(delivery.id).draft, 0);
        QCOMPARE(result->replay.changedConversations, 2);
        QCOMPARE(result->replay.lessons, 0); // its own teaches nothing then
        for (const ReplayChange &change : result->replay.changes)
            QVERIFY(change.conversation == desk.parcels[0] || change.conversation == desk.parcels[1]);
        draft.category = desk.byName(u"Unsorted"_s).id;
        QVERIFY(!desk.run(draft)); // as the desk refuses it
    }

    void aThresholdTellsWhatWouldBeAbstainedFrom()
    {
        TrialDesk desk(2);
        for (int i = 0; i < 80; ++i) { // enough to hold some out, and muddled, so that certainty counts
            const QString text = i % 4 == 3 ? u"something about it %1"_s.arg(i)
                                            : QString(i % 2 ? trialParcel : trialBill) + u" no %1"_s.arg(i);
            const ConversationId id = desk.receive(u"Mail"_s, text);
            QVERIFY(await(desk.commands->overrideCategory(id,
                                                          desk.byName(i % 4 == 3 && i % 8 == 3 ? u"Billing"_s
                                                                          : i % 2              ? u"Delivery"_s
                                                                                               : u"Billing"_s)
                                                              .id)));
        }
        QVERIFY(desk.change([&](Database &db) { desk.snapshots.replace(Snapshots::build(db)); }));
        desk.receive(u"Mail"_s, u"something about it, dear all"_s);
        const double before = desk.snapshots.current()->classifier->threshold();
        const auto strict = desk.run(ThresholdDraft{0.999});
        QVERIFY2(strict, qPrintable(TaxonomyBench::refusal(strict)));
        const double after = strict->draft->classifier->threshold();
        QVERIFY2(after > before, qPrintable(u"%1 %2"_s.arg(before).arg(after)));
        QVERIFY(strict->askedModels);
        const CategoryId unsorted = desk.byName(u"Unsorted"_s).id;
        const ReplayCount abstained = strict->replay.categories.value(unsorted);
        QVERIFY2(abstained.draft > abstained.live, qPrintable(u"%1 %2"_s.arg(abstained.live).arg(abstained.draft)));
        QCOMPARE(strict->replay.lessons, 80);
        // Silence is better than a wrong answer and worse than a right one: each lesson that differs is one of both.
        QVERIFY(strict->replay.better.size() + strict->replay.worse.size() > 0);
        QCOMPARE(wantedNow(desk), 0.0); // nothing holds
        QCOMPARE(desk.snapshots.current()->classifier->threshold(), before);
        for (const ReplayChange &change : strict->replay.changes)
            QCOMPARE(change.toCategory, unsorted);
    }

    void rulesAreTriedInTheSameWay()
    {
        TrialDesk desk(2);
        auto rules = parseRuleSet(R"({"rules": [{"name": "parcels", "when": {"field": "text", "contains": "parcel"},
            "then": [{"suggest_route": "Warehouse"}]}], "default_route": "Tasks"})",
                                  0);
        QVERIFY(rules);
        const auto result = desk.run(*rules);
        QCOMPARE(result->replay.changedConversations, 2);
        QVERIFY(!result->askedModels);
    }

    void endsSoonWhenItIsCancelled()
    {
        TrialDesk desk(1);
        CancelToken cancel;
        cancel.cancel();
        const auto result = desk.run(desk.merge(u"Delivery"_s, u"Billing"_s), false, cancel);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::Cancelled);
    }

private:
    static double wantedNow(TrialDesk &desk)
    {
        return desk.get([](Database &db) { return wantedPrecision(db); });
    }
};

PATCHBAY_TESTS(TrialTests)

#include "tst_trial.moc"
