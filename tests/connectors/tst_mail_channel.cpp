#include "support/mail_bench.h"
#include "support/test_main.h"

#include <QtCore/QPointer>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QByteArray emptyLook = "C: P4 UID SEARCH UID 1:*\nS: * SEARCH\nS: P4 OK\n";

} // namespace

/// The inbox against scripted servers: what is read, when the cursor moves, how it comes back.
class MailInbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheLastDaysThenWaitsForNews()
    {
        MailBench bench;
        bench.server.expect(
            imapSignedIn() + imapOpened(3, 9)
            + "C: P4 UID SEARCH UID 1:8 SINCE 29-Jan-2026\nS: * SEARCH 4 8\nS: P4 OK\n" + "C: P5 UID FETCH 4,8"
            + fetchSizes + told(4, "old", false, "10-Feb-2026") + told(8, "recent", false)
            + "S: P5 OK\nC: P6 UID FETCH 4,8" + fetchTexts + told(8, "recent", true)
            + told(4, "old", true, "10-Feb-2026") + "S: P6 OK\n" + "C: P7 UID SEARCH UID 9:*\nS: * SEARCH 8\nS: P7 OK\n"
            + "C: P8 IDLE\nS: + idling\nS: * 4 EXISTS\nC: DONE\nS: P8 OK\n"
            + "C: P9 UID SEARCH UID 9:*\nS: * SEARCH 9\nS: P9 OK\nC: P10 UID FETCH 9" + fetchSizes
            + told(9, "new", false) + "S: P10 OK\nC: P11 UID FETCH 9" + fetchTexts + told(9, "new", true)
            + "S: P11 OK\nC: P12 UID SEARCH UID 10:*\nS: * SEARCH 9\nS: P12 OK\nC: P13 IDLE\nS: + idling\n");
        bench.connector().start({}, bench.sink());
        PATCHBAY_PLAYED(bench);
        QTRY_COMPARE(bench.caughtUp, 2);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;4"_s, u"INBOX;7;8"_s, u"INBOX;7;9"_s}));
        QCOMPARE(bench.items[1].raw, "recent");
        QVERIFY(bench.items[0].historical);
        QVERIFY(!bench.items[1].historical);
        QCOMPARE(bench.cursorField("lastUid"), 9);
        QCOMPARE(bench.cursorField("uidvalidity"), 7);
        QCOMPARE(int(bench.health), int(Health::Ok));
        QCOMPARE(bench.server.script(0).port, 993);
        QCOMPARE(int(bench.server.script(0).security), int(Stream::Security::Tls));
    }

    void takesOnlyNewMailWhenAskedTo()
    {
        MailBench bench;
        bench.set("days_back", 0);
        bench.server.expect(imapSignedIn() + imapOpened(3, 9)
                            + "C: P4 UID SEARCH UID 9:*\nS: * SEARCH 8\nS: P4 OK\nC: P5 IDLE\nS: + idling\n");
        bench.connector().start({}, bench.sink());
        PATCHBAY_PLAYED(bench);
        QVERIFY(bench.items.empty());
        QCOMPARE(bench.cursorField("lastUid"), 8); // stored at once: what comes while we are down is not skipped
    }

    void goesOnFromTheCursorAndOnlyWhenTheBatchIsStored()
    {
        MailBench bench;
        bench.hold = true;
        const QByteArray beginning = imapSignedIn() + imapOpened(3, 9)
            + "C: P4 UID SEARCH UID 5:*\nS: * SEARCH 6\nS: P4 OK\nC: P5 UID FETCH 6" + fetchSizes + told(6, "x", false)
            + "S: P5 OK\nC: P6 UID FETCH 6" + fetchTexts + told(6, "x", true) + "S: P6 OK\n";
        bench.server.expect(beginning + "C: P7 UID SEARCH UID 7:*\nS: * SEARCH 6\nS: P7 OK\nC: P8 IDLE\nS: + idling\n");
        bench.connector().start(storedCursor(4), bench.sink());
        QTRY_COMPARE(bench.batches.size(), size_t(1));
        QTest::qWait(100);
        QVERIFY2(bench.server.state().contains(u"P7 UID SEARCH"), qPrintable(bench.server.state()));
        bench.held.addResult(Done{});
        bench.held.finish();
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.batches.size(), size_t(1));
    }

    void keepsTheCursorWhenTheBatchCannotBeStored()
    {
        MailBench bench;
        bench.refusals = 1;
        const QByteArray upToText = imapSignedIn() + imapOpened(3, 9)
            + "C: P4 UID SEARCH UID 5:*\nS: * SEARCH 6\nS: P4 OK\nC: P5 UID FETCH 6" + fetchSizes + told(6, "x", false)
            + "S: P5 OK\nC: P6 UID FETCH 6" + fetchTexts + told(6, "x", true) + "S: P6 OK\n";
        bench.server.expect(upToText);
        bench.server.expect(upToText + "C: P7 UID SEARCH UID 7:*\nS: * SEARCH\nS: P7 OK\nC: P8 IDLE\nS: + idling\n");
        bench.connector().start(storedCursor(4), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;6"_s}));
        QVERIFY(bench.sentences.join(u'|').contains(u"The disk is full."));
    }

    void readsTheWindowAgainAfterNewNumbers()
    {
        MailBench bench;
        bench.set("days_back", 0);
        bench.server.expect(imapSignedIn() + imapOpened(1, 2, 8)
                            + "C: P4 UID SEARCH UID 1:1 SINCE 28-Feb-2026\nS: * SEARCH 1\nS: P4 OK\nC: P5 UID FETCH 1"
                            + fetchSizes + told(1, "x", false) + "S: P5 OK\nC: P6 UID FETCH 1" + fetchTexts
                            + told(1, "x", true) + "S: P6 OK\n"
                            + "C: P7 UID SEARCH UID 2:*\nS: * SEARCH\nS: P7 OK\nC: P8 IDLE\nS: + idling\n");
        bench.connector().start(storedCursor(400, 10, 7), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;8;1"_s}));
        QCOMPARE(bench.cursorField("uidvalidity"), 8);
    }

    void looksAgainAndAgainWhereTheServerCannotAnnounce()
    {
        MailBench bench;
        bench.set("poll_seconds", 1);
        bench.server.expect(imapSignedIn("IMAP4rev1") + imapOpened(0, 1) + emptyLook + "C: P5 NOOP\nS: P5 OK\n"
                            + "C: P6 UID SEARCH UID 1:*\nS: * SEARCH\nS: P6 OK\n");
        bench.connector().start({}, bench.sink());
        PATCHBAY_PLAYED(bench);
        QTRY_COMPARE(bench.caughtUp, 2);
    }

    void givesIdleAnewBeforeItGetsOld()
    {
        MailBench bench;
        bench.set("idle_ms", 50);
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook
                            + "C: P5 IDLE\nS: + idling\nC: DONE\nS: P5 OK\n"
                            + "C: P6 UID SEARCH UID 1:*\nS: * SEARCH\nS: P6 OK\nC: P7 IDLE\nS: + idling\nC: DONE\n");
        bench.connector().start({}, bench.sink());
        PATCHBAY_PLAYED(bench);
    }

    void comesBackAfterALossWithTheServersWords()
    {
        MailBench bench;
        bench.server.expect("X: refuse\n");
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook
                            + "C: P5 IDLE\nS: + idling\nS: * BYE Restarting now\nX: close\n");
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook + "C: P5 IDLE\nS: + idling\n");
        bench.connector().start({}, bench.sink());
        QTRY_COMPARE(bench.caughtUp, 2);
        const QString said = bench.sentences.join(u'|');
        QVERIFY2(said.contains(u"Nobody listens. Trying again in"), qPrintable(said));
        QVERIFY2(said.contains(u"\"Restarting now\""), qPrintable(said));
        QCOMPARE(int(bench.health), int(Health::Ok));
    }

    void noticesAServerThatFellSilent()
    {
        MailBench bench;
        bench.set("timeout_ms", 100);
        bench.server.expect(imapSignedIn() + "C: P3 EXAMINE \"INBOX\"\n");
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook + "C: P5 IDLE\nS: + idling\n");
        bench.connector().start({}, bench.sink());
        PATCHBAY_PLAYED(bench);
        QTRY_VERIFY(bench.sentences.join(u'|').contains(u"did not answer in time (open the folder INBOX)"));
    }

    void doesNotHammerAfterAWrongPassword()
    {
        MailBench bench;
        bench.server.expect(
            "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\nS: P1 OK done\n"
            "C: P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\nS: P2 NO [AUTHENTICATIONFAILED] Wrong.\n");
        bench.connector().start({}, bench.sink());
        QTRY_COMPARE(int(bench.health), int(Health::Failed));
        QVERIFY(bench.sentences.last().contains(u"Enter the password again"));
        QTest::qWait(500); // 50 times the first wait after a lost connection
        QCOMPARE(bench.server.surplus(), 0);
    }

    void showsNoPasswordThatAServerRepeats()
    {
        const QByteArray plain = "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\n"
                                 "S: P1 OK done\nC: P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\n";
        const QByteArray login = "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: P1 OK done\n"
                                 "C: P2 LOGIN \"ana\" \"geheim\"\n";
        for (const QByteArray &talk :
             {QByteArray(plain + "S: P2 NO what is AUTHENTICATE PLAIN AGFuYQBnZWhlaW0= ?\n"),
              QByteArray(plain + "S: P2 BAD unknown: " + QByteArray(480, 'x') + "AGFuYQBnZWhlaW0=\n"),
              QByteArray(plain + "S: * BYE bad line P2 AUTHENTICATE PLAIN AGFuYQBnZWhlaW0=\n"),
              QByteArray(login + "S: P2 NO what is LOGIN \"ana\" \"geheim\" ?\n")}) {
            MailBench bench;
            bench.server.expect(talk);
            bench.connector().start({}, bench.sink());
            QTRY_VERIFY(bench.health == Health::Failed || bench.health == Health::Offline);
            const QString said = bench.sentences.join(u'|');
            QVERIFY2(said.contains(u"•••"), qPrintable(said));
            QVERIFY2(!said.contains(u"AGFuYQ") && !said.contains(u"geheim"), qPrintable(said));
        }
    }

    void readsAMissingFolderAsAFailureForAPerson()
    {
        MailBench bench;
        bench.set("folder", u"Nix"_s);
        bench.server.expect(imapSignedIn()
                            + "C: P3 EXAMINE \"Nix\"\nS: P3 NO [NONEXISTENT] Mailbox doesn't exist: Nix\n");
        bench.connector().start({}, bench.sink());
        QTRY_COMPARE(int(bench.health), int(Health::Failed));
        QVERIFY(bench.sentences.last().contains(u"Mailbox doesn't exist: Nix"));
    }

    void boundsPortionsByTheirBytes()
    {
        MailBench bench;
        const QByteArray three = "S: * 1 FETCH (UID %1 RFC822.SIZE 3000000)\n";
        QByteArray sizes;
        for (const char *uid : {"1", "2", "3"})
            sizes += QByteArray(three).replace("%1", uid);
        const auto text = [](const QByteArray &uid) { return "S: * 1 FETCH (UID " + uid + " BODY[] \"t\")\n"; };
        bench.server.expect(imapSignedIn() + imapOpened(3, 4, 7)
                            + "C: P4 UID SEARCH UID 1:*\nS: * SEARCH 1 2 3\nS: P4 OK\n" + "C: P5 UID FETCH 1:3"
                            + fetchSizes + sizes + "S: P5 OK\nC: P6 UID FETCH 1" + fetchTexts + text("1") + "S: P6 OK\n"
                            + "C: P7 UID FETCH 2:3" + fetchSizes + sizes + "S: P7 OK\nC: P8 UID FETCH 2" + fetchTexts
                            + text("2") + "S: P8 OK\n" + "C: P9 UID FETCH 3" + fetchSizes + sizes
                            + "S: P9 OK\nC: P10 UID FETCH 3" + fetchTexts + text("3") + "S: P10 OK\n");
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QTRY_COMPARE(bench.batches.size(), size_t(3));
    }

    void keepsTheHeaderOfWhatIsTooLarge()
    {
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(1, 2)
                            + "C: P4 UID SEARCH UID 1:*\nS: * SEARCH 1\nS: P4 OK\nC: P5 UID FETCH 1" + fetchSizes
                            + "S: * 1 FETCH (UID 1 RFC822.SIZE 73400320)\nS: P5 OK\n"
                            + "C: P6 UID FETCH 1 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])\n"
                            + "S: * 1 FETCH (UID 1 BODY[HEADER] {14}\nS: Subject: big\nS: )\nS: P6 OK\n"
                            + "C: P7 UID SEARCH UID 2:*\nS: * SEARCH\nS: P7 OK\n");
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;1;oversize=73400320"_s}));
        QCOMPARE(bench.items.front().raw, "Subject: big\r\n");
        const auto parsed = bench.info().parse(bench.items.front(), bench.account);
        QVERIFY(!parsed);
        QVERIFY(parsed.error().message.contains(u"73 MB"));
    }

    void fetchesOnceAndSaysGoodbye()
    {
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook + "C: P5 LOGOUT\n");
        bench.connector().fetchOnce({}, bench.sink());
        QTRY_COMPARE(bench.caughtUp, 1);
        PATCHBAY_PLAYED(bench);

        MailBench dead;
        dead.server.expect("X: refuse\n");
        dead.connector().fetchOnce({}, dead.sink());
        QTRY_COMPARE(int(dead.health), int(Health::Failed));
        QTest::qWait(100);
        QCOMPARE(dead.server.surplus(), 0);
        QCOMPARE(dead.caughtUp, 0);
    }

    void saysTheSameFailureAgainWhenItFetchesAgain()
    {
        MailBench dead;
        int failures = 0;
        connect(&dead.connector(), &ChatConnector::healthChanged, this,
                [&failures](Health health, const QString &) { failures += health == Health::Failed ? 1 : 0; });
        for (int i = 1; i <= 2; ++i) {
            dead.server.expect("X: refuse\n");
            dead.connector().fetchOnce({}, dead.sink());
            QTRY_COMPARE(failures, i); // who waits for the second look's end would wait for ever
        }
    }

    void canBeStoppedByWhoHearsIt()
    {
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook + "C: P5 IDLE\nS: + idling\n");
        ChatConnector &connector = bench.connector();
        connect(&connector, &ChatConnector::caughtUp, &connector, [&] { connector.stop(); });
        connector.start({}, bench.sink());
        QTRY_COMPARE(bench.caughtUp, 1);
        QTRY_VERIFY(bench.server.script(0).closed);
        QTest::qWait(50);
        QCOMPARE(bench.server.surplus(), 0);
    }

    void startsOverWhenTheCursorIsDamaged()
    {
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + emptyLook + "C: P5 IDLE\nS: + idling\n");
        bench.connector().start("{\"folder\":3", bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.cursorField("uidvalidity"), 7);
    }
};

PATCHBAY_TESTS(MailInbox)
#include "tst_mail_channel.moc"
