#include "core/engine/guidance_edit.h"
#include "core/store/guidance_table.h"
#include "support/taxonomy_bench.h"
#include "support/test_main.h"

#include <QtTest/QSignalSpy>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A lead writes canned replies and business rules.
class GuidanceTest final : public QObject {
    Q_OBJECT

    std::unique_ptr<TaxonomyBench> m_bench;

    static CannedReply reply(const QString &title, const QString &text = u"Dear {{contact.name}}, it is sent."_s)
    {
        CannedReply made;
        made.title = title;
        made.text = text;
        return made;
    }
    static BusinessRule rule(const QString &title, const QString &text = u"Returns within 60 days."_s)
    {
        BusinessRule made;
        made.title = title;
        made.text = text;
        return made;
    }
    Result<CannedReply> save(const CannedReply &draft, std::optional<CannedReply> shown = {})
    {
        return await(m_bench->lead->saveReply(draft, std::move(shown)));
    }
    QString auditOf(const QString &action)
    {
        return m_bench->get([action](Database &db) {
            const auto row = db.row("SELECT detail FROM audit WHERE action = ? ORDER BY id DESC LIMIT 1", {action});
            return row ? row->text(0) : QString();
        });
    }

private Q_SLOTS:
    void init() { m_bench = std::make_unique<TaxonomyBench>(); }
    void cleanup() { m_bench.reset(); }

    void addsChangesAndRemovesAReplyAndLeavesRowsInTheAudit()
    {
        QSignalSpy changed(m_bench->store.get(), &Store::changed);
        const auto added = save(reply(u"  Late   parcel "_s));
        QVERIFY2(added, qPrintable(TaxonomyBench::refusal(added)));
        QCOMPARE(added->title, u"Late parcel"_s);
        QVERIFY(added->id && !added->uid.isEmpty());
        QTRY_VERIFY(!changed.isEmpty());
        QVERIFY(changed.last().first().value<ChangeSet>().taxonomy);
        QVERIFY(auditOf(u"add_canned_reply"_s).contains(u"Late parcel"_s));

        CannedReply draft = *added;
        draft.title = u"Parcel is late"_s;
        draft.language = u"EN"_s;
        draft.valid = {QDate(2026, 1, 1), QDate(2026, 1, 31)};
        const auto kept = save(draft, *added);
        QVERIFY2(kept, qPrintable(TaxonomyBench::refusal(kept)));
        QCOMPARE(kept->id, added->id);
        QCOMPARE(kept->uid, added->uid);
        QCOMPARE(kept->language, u"en"_s);
        QVERIFY(auditOf(u"change_canned_reply"_s).contains(u"Late parcel"_s));
        const auto all = m_bench->get([](Database &db) { return canned_replies::all(db); });
        QCOMPARE(all.size(), 1u);
        QCOMPARE(all.front(), *kept);

        QVERIFY(await(m_bench->lead->removeReply(*kept)));
        QVERIFY(m_bench->get([](Database &db) { return canned_replies::all(db); }).empty());
        QVERIFY(auditOf(u"remove_canned_reply"_s).contains(u"Parcel is late"_s));
    }

    void addsChangesAndRemovesABusinessRule()
    {
        const auto added = await(m_bench->lead->saveGuide(rule(u"Returns"_s), {}));
        QVERIFY(added);
        BusinessRule draft = *added;
        draft.text = u"Returns within 30 days."_s;
        draft.valid.until = QDate(2026, 12, 31);
        const auto kept = await(m_bench->lead->saveGuide(draft, *added));
        QVERIFY2(kept, qPrintable(TaxonomyBench::refusal(kept)));
        const auto all = m_bench->get([](Database &db) { return business_rules::all(db); });
        QCOMPARE(all.size(), 1u);
        QCOMPARE(all.front(), *kept);
        QVERIFY(await(m_bench->lead->removeGuide(*kept)));
        QVERIFY(m_bench->get([](Database &db) { return business_rules::all(db); }).empty());
        for (const QString &action : {u"add_business_rule"_s, u"change_business_rule"_s, u"remove_business_rule"_s})
            QVERIFY(!auditOf(action).isEmpty());
    }

