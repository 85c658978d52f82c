#include "support/intake_desk.h"
#include "support/test_main.h"

#include <thread>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Nothing is lost, nothing is doubled: what comes in becomes visible once, whatever happens on the way.
class IntakeTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void makesAMailVisibleWithItsCategoryAndASuggestion()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        Batch batch;
        batch.items.push_back({u"INBOX;1;1"_s, parcel().raw(), false});
        batch.cursor = "INBOX;1;1";
        QVERIFY(answer(desk.intake->accept(desk.channel, batch)));
        QCOMPARE(desk.run([&](Database &db) { return channels::byId(db, desk.channel); })->cursor,
                 QByteArray("INBOX;1;1"));
        QVERIFY(answer(desk.intake->drain()));
        QVERIFY(desk.intake->isIdle());
        QCOMPARE(desk.counters().visible, 1);
        const Conversation c = desk.only();
        QCOMPARE(c.subject, u"Re: Parcel 12"_s);
        QCOMPARE(desk.categoryName(c.category), u"Delivery"_s);
        QCOMPARE(c.language, u"en"_s);
        QVERIFY(c.unread && c.awaitingUs && c.status == ConversationStatus::Open);
        QCOMPARE(c.messageCount, 1);
        const auto suggestion = desk.suggestion(c.id);
        QVERIFY(suggestion && suggestion->state == Suggestion::State::Pending);
        QCOMPARE(suggestion->version, 1);
        QCOMPARE(suggestion->classification.category, c.category);
        QVERIFY(!suggestion->classification.because.empty());
        QVERIFY(bool(suggestion->route));
        QCOMPARE(suggestion->trace.ruleSetVersion, 1);
        QCOMPARE(suggestion->draft.title, u"Parcel 12"_s);
        QCOMPARE(suggestion->draft.description, parcel().text);
        QCOMPARE(suggestion->draft.contact.address, u"zoe@example.org"_s);
        QCOMPARE(suggestion->draft.backLink, u"patchbay://%1/conversation/%2"_s.arg(desk.store->workspaceUid(), c.uid));
        const Message message = desk.timeline(c.id).at(0);
        QCOMPARE(suggestion->message, message.id);
        QCOMPARE(desk.run([&](Database &db) { return messages::raw(db, message.id); }), std::optional(parcel().raw()));
        QVERIFY(desk.run([&](Database &db) { return classifications::newestOf(db, message.id); })->category
                == c.category);
    }

    void addsNothingWhenTheSameItemsAreFetchedAgain()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        const std::vector<TestMail> mails{parcel(u"a@x"_s), parcel(u"b@x"_s)};
        const qint64 start = desk.clock.us;
        QVERIFY(desk.take(mails, false, u"INBOX;1;"_s));
        desk.clock.us = start;
        QVERIFY(desk.take(mails, false, u"INBOX;1;"_s)); // same source keys
        QCOMPARE(desk.counters().received, 2);
        desk.clock.us = start;
        QVERIFY(desk.take(mails, false, u"INBOX;2;"_s)); // the server counts anew
        const auto counters = desk.counters();
        QCOMPARE(counters.received, 4);
        QCOMPARE(counters.visible, 2);
        QCOMPARE(counters.duplicate, 2);
        QCOMPARE(desk.all().size(), size_t(2));
        const auto raw = desk.run(
            [](Database &db) { return db.row("SELECT COUNT(*) FROM raw_message WHERE body IS NULL")->integer(0); });
        QCOMPARE(raw, 2); // the same bytes are not kept twice
        QCOMPARE(desk.suggestion(desk.all().front().id)->version, 1);
    }

    void keepsAndFlagsAnotherMailWithTheSameId()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail forged = parcel();
        forged.from = u"mallory@example.net"_s;
        forged.text = u"Please refund to this account instead"_s;
        QVERIFY(desk.take({parcel(), forged}));
        QCOMPARE(desk.counters().visible, 2);
        const auto timeline = desk.timeline(desk.only().id);
        QCOMPARE(timeline.size(), size_t(2));
        QVERIFY(!timeline[0].conflicting);
        QVERIFY(timeline[1].conflicting);
        QVERIFY(timeline[1].newParticipant);
        const auto people =
            desk.run([&](Database &db) { return conversations::participants(db, timeline[0].conversation); });
        QCOMPARE(people.size(), size_t(2));
        QVERIFY(people[0].isContact && people[0].address.address == u"zoe@example.org"_s);
        QVERIFY(!people[1].included);
    }

    void setsAsideWhatCannotBeReadAndGoesOn()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail bad = parcel(u"bad@x"_s);
        bad.special = u"fail"_s;
        TestMail worse = parcel(u"worse@x"_s);
        worse.special = u"throw"_s;
        QVERIFY(desk.take({parcel(u"a@x"_s), bad, worse, parcel(u"b@x"_s)}));
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 2);
        QCOMPARE(counters.quarantined, 2);
        const auto aside = desk.run([](Database &db) { return raw_messages::quarantined(db, 10); });
        QVERIFY2(aside[0].error.contains(u"a parser's exception"_s), qPrintable(aside[0].error));
        QVERIFY2(aside[1].error.contains(u"nothing readable"_s), qPrintable(aside[1].error));
        QVERIFY(!desk.run([&](Database &db) { return raw_messages::byId(db, aside[1].id); })->item.raw.isEmpty());
        desk.run([&](Database &db) {
            raw_messages::requeue(db, aside[0].id);
            return Done{};
        });
        QVERIFY(answer(desk.intake->drain()));
        QCOMPARE(desk.counters().quarantined, 2);
    }

    void setsAsideWhatEndedTheProgramThreeTimesAndNothingElse()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail killer = parcel(u"killer@x"_s);
        killer.special = u"block"_s;
        Batch batch;
        int n = 0;
        for (const TestMail &mail : {parcel(u"a@x"_s), killer, parcel(u"b@x"_s), parcel(u"c@x"_s)})
            batch.items.push_back({u"k%1"_s.arg(++n), mail.raw(), false});
        QVERIFY(answer(desk.intake->accept(desk.channel, batch)));
        for (int life = 1; life <= 3; ++life) {
            parserCalls() = 0;
            if (life > 1)
                (void)desk.intake->drain();
            // The parser is at the killer; then the program ends: its attempt was counted and has no end.
            const auto attempts = [&] {
                return desk.run([](Database &db) {
                    return db.row("SELECT attempts FROM raw_message WHERE source_key = 'k2'")->integer(0);
                });
            };
            QTRY_COMPARE(attempts(), life);
            QTRY_VERIFY(parserCalls() >= 2 || life > 1);
            std::thread release([] {
                std::this_thread::sleep_for(std::chrono::milliseconds(150));
                blockedParser().release();
            });
            desk.restart();
            release.join();
            QVERIFY(desk.counters().addsUp());
        }
        QVERIFY(answer(desk.intake->drain()));
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 3);
        QCOMPARE(counters.quarantined, 1);
        QCOMPARE(counters.pending, 0);
        const auto aside = desk.run([](Database &db) { return raw_messages::quarantined(db, 10); });
        QCOMPARE(aside.at(0).item.sourceKey, u"k2"_s);
        QVERIFY(aside[0].error.contains(u"3 attempts"_s));
    }

    void ordersByTheirTimeUnlessItCannotBe()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        const qint64 now = desk.clock.us / 1000000;
        TestMail past = parcel(u"past@x"_s);
        past.at = now - 86400;
        TestMail future = parcel(u"future@x"_s);
        future.at = now + 864000;
        TestMail ancient = parcel(u"ancient@x"_s);
        ancient.at = 1000;
        QVERIFY(desk.take({past, future, ancient}));
        for (const Conversation &c : desk.all()) {
            const Message m = desk.timeline(c.id).at(0);
            if (m.externalId == u"past@x"_s)
                QCOMPARE(m.sortAt.us, past.at * 1000000);
            else
                QCOMPARE(m.sortAt.us, m.arrivedAt.us);
            QVERIFY(m.providerAt != Timestamp{});
        }
    }

    void keepsAttachmentsByTheirContent()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        TestMail mail = parcel();
        mail.attachment = QByteArray(70000, '\7') + QByteArray("\0x", 2);
        QVERIFY(desk.take(mail));
        const Message m = desk.timeline(desk.only().id).at(0);
        QCOMPARE(m.attachments.size(), size_t(1));
        QCOMPARE(m.attachments[0].size, mail.attachment.size());
        const auto bytes = desk.store->files().get(m.attachments[0].sha256);
        QVERIFY(bytes && *bytes == mail.attachment);
    }

    void worksOffWhatAnEndedProgramLeftBehind()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        std::vector<TestMail> mails;
        Batch batch;
        for (int i = 0; i < 130; ++i)
            batch.items.push_back({u"k%1"_s.arg(i), parcel(u"m%1@x"_s.arg(i)).raw(), false});
        QVERIFY(answer(desk.intake->accept(desk.channel, batch)));
        desk.restart(); // at once
        QVERIFY(desk.counters().addsUp());
        QVERIFY(answer(desk.intake->drain()));
        QCOMPARE(desk.counters().visible, 130);
        QCOMPARE(desk.all().size(), size_t(130));
    }

    void blamesAnItemOnlyWhenOthersCanBeStored()
    {
        PATCHBAY_STORE_PLACE(place);
        if (place.isPostgres())
            QSKIP("the refusing trigger is SQLite's");
        IntakeDesk desk(place);
        const auto attempts = [&] {
            return desk.run([](Database &db) {
                return db.row("SELECT MAX(attempts) FROM raw_message WHERE state = 'pending'")->integer(0);
            });
        };
        desk.run([](Database &db) {
            return db.exec(
                "CREATE TRIGGER refuse BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'nothing today'); END");
        });
        QVERIFY(!desk.take({parcel(u"a@x"_s), parcel(u"b@x"_s)})); // as on a full disk
        QCOMPARE(desk.counters().pending, 2);
        QCOMPARE(attempts(), 0);
        desk.run([](Database &db) {
            db.exec("DROP TRIGGER refuse");
            return db.exec("CREATE TRIGGER refuse BEFORE INSERT ON message WHEN NEW.external_id = 'a@x' BEGIN SELECT "
                           "RAISE(ABORT, 'not this one'); END");
        });
        QVERIFY(!answer(desk.intake->drain()));
        QCOMPARE(desk.counters().visible, 1);
        QCOMPARE(attempts(), 1);
        for (int i = 0; i < 3; ++i)
            (void)desk.take(parcel(u"more%1@x"_s.arg(i)));
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 4);
        QCOMPARE(counters.quarantined, 1);
        const auto aside = desk.run([](Database &db) { return raw_messages::quarantined(db, 1); });
        QVERIFY2(aside.at(0).error.contains(u"not this one"_s), qPrintable(aside[0].error));
    }

    void saysWhenTheChannelIsGone()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        Batch batch;
        batch.items.push_back({u"k"_s, "x", false});
        const auto refused = answer(desk.intake->accept({4711}, batch));
        QVERIFY(!refused && refused.error().kind == Error::Kind::NotFound);
        QCOMPARE(desk.counters().received, 0);
    }

    void setsAWorkspaceUpOnce()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        const auto count = [&] {
            return desk.run([](Database &db) {
                return QStringList{QString::number(categories::all(db).size()),
                                   QString::number(targets::all(db).size()), QString::number(routes::all(db).size()),
                                   QString::number(rule_sets::current(db).version)};
            });
        };
        const QStringList before = count();
        QCOMPARE(before, (QStringList{u"10"_s, u"1"_s, u"1"_s, u"1"_s}));
        QVERIFY(answer(desk.store->write([](Database &db) { return setUpWorkspace(db); })));
        QCOMPARE(count(), before);
    }

    void takesThousandsInAMinute()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        Batch batch;
        constexpr int many = 1000;
        for (int i = 0; i < many; ++i)
            batch.items.push_back({u"k%1"_s.arg(i), parcel(u"m%1@x"_s.arg(i)).raw(), false});
        QElapsedTimer timer;
        timer.start();
        QVERIFY(answer(desk.intake->accept(desk.channel, batch)));
        const auto drained = answer(desk.intake->drain(), 120000);
        QVERIFY(drained);
        qInfo() << many * 1000.0 / double(timer.elapsed()) << "messages a second";
        QCOMPARE(desk.counters().visible, many);
        QVERIFY(timer.elapsed() < 60000);
    }
};
PATCHBAY_TESTS(IntakeTests)

#include "tst_intake.moc"
