#include "support/mail_bench.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QByteArray fetchHeader = " (UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])\n";
const QByteArray bye = "S: * BYE FETCH failed: Internal error\n";

/// Signed in, opened, and three messages found from UID `first` on; commands go on with P5.
QByteArray found(int first, const QByteArray &uids)
{
    return imapSignedIn() + imapOpened(3, 4) + "C: P4 UID SEARCH UID " + QByteArray::number(first) + ":*\nS: * SEARCH "
        + uids + "\nS: P4 OK\n";
}

} // namespace

/// Messages that cannot be had, and servers that go back: the rest is read, nothing is passed in silence.
class MailInboxTrouble : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aServerThatEndsTheConnectionOverOneMessageHoldsUpNobody()
    {
        // As Dovecot 2.3 does it: a file of its storage cannot be read, so that FETCH is answered with BYE.
        MailBench bench;
        bench.server.expect(found(1, "1 2 3") + "C: P5 UID FETCH 1:3" + fetchSizes + told(1, "a", false) + bye);
        bench.server.expect(found(1, "1 2 3") + "C: P5 UID FETCH 1" + fetchSizes + told(1, "a", false)
                            + "S: P5 OK\nC: P6 UID FETCH 1" + fetchTexts + told(1, "a", true)
                            + "S: P6 OK\nC: P7 UID FETCH 2" + fetchSizes + bye);
        for (int i = 0; i < 2; ++i)
            bench.server.expect(found(2, "2 3") + "C: P5 UID FETCH 2" + fetchSizes + bye);
        bench.server.expect(found(2, "2 3") + "C: P5 UID FETCH 3" + fetchHeader
                            + "S: * 3 FETCH (UID 3 BODY[HEADER] {13}\nS: Subject: ok\nS: )\nS: P5 OK\n"
                            + "C: P6 UID FETCH 3" + fetchSizes + told(3, "c", false) + "S: P6 OK\nC: P7 UID FETCH 3"
                            + fetchTexts + told(3, "c", true) + "S: P7 OK\nC: P8 UID SEARCH UID 4:*\nS: * SEARCH\n"
                            + "S: P8 OK\nC: P9 IDLE\nS: + idling\n");
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;1"_s, u"INBOX;7;2;unreadable"_s, u"INBOX;7;3"_s}));
        const auto parsed = bench.info().parse(bench.items[1], bench.account);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(u"Message 2 of INBOX could not be read")
                     && parsed.error().message.contains(u"FETCH failed: Internal error"),
                 qPrintable(parsed.error().message));
        QTRY_COMPARE(int(bench.health), int(Health::Ok));
    }

    void aMessageThatIsRefusedInWordsHoldsUpNobody()
    {
        for (const bool sizesToo : {false, true}) {
            MailBench bench;
            const QByteArray no = " NO [SERVERBUG2] cannot read that\n";
            const QByteArray two = told(1, "a", false) + told(2, "b", false);
            QByteArray script = found(1, "1 2");
            int tag = 5;
            const auto tagged = [&tag] { return "P" + QByteArray::number(tag++); };
            for (const QByteArray &uids : {QByteArray("1:2"), QByteArray("1"), QByteArray("1"), QByteArray("1")}) {
                const QByteArray sizes = tagged();
                script += "C: " + sizes + " UID FETCH " + uids + fetchSizes;
                if (sizesToo) {
                    script += "S: " + sizes + no;
                    continue;
                }
                const QByteArray texts = tagged();
                script +=
                    two + "S: " + sizes + " OK\nC: " + texts + " UID FETCH " + uids + fetchTexts + "S: " + texts + no;
            }
            for (const QByteArray &items : {fetchHeader, fetchSizes, fetchTexts}) {
                const QByteArray now = tagged();
                script += "C: " + now + " UID FETCH 2" + items;
                script += items == fetchHeader ? "S: * 2 FETCH (UID 2 BODY[HEADER] \"H: h\")\n"
                                               : told(2, "b", items == fetchTexts);
                script += "S: " + now + " OK\n";
            }
            const QByteArray last = tagged();
            bench.server.expect(script + "C: " + last + " UID SEARCH UID 3:*\nS: * SEARCH\nS: " + last + " OK\n");
            bench.connector().start(storedCursor(0), bench.sink());
            PATCHBAY_PLAYED(bench);
            QCOMPARE(bench.keys(), QStringList({u"INBOX;7;1;unreadable"_s, u"INBOX;7;2"_s}));
            const auto parsed = bench.info().parse(bench.items.front(), bench.account);
            QVERIFY(!parsed);
            QVERIFY(parsed.error().message.contains(u"cannot read that"));
        }
    }

    void aServerThatCanReadNothingHasNoMailGivenUp()
    {
        MailBench bench;
        bench.server.expect(found(1, "1 2") + "C: P5 UID FETCH 1:2" + fetchSizes + bye);
        for (int i = 0; i < 3; ++i)
            bench.server.expect(found(1, "1 2") + "C: P5 UID FETCH 1" + fetchSizes + bye);
        for (int i = 0; i < 3; ++i) // the other message cannot be read either
            bench.server.expect(found(1, "1 2") + "C: P5 UID FETCH 2" + fetchHeader + bye);
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QVERIFY(bench.items.empty());
        QTRY_COMPARE(int(bench.health), int(Health::Offline));
        QVERIFY2(bench.sentences.join(u'|').contains(u"Internal error"), qPrintable(bench.sentences.join(u'|')));
    }

    void oneMessageAloneIsTriedOftenBeforeItIsGivenUp()
    {
        MailBench bench;
        for (int i = 0; i < 10; ++i)
            bench.server.expect(found(3, "3") + "C: P5 UID FETCH 3" + fetchSizes + "X: close\n");
        bench.server.expect(found(3, "3")
                            + "C: P5 UID SEARCH UID 4:*\nS: * SEARCH\nS: P5 OK\nC: P6 IDLE\nS: + idling\n");
        bench.connector().start(storedCursor(2), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;3;unreadable"_s}));
        QVERIFY2(bench.items.front().raw.contains("in 10 tries"), bench.items.front().raw.constData());
    }

    void passesByWhatWasDeletedInBetween()
    {
        MailBench bench;
        bench.server.expect(found(1, "1 2 3") + "C: P5 UID FETCH 1:3" + fetchSizes + told(1, "a", false)
                            + told(2, "b", false) + "S: P5 OK\nC: P6 UID SEARCH UID 3:3\nS: * SEARCH\nS: P6 OK\n"
                            + "C: P7 UID FETCH 1:2" + fetchTexts + told(1, "a", true)
                            + "S: P7 OK\nC: P8 UID SEARCH UID 2:2\nS: * SEARCH\nS: P8 OK\n"
                            + "C: P9 UID SEARCH UID 4:*\nS: * SEARCH\nS: P9 OK\n");
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QTRY_COMPARE(bench.caughtUp, 1);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;1"_s}));
        QCOMPARE(bench.cursorField("lastUid"), 3);
    }

    void readsWhatIsDescribedWithoutASize()
    {
        MailBench bench;
        bench.server.expect(found(1, "1 2") + "C: P5 UID FETCH 1:2" + fetchSizes + "S: * 1 FETCH (UID 1 FLAGS ())\n"
                            + told(2, "b", false) + "S: P5 OK\n" + "C: P6 UID FETCH 1:2" + fetchTexts
                            + told(1, "a", true) + told(2, "b", true)
                            + "S: P6 OK\nC: P7 UID SEARCH UID 3:*\nS: * SEARCH\nS: P7 OK\n");
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7;1"_s, u"INBOX;7;2"_s}));
    }

    void passesNoMessageThatTheServerFindsButDoesNotDescribe()
    {
        MailBench bench;
        bench.server.expect(found(1, "1 2") + "C: P5 UID FETCH 1:2" + fetchSizes + told(2, "b", false)
                            + "S: P5 OK\nC: P6 UID SEARCH UID 1:1\nS: * SEARCH 1\nS: P6 OK\n");
        bench.server.expect(found(1, "1 2") + "C: P5 UID FETCH 1" + fetchSizes + told(1, "a", false)
                            + "S: P5 OK\nC: P6 UID FETCH 1" + fetchTexts + told(1, "a", true) + "S: P6 OK\n");
        bench.connector().start(storedCursor(0), bench.sink());
        PATCHBAY_PLAYED(bench);
        QTRY_COMPARE(bench.keys(), QStringList({u"INBOX;7;1"_s}));
        QVERIFY(bench.sentences.join(u'|').contains(u"finds message 1 of INBOX, but tells nothing about it"));
    }

    void readsTheWindowAgainWhenTheNumbersWentBack()
    {
        // A server restored from its backup: the same UIDVALIDITY, but the next UID was given already.
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(1, 9)
                            + "C: P4 UID SEARCH UID 1:8 SINCE 29-Jan-2026\nS: * SEARCH 8\nS: P4 OK\nC: P5 UID FETCH 8"
                            + fetchSizes + told(8, "new", false) + "S: P5 OK\nC: P6 UID FETCH 8" + fetchTexts
                            + told(8, "new", true) + "S: P6 OK\nC: P7 UID SEARCH UID 9:*\nS: * SEARCH 8\nS: P7 OK\n"
                            + "C: P8 IDLE\nS: + idling\n");
        bench.connector().start(storedCursor(12, 10), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.keys(), QStringList({u"INBOX;7.1;8"_s})); // not the name of the message that had the 8 before
        QCOMPARE(bench.cursorField("lastUid"), 8);
        QCOMPARE(bench.cursorField("generation"), 1);
        QCOMPARE(int(bench.health), int(Health::Ok));
    }

    void namesMessagesAnewWhenAnOldUidValidityComesBack()
    {
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(0, 1) + "C: P4 UID SEARCH UID 1:*\nS: * SEARCH\nS: P4 OK\n");
        bench.connector().start(storedCursor(12, 10, 8), bench.sink());
        PATCHBAY_PLAYED(bench);
        QCOMPARE(bench.cursorField("uidvalidity"), 7);
        QCOMPARE(bench.cursorField("generation"), 1);
    }
};

PATCHBAY_TESTS(MailInboxTrouble)
#include "tst_mail_trouble.moc"