    void refusesWhatIsWrongWithASentence_data()
    {
        QTest::addColumn<CannedReply>("draft");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, CannedReply draft, const QString &sentence) {
            QTest::newRow(name) << draft << sentence;
        };
        row("no title", reply(u" "_s), u"needs a title"_s);
        row("long title", reply(QString(81, u'x')), u"title has more than 80"_s);
        row("no text", reply(u"A"_s, u"\n "_s), u"needs a text"_s);
        row("long text", reply(u"A"_s, QString(5001, u'x')), u"text has more than 5000"_s);
        row("turned", reply(u"A\u202e"_s), u"cannot be seen"_s);
        row("placeholder", reply(u"A"_s, u"Dear {{contact.nam}}"_s), u"{{contact.nam}}, which nothing fills"_s);
        row("open", reply(u"A"_s, u"Dear {{contact.name"_s), u"which nothing fills"_s);
        CannedReply days = reply(u"A"_s);
        days.valid = {QDate(2026, 2, 1), QDate(2026, 1, 31)};
        row("days", days, u"last day, 2026-01-31, is before its first, 2026-02-01"_s);
        CannedReply language = reply(u"A"_s);
        language.language = u"english"_s;
        row("language", language, u"two letters"_s);
        CannedReply category = reply(u"A"_s);
        category.category = {999'999};
        row("category", category, u"not in use"_s);
    }
    void refusesWhatIsWrongWithASentence()
    {
        QFETCH(CannedReply, draft);
        QFETCH(QString, sentence);
        const auto saved = save(draft);
        QVERIFY(!saved);
        QCOMPARE(saved.error().kind, Error::Kind::Refused);
        QVERIFY2(saved.error().message.contains(sentence), qPrintable(saved.error().message));
        QVERIFY(m_bench->get([](Database &db) { return canned_replies::all(db); }).empty());
        QVERIFY(auditOf(u"add_canned_reply"_s).isEmpty());
    }

    void takesATitleOnceWhateverItsCase()
    {
        QVERIFY(save(reply(u"Late parcel"_s)));
        const auto other = save(reply(u"Other"_s));
        QVERIFY(other);
        QCOMPARE(save(reply(u"LATE parcel"_s)).error().kind, Error::Kind::Conflict);
        CannedReply draft = *other;
        draft.title = u"late Parcel"_s;
        QCOMPARE(save(draft, *other).error().kind, Error::Kind::Conflict);
        draft.title = u"OTHER"_s; // its own
        QVERIFY(save(draft, *other));
    }

    void overwritesNothingThatSomebodyElseChanged()
    {
        const CannedReply seen = *save(reply(u"Late parcel"_s));
        CannedReply theirs = seen;
        theirs.text = u"It comes tomorrow."_s;
        const CannedReply now = *save(theirs, seen);
        CannedReply mine = seen;
        mine.text = u"It comes on Friday."_s;
        const auto refused = save(mine, seen);
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        QVERIFY(refused.error().message.contains(u"changed by somebody else"_s));
        QCOMPARE(await(m_bench->lead->removeReply(seen)).error().kind, Error::Kind::Conflict);
        QVERIFY(await(m_bench->lead->removeReply(now)));
        QVERIFY(save(mine, now).error().message.contains(u"removed it meanwhile"_s));
    }

    void keepsACategoryThatWasRetiredAndTakesNoOtherRetiredOne()
    {
        const Category category = m_bench->byName(u"Delivery"_s);
        QVERIFY(category.id);
        CannedReply draft = reply(u"Late parcel"_s);
        draft.category = category.id;
        const CannedReply seen = *save(draft);
        QVERIFY(await(m_bench->lead->retire(category.id, category.version)));
        CannedReply other = seen;
        other.text = u"Changed."_s;
        QVERIFY(save(other, seen));
        CannedReply fresh = reply(u"Fresh"_s);
        fresh.category = category.id;
        QCOMPARE(save(fresh).error().kind, Error::Kind::Refused);
    }

    void hasALimit()
    {
        QVERIFY(m_bench->change([](Database &db) {
            for (size_t i = 0; i < guidanceLimit; ++i)
                business_rules::put(db, rule(u"Rule %1"_s.arg(i)));
        }));
        const auto refused = await(m_bench->lead->saveGuide(rule(u"One more"_s), {}));
        QVERIFY(refused.error().message.contains(u"300 business rules, which is the limit"_s));
    }
};

} // namespace patchbay::tests

using patchbay::tests::GuidanceTest;
PATCHBAY_TESTS(GuidanceTest)
#include "tst_guidance.moc"
